/* The report when an edition is done (report.h). */
#include "app/inspect/report.h"

#include <stdlib.h>

#include "app/press/letter.h"
#include "app/assemble/notices.h"
#include "app/inspect/alarm.h"
#include "app/inspect/replies.h"
#include "app/inspect/why.h"
#include "base/log.h"
#include "base/mem.h"
#include "store/editions.h"

#define LATE         (30 * TD_MINUTE) /* after it was due, a sent message is late */
#define REASONS_MOST 32
#define DOUBTS_MOST  20

/* How many messages ended in a state for a reason. */
struct ending {
    enum td_state state;
    enum td_reason reason;
    int64_t count;
};

/* All that the report says. Words live in the arena. */
struct findings {
    struct td_app *app;
    struct td_arena *arena;
    int64_t edition;
    const struct td_newsletter *newsletter;
    struct td_slice slug, subject;
    struct ending endings[REASONS_MOST];
    size_t ending_count;
    int64_t states[TD_STATE_COUNT];
    int64_t late;
    td_time last; /* 0: none was sent */
    struct td_replies replies;
    struct td_slice doubts[DOUBTS_MOST + 1];
    size_t doubt_count;
};

/* --- finding ---------------------------------------------------------------------------------- */

static enum td_status find_edition(struct findings *f, struct td_err *err)
{
    struct td_edition_row row;
    enum td_status status = td_store_edition_get(f->app->store, f->edition, &row, err);
    if (status == TD_OK) {
        f->slug = td_arena_copy(f->arena, row.slug);
        f->subject = td_arena_copy(f->arena, row.subject);
    }
    td_query_end(td_query(f->app->store, "edition_get"));
    if (status != TD_OK)
        return status;
    struct td_query *query = td_query(f->app->store, "edition_name");
    td_bind_int(query, "$id", f->edition);
    status = td_one(query, err);
    if (status == TD_OK)
        f->newsletter = td_config_newsletter(f->app->config, td_col_text(query, 0));
    td_query_end(query);
    return status;
}

static enum td_status find_endings(struct findings *f, struct td_err *err)
{
    struct td_query *query = td_query(f->app->store, "report_reasons");
    enum td_step step;
    td_bind_int(query, "$edition", f->edition);
    while ((step = td_step(query, err)) == TD_STEP_ROW) {
        struct ending ending = {(enum td_state)td_col_int(query, 0),
                                (enum td_reason)td_col_int(query, 1),
                                td_col_int(query, 2)};
        if ((unsigned)ending.state >= TD_STATE_COUNT)
            continue;
        f->states[ending.state] += ending.count;
        if (f->ending_count < REASONS_MOST)
            f->endings[f->ending_count++] = ending;
    }
    return step == TD_STEP_DONE ? TD_OK : err->status;
}

static enum td_status find_times(struct findings *f, struct td_err *err)
{
    struct td_query *query = td_query(f->app->store, "report_times");
    td_bind_int(query, "$edition", f->edition);
    td_bind_int(query, "$late", LATE / TD_SECOND);
    enum td_status status = td_one(query, err);
    if (status == TD_OK) {
        f->late = td_col_int(query, 0);
        f->last = td_col_int(query, 1);
    }
    td_query_end(query);
    return status;
}

static enum td_status find_doubts(struct findings *f, struct td_err *err)
{
    struct td_query *query = td_query(f->app->store, "report_doubts");
    char id[TD_MESSAGE_ID_MAX];
    enum td_step step;
    td_bind_int(query, "$edition", f->edition);
    td_bind_int(query, "$most", DOUBTS_MOST);
    while ((step = td_step(query, err)) == TD_STEP_ROW && f->doubt_count < DOUBTS_MOST) {
        td_letter_message_id(f->app, f->edition, td_col_int(query, 0), id);
        f->doubts[f->doubt_count++] = td_arena_printf(f->arena, "<%s>", id);
    }
    td_query_end(query);
    if (f->doubt_count > 0)
        f->doubts[f->doubt_count++] = td_arena_printf(
            f->arena,
            "Then: tidings queue settle edition=%lld --sent, --resend or --cancel",
            (long long)f->edition);
    return step == TD_STEP_ERROR ? err->status : TD_OK;
}

