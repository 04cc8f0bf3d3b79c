/*
 * replies.h: what servers said most often when they refused an edition's messages for good.
 */
#ifndef TD_APP_REPLIES_H
#define TD_APP_REPLIES_H

#include "app/instance/app.h"
#include "base/arena.h"

#define TD_REPLIES_MOST 5

/* "12 x 550 5.7.1 not wanted here", the most frequent first; words live in the arena. */
struct td_replies {
    struct td_slice lines[TD_REPLIES_MOST];
    size_t count;
};
enum td_status td_replies_find(struct td_app *app, int64_t edition,
                               struct td_arena *arena, struct td_replies *out,
                               struct td_err *err);

#endif
