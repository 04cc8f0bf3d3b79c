/* The scheduler (scheduler.h). */
#include "app/schedule/scheduler.h"

#include <stdlib.h>

#include "app/schedule/housekeeping.h"
#include "app/schedule/livepass.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/stop.h"
#include "queue/timetable.h"
#include "store/editions.h"
#include "store/people.h"

#define DAYS_BACK 7 /* how long a machine may have been down */

/* One issue that was to go out, as a pass looks at it. */
struct issue {
    struct td_occasion on;
    const struct td_sending *sending;
};

void td_scheduler_init(struct td_scheduler *scheduler, struct td_app *app)
{
    *scheduler = (struct td_scheduler){.app = app};
}

void td_scheduler_release(struct td_scheduler *scheduler)
{
    free(scheduler->notes);
    *scheduler = (struct td_scheduler){0};
}

/* ---- one issue ---- */

static struct td_assemble_options options_of(const struct issue *issue)
{
    td_time latest = issue->sending->release + issue->on.newsletter->max_lateness;
    return (struct td_assemble_options){
        .newsletter = issue->on.newsletter,
        .date = issue->sending->date,
        .hold = issue->on.now > latest ? "assembled later than max_lateness" : NULL,
    };
}

static enum td_status keep(const struct issue *issue, const struct td_assembled *result,
                           bool late, struct td_err *err)
{
    struct td_said said = {
        .deed = TD_DEED_ASSEMBLED, .edition = result->edition, .why = ""};
    if (result->held && late && !result->existing) {
        said.deed = TD_DEED_HELD;
        said.why = "later than max_lateness: it waits for `tidings edition release`";
    } else if (result->held) {
        said.deed = TD_DEED_APPROVAL;
        said.why = "it waits for `tidings edition release`";
    }
    td_occasion_wake(&issue->on, issue->on.now + TD_PASS_AGAIN);
    return td_occasion_settle(
        &issue->on, said.deed == TD_DEED_HELD ? TD_OUTCOME_HELD : TD_OUTCOME_ASSEMBLED,
        &said, err);
}

/* Nothing could be assembled: `why` says what is wrong with the briefing. */
static enum td_status put_off(const struct issue *issue, const struct td_err *why,
                              struct td_err *err)
{
    bool passing = td_occasion_passes(why->status);
    if (!passing && issue->on.now >= issue->sending->wait_until)
        return td_occasion_give_up(&issue->on, TD_OUTCOME_SKIPPED, why->text, err);
    td_occasion_tell_once(&issue->on, passing ? TD_DEED_TROUBLE : TD_DEED_WAITING,
                          why->text);
    td_occasion_wake(&issue->on, issue->on.now + TD_PASS_AGAIN);
    if (!passing)
        td_occasion_wake(&issue->on, issue->sending->wait_until);
    return TD_OK;
}

static enum td_status assemble(const struct issue *issue, struct td_err *err)
{
    struct td_assemble_options options = options_of(issue);
    struct td_assembled *result =
        td_xcalloc(1, sizeof *result); /* warnings: it is large */
    struct td_err why = {0};
    struct td_app *app = issue->on.scheduler->app;
    enum td_status status =
        td_source_settled(app->config, options.newsletter, issue->on.slug, &why);
    if (status == TD_OK)
        status = td_assemble(app, &options, result, &why);
    for (size_t i = 0; status == TD_OK && i < result->warnings.count; i++)
        td_log(TD_WARN, "source", "file=%s line=%d text=%s", result->source,
               result->warnings.items[i].line, result->warnings.items[i].text);
    status = status == TD_OK ? keep(issue, result, options.hold != NULL, err)
                             : put_off(issue, &why, err);
    free(result);
    return status;
}

/* Reports and tells what the mark says was not told before. */
static enum td_status tell_marked(const struct issue *issue, const struct td_said *said,
                                  enum td_status (*mark)(struct td_store *store,
                                                         int64_t newsletter,
                                                         const char *slug, bool *first,
                                                         struct td_err *err),
                                  struct td_err *err)
{
    struct td_store *store = issue->on.scheduler->app->store;
    bool first = false;
    enum td_status status = td_begin(store, err);
    if (status == TD_OK)
        status = mark(store, issue->on.id, issue->on.slug, &first, err);
    if (status == TD_OK && first)
        status = td_occasion_report(&issue->on, said, err);
    if (status == TD_OK)
        status = td_commit(store, err);
    td_rollback(store);
    if (status == TD_OK && first)
        td_occasion_tell(&issue->on, said->deed, said->edition, said->why);
    return status;
}

