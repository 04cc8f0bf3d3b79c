/*
 * breaker.h: counts what becomes of each edition's messages, over all senders and restarts, and holds
 * an edition that is being refused (outcome/breaker.h). `edition release` begins to count anew. The
 * operator is told by a mail (app/inspect/alarm.h). Notices are not counted: strangers decide at the
 * signup form whom they go to, and would decide with it whether others get theirs.
 */
#ifndef TD_APP_BREAKER_H
#define TD_APP_BREAKER_H

#include "app/instance/app.h"
#include "app/press/pieces.h"

/* The results of one transaction, by edition. Zeroed at its start. */
#define TD_BREAKER_EDITIONS 16
struct td_breaker_count {
    struct {
        int64_t edition;
        struct td_tally tally;
    } items[TD_BREAKER_EDITIONS];
    size_t count;
};

/* A message's end, as judged. More editions at once than there is room for are not counted. */
void td_breaker_add(struct td_breaker_count *count, const struct td_piece *piece);

/* Stores the counts, and holds each edition they say enough of: that is logged, in the audit, and the
 * edition's reason says why. Inside the transaction that settled the messages. */
enum td_status td_breaker_apply(struct td_app *app, const struct td_breaker_count *count,
                                struct td_err *err);

#endif
