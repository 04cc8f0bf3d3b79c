/* What is forgotten when (retention.h). */
#include "app/keep/retention.h"

#include <stdlib.h>

#include "app/instance/audit.h"
#include "app/bounces/bounces.h"
#include "app/keep/retention_files.h"
#include "app/keep/retention_replies.h"
#include "base/log.h"
#include "base/mem.h"
#include "model/message.h"
#include "store/history.h"
#include "store/ledger.h"
#include "store/mailboxes.h"

#define SLICE_SIZE   1000 /* rows in one transaction: senders of this host wait for it */
#define COMMANDS_FOR (90 * TD_DAY) /* no mailbox gives a mail again so late */

struct edition {
    int64_t id, newsletter, year;
    td_time valid_for;
};

struct run {
    struct td_app *app;
    const struct td_retention_options *options;
    struct td_retained *out;
    td_time now;
    const struct edition *edition; /* being worked on */
    int64_t removed;               /* messages of it */
};

/* Rows of an edition by subscriber: above `after` up to `upto`. */
struct slice {
    int64_t after, upto;
};

static bool told_to_stop(struct run *run)
{
    run->out->stopped = run->options->stop && *run->options->stop;
    return run->out->stopped;
}

/* A transaction ends: kept, or only counted. */
static enum td_status close_slice(struct run *run, enum td_status status,
                                  struct td_err *err)
{
    if (status == TD_OK && !run->options->dry_run)
        status = td_commit(run->app->store, err);
    td_rollback(run->app->store);
    return status;
}

static struct td_query *slice_query(struct run *run, const char *name,
                                    const struct slice *slice)
{
    struct td_query *query = td_query(run->app->store, name);
    td_bind_int(query, "$edition", run->edition->id);
    td_bind_int(query, "$after", slice->after);
    td_bind_int(query, "$upto", slice->upto);
    return query;
}

/* Goes through an edition in slices whose ends `bound` finds, each in a transaction of its own. */
static enum td_status each_slice(struct run *run, const char *bound,
                                 enum td_status (*work)(struct run *run,
                                                        const struct slice *slice,
                                                        struct td_err *err),
                                 struct td_err *err)
{
    struct slice slice = {0};
    enum td_status status = TD_OK;
    while (status == TD_OK && !told_to_stop(run)) {
        struct td_query *query = td_query(run->app->store, bound);
        slice.after = slice.upto;
        td_bind_int(query, "$edition", run->edition->id);
        td_bind_int(query, "$after", slice.after);
        td_bind_int(query, "$size", SLICE_SIZE);
        status = td_one(query, err);
        bool any = status == TD_OK && !td_col_is_null(query, 0);
        slice.upto = any ? td_col_int(query, 0) : 0;
        td_query_end(query);
        if (!any)
            break;
        status = td_begin(run->app->store, err);
        if (status == TD_OK)
            status = close_slice(run, work(run, &slice, err), err);
    }
    return status;
}

/* --- attempts --------------------------------------------------------------------------------- */

static enum td_status drop_attempts(struct run *run, const struct slice *slice,
                                    struct td_err *err)
{
    const struct td_retention *keep = &run->app->config->retention;
    struct td_query *query = slice_query(run, "retention_attempts", slice);
    td_bind_int(query, "$other_before", run->now - keep->attempts);
    td_bind_int(query, "$sent_before", run->now - keep->queue_ids);
    enum td_status status = td_run(query, err);
    if (status == TD_OK)
        run->out->attempts += td_changes(run->app->store);
    return status;
}

/* --- messages --------------------------------------------------------------------------------- */

/* Due so long ago that its deadline is past for as long as messages are kept; in seconds. */
static int64_t due_before(const struct run *run)
{
    return (run->now - run->app->config->retention.messages - run->edition->valid_for) /
           TD_SECOND;
}

/* What nobody sent in time, because its edition was held or no sender ran. */
static enum td_status expire(struct run *run, const struct slice *slice,
                             struct td_err *err)
{
    static const enum td_state waiting[] = {TD_QUEUED, TD_DEFERRED, TD_HELD};
    enum td_status status = TD_OK;
    for (size_t i = 0; i < TD_ARRAY_LEN(waiting) && status == TD_OK; i++) {
        if (!td_state_may_move(waiting[i], TD_EXPIRED))
            TD_PANIC("a move that the table of states forbids");
        struct td_query *query = slice_query(run, "retention_expire", slice);
        td_bind_int(query, "$from", waiting[i]);
        td_bind_int(query, "$to", TD_EXPIRED);
        td_bind_int(query, "$reason", TD_REASON_TOO_LATE);
        td_bind_int(query, "$due", due_before(run));
        status = td_run(query, err);
        if (status == TD_OK)
            run->out->expired += td_changes(run->app->store);
    }
    return status;
}

