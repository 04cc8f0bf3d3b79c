/* The newest issue for somebody who has just joined (latest.h). */
#include "app/assemble/latest.h"

#include "app/press/frozen.h"
#include "app/press/partition.h"
#include "store/editions.h"

static enum td_status find_edition(struct td_app *app, int64_t newsletter,
                                   struct td_latest *out, struct td_err *err)
{
    struct td_query *query = td_query(app->store, "latest_edition");
    td_bind_int(query, "$newsletter", newsletter);
    td_bind_int(query, "$since", td_clock_now(&app->clock) - TD_LATEST_MOST);
    enum td_status status = td_one(query, err);
    if (status == TD_OK)
        out->edition = td_col_int(query, 0);
    td_query_end(query);
    return status == TD_NOINPUT ? TD_OK : status;
}

/* When it was released, as its partition had it. */
static enum td_status read_release(struct td_app *app, int64_t edition,
                                   const struct td_newsletter *newsletter,
                                   struct td_release *out, struct td_err *err)
{
    struct td_edition_row row;
    struct td_date date;
    const struct td_zone *zone = NULL;
    enum td_status status =
        td_zones_get(td_app_zones(app), td_slice(newsletter->zone), &zone, err);
    if (status == TD_OK)
        status = td_store_edition_get(app->store, edition, &row, err);
    if (status != TD_OK)
        return status;
    if (!td_date_parse(row.date, &date))
        status = td_fail(err, TD_SOFTWARE, "edition %lld: its date is damaged",
                         (long long)edition);
    else
        *out = (struct td_release){
            .planned = td_planned_at(zone, date, newsletter->at, row.released),
            .released = row.released,
        };
    td_query_end(td_query(app->store, "edition_get"));
    return status;
}

static enum td_status choose(struct td_app *app, const struct td_latest *latest,
                             struct td_err *err)
{
    const struct td_choice choice = {.prefs = latest->prefs};
    struct td_frozen frozen;
    enum td_status status = td_frozen_open(app, latest->edition, &frozen, err);
    if (status != TD_OK)
        return status;
    struct td_partition partition = {
        .app = app,
        .press = frozen.press,
        .edition = latest->edition,
        .zone = frozen.newsletter->zone,
    };
    status =
        read_release(app, latest->edition, frozen.newsletter, &partition.release, err);
    if (status == TD_OK)
        status = td_partition_choose(&partition, &choice, 1, err);
    td_frozen_close(&frozen);
    return status;
}

enum td_status td_latest_prepare(struct td_app *app,
                                 const struct td_newsletter *newsletter,
                                 const struct td_subscription_row *reader,
                                 struct td_latest *out, struct td_err *err)
{
    *out = (struct td_latest){.prefs = reader->prefs};
    if (newsletter->kind == TD_KIND_LIVE)
        return TD_OK;
    enum td_status status = find_edition(app, reader->newsletter, out, err);
    return status == TD_OK && out->edition != 0 ? choose(app, out, err) : status;
}

enum td_status td_latest_queue(struct td_app *app, const struct td_latest *latest,
                               int64_t subscriber, bool *queued, struct td_err *err)
{
    *queued = false;
    if (latest->edition == 0)
        return TD_OK;
    struct td_query *query = td_query(app->store, "latest_enqueue");
    td_bind_int(query, "$edition", latest->edition);
    td_bind_int(query, "$prefs", latest->prefs);
    td_bind_int(query, "$subscriber", subscriber);
    td_bind_int(query, "$now", td_clock_now(&app->clock) / TD_SECOND);
    enum td_status status = td_run(query, err);
    *queued = status == TD_OK && td_changes(app->store) > 0;
    return status;
}
