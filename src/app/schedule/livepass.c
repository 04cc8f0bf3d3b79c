/* A live blog in a pass of the scheduler (livepass.h). */
#include "app/schedule/livepass.h"

#include <stdio.h>
#include <stdlib.h>

#include "app/assemble/live.h"
#include "app/schedule/leftover.h"
#include "base/mem.h"
#include "queue/schedule.h"

/* How long a digest waits for alerts that are on their way: what they bring is not in it then. */
#define ALERTS_FIRST (5 * TD_MINUTE)

/* A blog's day. */
struct day {
    struct td_occasion *on;
    const struct td_zone *zone;
    struct td_date date;
    td_time since;
    struct td_live live;
    bool open;         /* live is */
    struct td_err why; /* it is not: why not */
    bool closed;       /* its last digest is made */
    bool over;         /* no digest comes any more */
};

/* An hour at which something goes out. */
struct hour {
    enum td_digest_kind kind;
    int minute;
    td_time at;
};

static void name_hour(const struct day *day, const struct hour *hour)
{
    char date[11];
    td_date_format(day->date, date);
    (void)snprintf(day->on->slug, sizeof day->on->slug, "%s-%s-%02d%02d", date,
                   hour->kind == TD_DIGEST_CLOSE ? "close" : "digest", hour->minute / 60,
                   hour->minute % 60);
}

/* The hours of the day, in order; *out is the caller's (free). */
static size_t hours_of(const struct day *day, struct hour **out)
{
    const struct td_newsletter *newsletter = day->on->newsletter;
    size_t count = 0;
    struct hour *hours = td_xcalloc(newsletter->digest_count + 1, sizeof *hours);
    for (size_t i = 0; i < newsletter->digest_count; i++)
        hours[count++] = (struct hour){TD_DIGEST_NEW, newsletter->digests[i], 0};
    if (newsletter->closes >= 0)
        hours[count++] = (struct hour){TD_DIGEST_CLOSE, newsletter->closes, 0};
    for (size_t i = 0; i < count; i++)
        hours[i].at = td_zone_to_utc(day->zone, day->date, hours[i].minute);
    *out = hours;
    return count;
}

static const char *approval_of(const struct day *day)
{
    return day->on->newsletter->approval ? "waits for approval" : NULL;
}

/* That one waits for a person is for the operator to know. */
static enum td_status report(const struct day *day, const struct td_said *said,
                             struct td_err *err)
{
    struct td_store *store = day->on->scheduler->app->store;
    enum td_status status = td_begin(store, err);
    if (status == TD_OK)
        status = td_occasion_report(day->on, said, err);
    if (status == TD_OK)
        status = td_commit(store, err);
    td_rollback(store);
    return status;
}

/* Makes an edition of the blog; *made: there was something to make it of. */
static enum td_status make(struct day *day, const struct td_live_order *order, bool *made,
                           struct td_err *err)
{
    struct td_said said = {.deed = TD_DEED_ASSEMBLED,
                           .why = order->hold ? order->hold : ""};
    enum td_status status = td_live_make(&day->live, order, &said.edition, err);
    *made = status == TD_OK && said.edition != 0;
    if (!*made)
        return status;
    if (order->hold)
        said.deed = approval_of(day) ? TD_DEED_APPROVAL : TD_DEED_HELD;
    if (order->hold)
        status = report(day, &said, err);
    td_occasion_tell(day->on, said.deed, said.edition, said.why);
    return status;
}

/* ---- alerts ---- */

/* An entry is news for so long: one that is found in an old file is not. */
static bool is_fresh(const struct day *day, const struct td_entry *entry)
{
    td_time said = td_zone_to_utc(day->zone, day->date, entry->minute);
    return day->on->now - said <= day->on->newsletter->max_lateness;
}

static enum td_status send_alert(struct day *day, int64_t seq, struct td_err *err)
{
    struct td_alerted alerts[TD_ALERTS_MAX];
    const struct td_blog blog = {day->on->id, day->live.slug};
    struct td_live_order order = {
        .kind = TD_DIGEST_ALERT, .seq = seq, .hold = approval_of(day)};
    size_t count = 0;
    bool made = false;
    enum td_status status = td_store_alerts(day->on->scheduler->app->store, &blog,
                                            INT64_MAX, alerts, &count, err);
    for (size_t i = 0; i < count; i++)
        if (alerts[i].seq == seq)
            return status;
    (void)snprintf(day->on->slug, sizeof day->on->slug, "%s-alert-%lld", day->live.slug,
                   (long long)seq);
    if (status == TD_OK && count == TD_ALERTS_MAX)
        return td_leftover_alert(day->on, &day->live, seq, err);
    return status == TD_OK ? make(day, &order, &made, err) : status;
}

