/* Editions that are refused are held (breaker.h). */
#include "app/send/breaker.h"

#include <stdio.h>

#include "app/instance/audit.h"
#include "base/log.h"
#include "queue/grants.h"
#include "store/editions.h"

void td_breaker_add(struct td_breaker_count *count, const struct td_piece *piece)
{
    const struct td_verdict *verdict = &piece->verdict;
    bool sent = verdict->kind == TD_VERDICT_SENT;
    bool refused =
        verdict->kind == TD_VERDICT_FAILED && verdict->reason != TD_REASON_TOO_LATE;
    size_t at = 0;
    if (!piece->judged || (!sent && !refused) || piece->class_ == TD_CLASS_NOTICE)
        return;
    while (at < count->count && count->items[at].edition != piece->parcel.edition)
        at++;
    if (at == TD_BREAKER_EDITIONS)
        return;
    if (at == count->count)
        count->items[count->count++].edition = piece->parcel.edition;
    count->items[at].tally.sent += sent;
    count->items[at].tally.refused += refused;
    count->items[at].tally.blocked += refused && verdict->reason == TD_REASON_POLICY;
}

/* Adds to the edition's tally; *tally becomes all there is. */
static enum td_status add_up(struct td_store *store, int64_t edition,
                             struct td_tally *tally, struct td_err *err)
{
    struct td_query *query = td_query(store, "tally_add");
    td_bind_int(query, "$edition", edition);
    td_bind_int(query, "$sent", tally->sent);
    td_bind_int(query, "$refused", tally->refused);
    td_bind_int(query, "$blocked", tally->blocked);
    enum td_status status = td_one(query, err);
    if (status == TD_OK)
        *tally = (struct td_tally){td_col_int(query, 0), td_col_int(query, 1),
                                   td_col_int(query, 2)};
    td_query_end(query);
    return status;
}

/* Leaves a note for who tells the operator (app/inspect/alarm.h), and keeps notices off a relay whose mail
 * is refused for what we are. */
static enum td_status spread_word(struct td_app *app, int64_t edition, bool blocked,
                                  struct td_err *err)
{
    td_time now = td_clock_now(&app->clock);
    struct td_query *query = td_query(app->store, "tally_trip");
    td_bind_int(query, "$edition", edition);
    td_bind_int(query, "$now", now);
    enum td_status status = td_run(query, err);
    if (status == TD_OK && blocked)
        status = td_relay_state_blocked(app->store, edition, TD_VERDICT_FAILED, now, err);
    return status;
}

static enum td_status hold(struct td_app *app, int64_t edition, enum td_trip trip,
                           const struct td_tally *tally, struct td_err *err)
{
    char why[200];
    char subject[40];
    bool blocked = trip == TD_TRIP_BLOCKED;
    (void)snprintf(why, sizeof why, "%lld of %lld messages were refused for good%s",
                   (long long)(blocked ? tally->blocked : tally->refused),
                   (long long)(tally->sent + tally->refused),
                   blocked ? ", and the servers' words say that it is us: queue list "
                             "reason=policy"
                           : ": queue list state=failed");
    enum td_status status =
        td_store_edition_hold(app->store, edition, td_slice(why), err);
    if (status != TD_OK || td_changes(app->store) == 0)
        return status;
    td_log(TD_ERROR, "breaker", "edition=%lld held=1 why=%s", (long long)edition, why);
    (void)snprintf(subject, sizeof subject, "edition=%lld", (long long)edition);
    status = td_audit_command(app, "breaker hold", td_slice(subject), 1, err);
    return status == TD_OK ? spread_word(app, edition, blocked, err) : status;
}

enum td_status td_breaker_apply(struct td_app *app, const struct td_breaker_count *count,
                                struct td_err *err)
{
    enum td_status status = TD_OK;
    for (size_t i = 0; status == TD_OK && i < count->count; i++) {
        struct td_tally tally = count->items[i].tally;
        status = add_up(app->store, count->items[i].edition, &tally, err);
        enum td_trip trip = td_breaker_trips(&app->config->breaker, &tally);
        if (status == TD_OK && trip != TD_TRIP_NOT)
            status = hold(app, count->items[i].edition, trip, &tally, err);
    }
    return status;
}
