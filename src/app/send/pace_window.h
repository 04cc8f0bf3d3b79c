/*
 * pace_window.h: the windows of domain groups in a transaction of pace.h: what replies make of them, and
 * what they leave to a claim.
 */
#ifndef TD_APP_PACE_WINDOW_H
#define TD_APP_PACE_WINDOW_H

#include "app/send/pace.h"
#include "delivery/window.h"

/* The window of the message's group after one more reply; a success says nothing of one that is wide
 * open, and no reply anything of all whose group is not known. */
enum td_status td_pace_feed(struct td_pace *pace, struct td_way *way,
                            const struct td_piece *piece, enum td_feedback feedback,
                            const struct td_reply *reply, td_time now,
                            struct td_err *err);

/* How many more messages to the group may be under way by this relay; none when the store cannot say. */
int64_t td_pace_window_left(struct td_pace *pace, struct td_way *way, int64_t group);

/* One more is. */
void td_pace_window_use(struct td_pace *pace, int64_t group);

#endif
