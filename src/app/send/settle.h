/*
 * settle.h: what an event of the outbox means for its message's row: the verdict applied.
 */
#ifndef TD_APP_SETTLE_H
#define TD_APP_SETTLE_H

#include "app/bounces/bounce_rules.h"
#include "app/press/pieces.h"
#include "app/send/send.h"
#include "base/rand.h"
#include "store/ledger.h"

struct td_settle {
    struct td_store *store;
    const struct td_sender *sender;
    const struct td_bounce_rules *rules;
    const struct td_policy *policy;
    td_time now;
    struct td_rand *rand;
};

/*
 * Writes an event's consequences inside the caller's transaction and adds to *counts; the verdict is
 * left in the piece. An AT_DOT piece whose lease is gone is marked withheld; one that is over is passed
 * by. Errors are the store's only: the transaction is to be rolled back and the event settled again
 * later; *counts is then void.
 */
enum td_status td_settle_event(const struct td_settle *settle,
                               const struct td_event *event, struct td_sent *counts,
                               struct td_err *err);

/* A claimed message that could not be written: fails it (TD_DATA in why) or puts it back. In a
 * transaction of its own, for it is rare; counts changes only when that is committed. */
enum td_status td_settle_unwritten(const struct td_settle *settle,
                                   const struct td_piece *piece, const struct td_err *why,
                                   struct td_sent *counts, struct td_err *err);

#endif
