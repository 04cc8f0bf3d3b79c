/* What the scheduler says and writes down (pass.h). */
#include "app/schedule/pass.h"

#include <stdio.h>
#include <string.h>

#include "base/log.h"

const char *td_deed_name(enum td_deed deed)
{
    switch (deed) {
    case TD_DEED_ASSEMBLED: return "assembled";
    case TD_DEED_HELD: return "held";
    case TD_DEED_APPROVAL: return "approval";
    case TD_DEED_OVERDUE: return "overdue";
    case TD_DEED_WAITING: return "waiting";
    case TD_DEED_SKIPPED: return "skipped";
    case TD_DEED_MISSED: return "missed";
    case TD_DEED_CHANGED: return "changed";
    case TD_DEED_LEFT: return "left";
    case TD_DEED_NO_ALERT: return "no_alert";
    case TD_DEED_TROUBLE: return "trouble";
    }
    TD_PANIC("unknown deed");
}

void td_occasion_wake(const struct td_occasion *occasion, td_time when)
{
    if (when < *occasion->next)
        *occasion->next = when;
    if (when < occasion->scheduler->busy_at)
        occasion->scheduler->busy_at = when;
}

static bool is_grave(enum td_deed deed)
{
    return deed != TD_DEED_ASSEMBLED && deed != TD_DEED_WAITING &&
           deed != TD_DEED_APPROVAL;
}

void td_occasion_tell(const struct td_occasion *occasion, enum td_deed deed,
                      int64_t edition, const char *why)
{
    const struct td_scheduler *scheduler = occasion->scheduler;
    struct td_deed_done done = {
        .deed = deed,
        .newsletter = occasion->newsletter,
        .slug = occasion->slug,
        .edition = edition,
        .why = why,
    };
    td_log(is_grave(deed) ? TD_WARN : TD_INFO, "schedule",
           "newsletter=%s slug=%s deed=%s edition=%lld why=%s",
           occasion->newsletter->name, occasion->slug, td_deed_name(deed),
           (long long)edition, why);
    if (scheduler->done)
        scheduler->done(scheduler->context, &done);
}

/* What stays the same from pass to pass is said once. */
void td_occasion_tell_once(const struct td_occasion *occasion, enum td_deed deed,
                           const char *why)
{
    struct td_scheduler_note *note = &occasion->scheduler->notes[occasion->index];
    if (strcmp(note->slug, occasion->slug) == 0 && strcmp(note->text, why) == 0)
        return;
    (void)snprintf(note->slug, sizeof note->slug, "%s", occasion->slug);
    (void)snprintf(note->text, sizeof note->text, "%s", why);
    td_occasion_tell(occasion, deed, 0, why);
}

enum td_status td_occasion_settle(const struct td_occasion *occasion,
                                  enum td_outcome outcome, const struct td_said *said,
                                  struct td_err *err)
{
    struct td_store *store = occasion->scheduler->app->store;
    struct td_occurrence occurrence = {
        .newsletter = occasion->id,
        .slug = occasion->slug,
        .outcome = outcome,
        .at = occasion->now,
        .why = td_slice(said->why),
    };
    bool quiet = !occasion->ours &&
                 (outcome == TD_OUTCOME_SKIPPED || outcome == TD_OUTCOME_MISSED);
    bool first = false;
    enum td_status status = td_begin(store, err);
    if (status == TD_OK)
        status = td_store_occurrence_add(store, &occurrence, &first, err);
    if (status == TD_OK && first && !quiet)
        status = td_occasion_report(occasion, said, err);
    if (status == TD_OK)
        status = td_commit(store, err);
    td_rollback(store);
    if (status == TD_OK && first && !quiet)
        td_occasion_tell(occasion, said->deed, said->edition, said->why);
    return status;
}

enum td_status td_occasion_give_up(const struct td_occasion *occasion,
                                   enum td_outcome outcome, const char *why,
                                   struct td_err *err)
{
    const struct td_said said = {
        .deed = outcome == TD_OUTCOME_MISSED ? TD_DEED_MISSED : TD_DEED_SKIPPED,
        .why = why,
    };
    return td_occasion_settle(occasion, outcome, &said, err);
}

enum td_status td_occasion_find(const struct td_occasion *occasion, bool *found,
                                struct td_occurrence *out, struct td_err *err)
{
    enum td_status status = td_store_occurrence_find(
        occasion->scheduler->app->store, occasion->id, occasion->slug, out, err);
    *found = status == TD_OK;
    return status == TD_NOINPUT ? TD_OK : status;
}

bool td_occasion_passes(enum td_status status)
{
    return status == TD_CONFLICT || status == TD_AGAIN || status == TD_IO ||
           status == TD_OS || status == TD_UNAVAILABLE ||
           status == TD_CANTCREAT; /* no room */
}