static enum td_status send_alerts(struct day *day, struct td_err *err)
{
    const struct td_story *story = day->live.story;
    enum td_status status = TD_OK;
    if (!day->on->newsletter->alerts)
        return TD_OK;
    for (int64_t seq = day->live.cutoff + 1; seq <= day->live.newest; seq++)
        for (size_t i = 0; i < story->entry_count && status == TD_OK; i++)
            if (day->live.entries[i].seq == seq && story->entries[i].urgent &&
                is_fresh(day, &story->entries[i]))
                status = send_alert(day, seq, err);
    return status;
}

static enum td_status alerts_pending(const struct day *day, bool *pending,
                                     struct td_err *err)
{
    const struct td_blog blog = {day->on->id, day->live.slug};
    enum td_status status = td_store_alerts_pending(
        day->on->scheduler->app->store, &blog, day->on->now - ALERTS_FIRST, pending, err);
    if (*pending)
        td_occasion_wake(day->on, day->on->now + TD_SECOND);
    return status;
}

/* ---- digests at their hours ---- */

/* Without a blog that can be read: it is waited for where it is there and has a fault. */
static enum td_status do_without(struct day *day, bool late, struct td_err *err)
{
    if (day->why.status == TD_NOINPUT) {
        day->on->ours = false; /* not every day has one */
        return td_occasion_give_up(day->on, TD_OUTCOME_SKIPPED, "no live blog", err);
    }
    if (late)
        return td_occasion_give_up(day->on, TD_OUTCOME_SKIPPED, day->why.text, err);
    td_occasion_tell_once(
        day->on, td_occasion_passes(day->why.status) ? TD_DEED_TROUBLE : TD_DEED_WAITING,
        day->why.text);
    td_occasion_wake(day->on, day->on->now + TD_PASS_AGAIN);
    return TD_OK;
}

/* The hour is done with; what was made is told already. */
static enum td_status note(struct day *day, bool made, struct td_err *err)
{
    struct td_store *store = day->on->scheduler->app->store;
    const struct td_occurrence occurrence = {
        .newsletter = day->on->id,
        .slug = day->on->slug,
        .outcome = made ? TD_OUTCOME_ASSEMBLED : TD_OUTCOME_SKIPPED,
        .at = day->on->now,
        .why = td_slice(made ? "" : "nothing new"),
    };
    bool first;
    enum td_status status = td_begin(store, err);
    if (status == TD_OK)
        status = td_store_occurrence_add(store, &occurrence, &first, err);
    if (status == TD_OK)
        status = td_commit(store, err);
    td_rollback(store);
    return status;
}

static enum td_status send_digest(struct day *day, const struct hour *hour,
                                  struct td_err *err)
{
    const bool late = day->on->now > hour->at + day->on->newsletter->max_lateness;
    struct td_live_order order = {
        .kind = hour->kind, .planned = hour->at, .hold = approval_of(day)};
    bool pending = false;
    bool made = false;
    if (!day->open)
        return do_without(day, late, err);
    enum td_status status = alerts_pending(day, &pending, err);
    if (status != TD_OK || pending)
        return status;
    if (late && !order.hold)
        order.hold = "assembled later than max_lateness";
    status = make(day, &order, &made, err);
    return status == TD_OK ? note(day, made, err) : status;
}

/* Only the last hour that has come counts: a digest has all that earlier ones had not. Before there was a
 * scheduler, or too late for anybody, none does. */
static enum td_status consider(struct day *day, const struct hour *hour, bool last,
                               struct td_err *err)
{
    struct td_occurrence occurrence;
    bool found = false;
    name_hour(day, hour);
    enum td_status status = td_occasion_find(day->on, &found, &occurrence, err);
    if (status != TD_OK || found)
        return status;
    const bool there = day->open || day->why.status != TD_NOINPUT;
    const td_time useful = hour->at + day->on->newsletter->valid_for;
    day->on->ours = hour->at >= day->since;
    if (!day->on->ours || !last) {
        day->on->ours = false;
        return td_occasion_give_up(
            day->on, TD_OUTCOME_SKIPPED,
            last ? "before there was a scheduler" : "a later one has it", err);
    }
    if (there && day->on->now > useful)
        return td_occasion_give_up(
            day->on, TD_OUTCOME_MISSED,
            "no scheduler ran until it was not worth sending any more", err);
    return send_digest(day, hour, err);
}