static enum td_status find_all(struct findings *f, struct td_err *err)
{
    enum td_status status = find_edition(f, err);
    if (status == TD_OK)
        status = find_endings(f, err);
    if (status == TD_OK && f->states[TD_HELD] > 0)
        return TD_NO; /* somebody is not done with it */
    if (status == TD_OK)
        status = find_times(f, err);
    if (status == TD_OK)
        status = td_replies_find(f->app, f->edition, f->arena, &f->replies, err);
    return status == TD_OK ? find_doubts(f, err) : status;
}

/* --- saying ----------------------------------------------------------------------------------- */

static struct td_slice number(const struct findings *f, int64_t n)
{
    return td_arena_printf(f->arena, "%lld", (long long)n);
}

static struct td_report_part say_figures(const struct findings *f,
                                         struct td_report_row rows[TD_STATE_COUNT + 3])
{
    static const struct {
        enum td_state state;
        const char *label;
        bool always;
    } figures[] = {
        {TD_SENT, "Sent", true},
        {TD_FAILED, "Failed", true},
        {TD_IN_DOUBT, "In doubt", true},
        {TD_EXPIRED, "Too late to send", true},
        {TD_BOUNCED, "Sent, and bounced by now", false},
        {TD_COMPLAINED, "Sent, and complained of by now", false},
        {TD_CANCELLED, "Not sent: left, or withdrawn", false},
        {TD_SUPPRESSED, "Not sent: must not be mailed", false},
        {TD_SKIPPED, "Nothing in it for them, or paused", false},
    };
    char last[32];
    size_t n = 0;
    for (size_t i = 0; i < TD_ARRAY_LEN(figures); i++)
        if (figures[i].always || f->states[figures[i].state] > 0)
            rows[n++] = (struct td_report_row){td_slice(figures[i].label),
                                               number(f, f->states[figures[i].state])};
    rows[n++] = (struct td_report_row){td_slice("Sent over half an hour after its time"),
                                       number(f, f->late)};
    if (f->last != 0) {
        td_time_format(f->last, last);
        rows[n++] = (struct td_report_row){td_slice("The last one"),
                                           td_arena_printf(f->arena, "%s", last)};
    }
    return (struct td_report_part){
        .heading = td_slice("How it went"), .rows = rows, .row_count = n};
}

static struct td_report_part say_failures(const struct findings *f,
                                          struct td_report_row rows[REASONS_MOST])
{
    size_t n = 0;
    for (size_t i = 0; i < f->ending_count; i++) {
        const char *why = td_why_reason(f->endings[i].reason);
        if (f->endings[i].state == TD_FAILED)
            rows[n++] =
                (struct td_report_row){td_slice(why[0] ? why : "no reason is known"),
                                       number(f, f->endings[i].count)};
    }
    return (struct td_report_part){
        .heading = td_slice("Why messages failed"),
        .rows = rows,
        .row_count = n,
        .notes = f->replies.lines,
        .note_count = f->replies.count,
    };
}

