/*
 * people.h: what a checked wish (people/signup.h) does to the store: the one set of rules behind
 * `subscribe`, `unsubscribe`, `subscriber set` and every import.
 *
 *   new                   pending, or active where the operator states the basis
 *   pending, active       only the choices given change; a stated basis makes a pending one active, but
 *                         by `subscribe` alone where they had left before
 *   unsubscribed          nobody is brought back but by `subscribe`, one person at a time
 *   suspended, suppressed refused
 *
 * Every change of membership or choice adds a line to the consent ledger.
 */
#ifndef TD_APP_PEOPLE_H
#define TD_APP_PEOPLE_H

#include "app/instance/app.h"
#include "people/signup.h"
#include "store/people.h"

/* How wishes are applied. A rollback takes back what is remembered here: start anew after one. */
struct td_people {
    struct td_store *store;     /* borrowed */
    const struct td_keys *keys; /* borrowed */
    td_time now;
    const char *how;        /* "command", "import": for the ledger */
    struct td_slice source; /* whose word it is; absent where the batch tells */
    int64_t batch;          /* 0: none */
    bool confirmed;         /* the operator states the basis: `basis`, or consent */
    enum td_basis basis;    /* TD_BASIS_NONE: consent, where confirmed */
    bool may_return;        /* who unsubscribed may come back */
    int64_t ids_at_once;    /* subscriber numbers to reserve together; 0: one */
    struct td_zones *zones; /* borrowed; wanted for a pause only */

    /* Remembered between calls; zero at first. */
    const struct td_newsletter *newsletter;
    int64_t newsletter_id;
    int64_t next_id, end_id; /* reserved and not given yet: next_id <= n < end_id */
};

enum td_person_result {
    TD_PERSON_ADDED, /* is subscribed now and was not before */
    TD_PERSON_UPDATED,
    TD_PERSON_UNCHANGED,
    TD_PERSON_REFUSED,
};
const char *td_person_result_name(enum td_person_result result); /* "added", … */

struct td_person_outcome {
    enum td_person_result result;
    int64_t subscriber;        /* 0 when nobody is known by the address */
    int64_t newsletter;        /* store id */
    enum td_membership status; /* as it is now; TD_UNSUBSCRIBED where there is none */
    char reason[200];          /* why refused; else "" */
};

/* Inside a transaction. TD_OK for a refusal too; all else is the store's trouble. */
enum td_status td_people_apply(struct td_people *people, const struct td_signup *signup,
                               struct td_person_outcome *outcome, struct td_err *err);

/* Ends one subscription by store ids: the newsletter may be gone from the configuration. The
 * outcome is updated, or unchanged when it had ended before or never was. */
enum td_status td_people_unsubscribe(struct td_people *people, int64_t newsletter,
                                     int64_t subscriber,
                                     struct td_person_outcome *outcome,
                                     struct td_err *err);

#endif
