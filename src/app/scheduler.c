/* The scheduler (scheduler.h). */
#include "app/scheduler.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/stop.h"
#include "queue/timetable.h"
#include "store/people.h"

#define LONGEST_WAIT TD_MINUTE
#define LOOK_AGAIN   (5 * TD_SECOND) /* for a file that an editor may be writing */
#define DAYS_BACK    7               /* how long a machine may have been down */

/* What was logged last about a newsletter's issue that is not there yet, so that it is said once. */
struct td_text_note {
    char slug[TD_SLUG_MAX];
    char text[512];
};

/* One issue that was to go out, as a pass looks at it. */
struct issue {
    struct td_scheduler *scheduler;
    const struct td_newsletter *newsletter;
    size_t index; /* of the newsletter in the configuration */
    int64_t id;   /* of the newsletter in the store */
    const struct td_sending *sending;
    char slug[TD_SLUG_MAX];
    td_time now;
    bool ours;     /* it was not over before there was a scheduler: worth telling */
    td_time *next; /* of the pass */
};

const char *td_deed_name(enum td_deed deed)
{
    switch (deed) {
    case TD_DEED_ASSEMBLED: return "assembled";
    case TD_DEED_HELD: return "held";
    case TD_DEED_APPROVAL: return "approval";
    case TD_DEED_WAITING: return "waiting";
    case TD_DEED_SKIPPED: return "skipped";
    case TD_DEED_MISSED: return "missed";
    case TD_DEED_CHANGED: return "changed";
    case TD_DEED_TROUBLE: return "trouble";
    }
    TD_PANIC("unknown deed");
}

void td_scheduler_init(struct td_scheduler *scheduler, struct td_app *app)
{
    *scheduler = (struct td_scheduler){.app = app};
}

void td_scheduler_release(struct td_scheduler *scheduler)
{
    free(scheduler->notes);
    *scheduler = (struct td_scheduler){0};
}

static void wake_at(const struct issue *issue, td_time when)
{
    if (when < *issue->next)
        *issue->next = when;
}

/* ---- telling ---- */

static bool is_grave(enum td_deed deed)
{
    return deed != TD_DEED_ASSEMBLED && deed != TD_DEED_WAITING &&
           deed != TD_DEED_APPROVAL;
}

static void tell(const struct issue *issue, enum td_deed deed, int64_t edition,
                 const char *why)
{
    const struct td_scheduler *scheduler = issue->scheduler;
    struct td_deed_done done = {
        .deed = deed,
        .newsletter = issue->newsletter,
        .slug = issue->slug,
        .edition = edition,
        .why = why,
    };
    td_log(is_grave(deed) ? TD_WARN : TD_INFO, "schedule",
           "newsletter=%s slug=%s deed=%s edition=%lld why=%s", issue->newsletter->name,
           issue->slug, td_deed_name(deed), (long long)edition, why);
    if (scheduler->done)
        scheduler->done(scheduler->context, &done);
}

/* What stays the same from pass to pass is said once. */
static void tell_once(const struct issue *issue, enum td_deed deed, const char *why)
{
    struct td_text_note *note = &issue->scheduler->notes[issue->index];
    if (strcmp(note->slug, issue->slug) == 0 && strcmp(note->text, why) == 0)
        return;
    (void)snprintf(note->slug, sizeof note->slug, "%s", issue->slug);
    (void)snprintf(note->text, sizeof note->text, "%s", why);
    tell(issue, deed, 0, why);
}

/* ---- one issue ---- */

static struct td_assemble_options options_of(const struct issue *issue)
{
    td_time latest = issue->sending->release + issue->newsletter->max_lateness;
    return (struct td_assemble_options){
        .newsletter = issue->newsletter,
        .date = issue->sending->date,
        .hold = issue->now > latest ? "assembled later than max_lateness" : NULL,
    };
}