struct lines {
    struct td_history_line *items; /* owned */
    size_t count, cap;
};

static enum td_status read_lines(struct run *run, const struct slice *slice,
                                 struct lines *lines, struct td_err *err)
{
    struct td_query *query = slice_query(run, "retention_messages", slice);
    enum td_step step;
    td_bind_int(query, "$due", due_before(run));
    while ((step = td_step(query, err)) == TD_STEP_ROW) {
        lines->items = td_vec_grow(lines->items, &lines->cap, lines->count + 1,
                                   sizeof *lines->items);
        lines->items[lines->count++] = (struct td_history_line){
            .subscriber = td_col_int(query, 0),
            .newsletter = run->edition->newsletter,
            .year = run->edition->year,
            .entry = {run->edition->id, (enum td_state)td_col_int(query, 1),
                      (enum td_reason)td_col_int(query, 2)},
        };
    }
    return step == TD_STEP_DONE ? TD_OK : err->status;
}

static enum td_status keep_lines(struct run *run, const struct lines *lines,
                                 struct td_err *err)
{
    int64_t totals[TD_STATE_COUNT] = {0};
    enum td_status status = TD_OK;
    for (size_t i = 0; i < lines->count && status == TD_OK; i++) {
        totals[lines->items[i].entry.state]++;
        status = td_history_keep(run->app->store, &lines->items[i], err);
    }
    for (int state = 0; state < TD_STATE_COUNT && status == TD_OK; state++) {
        if (totals[state] == 0)
            continue;
        struct td_query *query = td_query(run->app->store, "edition_total_add");
        td_bind_int(query, "$edition", run->edition->id);
        td_bind_int(query, "$state", state);
        td_bind_int(query, "$messages", totals[state]);
        status = td_run(query, err);
    }
    return status;
}

/* The rows go, and with them the attempts that are left of them. */
static enum td_status remove_rows(struct run *run, const struct slice *slice,
                                  const struct lines *lines, struct td_err *err)
{
    struct td_query *query = slice_query(run, "retention_remove", slice);
    td_bind_int(query, "$due", due_before(run));
    enum td_status status = td_run(query, err);
    if (status == TD_OK && td_changes(run->app->store) != (int64_t)lines->count)
        TD_PANIC("messages are removed that were not kept");
    if (status == TD_OK)
        status = td_run(slice_query(run, "retention_orphans", slice), err);
    if (status == TD_OK &&
        !run->options->dry_run) /* where nothing went they were counted before */
        run->out->attempts += td_changes(run->app->store);
    return status;
}

static enum td_status compact(struct run *run, const struct slice *slice,
                              struct td_err *err)
{
    struct lines lines = {0};
    enum td_status status = expire(run, slice, err);
    if (status == TD_OK)
        status = read_lines(run, slice, &lines, err);
    if (status == TD_OK && lines.count > 0)
        status = keep_lines(run, &lines, err);
    if (status == TD_OK && lines.count > 0)
        status = remove_rows(run, slice, &lines, err);
    run->removed += status == TD_OK ? (int64_t)lines.count : 0;
    free(lines.items);
    return status;
}

static enum td_status drop_mails(struct run *run, struct td_err *err)
{
    static const char *const names[] = {"retention_selections", "retention_variants"};
    enum td_status status = td_begin(run->app->store, err);
    if (status != TD_OK)
        return status;
    for (size_t i = 0; i < TD_ARRAY_LEN(names) && status == TD_OK; i++) {
        struct td_query *query = td_query(run->app->store, names[i]);
        td_bind_int(query, "$edition", run->edition->id);
        status = td_run(query, err);
    }
    if (status == TD_OK)
        run->out->variants += td_changes(run->app->store);
    return close_slice(run, status, err);
}

/* --- editions --------------------------------------------------------------------------------- */

struct editions {
    struct edition *items; /* owned */
    size_t count, cap;
};

static enum td_status read_editions(struct run *run, td_time before, struct editions *out,
                                    struct td_err *err)
{
    struct td_query *query = td_query(run->app->store, "retention_editions");
    enum td_step step;
    td_bind_int(query, "$before", before);
    out->count = 0;
    while ((step = td_step(query, err)) == TD_STEP_ROW) {
        out->items =
            td_vec_grow(out->items, &out->cap, out->count + 1, sizeof *out->items);
        out->items[out->count++] = (struct edition){
            .id = td_col_int(query, 0),
            .newsletter = td_col_int(query, 1),
            .year = td_col_int(query, 2),
            .valid_for = td_col_int(query, 3) * TD_SECOND,
        };
    }
    return step == TD_STEP_DONE ? TD_OK : err->status;
}

