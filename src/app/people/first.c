/* The first issue that comes (first.h). */
#include "app/people/first.h"

#include <stdio.h>
#include <stdlib.h>

#include "queue/due.h"
#include "queue/timetable.h"
#include "store/editions.h"
#include "store/occurrences.h"
#include "store/people.h"

#define LOOK_AHEAD 800 /* days: two years and more */

/* Reads what the person chose: their hour, their zone, until when they pause. */
struct wish {
    int at;
    enum td_cadence cadence;
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
    out->cadence = prefs.cadence;
    out->paused_until = row->paused_until;
    status = td_zones_get_own(td_app_zones(app), prefs.zone, newsletter->zone, &out->zone,
                              err);
    td_query_end(td_query(app->store, "prefs_get"));
    return status;
}

/* Whether nothing became of a day yet: an issue that is frozen has its readers, by whose hand ever, and
 * a late editor is waited for. */
static enum td_status is_to_come(struct td_store *store, int64_t newsletter,
                                 const struct td_sending *sending, td_time now, bool *out,
                                 struct td_err *err)
{
    char slug[11];
    struct td_edition_row edition;
    struct td_occurrence occurrence;
    struct td_err why = {0};
    td_date_format(sending->date, slug);
    *out = false;
    if (sending->holiday || sending->wait_until <= now)
        return TD_OK;
    enum td_status status =
        td_store_edition_find(store, newsletter, td_slice(slug), &edition, &why);
    td_query_end(td_query(store, "edition_find"));
    if (status == TD_NOINPUT)
        status = td_store_occurrence_find(store, newsletter, slug, &occurrence, &why);
    *out = status == TD_NOINPUT;
    if (status != TD_OK && status != TD_NOINPUT)
        return td_fail(err, status, "%s", why.text);
    return TD_OK;
}

/* The due time of the first sending that is still to be assembled; 0 when there is none. */
static enum td_status find(struct td_app *app, const struct td_newsletter *newsletter,
                           int64_t id, const struct td_zone *zone,
                           const struct wish *wish, td_time *due, struct td_err *err)
{
    const td_time now = td_clock_now(&app->clock);
    const struct td_hours hours = {newsletter->at, newsletter->lead, newsletter->grace};
    struct td_date today = td_zone_local(zone, now, NULL);
    struct td_date last = td_date_from_days(td_date_days(today) + LOOK_AHEAD);
    struct td_sending *sendings;
    enum td_status status = TD_OK;
    size_t count =
        td_timetable(newsletter->schedule, zone, hours, today, last, &sendings);
    for (size_t i = 0; i < count && *due == 0 && status == TD_OK; i++) {
        const td_time planned = sendings[i].release;
        const struct td_release release = {planned, planned > now ? planned : now};
        bool comes = false;
        status = is_to_come(app->store, id, &sendings[i], now, &comes, err);
        if (status == TD_OK && comes)
            *due = td_due_at(wish->zone, wish->at, release);
        if (*due < wish->paused_until)
            *due = 0;
    }
    free(sendings);
    return status;
}

/* --- where there is no time -------------------------------------------------------------------- */

/* "09:00, 12:00 and 18:00": the hours at which something may come. */
static void add_hours(const struct td_newsletter *newsletter, struct td_buf *out)
{
    const size_t last = newsletter->digest_count + (newsletter->closes >= 0);
    for (size_t i = 0; i < last; i++) {
        const int minute =
            i < newsletter->digest_count ? newsletter->digests[i] : newsletter->closes;
        td_buf_addf(out, "%s%02d:%02d",
                    i == 0         ? ""
                    : i + 1 < last ? ", "
                                   : " and ",
                    minute / 60, minute % 60);
    }
}

static void say_live(const struct td_newsletter *newsletter, const struct wish *wish,
                     struct td_buf *out)
{
    const bool digests = newsletter->digest_count > 0 || newsletter->closes >= 0;
    if (wish->cadence == TD_CADENCE_DAILY) {
        td_buf_addf(out,
                    "On days with a live blog all of it comes in one, at its close at "
                    "%02d:%02d (%s).",
                    newsletter->closes / 60, newsletter->closes % 60, newsletter->zone);
    } else if (digests || newsletter->digest_after > 0) {
        td_buf_add_str(out, "On days with a live blog what is new for them comes ");
        if (digests) {
            td_buf_add_str(out, "at ");
            add_hours(newsletter, out);
            td_buf_addf(out, " (%s)", newsletter->zone);
        }
        if (newsletter->digest_after > 0)
            td_buf_addf(out, "%sas soon as %d entries are new", digests ? ", and " : "",
                        newsletter->digest_after);
        td_buf_add_char(out, '.');
    } else {
        td_buf_add_str(out, "Only urgent entries come, at once.");
    }
    if (wish->at >= 0 && digests)
        td_buf_addf(out, " Each waits for their own hour, %02d:%02d (%s).", wish->at / 60,
                    wish->at % 60, td_zone_name(wish->zone));
}

static void say(const struct td_newsletter *newsletter, const struct wish *wish,
                td_time now, char words[TD_FIRST_WORDS_MAX])
{
    struct td_buf out;
    td_buf_init(&out, TD_FIRST_WORDS_MAX - 1);
    if (td_newsletter_is_live(newsletter))
        say_live(newsletter, wish, &out);
    else if (newsletter->schedule)
        td_buf_add_str(&out, "No day is left in its schedule in the next two years.");
    else
        td_buf_add_str(&out, "It has no schedule: the first to come is the next that is "
                             "assembled by hand.");
    if (wish->paused_until > now)
        td_buf_add_str(&out, " Nothing comes before their pause is over.");
    (void)snprintf(words, TD_FIRST_WORDS_MAX, "%s", out.ptr);
    td_buf_release(&out);
}

enum td_status td_first_issue(struct td_app *app, const struct td_newsletter *newsletter,
                              int64_t newsletter_id, int64_t subscriber,
                              struct td_first *out, struct td_err *err)
{
    const td_time now = td_clock_now(&app->clock);
    struct td_subscription_row row;
    struct wish wish = {0};
    const struct td_zone *zone = NULL;
    *out = (struct td_first){0};
    enum td_status status =
        td_store_subscription_find(app->store, newsletter_id, subscriber, &row, err);
    if (status == TD_NOINPUT)
        return TD_OK;
    if (status == TD_OK)
        status = td_zones_get(td_app_zones(app), td_slice(newsletter->zone), &zone, err);
    if (status == TD_OK)
        status = read_wish(app, newsletter, &row, &wish, err);
    if (status != TD_OK)
        return status;
    out->zone = wish.zone;
    if (newsletter->schedule && !td_newsletter_is_live(newsletter))
        status = find(app, newsletter, newsletter_id, zone, &wish, &out->due, err);
    if (status == TD_OK && out->due == 0)
        say(newsletter, &wish, now, out->words);
    return status;
}