/* Writes down what became of the issue; *first: nobody had done so before. */
static enum td_status settle(const struct issue *issue, enum td_outcome outcome,
                             const char *why, bool *first, struct td_err *err)
{
    struct td_store *store = issue->scheduler->app->store;
    struct td_occurrence occurrence = {
        .newsletter = issue->id,
        .slug = issue->slug,
        .outcome = outcome,
        .at = issue->now,
        .why = td_slice(why),
    };
    enum td_status status = td_begin(store, err);
    if (status == TD_OK)
        status = td_store_occurrence_add(store, &occurrence, first, err);
    if (status == TD_OK)
        status = td_commit(store, err);
    td_rollback(store);
    return status;
}

static enum td_status give_up(const struct issue *issue, enum td_outcome outcome,
                              const char *why, struct td_err *err)
{
    bool first;
    enum td_status status = settle(issue, outcome, why, &first, err);
    if (status == TD_OK && first && issue->ours)
        tell(issue, outcome == TD_OUTCOME_MISSED ? TD_DEED_MISSED : TD_DEED_SKIPPED, 0,
             why);
    return status;
}

static enum td_status keep(const struct issue *issue, const struct td_assembled *result,
                           bool late, struct td_err *err)
{
    enum td_deed deed = TD_DEED_ASSEMBLED;
    const char *why = "";
    bool first;
    if (result->held && late && !result->existing) {
        deed = TD_DEED_HELD;
        why = "later than max_lateness: it waits for `tidings edition release`";
    } else if (result->held) {
        deed = TD_DEED_APPROVAL;
        why = "it waits for `tidings edition release`";
    }
    enum td_outcome outcome =
        deed == TD_DEED_HELD ? TD_OUTCOME_HELD : TD_OUTCOME_ASSEMBLED;
    enum td_status status = settle(issue, outcome, why, &first, err);
    if (status == TD_OK && first)
        tell(issue, deed, result->edition, why);
    wake_at(issue, issue->now + LOOK_AGAIN);
    return status;
}

/* Whether it may go better in a moment, whatever the editor does. */
static bool is_passing(enum td_status status)
{
    return status == TD_CONFLICT || status == TD_AGAIN || status == TD_IO ||
           status == TD_OS || status == TD_UNAVAILABLE;
}

/* Nothing could be assembled: `why` says what is wrong with the briefing. */
static enum td_status put_off(const struct issue *issue, const struct td_err *why,
                              struct td_err *err)
{
    bool passing = is_passing(why->status);
    if (!passing && issue->now >= issue->sending->wait_until)
        return give_up(issue, TD_OUTCOME_SKIPPED, why->text, err);
    tell_once(issue, passing ? TD_DEED_TROUBLE : TD_DEED_WAITING, why->text);
    wake_at(issue, issue->now + LOOK_AGAIN);
    if (!passing)
        wake_at(issue, issue->sending->wait_until);
    return TD_OK;
}

static enum td_status assemble(const struct issue *issue, struct td_err *err)
{
    struct td_assemble_options options = options_of(issue);
    struct td_assembled *result =
        td_xcalloc(1, sizeof *result); /* warnings: it is large */
    struct td_err why = {0};
    enum td_status status = td_assemble(issue->scheduler->app, &options, result, &why);
    for (size_t i = 0; status == TD_OK && i < result->warnings.count; i++)
        td_log(TD_WARN, "source", "file=%s line=%d text=%s", result->source,
               result->warnings.items[i].line, result->warnings.items[i].text);
    status = status == TD_OK ? keep(issue, result, options.hold != NULL, err)
                             : put_off(issue, &why, err);
    free(result);
    return status;
}

/* An issue that is frozen: the editor may still be typing, in vain. Told once. */
static enum td_status watch_source(const struct issue *issue,
                                   const struct td_occurrence *occurrence,
                                   struct td_err *err)
{
    struct td_store *store = issue->scheduler->app->store;
    struct td_assemble_options options = options_of(issue);
    bool changed = false;
    bool first = false;
    if (occurrence->outcome != TD_OUTCOME_ASSEMBLED || occurrence->changed ||
        issue->now > issue->sending->release + LONGEST_WAIT)
        return TD_OK;
    wake_at(issue, issue->now + LOOK_AGAIN);
    enum td_status status =
        td_assemble_changed(issue->scheduler->app, &options, &changed, err);
    if (status != TD_OK || !changed)
        return status;
    status = td_begin(store, err);
    if (status == TD_OK)
        status = td_store_occurrence_changed(store, issue->id, issue->slug, &first, err);
    if (status == TD_OK)
        status = td_commit(store, err);
    td_rollback(store);
    if (status == TD_OK && first)
        tell(issue, TD_DEED_CHANGED, 0,
             "the file has changed since the edition was frozen; readers get it as it "
             "was");
    return status;
}

