/* Telling that an edition is held because it was refused (alarm.h). */
#include "app/inspect/alarm.h"

#include "app/assemble/notices.h"
#include "app/inspect/replies.h"
#include "base/log.h"

/* Words live in the arena. */
struct alarm {
    struct td_app *app;
    struct td_arena *arena;
    int64_t edition;
    td_time untold; /* when it was held */
    int64_t sent, refused, blocked;
    struct td_slice slug, why;
    const struct td_newsletter *newsletter; /* NULL: it is not configured any more */
    struct td_replies replies;
};

/* TD_NOINPUT when there is nothing to tell. */
static enum td_status find(struct alarm *alarm, struct td_err *err)
{
    struct td_query *query = td_query(alarm->app->store, "tally_untold");
    enum td_status status = td_one(query, err);
    if (status == TD_OK) {
        alarm->edition = td_col_int(query, 0);
        alarm->untold = td_col_int(query, 1);
        alarm->sent = td_col_int(query, 2);
        alarm->refused = td_col_int(query, 3);
        alarm->blocked = td_col_int(query, 4);
        alarm->slug = td_arena_copy(alarm->arena, td_col_text(query, 5));
        alarm->why = td_arena_copy(alarm->arena, td_col_text(query, 6));
        alarm->newsletter =
            td_config_newsletter(alarm->app->config, td_col_text(query, 7));
    }
    td_query_end(query);
    return status;
}

static struct td_slice number(const struct alarm *alarm, int64_t n)
{
    return td_arena_printf(alarm->arena, "%lld", (long long)n);
}

static enum td_status queue(const struct alarm *alarm, bool *queued, struct td_err *err)
{
    const struct td_report_row rows[] = {
        {td_slice("Edition"),
         td_arena_printf(alarm->arena, "%lld, %.*s", (long long)alarm->edition,
                         (int)alarm->slug.len, alarm->slug.ptr)},
        {td_slice("Why it is held"), alarm->why},
        {td_slice("Sent"), number(alarm, alarm->sent)},
        {td_slice("Refused for good"), number(alarm, alarm->refused)},
        {td_slice("Of these, because it is us"), number(alarm, alarm->blocked)},
    };
    const struct td_slice advice[] = {
        td_arena_printf(alarm->arena, "Who: tidings queue list edition=%lld state=failed",
                        (long long)alarm->edition),
        td_arena_printf(
            alarm->arena,
            "Once the cause is found: tidings edition release %lld, or cancel",
            (long long)alarm->edition),
    };
    const struct td_report_part parts[] = {
        {.rows = rows, .row_count = TD_ARRAY_LEN(rows)},
        {.heading = td_slice("What servers said"),
         .notes = alarm->replies.lines,
         .note_count = alarm->replies.count},
        {.heading = td_slice("What to do"),
         .notes = advice,
         .note_count = TD_ARRAY_LEN(advice)},
    };
    const struct td_report report = {
        .subject = td_arena_printf(alarm->arena, "%s %.*s is held: %lld refused",
                                   alarm->newsletter->title, (int)alarm->slug.len,
                                   alarm->slug.ptr, (long long)alarm->refused),
        .intro = td_slice("So many of its messages were refused for good that the rest "
                          "of the list is spared. Nothing more of it is sent before you "
                          "say so."),
        .parts = parts,
        .part_count = TD_ARRAY_LEN(parts),
    };
    const struct td_operator_report order = {
        .newsletter = alarm->newsletter,
        .address = alarm->newsletter->operator,
        .key =
            td_arena_printf(alarm->arena, "refused-%lld-%lld", (long long)alarm->edition,
                            (long long)(alarm->untold / TD_SECOND))
                .ptr,
        .report = &report,
    };
    return td_notice_report(alarm->app, &order, queued, err);
}

static enum td_status tell(struct alarm *alarm, bool *queued, struct td_err *err)
{
    struct td_store *store = alarm->app->store;
    bool wanted = alarm->newsletter && alarm->newsletter->operator;
    enum td_status status = TD_OK;
    if (wanted)
        status = td_replies_find(alarm->app, alarm->edition, alarm->arena,
                                 &alarm->replies, err);
    if (status == TD_OK)
        status = td_begin(store, err);
    if (status != TD_OK)
        return status;
    struct td_query *query = td_query(store, "tally_told");
    td_bind_int(query, "$edition", alarm->edition);
    td_bind_int(query, "$untold", alarm->untold);
    status = td_run(query, err);
    if (status == TD_OK && td_changes(store) > 0 && wanted)
        status = queue(alarm, queued, err);
    if (status == TD_OK)
        status = td_commit(store, err);
    td_rollback(store);
    *queued = *queued && status == TD_OK;
    return status;
}

enum td_status td_alarms_run(struct td_app *app, int64_t *queued, struct td_err *err)
{
    enum td_status status = TD_OK;
    while (status == TD_OK) {
        struct alarm alarm = {.app = app, .arena = td_arena_create()};
        bool told = false;
        status = find(&alarm, err);
        if (status == TD_OK)
            status = tell(&alarm, &told, err);
        if (told)
            td_log(TD_INFO, "alarm", "edition=%lld told=%s", (long long)alarm.edition,
                   alarm.newsletter->operator);
        *queued += told;
        td_arena_destroy(alarm.arena);
    }
    return status == TD_NOINPUT ? TD_OK : status;
}
