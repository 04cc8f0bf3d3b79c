/*
 * optin.h: double opt-in: from a signup to a yes, and out again.
 *
 *   signup     pending; a confirmation is queued (td_optin_signed_up, behind td_people_apply)
 *   yes        by link, by reply, or an administrator's word: active; welcome and the latest issue
 *   silence    reminded once after optin.remind_after, forgotten after optin.forget_after (td_optin_tend);
 *              who had left before is unsubscribed again
 *   leaving    goodbye (td_optin_leave); what is queued is withdrawn by the claim
 *
 * A stranger can sign up anybody, so what we send unasked is bounded: one confirmation a day for one
 * person and newsletter (notices.h), optin.per_address in a week for one person, and optin.per_hour
 * altogether: beyond that a signup waits for td_optin_tend. optin.per_source bounds what one visitor
 * can sign up at all (td_optin_admit).
 */
#ifndef TD_APP_OPTIN_H
#define TD_APP_OPTIN_H

#include "app/instance/app.h"
#include "app/people/people.h"

/* How a source is remembered: a keyed hash, so that the store tells nobody's address, and whoever asks
 * "was it this one?" gets an answer. */
#define TD_SOURCE_LEN 16
void td_optin_source(const struct td_app *app, struct td_slice text,
                     char out[TD_SOURCE_LEN + 1]);

/* TD_AGAIN when so many signups came from this source within an hour that another is refused. */
enum td_status td_optin_admit(struct td_app *app, const char *source, struct td_err *err);

/* What became of a signup's confirmation. */
enum td_optin_ask {
    TD_ASK_NONE,    /* not pending: there is nothing to ask */
    TD_ASK_QUEUED,  /* a confirmation is on its way */
    TD_ASK_ALREADY, /* today's is, or as many as one address gets in a week were sent */
    TD_ASK_WAITS,   /* for its turn: too many in this hour */
};
const char *td_optin_ask_name(enum td_optin_ask ask); /* "none", "queued", … */

/* To be called in the same transaction, behind td_people_apply, for a wish to subscribe; source as of
 * td_optin_source, "" where it is not limited. */
enum td_status td_optin_signed_up(struct td_app *app, const struct td_signup *signup,
                                  const struct td_person_outcome *outcome,
                                  const char *source, enum td_optin_ask *ask,
                                  struct td_err *err);

/* The same where it is known that the hour is full (TD_ASK_WAITS came back before): nothing is counted,
 * the confirmation waits for td_optin_tend. A file of a million asks once. */
enum td_status td_optin_wait(struct td_app *app, const struct td_signup *signup,
                             const struct td_person_outcome *outcome, struct td_err *err);

/* Whose yes it is, and how we know. */
struct td_optin_yes {
    int64_t newsletter; /* store ids */
    int64_t subscriber;
    const char *how;        /* "web", "mail", "command" */
    struct td_slice source; /* for the ledger; may be "" */
    enum td_consent_event
        event;       /* TD_CONSENT_CONFIRMED, or _STATED by an administrator */
    bool may_return; /* whoever has left comes back by it */
    bool dry_run;    /* all is taken back */
};
enum td_optin_result {
    TD_OPTIN_CONFIRMED,
    TD_OPTIN_ACTIVE, /* was before: nothing was changed */
    TD_OPTIN_GONE, /* left, suspended, suppressed or forgotten: a yes brings nobody back */
};

/* In transactions of its own. */
enum td_status td_optin_confirm(struct td_app *app, const struct td_optin_yes *yes,
                                enum td_optin_result *result, struct td_err *err);

/* td_people_unsubscribe, and a goodbye for who was active. Inside a transaction. `quiet`: no goodbye,
 * where the person's mail program has said it already (one-click). */
enum td_status td_optin_leave(struct td_app *app, struct td_people *people,
                              int64_t newsletter, int64_t subscriber, bool quiet,
                              struct td_person_outcome *outcome, struct td_err *err);

struct td_optin_tended {
    int64_t asked;     /* confirmations that had waited */
    int64_t reminded;  /* reminders queued */
    int64_t forgotten; /* signups that nobody answered */
};

/* Does what is due by now; the scheduler calls it every few minutes. In transactions of its own; what
 * one did stands, whatever happens in the next. */
enum td_status td_optin_tend(struct td_app *app, struct td_optin_tended *out,
                             struct td_err *err);

#endif
