/* What waits in a restored database, and letting it go (quarantine.h). */
#include "app/keep/quarantine.h"

#include "app/instance/audit.h"

enum td_status td_waiting_list(struct td_store *store, td_time now,
                               struct td_waiting_sink sink, struct td_err *err)
{
    struct td_query *query = td_query(store, "restore_waiting");
    enum td_step step;
    td_bind_int(query, "$now", now / TD_SECOND);
    while ((step = td_step(query, err)) == TD_STEP_ROW) {
        struct td_waiting waiting = {
            .edition = td_col_int(query, 0),
            .newsletter = td_col_text(query, 1),
            .slug = td_col_text(query, 2),
            .subject = td_col_text(query, 3),
            .held = td_col_int(query, 4) != 0,
            .deadline = td_col_int(query, 5) * TD_SECOND,
            .waiting = td_col_int(query, 6),
            .live = td_col_int(query, 7),
            .held_messages = td_col_int(query, 8),
            .in_doubt = td_col_int(query, 9),
        };
        sink.edition(sink.context, &waiting);
    }
    return step == TD_STEP_DONE ? TD_OK : err->status;
}

enum td_status td_quarantine_end(struct td_app *app, bool dry_run, struct td_restore *was,
                                 struct td_err *err)
{
    enum td_status status = td_app_store(app, err);
    if (status == TD_OK)
        status = td_store_quarantined(app->store, was, err);
    if (status != TD_OK || dry_run)
        return status;
    status = td_begin(app->store, err);
    if (status == TD_OK)
        status = td_store_release(app->store, td_clock_now(&app->clock), err);
    if (status == TD_OK)
        status = td_audit_command(app, "db release", td_slice(was->from), 0, err);
    if (status == TD_OK)
        status = td_commit(app->store, err);
    td_rollback(app->store);
    return status;
}
