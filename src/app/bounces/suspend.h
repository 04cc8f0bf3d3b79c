/*
 * suspend.h: to stop mailing a person because of what came back, and to take that back.
 *
 * Whoever is suspended is suppressed by the hash of the address, so that no import or return brings
 * them back, and each of their active subscriptions becomes suspended, with a line in the consent
 * ledger. Both name the evidence. Who is pending or has left stays so: reinstating must not make
 * a subscriber of somebody who never agreed.
 *
 * All are called inside a transaction (td_begin).
 */
#ifndef TD_APP_SUSPEND_H
#define TD_APP_SUSPEND_H

#include "base/date.h"
#include "model/message.h"
#include "store/store.h"

struct td_suspension {
    int64_t subscriber;
    enum td_reason reason; /* of the suppression; not TD_REASON_ADMIN, which is by hand */
    const char *how;       /* for the ledger: "bounce", "replay" */
    struct td_slice evidence; /* "bounce 17: 550 5.1.1 no such user" */
    int64_t bounce;           /* the one that did it; 0: none */
    td_time now;
};

/* *changed is false for one who is suppressed already. TD_NOINPUT without such a subscriber. */
enum td_status td_suspend(struct td_store *store, const struct td_suspension *suspension,
                          bool *changed, struct td_err *err);

struct td_reinstatement {
    int64_t subscriber;
    const char *how;        /* for the ledger: "command", "replay", "outage" */
    struct td_slice source; /* whose word it is, or why */
    bool forgive; /* what came back so far counts no more: for people. Not for "replay" */
    bool by_hand; /* lifts what was suppressed by hand, too */
    td_time now;
};

/* Lifts a suppression that holds for every newsletter, and suspended subscriptions are active again.
 * *changed is false where there was nothing to lift. */
enum td_status td_reinstate(struct td_store *store,
                            const struct td_reinstatement *reinstatement, bool *changed,
                            struct td_err *err);

#endif
