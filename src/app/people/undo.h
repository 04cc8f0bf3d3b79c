/*
 * undo.h: an import, sync or signup file taken back.
 *
 * What the batch changed becomes as it was, whom it added goes, but only where the batch had the last
 * word (but for batches that were undone since): who has confirmed, chosen anew, unsubscribed, bounced or was erased since stays as they are. A
 * person whom the batch brought is removed with the subscription, unless a message was queued for them:
 * then whoever asks why is to find them. The ledger keeps all of it, with a
 * line for the undoing.
 */
#ifndef TD_APP_UNDO_H
#define TD_APP_UNDO_H

#include "app/instance/app.h"

struct td_undone {
    int64_t removed;  /* subscriptions that the batch had added */
    int64_t people;   /* of those, people who went with them */
    int64_t restored; /* subscriptions that it had changed */
    int64_t left;     /* changed by something else since */
    td_time before;   /* it was undone before, then; 0: not */
};

/* In slices, and fit to be repeated after a crash. dry_run: counts, changes nothing. TD_NOINPUT when
 * there is no such batch. */
enum td_status td_undo_batch(struct td_app *app, int64_t batch, bool dry_run,
                             struct td_undone *out, struct td_err *err);

#endif
