/* Taking in and working through (bounces.h). */
#include "app/bounces/bounces.h"

#include <stdlib.h>

#include "app/bounces/bounce_judge.h"
#include "app/bounces/bounce_read.h"
#include "base/log.h"

#define CLAIM_MAX  50
#define CLAIM_FOR  TD_MINUTE /* longer than reading takes, short enough to be waited for */
#define LATER_FOR  (10 * TD_SECOND)
#define TRIES_MAX  3
#define WAITED_MAX 100
#define FORGET_MAX 500

bool td_bounces_any(const struct td_bounce_counts *counts)
{
    bool any = counts->taken > 0 || counts->known > 0 || counts->suspended > 0 ||
               counts->reinstated > 0;
    for (size_t i = 0; i < TD_BOUNCE_RESULTS; i++)
        any = any || counts->results[i] > 0;
    return any;
}

/* --- taking in ------------------------------------------------------------------------------- */

enum td_status td_bounces_take(struct td_app *app, const char *source,
                               const struct td_slice *mails, size_t count,
                               struct td_bounce_counts *counts, struct td_err *err)
{
    struct td_bounce_counts after = *counts;
    td_time now = td_clock_now(&app->clock);
    enum td_status status = td_app_store(app, err);
    if (status == TD_OK)
        status = td_begin(app->store, err);
    for (size_t i = 0; i < count && status == TD_OK; i++) {
        bool added = false;
        struct td_slice kept = td_slice_sub(mails[i], 0, TD_BOUNCE_KEPT_MAX);
        status = td_store_bounce_add(app->store, now, source, kept, &added, err);
        *(added ? &after.taken : &after.known) += 1;
    }
    if (status == TD_OK)
        status = td_commit(app->store, err);
    if (app->store)
        td_rollback(app->store);
    if (status == TD_OK)
        *counts = after;
    return status;
}

/* --- one row --------------------------------------------------------------------------------- */

struct work {
    struct td_app *app;
    struct td_bounce_reader *reader; /* owned; NULL until something is to be read */
    struct td_bounce_counts *counts;
};

/* The verdict and all that follows, at once or not at all. */
static enum td_status conclude(struct work *work, struct td_bounce_row *row,
                               struct td_err *err)
{
    struct td_store *store = work->app->store;
    struct td_judged judged;
    struct td_err why = {0};
    enum td_status status = td_begin(store, err);
    if (status != TD_OK)
        return status;
    status = td_bounce_judge(work->app, row, &judged, &why);
    if (status == TD_OK && judged.later) {
        row->result = TD_RESULT_PENDING;
        row->tries = 0;
        row->until = td_clock_now(&work->app->clock) + LATER_FOR;
        status = td_store_bounce_judge(store, row, TD_RESULT_PENDING, &why);
    }
    if (status == TD_OK)
        status = td_commit(store, &why);
    td_rollback(store);
    if (status == TD_CONFLICT)
        return TD_OK; /* another was first */
    if (status != TD_OK)
        return td_fail(err, status, "bounce %lld: %s", (long long)row->id, why.text);
    if (judged.alarm != TD_ALARM_NONE &&
        td_bounce_alarm(work->app, judged.alarm, row, &why) != TD_OK)
        td_log(TD_ERROR, "alarm", "trouble=%s", why.text);
    work->counts->later += judged.later;
    work->counts->results[row->result] += !judged.later;
    work->counts->suspended += judged.suspended;
    work->counts->reinstated += judged.taken_back;
    return TD_OK;
}

/* It was begun too often: whoever reads it does not come to an end. */
static enum td_status set_aside(struct work *work, struct td_bounce_row *row,
                                struct td_err *err)
{
    row->result = TD_RESULT_UNREADABLE;
    td_log(TD_ERROR, "unreadable", "bounce=%lld tries=%d", (long long)row->id,
           row->tries - 1);
    return conclude(work, row, err);
}

static enum td_status work_on(struct work *work, int64_t id, struct td_err *err)
{
    struct td_store *store = work->app->store;
    struct td_bounce_row row;
    struct td_buf mail;
    enum td_status status = td_store_bounce_get(store, id, &row, err);
    if (status != TD_OK || row.result != TD_RESULT_PENDING)
        return status;
    if (row.tries > TRIES_MAX)
        return set_aside(work, &row, err);
    if (!work->reader)
        status = td_bounce_reader_create(&work->reader, work->app, err);
    td_buf_init(&mail, TD_BOUNCE_KEPT_MAX + 1);
    if (status == TD_OK)
        status = td_store_bounce_raw(store, id, &mail, err);
    if (status == TD_OK)
        status = td_bounce_understand(work->reader, td_buf_slice(&mail), &row, err);
    td_buf_release(&mail);
    return status == TD_OK ? conclude(work, &row, err) : status;
}

/* --- all of them ----------------------------------------------------------------------------- */

