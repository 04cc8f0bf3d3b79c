/* A file made the truth for one newsletter (sync.h). */
#include "app/people/sync.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/instance/audit.h"
#include "app/people/import.h"
#include "app/people/intake.h"
#include "base/mem.h"

#define LEAVERS_SHARE 10 /* without a number from the caller: one in so many … */
#define LEAVERS_LEAST 5  /* … or so many */

/* Numbers of subscribers, a bit each: they are dense, and a million take 128 KB. */
struct numbers {
    unsigned char *bits; /* owned */
    size_t cap;
};

struct leaver {
    int64_t id;
    char *email; /* owned */
};

struct sync {
    struct td_intake intake;
    const struct td_sync_options *options;
    struct td_synced *out;
    int64_t newsletter; /* store id; 0: nobody has subscribed to it yet */
    struct numbers named;
    int64_t named_count;
    struct leaver *leavers; /* owned */
    size_t leaver_count, leaver_cap;
};

const char *td_difference_name(enum td_difference difference)
{
    switch (difference) {
    case TD_DIFFERENCE_ADD: return "add";
    case TD_DIFFERENCE_CHANGE: return "change";
    case TD_DIFFERENCE_UNSUBSCRIBE: return "unsubscribe";
    case TD_DIFFERENCE_KEEP_AWAY: return "keep_away";
    case TD_DIFFERENCE_FAULT: return "fault";
    }
    return "?";
}

static void add_number(struct numbers *numbers, int64_t number)
{
    size_t byte = (size_t)number / 8;
    size_t before = numbers->cap;
    numbers->bits = td_vec_grow(numbers->bits, &numbers->cap, byte + 1, 1);
    if (numbers->cap > before)
        memset(numbers->bits + before, 0, numbers->cap - before);
    numbers->bits[byte] |= (unsigned char)(1U << (unsigned)(number % 8));
}

static bool has_number(const struct numbers *numbers, int64_t number)
{
    size_t byte = (size_t)number / 8;
    return byte < numbers->cap && ((unsigned)numbers->bits[byte] >> number % 8 & 1U) != 0;
}

static void tell(const struct sync *sync, const struct td_sync_line *line)
{
    sync->out->counts[line->difference]++;
    if (sync->options->line)
        sync->options->line(sync->options->context, line);
}

/* --- rows ------------------------------------------------------------------------------------- */

static enum td_status start_batch(void *context, struct td_err *err)
{
    struct sync *sync = context;
    struct td_batch_row batch = {
        .newsletter = sync->newsletter,
        .how = "sync",
        .source = td_slice(sync->options->terms.source),
        .file = td_slice(sync->options->file),
    };
    enum td_status status = td_store_batch_start(sync->intake.app->store, &batch,
                                                 sync->intake.people.now, err);
    sync->intake.people.batch = batch.id;
    return status;
}

/* What a row that was applied makes of the newsletter; false: nothing. */
static bool is_difference(const struct td_intake_row *row, enum td_difference *out)
{
    bool leaves = row->signup->action == TD_ACTION_UNSUBSCRIBE;
    switch (row->outcome->result) {
    case TD_PERSON_ADDED: *out = TD_DIFFERENCE_ADD; return true;
    case TD_PERSON_UPDATED:
        *out = leaves ? TD_DIFFERENCE_UNSUBSCRIBE : TD_DIFFERENCE_CHANGE;
        return true;
    case TD_PERSON_UNCHANGED: return false;
    case TD_PERSON_REFUSED: *out = TD_DIFFERENCE_KEEP_AWAY; return true;
    }
    return false;
}

static enum td_status hear_row(void *context, const struct td_intake_row *row,
                               struct td_err *err)
{
    struct sync *sync = context;
    const struct td_signup *signup = row->signup;
    struct td_sync_line line = {
        .difference = TD_DIFFERENCE_FAULT,
        .line = row->row->line,
        .email = row->row->cells[TD_COL_EMAIL],
        .reason = row->reason,
    };
    (void)err;
    if (!signup) {
        line.email = row->row->raw;
        tell(sync, &line);
    } else if (signup->newsletter != sync->options->terms.newsletter) {
        line.reason = "the row is for another newsletter";
        tell(sync, &line);
    } else {
        if (signup->action != TD_ACTION_UNSUBSCRIBE && row->outcome->subscriber != 0)
            add_number(&sync->named, row->outcome->subscriber);
        sync->named_count += signup->action != TD_ACTION_UNSUBSCRIBE;
        if (is_difference(row, &line.difference))
            tell(sync, &line);
        else
            sync->out->unchanged++;
    }
    return TD_OK;
}

/* --- those who are not in the file ------------------------------------------------------------- */

/* All are read before the first is unsubscribed: the statement reads the table that this changes. */
static enum td_status find_leavers(struct sync *sync, struct td_err *err)
{
    struct td_query *query = td_query(sync->intake.app->store, "sync_members");
    enum td_step step;
    td_bind_int(query, "$newsletter", sync->newsletter);
    while ((step = td_step(query, err)) == TD_STEP_ROW) {
        int64_t id = td_col_int(query, 0);
        struct td_slice email = td_col_text(query, 1);
        if (has_number(&sync->named, id))
            continue;
        sync->leavers = td_vec_grow(sync->leavers, &sync->leaver_cap,
                                    sync->leaver_count + 1, sizeof *sync->leavers);
        sync->leavers[sync->leaver_count++] =
            (struct leaver){id, td_xstrndup(email.ptr, email.len)};
    }
    return step == TD_STEP_DONE ? TD_OK : err->status;
}