static enum td_status queue(const struct findings *f, bool *queued, struct td_err *err)
{
    struct td_report_row figures[TD_STATE_COUNT + 3];
    struct td_report_row failures[REASONS_MOST];
    struct td_report_part parts[3];
    size_t n = 0;
    parts[n++] = say_figures(f, figures);
    if (f->states[TD_FAILED] > 0)
        parts[n++] = say_failures(f, failures);
    if (f->doubt_count > 0)
        parts[n++] = (struct td_report_part){
            .heading = td_slice("In doubt: look for these in the relay's log"),
            .notes = f->doubts,
            .note_count = f->doubt_count,
        };
    const struct td_report report = {
        .subject = td_arena_printf(
            f->arena, "%s %.*s is done: %lld sent, %lld failed, %lld in doubt",
            f->newsletter->title, (int)f->slug.len, f->slug.ptr,
            (long long)f->states[TD_SENT], (long long)f->states[TD_FAILED],
            (long long)f->states[TD_IN_DOUBT]),
        .intro =
            td_arena_printf(f->arena, "Nothing of edition %lld waits any more: %.*s",
                            (long long)f->edition, (int)f->subject.len, f->subject.ptr),
        .parts = parts,
        .part_count = n,
    };
    const struct td_operator_report order = {
        .newsletter = f->newsletter,
        .address = f->newsletter->operator,
        .key = td_arena_printf(f->arena, "done-%lld", (long long)f->edition).ptr,
        .report = &report,
    };
    return td_notice_report(f->app, &order, queued, err);
}

/* --- once ------------------------------------------------------------------------------------- */

/* In one transaction: the edition is reported, and the mail is in the queue. */
static enum td_status keep(const struct findings *f, bool *queued, struct td_err *err)
{
    struct td_store *store = f->app->store;
    enum td_status status = td_begin(store, err);
    if (status != TD_OK)
        return status;
    struct td_query *query = td_query(store, "report_mark");
    td_bind_int(query, "$id", f->edition);
    td_bind_int(query, "$now", td_clock_now(&f->app->clock));
    status = td_run(query, err);
    bool first = status == TD_OK && td_changes(store) > 0;
    if (first && f->newsletter && f->newsletter->operator)
        status = queue(f, queued, err);
    if (status == TD_OK)
        status = td_commit(store, err);
    td_rollback(store);
    *queued = *queued && status == TD_OK;
    return status;
}

static enum td_status report(struct td_app *app, int64_t edition, bool *queued,
                             struct td_err *err)
{
    struct findings *f = td_xcalloc(1, sizeof *f);
    f->app = app;
    f->arena = td_arena_create();
    f->edition = edition;
    enum td_status status = find_all(f, err);
    if (status == TD_OK)
        status = keep(f, queued, err);
    if (status == TD_OK)
        td_log(TD_INFO, "edition_done",
               "edition=%lld sent=%lld failed=%lld in_doubt=%lld", (long long)edition,
               (long long)f->states[TD_SENT], (long long)f->states[TD_FAILED],
               (long long)f->states[TD_IN_DOUBT]);
    td_arena_destroy(f->arena);
    free(f);
    return status == TD_NO ? TD_OK : status;
}

static enum td_status find_done(struct td_app *app, int64_t **editions, size_t *count,
                                struct td_err *err)
{
    struct td_query *query = td_query(app->store, "report_done");
    size_t cap = 0;
    enum td_step step;
    td_bind_int(query, "$now", td_clock_now(&app->clock));
    while ((step = td_step(query, err)) == TD_STEP_ROW) {
        *editions = td_vec_grow(*editions, &cap, *count + 1, sizeof **editions);
        (*editions)[(*count)++] = td_col_int(query, 0);
    }
    return step == TD_STEP_DONE ? TD_OK : err->status;
}

enum td_status td_reports_run(struct td_app *app, int64_t *queued, struct td_err *err)
{
    int64_t *editions = NULL;
    size_t count = 0;
    *queued = 0;
    enum td_status status = td_app_store(app, err);
    if (status != TD_OK)
        return status;
    enum td_status alarmed = td_alarms_run(app, queued, err);
    status = find_done(app, &editions, &count, err);
    for (size_t i = 0; i < count && status == TD_OK; i++) {
        bool told = false;
        status = report(app, editions[i], &told, err);
        *queued += told;
    }
    free(editions);
    return status != TD_OK ? status : alarmed;
}
