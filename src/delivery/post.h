/*
 * post.h: the event loop of stage 5: it moves the outboxes of all relays on. Nothing sleeps but the
 * poll in td_post_turn.
 *
 * Sessions are opened by libcurl (connect-only, delivery/session.h) and watched by one epoll.
 */
#ifndef TD_DELIVERY_POST_H
#define TD_DELIVERY_POST_H

#include "base/err.h"
#include "delivery/parcel.h"

struct td_post;

enum td_status td_post_create(struct td_post **out, struct td_err *err);
void td_post_destroy(struct td_post *post); /* after its outboxes; NULL is fine */

/* Waits at most `wait` for something to happen, moves all sessions on, and gives up to max
 * events; returns their number. AT_DOT parcels wait for td_outbox_permit and hold their session. */
size_t td_post_turn(struct td_post *post, td_time wait, struct td_event *events,
                    size_t max);

#endif
