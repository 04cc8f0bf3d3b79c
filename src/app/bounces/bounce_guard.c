/* What many bounces say together (bounce_guard.h). */
#include "app/bounces/bounce_guard.h"

#include <stdio.h>
#include <stdlib.h>

#include "app/bounces/suspend.h"
#include "base/log.h"
#include "model/verdict.h"
#include "outcome/bounce.h"
#include "queue/grants.h"
#include "store/editions.h"

#define AT_ONCE                                                                          \
    1000 /* suspensions taken back in one transaction; the next bounce goes on */

/* --- a domain fails -------------------------------------------------------------------------- */

static enum td_status count_hard(struct td_store *store, const char *domain,
                                 td_time after, int64_t *out, struct td_err *err)
{
    struct td_query *query = td_query(store, "bounce_domain_hard");
    td_bind_cstr(query, "$domain", domain);
    td_bind_int(query, "$after", after);
    return td_store_number(query, out, err);
}

/* As far as `most`: in a domain of a million nobody waits for the whole of it to be counted. */
static enum td_status count_mailed(struct td_store *store, const char *domain,
                                   td_time after, int64_t most, int64_t *out,
                                   struct td_err *err)
{
    struct td_query *query = td_query(store, "bounce_domain_mailed");
    td_bind_cstr(query, "$domain", domain);
    td_bind_int(query, "$after", after);
    td_bind_int(query, "$most", most);
    return td_store_number(query, out, err);
}

static enum td_status take_back(struct td_app *app, const char *domain, td_time after,
                                int64_t *taken_back, struct td_err *err)
{
    struct td_query *query = td_query(app->store, "bounce_domain_suspended");
    struct td_ids people = {0};
    char why[300];
    (void)snprintf(why, sizeof why, "%s is failing as a whole", domain);
    td_bind_cstr(query, "$domain", domain);
    td_bind_int(query, "$after", after);
    td_bind_int(query, "$max", AT_ONCE);
    enum td_status status = td_store_ids(query, &people, err);
    for (size_t i = 0; i < people.count && status == TD_OK; i++) {
        const struct td_reinstatement reinstatement = {
            .subscriber = people.items[i],
            .how = "outage",
            .source = td_slice(why),
            .now = td_clock_now(&app->clock),
        };
        bool changed = false;
        status = td_reinstate(app->store, &reinstatement, &changed, err);
        *taken_back += changed;
    }
    free(people.items);
    return status;
}

/* What was counted within the hour waits, too. */
static enum td_status make_wait(struct td_app *app, const char *domain, td_time after,
                                td_time until, int64_t *waiting, struct td_err *err)
{
    struct td_query *query = td_query(app->store, "bounce_domain_wait");
    td_bind_cstr(query, "$domain", domain);
    td_bind_int(query, "$after", after);
    td_bind_int(query, "$until", until);
    enum td_status status = td_run(query, err);
    *waiting = status == TD_OK ? td_changes(app->store) : 0;
    return status;
}

enum td_status td_bounce_guard(struct td_app *app, struct td_bounce_row *row,
                               struct td_judged *judged, struct td_err *err)
{
    const struct td_bounce_config *config = &app->config->bounce;
    td_time now = td_clock_now(&app->clock);
    int64_t hard = 0;
    int64_t mailed = 0;
    int64_t waiting = 0;
    if (config->outage_share == 0 || row->kind != TD_BOUNCE_HARD || row->disputed)
        return TD_OK;
    enum td_status status =
        count_hard(app->store, row->domain, now - TD_HOUR, &hard, err);
    hard++; /* this one */
    if (status != TD_OK || hard < config->outage_least)
        return status;
    /* So many mailed ones, and the share is not reached. */
    const int64_t enough = (hard * 100 + config->outage_share - 1) / config->outage_share;
    status = count_mailed(app->store, row->domain, now - TD_HOUR, enough, &mailed, err);
    if (status != TD_OK || mailed >= enough)
        return status;
    row->result = TD_RESULT_WAITING;
    row->until = now + config->outage_wait;
    status = take_back(app, row->domain, now - TD_HOUR, &judged->taken_back, err);
    if (status == TD_OK)
        status = make_wait(app, row->domain, now - TD_HOUR, row->until, &waiting, err);
    if (status != TD_OK || waiting == 0)
        return status;
    judged->alarm = TD_ALARM_OUTAGE;
    td_log(TD_ERROR, "outage", "domain=%s hard=%lld of=%lld reinstated=%lld", row->domain,
           (long long)hard, (long long)mailed, (long long)judged->taken_back);
    return TD_OK;
}

/* --- we are blocked -------------------------------------------------------------------------- */

enum td_status td_bounce_blocked(struct td_app *app, const struct td_bounce_row *row,
                                 struct td_judged *judged, struct td_err *err)
{
    struct td_query *query = td_query(app->store, "bounce_blocked");
    char why[TD_BOUNCE_WORDS_MAX + 100];
    int64_t count = 0;
    bool held = false;
    int limit = app->config->bounce.blocked;
    td_bind_int(query, "$edition", row->edition);
    td_bind_int(query, "$subscriber", row->subscriber);
    td_bind_int(query, "$id", row->id);
    enum td_status status = td_store_number(query, &count, err);
    if (status != TD_OK || limit == 0 || row->edition == 0 || count != limit)
        return status;
    (void)snprintf(why, sizeof why,
                   "%lld bounces say that we are blocked, the last: %s%s%s",
                   (long long)count, row->status, row->status[0] ? " " : "", row->words);
    status = td_store_edition_hold(app->store, row->edition, td_slice(why), err);
    if (status == TD_OK)
        held = td_changes(app->store) > 0;
    if (status == TD_OK)
        status = td_relay_state_blocked(app->store, row->edition, TD_VERDICT_SENT,
                                        td_clock_now(&app->clock), err);
    judged->alarm = TD_ALARM_BLOCKED;
    if (status == TD_OK)
        td_log(TD_ERROR, "blocked", "edition=%lld held=%d why=%s",
               (long long)row->edition, held, why);
    return status;
}