static enum td_status unsubscribe_all(struct sync *sync, struct td_err *err)
{
    enum td_status status = TD_OK;
    for (size_t i = 0; i < sync->leaver_count && status == TD_OK; i++) {
        struct td_person_outcome outcome;
        struct td_sync_line line = {
            .difference = TD_DIFFERENCE_UNSUBSCRIBE,
            .email = td_slice(sync->leavers[i].email),
            .reason = "",
        };
        status = td_people_unsubscribe(&sync->intake.people, sync->newsletter,
                                       sync->leavers[i].id, &outcome, err);
        tell(sync, &line);
    }
    return status;
}

/* --- may it be applied? ------------------------------------------------------------------------ */

/* How many may leave. A file that leaves nobody is that of another newsletter. */
static int64_t leavers_most(const struct sync *sync, int64_t leave)
{
    const int64_t members = sync->out->members;
    const int64_t share = members / LEAVERS_SHARE;
    if (sync->options->leavers >= 0)
        return sync->options->leavers;
    if (leave >= members)
        return 0;
    return share > LEAVERS_LEAST ? share : LEAVERS_LEAST;
}

static enum td_status refuse(const struct sync *sync, struct td_err *err)
{
    const struct td_synced *out = sync->out;
    int64_t leave = out->counts[TD_DIFFERENCE_UNSUBSCRIBE];
    if (sync->named_count == 0)
        return td_fail(err, TD_DATA, "%s names nobody: nothing was changed",
                       sync->options->file);
    if (out->counts[TD_DIFFERENCE_FAULT] > 0)
        return td_fail(err, TD_DATA,
                       "%lld rows of %s cannot be read, and whom they mean would be "
                       "unsubscribed: nothing was changed",
                       (long long)out->counts[TD_DIFFERENCE_FAULT], sync->options->file);
    if (leave > leavers_most(sync, leave))
        return td_fail(err, TD_NO,
                       "%lld of %lld would be unsubscribed: nothing was changed; "
                       "--leavers %lld allows it",
                       (long long)leave, (long long)out->members, (long long)leave);
    return TD_OK;
}

static enum td_status keep(const struct sync *sync, struct td_err *err)
{
    struct td_app *app = sync->intake.app;
    const struct td_synced *out = sync->out;
    struct td_batch_row batch = {
        .id = sync->intake.people.batch,
        .rows = sync->intake.counts.rows,
        .added = out->counts[TD_DIFFERENCE_ADD],
        .updated =
            out->counts[TD_DIFFERENCE_CHANGE] + out->counts[TD_DIFFERENCE_UNSUBSCRIBE],
        .refused = out->counts[TD_DIFFERENCE_KEEP_AWAY],
    };
    enum td_status status =
        td_store_batch_set(app->store, &batch, td_clock_now(&app->clock), err);
    if (status == TD_OK)
        status = td_audit_command(app, "subscriber sync", td_slice(sync->options->file),
                                  batch.added + batch.updated, err);
    return status;
}

static enum td_status finish(void *context, bool last, struct td_err *err)
{
    struct sync *sync = context;
    (void)last; /* there is one transaction */
    enum td_status status = find_leavers(sync, err);
    if (status == TD_OK)
        status = unsubscribe_all(sync, err);
    sync->out->rows = sync->intake.counts.rows;
    sync->intake.take_back = !sync->options->apply;
    if (status != TD_OK || !sync->options->apply)
        return status;
    status = refuse(sync, err);
    return status == TD_OK ? keep(sync, err) : status;
}

/* --- the whole --------------------------------------------------------------------------------- */

static enum td_status count_members(struct sync *sync, struct td_err *err)
{
    struct td_query *query = td_query(sync->intake.app->store, "sync_members");
    enum td_step step;
    td_bind_int(query, "$newsletter", sync->newsletter);
    while ((step = td_step(query, err)) == TD_STEP_ROW)
        sync->out->members++;
    return step == TD_STEP_DONE ? TD_OK : err->status;
}

static void set_up(struct sync *sync, struct td_app *app)
{
    const struct td_sync_options *options = sync->options;
    struct td_intake *intake = &sync->intake;
    td_intake_init(intake, app, "sync");
    td_intake_terms(intake, &options->terms);
    intake->one_transaction = true;
    intake->calls = (struct td_intake_calls){
        .start = start_batch, .row = hear_row, .commit = finish, .context = sync};
}

static void release(struct sync *sync)
{
    for (size_t i = 0; i < sync->leaver_count; i++)
        free(sync->leavers[i].email);
    free(sync->leavers);
    free(sync->named.bits);
}

/* The newsletter gets its row by itself: it stays, whatever becomes of the sync. */
static enum td_status find_newsletter(struct sync *sync, struct td_err *err)
{
    struct td_store *store = sync->intake.app->store;
    enum td_status status = td_begin(store, err);
    if (status == TD_OK)
        status = td_store_newsletter_id(store, sync->options->terms.newsletter->name,
                                        &sync->newsletter, err);
    if (status == TD_OK)
        status = td_commit(store, err);
    td_rollback(store);
    return status;
}

enum td_status td_sync(struct td_app *app, const struct td_sync_options *options,
                       struct td_synced *out, struct td_err *err)
{
    struct sync sync = {.options = options, .out = out};
    int fd = -1;
    *out = (struct td_synced){0};
    enum td_status status = td_import_open(app, options->file, &fd, err);
    if (status != TD_OK)
        return status;
    status = td_app_store(app, err);
    if (status == TD_OK) {
        set_up(&sync, app);
        status = find_newsletter(&sync, err);
    }
    if (status == TD_OK)
        status = count_members(&sync, err);
    if (status == TD_OK)
        status = td_intake_run(&sync.intake, fd, options->file, err);
    out->applied = status == TD_OK && options->apply;
    out->batch = out->applied ? sync.intake.people.batch : 0;
    release(&sync);
    if (fd > STDIN_FILENO)
        (void)close(fd);
    return status;
}