static enum td_status keep_hours(struct day *day, struct td_err *err)
{
    struct hour *hours = NULL;
    size_t count = hours_of(day, &hours);
    enum td_status status = TD_OK;
    size_t past = 0;
    while (past < count && hours[past].at <= day->on->now)
        past++;
    for (size_t i = 0; i < past && status == TD_OK; i++)
        status = consider(day, &hours[i], i + 1 == past, err);
    if (past < count)
        td_occasion_wake(day->on, hours[past].at);
    day->closed = past > 0 && hours[past - 1].kind == TD_DIGEST_CLOSE;
    day->over = past == count && (day->closed || day->on->newsletter->digest_after == 0);
    free(hours);
    return status;
}

/* ---- digests of so many entries ---- */

static enum td_status count_entries(struct day *day, struct td_err *err)
{
    const int wanted = day->on->newsletter->digest_after;
    struct td_live_order order = {.kind = TD_DIGEST_NEW, .hold = approval_of(day)};
    const struct td_blog blog = {day->on->id, day->live.slug};
    bool pending = false;
    bool made = false;
    int fresh = 0;
    if (wanted == 0 || day->closed)
        return TD_OK;
    enum td_status status = td_store_digest_state(
        day->on->scheduler->app->store, &blog, &day->live.cutoff, &day->live.bits, err);
    for (size_t i = 0; i < day->live.story->entry_count; i++)
        fresh += day->live.entries[i].seq > day->live.cutoff;
    if (status != TD_OK || fresh < wanted)
        return status;
    status = alerts_pending(day, &pending, err);
    (void)snprintf(day->on->slug, sizeof day->on->slug, "%s-digest-%lld", day->live.slug,
                   (long long)day->live.newest);
    return status == TD_OK && !pending ? make(day, &order, &made, err) : status;
}

/* ---- the day ---- */

static bool is_sent(const struct td_newsletter *newsletter, struct td_date date)
{
    struct td_schedule_day *days = NULL;
    if (!newsletter->schedule)
        return true;
    bool sent = td_schedule_days(newsletter->schedule, date, date, &days) == 1 &&
                !days[0].holiday;
    free(days);
    return sent;
}

/* What comes after the last digest is told, once that digest is made. */
static enum td_status leave(struct day *day, struct td_err *err)
{
    struct hour *hours = NULL;
    struct td_occurrence occurrence;
    bool made = true;
    const size_t count = hours_of(day, &hours);
    enum td_status status = TD_OK;
    if (count > 0) {
        name_hour(day, &hours[count - 1]);
        status = td_occasion_find(day->on, &made, &occurrence, err);
    }
    free(hours);
    return status == TD_OK && made ? td_leftover_entries(day->on, &day->live, err)
                                   : status;
}

/* Yesterday's hours still count after midnight; alerts and numbers are for today. */
static enum td_status serve_day(struct day *day, bool today, struct td_err *err)
{
    if (!is_sent(day->on->newsletter, day->date))
        return TD_OK;
    enum td_status status = td_live_open(day->on->scheduler->app, day->on->newsletter,
                                         day->on->id, day->date, &day->live, &day->why);
    day->open = status == TD_OK;
    status = TD_OK;
    if (day->open && today)
        td_occasion_wake(day->on, day->on->now + TD_PASS_AGAIN);
    if (day->open && today)
        status = send_alerts(day, err);
    if (status == TD_OK)
        status = keep_hours(day, err);
    if (status == TD_OK && day->open && today)
        status = count_entries(day, err);
    if (status == TD_OK && day->open && (day->over || !today))
        status = leave(day, err);
    if (day->open)
        td_live_close(&day->live);
    return status;
}

/* What was cut short goes first: later digests rest on it. */
static enum td_status go_on(const struct td_occasion *occasion, struct td_err *err)
{
    struct td_app *app = occasion->scheduler->app;
    int64_t edition = 0;
    enum td_status status =
        td_store_digest_building(app->store, occasion->id, &edition, err);
    while (status == TD_OK && edition != 0) {
        status = td_live_queue(app, edition, err);
        if (status == TD_OK)
            status = td_store_digest_building(app->store, occasion->id, &edition, err);
    }
    return status;
}

enum td_status td_livepass(struct td_occasion *occasion, td_time since,
                           struct td_err *err)
{
    struct td_app *app = occasion->scheduler->app;
    struct day day = {.on = occasion, .since = since};
    enum td_status status = td_zones_get(
        td_app_zones(app), td_slice(occasion->newsletter->zone), &day.zone, err);
    if (status == TD_OK)
        status = go_on(occasion, err);
    if (status != TD_OK)
        return status;
    int64_t today = td_date_days(td_zone_local(day.zone, occasion->now, NULL));
    for (int64_t date = today - 1; date <= today && status == TD_OK; date++) {
        day.date = td_date_from_days(date);
        day.why = (struct td_err){0};
        status = serve_day(&day, date == today, err);
    }
    return status;
}
