/* The first issue that comes (first.h). */
#include "app/people/first.h"

#include <stdlib.h>

#include "queue/due.h"
#include "queue/timetable.h"
#include "store/people.h"

#define LOOK_AHEAD 800 /* days: two years and more */

/* Reads what the person chose: their hour, their zone, until when they pause. */
struct wish {
    int at;
    const struct td_zone *zone;
    td_time paused_until;
};

static enum td_status read_wish(struct td_app *app,
                                const struct td_newsletter *newsletter,
                                const struct td_subscription_row *row, struct wish *out,
                                struct td_err *err)
{
    struct td_prefs_row prefs;
    enum td_status status = td_store_prefs_get(app->store, row->prefs, &prefs, err);
    if (status != TD_OK)
        return status;
    out->at = prefs.at;
    out->paused_until = row->paused_until;
    status = td_zones_get(td_app_zones(app),
                          prefs.zone.len > 0 ? prefs.zone : td_slice(newsletter->zone),
                          &out->zone, err);
    td_query_end(td_query(app->store, "prefs_get"));
    return status;
}

/* The due time of the first sending that is still to be assembled; 0 when there is none. */
static td_time find(const struct td_newsletter *newsletter, const struct td_zone *zone,
                    const struct wish *wish, td_time now)
{
    const struct td_hours hours = {newsletter->at, newsletter->lead, newsletter->grace};
    struct td_date today = td_zone_local(zone, now, NULL);
    struct td_date last = td_date_from_days(td_date_days(today) + LOOK_AHEAD);
    struct td_sending *sendings;
    td_time due = 0;
    size_t count =
        td_timetable(newsletter->schedule, zone, hours, today, last, &sendings);
    for (size_t i = 0; i < count && due == 0; i++) {
        const struct td_release release = {sendings[i].release, sendings[i].release};
        if (sendings[i].holiday || sendings[i].assemble <= now)
            continue;
        due = td_due_at(wish->zone, wish->at, release);
        if (due < wish->paused_until)
            due = 0;
    }
    free(sendings);
    return due;
}

enum td_status td_first_issue(struct td_app *app, const struct td_newsletter *newsletter,
                              int64_t newsletter_id, int64_t subscriber,
                              struct td_first *out, struct td_err *err)
{
    struct td_subscription_row row;
    struct wish wish = {0};
    const struct td_zone *zone = NULL;
    if (!newsletter->schedule || td_newsletter_is_live(newsletter))
        return TD_NO;
    enum td_status status =
        td_store_subscription_find(app->store, newsletter_id, subscriber, &row, err);
    if (status == TD_NOINPUT)
        return TD_NO;
    if (status == TD_OK)
        status = td_zones_get(td_app_zones(app), td_slice(newsletter->zone), &zone, err);
    if (status == TD_OK)
        status = read_wish(app, newsletter, &row, &wish, err);
    if (status != TD_OK)
        return status;
    *out = (struct td_first){
        .due = find(newsletter, zone, &wish, td_clock_now(&app->clock)),
        .zone = wish.zone,
    };
    return out->due != 0 ? TD_OK : TD_NO;
}