static enum td_status forget_attempts(struct run *run, struct editions *editions,
                                      struct td_err *err)
{
    const struct td_retention *keep = &run->app->config->retention;
    td_time soonest = keep->queue_ids < keep->attempts ? keep->queue_ids : keep->attempts;
    enum td_status status = read_editions(run, run->now - soonest, editions, err);
    for (size_t i = 0; i < editions->count && status == TD_OK && !told_to_stop(run);
         i++) {
        run->edition = &editions->items[i];
        status = each_slice(run, "retention_attempt_bound", drop_attempts, err);
    }
    return status;
}

static enum td_status forget_messages(struct run *run, struct editions *editions,
                                      struct td_err *err)
{
    td_time before = run->now - run->app->config->retention.messages;
    enum td_status status = read_editions(run, before, editions, err);
    for (size_t i = 0; i < editions->count && status == TD_OK && !told_to_stop(run);
         i++) {
        run->edition = &editions->items[i];
        run->removed = 0;
        status = each_slice(run, "admin_bound", compact, err);
        run->out->messages += run->removed;
        run->out->editions += run->removed > 0;
        if (status == TD_OK)
            status = drop_mails(run, err);
    }
    return status;
}

/* --- the rest ------------------------------------------------------------------------------- */

static enum td_status forget_bounces(struct run *run, struct td_err *err)
{
    struct td_bounces_forgotten forgotten;
    if (told_to_stop(run))
        return TD_OK;
    enum td_status status = td_bounces_forget(run->app, run->options->dry_run,
                                              run->options->stop, &forgotten, err);
    run->out->bounce_mails = forgotten.raw;
    run->out->bounces = forgotten.rows;
    return status;
}

static enum td_status forget_commands(struct run *run, struct td_err *err)
{
    if (told_to_stop(run))
        return TD_OK;
    enum td_status status = td_begin(run->app->store, err);
    if (status != TD_OK)
        return status;
    status = td_store_mail_forget(run->app->store, run->now - COMMANDS_FOR, err);
    return close_slice(run, status, err);
}

static enum td_status forget_senders(struct run *run, struct td_err *err)
{
    struct td_reaped reaped = {0};
    enum td_status status = td_begin(run->app->store, err);
    if (status != TD_OK)
        return status;
    status = td_ledger_reap(run->app->store, run->now, &reaped, err);
    run->out->senders = reaped.senders;
    return close_slice(run, status, err);
}

/* Who asks "where is my message row?" finds the answer in the audit. */
static enum td_status note(struct run *run, struct td_err *err)
{
    const struct td_retained *out = run->out;
    if (run->options->dry_run || out->messages + out->attempts + out->replies == 0)
        return TD_OK;
    td_log(TD_INFO, "retention",
           "attempts=%lld messages=%lld expired=%lld variants=%lld replies=%lld",
           (long long)out->attempts, (long long)out->messages, (long long)out->expired,
           (long long)out->variants, (long long)out->replies);
    enum td_status status = td_begin(run->app->store, err);
    if (status == TD_OK)
        status = td_audit_command(run->app, "db compact", td_slice("messages"),
                                  out->messages, err);
    if (status == TD_OK)
        status = td_commit(run->app->store, err);
    td_rollback(run->app->store);
    return status;
}

enum td_status td_retention_run(struct td_app *app,
                                const struct td_retention_options *options,
                                struct td_retained *out, struct td_err *err)
{
    struct run run = {.app = app, .options = options, .out = out};
    struct editions editions = {0};
    *out = (struct td_retained){0};
    enum td_status status = td_app_store(app, err);
    run.now = td_clock_now(&app->clock);
    if (status == TD_OK)
        status = forget_senders(&run, err);
    if (status == TD_OK)
        status = forget_attempts(&run, &editions, err);
    if (status == TD_OK)
        status = forget_messages(&run, &editions, err);
    if (status == TD_OK)
        status = forget_bounces(&run, err);
    if (status == TD_OK)
        status = forget_commands(&run, err);
    if (status == TD_OK)
        status =
            td_retention_names(app, options, run.now - app->config->retention.files, err);
    if (status == TD_OK)
        status = td_retention_replies(app, options, out, err);
    if (status == TD_OK)
        status = td_retention_files(app, run.now - app->config->retention.files,
                                    options->dry_run, &out->files, err);
    if (status == TD_OK)
        status = note(&run, err);
    free(editions.items);
    return status;
}