static enum td_status claim(struct td_app *app, bool begun, size_t max,
                            struct td_bounce_claim claims[CLAIM_MAX], size_t *count,
                            struct td_err *err)
{
    td_time now = td_clock_now(&app->clock);
    enum td_status status = td_begin(app->store, err);
    if (status == TD_OK)
        status = td_store_bounce_claim(app->store, now, now + CLAIM_FOR, begun, claims,
                                       max, count, err);
    if (status == TD_OK && *count > 0)
        status = td_commit(app->store, err);
    td_rollback(app->store);
    return status;
}

static bool told_to_stop(const volatile int *stop)
{
    return stop && *stop;
}

/* The new ones by the page; what was begun before one by one, so that a mail that kills its reader
 * does not count against its neighbours. */
static enum td_status work_pending(struct work *work, bool begun,
                                   const volatile int *stop, struct td_err *err)
{
    struct td_bounce_claim claims[CLAIM_MAX];
    enum td_status status = TD_OK;
    size_t count = 1;
    while (status == TD_OK && count > 0 && !told_to_stop(stop)) {
        status = claim(work->app, begun, begun ? 1 : CLAIM_MAX, claims, &count, err);
        for (size_t i = 0; status == TD_OK && i < count; i++)
            status = work_on(work, claims[i].id, err);
    }
    return status;
}

static enum td_status conclude_waited(struct work *work, int64_t id, struct td_err *err)
{
    struct td_store *store = work->app->store;
    struct td_judged judged;
    enum td_status status = td_begin(store, err);
    if (status == TD_OK)
        status = td_bounce_judge_waited(work->app, id, &judged, err);
    if (status == TD_OK)
        status = td_commit(store, err);
    td_rollback(store);
    if (status == TD_OK)
        work->counts->suspended += judged.suspended;
    return status == TD_CONFLICT ? TD_OK : status;
}

/* What waited for its domain long enough. */
static enum td_status work_waited(struct work *work, const volatile int *stop,
                                  struct td_err *err)
{
    struct td_ids ids = {0};
    enum td_status status = TD_OK;
    do {
        struct td_query *query = td_query(work->app->store, "bounce_waited");
        td_bind_int(query, "$now", td_clock_now(&work->app->clock));
        td_bind_int(query, "$max", WAITED_MAX);
        status = td_store_ids(query, &ids, err);
        for (size_t i = 0; status == TD_OK && i < ids.count; i++)
            status = conclude_waited(work, ids.items[i], err);
    } while (status == TD_OK && ids.count > 0 && !told_to_stop(stop));
    free(ids.items);
    return status;
}

enum td_status td_bounces_work(struct td_app *app, const volatile int *stop,
                               struct td_bounce_counts *counts, struct td_err *err)
{
    struct work work = {.app = app, .counts = counts};
    bool waiting = false;
    enum td_status status = td_bounces_waiting(app, &waiting, err);
    if (status != TD_OK || !waiting)
        return status;
    status = work_pending(&work, false, stop, err);
    if (status == TD_OK)
        status = work_pending(&work, true, stop, err);
    if (status == TD_OK)
        status = work_waited(&work, stop, err);
    td_bounce_reader_destroy(work.reader);
    return status;
}

enum td_status td_bounces_waiting(struct td_app *app, bool *out, struct td_err *err)
{
    int64_t found = 0;
    *out = false;
    enum td_status status = td_app_store(app, err);
    if (status != TD_OK)
        return status;
    struct td_query *query = td_query(app->store, "bounce_waiting");
    td_bind_int(query, "$now", td_clock_now(&app->clock));
    status = td_store_number(query, &found, err);
    *out = found != 0;
    return status;
}

/* --- forgetting ------------------------------------------------------------------------------ */

static enum td_status forget_some(struct td_app *app, bool dry_run,
                                  struct td_bounces_forgotten *some, struct td_err *err)
{
    const struct td_bounce_config *config = &app->config->bounce;
    td_time now = td_clock_now(&app->clock);
    td_time stale = config->score.stale_after;
    td_time keep = stale > config->keep_raw ? stale : config->keep_raw;
    *some = (struct td_bounces_forgotten){0};
    enum td_status status = td_begin(app->store, err);
    if (status == TD_OK)
        status = td_store_bounce_expire(app->store, now - config->keep_raw, FORGET_MAX,
                                        &some->raw, err);
    if (status == TD_OK)
        status =
            td_store_bounce_forget(app->store, now - keep, FORGET_MAX, &some->rows, err);
    if (status == TD_OK && !dry_run)
        status = td_commit(app->store, err);
    td_rollback(app->store);
    return status;
}

enum td_status td_bounces_forget(struct td_app *app, bool dry_run,
                                 const volatile int *stop,
                                 struct td_bounces_forgotten *out, struct td_err *err)
{
    struct td_bounces_forgotten some;
    enum td_status status;
    *out = (struct td_bounces_forgotten){0};
    do {
        status = forget_some(app, dry_run, &some, err);
        if (status != TD_OK)
            return status;
        out->raw += some.raw;
        out->rows += some.rows;
    } while (!dry_run && some.raw + some.rows > 0 && !told_to_stop(stop));
    return TD_OK;
}
