/* A batch taken back (undo.h). */
#include "app/people/undo.h"

#include <stdio.h>
#include <stdlib.h>

#include "app/instance/audit.h"
#include "base/mem.h"
#include "store/batch.h"

#define AT_ONCE 5000 /* subscriptions of one transaction */

struct undoing {
    struct td_app *app;
    int64_t batch;
    td_time now;
    td_time started; /* the batch was */
    struct td_undone *done;
};

static enum td_status write_line(const struct undoing *undoing,
                                 const struct td_touched *what, struct td_err *err)
{
    struct td_consent consent = {
        .subscriber = what->subscriber,
        .newsletter = what->newsletter,
        .at = undoing->now,
        .event = TD_CONSENT_UNDONE,
        .how = "undo",
        .batch = undoing->batch,
    };
    return td_store_consent(undoing->app->store, &consent, err);
}

static enum td_status remove_added(const struct undoing *undoing,
                                   const struct td_touched *what, struct td_err *err)
{
    struct td_unmaking unmaking = {
        .newsletter = what->newsletter,
        .subscriber = what->subscriber,
        .since = undoing->started,
    };
    bool gone = false;
    enum td_status status = td_store_unmake(undoing->app->store, &unmaking, &gone, err);
    undoing->done->removed++;
    undoing->done->people += gone;
    return status;
}

static enum td_status restore(const struct undoing *undoing,
                              const struct td_touched *what, struct td_err *err)
{
    struct td_store *store = undoing->app->store;
    struct td_subscription_row row;
    enum td_status status =
        td_store_subscription_find(store, what->newsletter, what->subscriber, &row, err);
    if (status != TD_OK)
        return status == TD_NOINPUT ? TD_OK : status;
    row.status = what->status;
    row.prefs = what->prefs;
    row.changed = undoing->now;
    undoing->done->restored++;
    return td_store_subscription_set(store, &row, err);
}

static enum td_status undo_one(const struct undoing *undoing,
                               const struct td_touched *what, struct td_err *err)
{
    if (what->undone)
        return TD_OK; /* by a run that was cut short */
    if (!what->last_word) {
        undoing->done->left++;
        return TD_OK;
    }
    enum td_status status =
        what->added ? remove_added(undoing, what, err) : restore(undoing, what, err);
    return status == TD_OK ? write_line(undoing, what, err) : status;
}

/* One slice, inside a transaction; *after moves on, *more is false behind the last. */
static enum td_status undo_slice(const struct undoing *undoing, struct td_touched *after,
                                 bool *more, struct td_err *err)
{
    struct td_touched *slice = td_xcalloc(AT_ONCE, sizeof *slice);
    size_t count = 0;
    enum td_status status = td_store_batch_touched(undoing->app->store, undoing->batch,
                                                   after, slice, AT_ONCE, &count, err);
    for (size_t i = 0; i < count && status == TD_OK; i++)
        status = undo_one(undoing, &slice[i], err);
    if (count > 0)
        *after = slice[count - 1];
    *more = count == AT_ONCE;
    free(slice);
    return status;
}

static enum td_status finish(const struct undoing *undoing, struct td_err *err)
{
    char subject[40];
    (void)snprintf(subject, sizeof subject, "batch %lld", (long long)undoing->batch);
    enum td_status status =
        td_store_batch_undone(undoing->app->store, undoing->batch, undoing->now, err);
    if (status == TD_OK)
        status =
            td_audit_command(undoing->app, "subscriber import --undo", td_slice(subject),
                             undoing->done->removed + undoing->done->restored, err);
    return status;
}

/* Slice by slice; a dry run does it all in one transaction and takes it back. */
static enum td_status run(const struct undoing *undoing, bool dry_run, struct td_err *err)
{
    struct td_store *store = undoing->app->store;
    struct td_touched after = {0};
    bool more = true;
    enum td_status status = td_begin(store, err);
    while (status == TD_OK && more) {
        status = undo_slice(undoing, &after, &more, err);
        if (status == TD_OK && more && !dry_run)
            status = td_commit(store, err);
        if (status == TD_OK && more && !dry_run)
            status = td_begin(store, err);
    }
    if (status == TD_OK && !dry_run)
        status = finish(undoing, err);
    if (status == TD_OK && !dry_run)
        status = td_commit(store, err);
    td_rollback(store);
    return status;
}

enum td_status td_undo_batch(struct td_app *app, int64_t batch, bool dry_run,
                             struct td_undone *out, struct td_err *err)
{
    struct undoing undoing = {.app = app, .batch = batch, .done = out};
    struct td_batch row;
    *out = (struct td_undone){0};
    enum td_status status = td_app_store(app, err);
    if (status == TD_OK)
        status = td_store_batch_get(app->store, batch, &row, err);
    if (status != TD_OK)
        return status;
    undoing.started = row.started;
    out->before = row.undone;
    td_query_end(td_query(app->store, "batch_get"));
    undoing.now = td_clock_now(&app->clock);
    return run(&undoing, dry_run, err);
}
