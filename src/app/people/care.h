/*
 * care.h: one person at a time, by an administrator's hand: another address, not to be mailed, to be
 * mailed again.
 *
 * Each works in a transaction of its own, which a dry run takes back, and leaves its line in the audit.
 */
#ifndef TD_APP_CARE_H
#define TD_APP_CARE_H

#include "app/instance/app.h"

struct td_rename {
    const char *from; /* addresses as people type them */
    const char *to;
    bool dry_run;
};

/*
 * Another address for the same person: number, consent and messages stay theirs; what is queued goes to
 * the new one. *subscriber is their number. TD_NOINPUT when nobody has the old address, TD_DATA when the
 * new one is none, TD_NO when another has it, when it is suppressed, or when the old one is, for another
 * reason than that it does not work: a complaint is about the person.
 */
enum td_status td_care_rename(struct td_app *app, const struct td_rename *rename,
                              int64_t *subscriber, struct td_err *err);

/* A suppression made or lifted. */
struct td_care {
    const char *email;
    const struct td_newsletter *newsletter; /* NULL: for all */
    const char
        *words; /* why, or how it is known that they want mail again: for the ledger */
    bool dry_run;
};

/* Nothing is sent to the address any more, known or not. The subscriptions stay as they are. *changed
 * is false where it was suppressed already. TD_DATA for what is no address. */
enum td_status td_care_suppress(struct td_app *app, const struct td_care *care,
                                bool *changed, struct td_err *err);

/*
 * Lifts what was suppressed, by hand or by bounces, or for an erased address; suspended subscriptions
 * are active again, and what came back so far counts no more. Who has left stays so. *changed is false
 * where there was nothing to lift.
 */
enum td_status td_care_lift(struct td_app *app, const struct td_care *care, bool *changed,
                            struct td_err *err);

#endif
