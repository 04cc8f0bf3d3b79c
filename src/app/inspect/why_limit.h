/*
 * why_limit.h: which limit binds a message that is due while senders are at work: its relays are in
 * trouble, its provider was slowed down, the rates are used up; or it is only not its turn yet.
 */
#ifndef TD_APP_WHY_LIMIT_H
#define TD_APP_WHY_LIMIT_H

#include "app/inspect/why.h"

struct td_why_limit {
    enum td_why why; /* TD_WHY_TURN: none */
    td_time again;   /* when it is tried next, for a relay; else 0 */
};

/* Appends a sentence to words for any limit. The store is open; the group is the message's. */
enum td_status td_why_limit(struct td_app *app, int64_t group, td_time now,
                            struct td_why_limit *out, struct td_buf *words,
                            struct td_err *err);

#endif
