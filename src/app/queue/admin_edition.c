/* An edition as a whole: its flag, its end (admin.h). */
#include <stdio.h>

#include "app/queue/admin.h"
#include "app/instance/audit.h"
#include "store/editions.h"
#include "store/ledger.h"

/* What the flag concerns: the messages that wait, and those it comes too late for. */
static enum td_status count_waiting(struct td_store *store, int64_t edition,
                                    struct td_admin_result *result, struct td_err *err)
{
    int64_t counts[TD_STATE_COUNT];
    enum td_status status = td_ledger_counts(store, edition, counts, err);
    if (status != TD_OK)
        return status;
    result->changed[TD_QUEUED] += counts[TD_QUEUED];
    result->changed[TD_DEFERRED] += counts[TD_DEFERRED];
    result->passed[TD_LEASED] += counts[TD_LEASED];
    result->passed[TD_ON_WIRE] += counts[TD_ON_WIRE];
    return TD_OK;
}

static enum td_status set_flag(struct td_app *app, const struct td_admin_task *task,
                               struct td_admin_result *result, struct td_err *err)
{
    bool cancel = task->act == TD_ADMIN_CANCEL;
    int64_t id = task->selector->edition;
    enum td_status status = TD_OK;
    if (task->act == TD_ADMIN_HOLD) {
        status = td_store_edition_hold(app->store, id,
                                       td_slice(task->why ? task->why : ""), err);
    } else if (task->act == TD_ADMIN_RELEASE) {
        status = td_store_edition_release(app->store, id, err);
    } else {
        struct td_query *query = td_query(app->store, "edition_cancel");
        td_bind_int(query, "$id", id);
        status = td_run(query, err);
    }
    result->edition_changed = status == TD_OK && td_changes(app->store) > 0;
    if (status != TD_OK || !result->edition_changed || cancel)
        return status;
    return count_waiting(app->store, task->selector->edition, result, err);
}

static enum td_status keep(struct td_app *app, const struct td_admin_task *task,
                           const struct td_admin_result *result, struct td_err *err)
{
    if (task->dry_run || !result->edition_changed)
        return TD_OK;
    enum td_status status = td_audit_command(app, task->command, task->subject, 1, err);
    return status == TD_OK ? td_commit(app->store, err) : status;
}

/* Whether the edition can still be held or let go. */
static enum td_status check_phase(struct td_store *store,
                                  const struct td_selector *selector, struct td_err *err)
{
    struct td_query *query = td_query(store, "admin_editions");
    long long edition = (long long)selector->edition;
    td_bind_int(query, "$edition", selector->edition);
    if (selector->newsletter != 0)
        td_bind_int(query, "$newsletter", selector->newsletter);
    enum td_status status = td_one(query, err);
    if (status == TD_NOINPUT)
        status = td_fail(err, TD_NOINPUT, "that newsletter has no edition %lld", edition);
    else if (status == TD_OK && td_col_int(query, 1) == TD_PHASE_CANCELLED)
        status =
            td_fail(err, TD_NO,
                    "edition %lld is cancelled: nothing of it waits to be sent", edition);
    td_query_end(query);
    return status;
}

/* Those held one by one. What the flag let go counts as changed already, not as passed over. */
static enum td_status release_messages(struct td_app *app,
                                       const struct td_admin_task *task,
                                       struct td_admin_result *result, struct td_err *err)
{
    struct td_admin_result rest = {0};
    enum td_status status = td_admin_messages(app, task, &rest, err);
    if (status != TD_OK)
        return status;
    if (result->edition_changed)
        rest.passed[TD_QUEUED] = rest.passed[TD_DEFERRED] = 0;
    for (size_t i = 0; i < TD_STATE_COUNT; i++) {
        result->changed[i] += rest.changed[i];
        result->passed[i] = rest.passed[i];
    }
    return TD_OK;
}

enum td_status td_admin_edition(struct td_app *app, const struct td_admin_task *task,
                                struct td_admin_result *result, struct td_err *err)
{
    enum td_status status = TD_OK;
    if (task->act != TD_ADMIN_CANCEL)
        status = check_phase(app->store, task->selector, err);
    if (status == TD_OK)
        status = td_begin(app->store, err);
    if (status == TD_OK)
        status = set_flag(app, task, result, err);
    if (status == TD_OK)
        status = keep(app, task, result, err);
    td_rollback(app->store);
    if (status == TD_OK && task->act == TD_ADMIN_RELEASE && task->messages_too)
        status = release_messages(app, task, result, err);
    /* First the end, then the messages: what a fan-out or a sender puts back meanwhile is not
     * claimed, and the same command once more cancels it too. */
    if (status == TD_OK && task->act == TD_ADMIN_CANCEL)
        status = td_admin_messages(app, task, result, err);
    return status;
}

/* --- what was left over ----------------------------------------------------------------------- */

static enum td_status find_leftover(struct td_store *store, int64_t *edition,
                                    struct td_err *err)
{
    struct td_query *query = td_query(store, "edition_leftover");
    enum td_status status = td_one(query, err);
    if (status == TD_OK)
        *edition = td_col_int(query, 0);
    td_query_end(query);
    return status;
}

enum td_status td_admin_sweep(struct td_app *app, int64_t *cancelled, struct td_err *err)
{
    enum td_status status = td_app_store(app, err);
    int64_t before = -1;
    *cancelled = 0;
    while (status == TD_OK) {
        int64_t edition = 0;
        char word[48];
        const char *words[] = {word};
        struct td_selector selector;
        struct td_admin_result result = {0};
        status = find_leftover(app->store, &edition, err);
        if (status != TD_OK || edition == before) /* nothing of it can be cancelled now */
            break;
        before = edition;
        (void)snprintf(word, sizeof word, "edition=%lld", (long long)edition);
        status = td_selector_parse(app, words, 1, &selector, err);
        const struct td_admin_task task = {
            .act = TD_ADMIN_CANCEL,
            .selector = &selector,
            .command = "edition cancel",
            .subject = td_slice(word),
        };
        if (status == TD_OK)
            status = td_admin_messages(app, &task, &result, err);
        *cancelled += td_admin_sum(result.changed);
    }
    return status == TD_NOINPUT ? TD_OK : status;
}