static enum td_status consider(const struct issue *issue, struct td_err *err)
{
    const struct td_sending *sending = issue->sending;
    struct td_occurrence occurrence;
    if (issue->now < sending->assemble) {
        wake_at(issue, sending->assemble);
        return TD_OK;
    }
    enum td_status status = td_store_occurrence_find(
        issue->scheduler->app->store, issue->id, issue->slug, &occurrence, err);
    if (status == TD_OK)
        return watch_source(issue, &occurrence, err);
    if (status != TD_NOINPUT)
        return status;
    if (issue->now > sending->release + issue->newsletter->valid_for)
        return give_up(issue, TD_OUTCOME_MISSED,
                       "no scheduler ran until it was not worth sending any more", err);
    return assemble(issue, err);
}

/* ---- one newsletter ---- */

static enum td_status look_after(const struct issue *issue, td_time *since,
                                 int64_t *newsletter, struct td_err *err)
{
    struct td_store *store = issue->scheduler->app->store;
    enum td_status status = td_begin(store, err);
    if (status == TD_OK)
        status = td_store_newsletter_id(store, issue->newsletter->name, newsletter, err);
    if (status == TD_OK)
        status = td_store_scheduled_since(store, *newsletter, issue->now, since, err);
    if (status == TD_OK)
        status = td_commit(store, err);
    td_rollback(store);
    return status;
}

static enum td_status serve(struct issue *issue, struct td_err *err)
{
    const struct td_newsletter *newsletter = issue->newsletter;
    const struct td_zone *zone = NULL;
    struct td_sending *sendings = NULL;
    td_time since = 0;
    enum td_status status = td_zones_get(td_app_zones(issue->scheduler->app),
                                         td_slice(newsletter->zone), &zone, err);
    if (status == TD_OK)
        status = look_after(issue, &since, &issue->id, err);
    if (status != TD_OK)
        return status;
    int64_t today = td_date_days(td_zone_local(zone, issue->now, NULL));
    size_t count = td_timetable(
        newsletter->schedule, zone,
        (struct td_hours){newsletter->at, newsletter->lead, newsletter->grace},
        td_date_from_days(today - DAYS_BACK), td_date_from_days(today + 1), &sendings);
    for (size_t i = 0; i < count && status == TD_OK; i++) {
        const struct td_sending *sending = &sendings[i];
        if (sending->holiday || sending->release + newsletter->max_lateness < since)
            continue;
        issue->sending = sending;
        issue->ours = sending->wait_until >= since;
        (void)td_slug_make(sending->date, NULL, issue->slug, err);
        status = consider(issue, err);
    }
    free(sendings);
    return status;
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
    *next = now + LONGEST_WAIT;
    for (size_t i = 0; i < count; i++) {
        struct td_err trouble = {0};
        struct issue issue = {
            .scheduler = scheduler,
            .newsletter = &app->config->newsletters[i],
            .index = i,
            .now = now,
            .next = next,
        };
        enum td_status status =
            issue.newsletter->schedule ? serve(&issue, &trouble) : TD_OK;
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
    td_scheduler_init(&scheduler, app);
    enum td_status status = td_app_store(app, err);
    while (status == TD_OK && !*stop) {
        struct td_err trouble = {0};
        td_time next = 0;
        if (td_scheduler_pass(&scheduler, &next, &trouble) != TD_OK) {
            td_log(TD_ERROR, "schedule", "trouble=%s", trouble.text);
            next = td_clock_now(&app->clock) + LOOK_AGAIN;
        }
        td_stop_wait(stop, next - td_clock_now(&app->clock));
    }
    td_scheduler_release(&scheduler);
    return status;
}
