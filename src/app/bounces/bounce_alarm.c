/* Telling the operator (bounce_alarm.h). */
#include "app/bounces/bounce_alarm.h"

#include <stdio.h>
#include <string.h>

#include "app/instance/briefings.h"
#include "app/assemble/notices.h"
#include "base/arena.h"

enum td_status td_bounce_newsletter(struct td_app *app, int64_t edition,
                                    const struct td_newsletter **out, struct td_err *err)
{
    struct td_bounce_message message;
    *out = NULL;
    enum td_status status =
        td_store_bounce_message(app->store, edition, 0, &message, err);
    if (status != TD_OK)
        return status == TD_NOINPUT ? TD_OK : status;
    struct td_query *query = td_query(app->store, "newsletter_name");
    td_bind_int(query, "$id", message.newsletter);
    status = td_one(query, err);
    if (status == TD_OK)
        *out = td_config_newsletter(app->config, td_col_text(query, 0));
    td_query_end(query);
    return status == TD_NOINPUT ? TD_OK : status;
}

/* "outage-example-org-2026-11-20": what may stand in a key. */
static void make_key(struct td_app *app, enum td_alarm alarm,
                     const struct td_bounce_row *row, char out[TD_SLUG_MAX])
{
    char date[32];
    td_time_format(td_clock_now(&app->clock), date);
    if (alarm == TD_ALARM_BLOCKED)
        (void)snprintf(out, TD_SLUG_MAX, "blocked-%lld", (long long)row->edition);
    else
        (void)snprintf(out, TD_SLUG_MAX, "outage-%.10s-%.20s", date, row->domain);
    for (char *c = out; *c; c++)
        if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789", *c))
            *c = '-';
}

static enum td_status send_report(struct td_app *app, enum td_alarm alarm,
                                  const struct td_bounce_row *row,
                                  const struct td_newsletter *newsletter,
                                  struct td_arena *arena, struct td_err *err)
{
    static const struct td_slice rows_blocked[] = {
        {"Find out why, then: tidings edition release", 43},
        {"Nobody was suspended for it.", 28},
    };
    static const struct td_slice rows_outage[] = {
        {"Those it had suspended within the hour are reinstated.", 54},
        {"Who waits: tidings bounce list result=waiting", 45},
    };
    bool blocked = alarm == TD_ALARM_BLOCKED;
    char key[TD_SLUG_MAX];
    bool queued;
    const struct td_report_row rows[] = {
        {td_slice(blocked ? "Edition" : "Domain"),
         blocked ? td_arena_printf(arena, "%lld", (long long)row->edition)
                 : td_slice(row->domain)},
        {td_slice("The last said"),
         td_arena_printf(arena, "%s %s", row->status, row->words)},
    };
    const struct td_report_part part = {
        .rows = rows,
        .row_count = TD_ARRAY_LEN(rows),
        .notes = blocked ? rows_blocked : rows_outage,
        .note_count = 2,
    };
    const struct td_report report = {
        .subject = blocked ? td_arena_printf(arena, "%s: held, we are blocked",
                                             newsletter->title)
                           : td_arena_printf(arena, "%s fails as a whole", row->domain),
        .intro = td_slice(
            blocked ? "So many bounces say that our mail is refused for what we are "
                      "that the edition is held."
                    : "So many addresses of one domain are said not to exist that "
                      "it must be the domain: judgement on it waits."),
        .parts = &part,
        .part_count = 1,
    };
    make_key(app, alarm, row, key);
    const struct td_operator_report order = {
        .newsletter = newsletter,
        .address = newsletter->operator,
        .key = key,
        .report = &report,
    };
    return td_notice_report(app, &order, &queued, err);
}

enum td_status td_bounce_alarm(struct td_app *app, enum td_alarm alarm,
                               const struct td_bounce_row *row, struct td_err *err)
{
    const struct td_newsletter *newsletter = NULL;
    enum td_status status = td_bounce_newsletter(app, row->edition, &newsletter, err);
    if (status != TD_OK || !newsletter || !newsletter->operator)
        return status;
    struct td_arena *arena = td_arena_create();
    status = td_begin(app->store, err);
    if (status == TD_OK)
        status = send_report(app, alarm, row, newsletter, arena, err);
    if (status == TD_OK)
        status = td_commit(app->store, err);
    td_rollback(app->store);
    td_arena_destroy(arena);
    return status;
}
