/*
 * admin.h: what administrators do to messages that wait, failed or are in doubt: hold, release,
 * cancel, retry, settle.
 *
 *   hold             queued, deferred → held
 *   release          held → queued, or deferred when it was tried before
 *   cancel           queued, deferred, held → cancelled; in_doubt only where state= names it
 *   retry            failed → queued; deferred is due now. Not past the deadline, nor what a later
 *                    digest of the live blog has
 *   settle --sent    in_doubt → sent
 *   settle --resend  in_doubt → queued. Not past the deadline
 *   settle --cancel  in_doubt → cancelled
 *
 * Every move is one the table of states allows (model/message.h), is fenced on the state it leaves,
 * and never touches a message that a sender has in hand. Messages are moved by sets, in
 * transactions of well under 250 ms, so that senders go on in between; each leaves its line in the
 * audit. After a crash the same command does the rest.
 *
 * An edition as a whole is held by its flag, which the claim reads: no message is written, and all
 * senders stop within a second.
 */
#ifndef TD_APP_ADMIN_H
#define TD_APP_ADMIN_H

#include "app/queue/selector.h"

enum td_admin_act {
    TD_ADMIN_HOLD,
    TD_ADMIN_RELEASE,
    TD_ADMIN_CANCEL,
    TD_ADMIN_RETRY,
    TD_ADMIN_SETTLE_SENT,
    TD_ADMIN_SETTLE_RESEND,
    TD_ADMIN_SETTLE_CANCEL,
};

/* What to do; all borrowed. */
struct td_admin_task {
    enum td_admin_act act;
    const struct td_selector *selector;
    const char *command;     /* for the audit: "queue hold" */
    struct td_slice subject; /* for the audit: the selectors as typed */
    bool dry_run;            /* count, change nothing */
    const char *why;         /* td_admin_edition, hold: for people; NULL: nobody said */
    bool messages_too;       /* td_admin_edition, release: also what is held by itself */
};

/* Counts by the state the messages were in. What was selected is either changed or passed over. */
struct td_admin_result {
    int64_t changed[TD_STATE_COUNT];
    int64_t passed[TD_STATE_COUNT];
    bool edition_changed; /* td_admin_edition: the edition's flag or phase */
};
int64_t td_admin_sum(const int64_t counts[TD_STATE_COUNT]);

/* Why this act leaves messages of this state alone, for people: "a sender has them in hand". */
const char *td_admin_why_passed(enum td_admin_act act, enum td_state state);

/* Moves the selected messages; adds to *result, which the caller zeroed. */
enum td_status td_admin_messages(struct td_app *app, const struct td_admin_task *task,
                                 struct td_admin_result *result, struct td_err *err);

/*
 * Holds, releases or cancels the selector's edition as a whole. Hold and release: `changed` counts
 * the waiting messages that this stops or lets go, none when it was so already. Cancel also
 * cancels what waits. A release lets messages go that were held one by one only where messages_too
 * says so. TD_NO for holding or releasing an edition that is cancelled.
 */
enum td_status td_admin_edition(struct td_app *app, const struct td_admin_task *task,
                                struct td_admin_result *result, struct td_err *err);

/* Cancels what still waits of editions that are cancelled: a command that did so was killed, or a sender
 * gave back what it had in hand. Nobody sends it anyway; it is for the counts. *cancelled counts them. */
enum td_status td_admin_sweep(struct td_app *app, int64_t *cancelled, struct td_err *err);

#endif