/* The edition of an issue, as it is now. */
struct current {
    int64_t id; /* 0: there is none */
    bool held;
};

/* One that is cancelled counts as none. */
static enum td_status find_current(const struct issue *issue, struct current *out,
                                   struct td_err *err)
{
    struct td_store *store = issue->on.scheduler->app->store;
    struct td_edition_row row;
    struct td_err why;
    *out = (struct current){0};
    enum td_status status =
        td_store_edition_find(store, issue->on.id, td_slice(issue->on.slug), &row, &why);
    if (status == TD_OK && row.phase != TD_PHASE_CANCELLED)
        *out = (struct current){row.id, row.held};
    td_query_end(td_query(store, "edition_find"));
    return status == TD_OK || status == TD_NOINPUT ? TD_OK
                                                   : td_fail(err, status, "%s", why.text);
}

/* An issue that is frozen: the editor may still be typing, in vain; up to its release, and as long as it is
 * held. Told once. */
static enum td_status watch_source(const struct issue *issue,
                                   const struct td_occurrence *occurrence,
                                   const struct current *edition, struct td_err *err)
{
    struct td_assemble_options options = options_of(issue);
    const bool early = issue->on.now <= issue->sending->release + TD_PASS_LONGEST;
    const struct td_said said = {
        .deed = TD_DEED_CHANGED,
        .edition = edition->id,
        .why =
            "the file has changed since the edition was frozen; readers get it as it was",
    };
    bool changed = false;
    if (occurrence->changed || (!early && !edition->held))
        return TD_OK;
    if (early)
        td_occasion_wake(&issue->on, issue->on.now + TD_PASS_AGAIN);
    enum td_status status =
        td_assemble_changed(issue->on.scheduler->app, &options, &changed, err);
    if (status != TD_OK || !changed)
        return status;
    return tell_marked(issue, &said, td_store_occurrence_changed, err);
}

/* An edition whose release has come while it waits for approval. Told once. */
static enum td_status watch_approval(const struct issue *issue,
                                     const struct td_occurrence *occurrence,
                                     const struct current *edition, struct td_err *err)
{
    const td_time release = issue->sending->release;
    const struct td_said said = {
        .deed = TD_DEED_OVERDUE,
        .edition = edition->id,
        .why = "its hour has come: it waits for `tidings edition release`",
    };
    if (!issue->on.newsletter->approval || occurrence->overdue || !edition->held ||
        occurrence->outcome != TD_OUTCOME_ASSEMBLED)
        return TD_OK;
    if (issue->on.now < release) {
        td_occasion_wake(&issue->on, release);
        return TD_OK;
    }
    return tell_marked(issue, &said, td_store_occurrence_overdue, err);
}

/* What is assembled, as long as it is worth sending. */
static enum td_status watch(const struct issue *issue,
                            const struct td_occurrence *occurrence, struct td_err *err)
{
    struct current edition;
    if ((occurrence->outcome != TD_OUTCOME_ASSEMBLED &&
         occurrence->outcome != TD_OUTCOME_HELD) ||
        issue->on.now > issue->sending->release + issue->on.newsletter->valid_for)
        return TD_OK;
    enum td_status status = find_current(issue, &edition, err);
    if (status != TD_OK || edition.id == 0)
        return status;
    status = watch_source(issue, occurrence, &edition, err);
    return status == TD_OK ? watch_approval(issue, occurrence, &edition, err) : status;
}

static enum td_status consider(const struct issue *issue, struct td_err *err)
{
    const struct td_sending *sending = issue->sending;
    struct td_occurrence occurrence;
    if (issue->on.now < sending->assemble) {
        td_occasion_wake(&issue->on, sending->assemble);
        return TD_OK;
    }
    enum td_status status = td_store_occurrence_find(
        issue->on.scheduler->app->store, issue->on.id, issue->on.slug, &occurrence, err);
    if (status == TD_OK)
        return watch(issue, &occurrence, err);
    if (status != TD_NOINPUT)
        return status;
    if (issue->on.now > sending->release + issue->on.newsletter->valid_for)
        return td_occasion_give_up(
            &issue->on, TD_OUTCOME_MISSED,
            "no scheduler ran until it was not worth sending any more", err);
    return assemble(issue, err);
}

/* ---- one newsletter ---- */

/* The newsletter's number, and since when it is looked after; from now on, if it was not. Only the first
 * pass writes: this is asked every few seconds, and senders wait for whoever writes. */
static enum td_status look_after(const struct issue *issue, td_time *since,
                                 int64_t *newsletter, struct td_err *err)
{
    struct td_store *store = issue->on.scheduler->app->store;
    const char *name = issue->on.newsletter->name;
    enum td_status status = td_store_scheduled(store, name, newsletter, since, err);
    if (status != TD_NOINPUT)
        return status;
    status = td_begin(store, err);
    if (status == TD_OK)
        status = td_store_newsletter_id(store, name, newsletter, err);
    if (status == TD_OK)
        status = td_store_schedule(store, *newsletter, issue->on.now, err);
    if (status == TD_OK)
        status = td_commit(store, err);
    td_rollback(store);
    return status == TD_OK ? td_store_scheduled(store, name, newsletter, since, err)
                           : status;
}

static enum td_status serve_issues(struct issue *issue, td_time since, struct td_err *err)
{
    const struct td_newsletter *newsletter = issue->on.newsletter;
    const struct td_zone *zone = NULL;
    struct td_sending *sendings = NULL;
    enum td_status status = td_zones_get(td_app_zones(issue->on.scheduler->app),
                                         td_slice(newsletter->zone), &zone, err);
    if (status != TD_OK)
        return status;
    int64_t today = td_date_days(td_zone_local(zone, issue->on.now, NULL));
    size_t count = td_timetable(
        newsletter->schedule, zone,
        (struct td_hours){newsletter->at, newsletter->lead, newsletter->grace},
        td_date_from_days(today - DAYS_BACK), td_date_from_days(today + 1), &sendings);
    for (size_t i = 0; i < count && status == TD_OK; i++) {
        const struct td_sending *sending = &sendings[i];
        if (sending->holiday || sending->release + newsletter->max_lateness < since)
            continue;
        issue->sending = sending;
        issue->on.ours = sending->wait_until >= since;
        (void)td_slug_make(sending->date, NULL, issue->on.slug, err);
        status = consider(issue, err);
    }
    free(sendings);
    return status;
}

static enum td_status serve(struct issue *issue, struct td_err *err)
{
    const struct td_newsletter *newsletter = issue->on.newsletter;
    bool live = td_newsletter_is_live(newsletter);
    td_time since = 0;
    if (!live && !newsletter->schedule)
        return TD_OK;
    enum td_status status = look_after(issue, &since, &issue->on.id, err);
    if (status != TD_OK)
        return status;
    return live ? td_livepass(&issue->on, since, err) : serve_issues(issue, since, err);
}

enum td_status td_scheduler_pass(struct td_scheduler *scheduler, td_time *next,
                                 struct td_err *err)
{
    struct td_app *app = scheduler->app;
    enum td_status first = td_app_store(app, err);
    if (first != TD_OK)
        return first;
    size_t count = app->config->newsletter_count;
    if (!scheduler->notes)
        scheduler->notes = td_xcalloc(count, sizeof *scheduler->notes);
    td_time now = td_clock_now(&app->clock);
    *next = now + TD_PASS_LONGEST;
    scheduler->busy_at = INT64_MAX;
    for (size_t i = 0; i < count; i++) {
        struct td_err trouble = {0};
        struct issue issue = {
            .on = {.scheduler = scheduler,
                   .newsletter = &app->config->newsletters[i],
                   .index = i,
                   .now = now,
                   .next = next},
        };
        enum td_status status = serve(&issue, &trouble);
        if (status != TD_OK && first == TD_OK) {
            first = status;
            *err = trouble;
        }
    }
    return first;
}

/* ---- the role ---- */

enum td_status td_scheduler_run(struct td_app *app, const volatile int *stop,
                                struct td_err *err)
{
    struct td_scheduler scheduler;
    struct td_housekeeping housekeeping;
    td_scheduler_init(&scheduler, app);
    td_housekeeping_init(&housekeeping, app);
    enum td_status status = td_app_store(app, err);
    while (status == TD_OK && !*stop) {
        struct td_err trouble = {0};
        td_time next = 0;
        if (td_scheduler_pass(&scheduler, &next, &trouble) != TD_OK) {
            td_log(TD_ERROR, "schedule", "trouble=%s", trouble.text);
            next = td_clock_now(&app->clock) + TD_PASS_AGAIN;
        }
        td_housekeeping_turn(&housekeeping, app,
                             scheduler.busy_at - td_clock_now(&app->clock), stop);
        td_stop_wait(stop, next - td_clock_now(&app->clock));
    }
    td_scheduler_release(&scheduler);
    return status;
}
