/* What a bounce changes (bounce_judge.h). */
#include "app/bounces/bounce_judge.h"

#include "app/bounces/bounce_guard.h"
#include "app/bounces/bounce_probe.h"
#include "app/bounces/suspend.h"
#include "base/log.h"
#include "model/hide.h"
#include "outcome/bounce.h"
#include "store/ledger.h"

#define ON_ITS_WAY TD_HOUR /* a bounce takes no longer, where it tells of an address */

/* --- whether it is believed ------------------------------------------------------------------ */

/* Whether a copy of the message was ever given to a relay. */
static bool was_sent(const struct td_bounce_message *message)
{
    switch (message->state) {
    case TD_SENT:
    case TD_IN_DOUBT:
    case TD_ON_WIRE:
    case TD_BOUNCED:
    case TD_COMPLAINED: return true;
    default: return message->tried;
    }
}

/* A refusal that our own session heard needs no belief. */
static bool is_heard(const struct td_bounce_row *row)
{
    return td_slice_is(td_slice(row->source), TD_BOUNCE_SOURCE_SMTP);
}

static bool is_believed(enum td_bounce_result result)
{
    return result == TD_RESULT_COUNTED || result == TD_RESULT_NOTHING ||
           result == TD_RESULT_ANSWER;
}

/* Sets the result of one that is not to be believed; message is only set where there is one. */
static enum td_status believe(struct td_app *app, struct td_bounce_row *row,
                              struct td_bounce_message *message, struct td_err *err)
{
    td_time now = td_clock_now(&app->clock);
    *message = (struct td_bounce_message){0};
    if (!is_believed(row->result) || row->edition == 0)
        return TD_OK; /* a link of ours names no edition */
    enum td_status status =
        td_store_bounce_message(app->store, row->edition, row->subscriber, message, err);
    if (status == TD_NOINPUT) {
        row->result = TD_RESULT_NEVER_SENT;
        return TD_OK;
    }
    if (status != TD_OK || is_heard(row))
        return status;
    td_time due = message->there ? message->due : message->released;
    if (due > now || (message->there && !was_sent(message)))
        row->result = TD_RESULT_NEVER_SENT;
    else if (row->kind != TD_BOUNCE_COMPLAINT &&
             due < now - app->config->bounce.accept_for)
        row->result =
            TD_RESULT_TOO_LATE; /* who complains late wants no more mail either */
    return TD_OK;
}

/* --- the message ----------------------------------------------------------------------------- */

static enum td_status move(struct td_app *app, const struct td_bounce_row *row,
                           enum td_state from, enum td_state to, struct td_err *err)
{
    const struct td_move move = {
        .edition = row->edition,
        .subscriber = row->subscriber,
        .from = from,
        .to = to,
        .reason = to == TD_COMPLAINED ? TD_REASON_COMPLAINT
                  : to == TD_BOUNCED  ? row->reason
                                      : TD_REASON_NONE,
    };
    return td_ledger_move(app->store, &move, err);
}

/* Whatever came back settles a doubt: it went out. Only a failure says that it did not arrive. */
static enum td_status settle(struct td_app *app, const struct td_bounce_row *row,
                             const struct td_bounce_message *message, struct td_err *err)
{
    bool complaint = row->kind == TD_BOUNCE_COMPLAINT;
    bool failure = row->kind == TD_BOUNCE_SOFT || row->kind == TD_BOUNCE_HARD;
    enum td_state state = message->state;
    enum td_status status = TD_OK;
    if (!message->there || is_heard(row))
        return TD_OK;
    if (state == TD_IN_DOUBT && failure)
        return move(app, row, state, TD_BOUNCED, err);
    if (state == TD_IN_DOUBT) {
        status = move(app, row, state, TD_SENT, err);
        state = TD_SENT;
    }
    if (status == TD_OK && state == TD_SENT && (complaint || failure))
        status = move(app, row, state, complaint ? TD_COMPLAINED : TD_BOUNCED, err);
    return status;
}

enum td_status td_bounce_settle_anew(struct td_app *app, const struct td_bounce_row *row,
                                     struct td_err *err)
{
    struct td_bounce_message message = {0};
    int64_t others = 0;
    if (row->edition == 0 || !is_believed(row->result) || is_heard(row))
        return TD_OK;
    enum td_status status =
        td_store_bounce_message(app->store, row->edition, row->subscriber, &message, err);
    if (status == TD_NOINPUT)
        return TD_OK;
    if (status == TD_OK)
        status = td_store_bounce_failures(app->store, row, &others, err);
    const bool came_back = message.state == TD_BOUNCED || message.state == TD_COMPLAINED;
    if (status == TD_OK && message.there && came_back && others == 0) {
        status = move(app, row, message.state, TD_SENT, err);
        message.state = TD_SENT;
    }
    return status == TD_OK ? settle(app, row, &message, err) : status;
}

/* --- the score ------------------------------------------------------------------------------- */

enum td_status td_bounce_suspend(struct td_app *app, int64_t subscriber, int64_t bounce,
                                 const char *how, bool *changed, struct td_err *err)
{
    struct td_bounce_row row;
    struct td_buf evidence;
    *changed = false;
    enum td_status status = td_store_bounce_get(app->store, bounce, &row, err);
    if (status != TD_OK)
        return status;
    td_buf_init(&evidence, (size_t)4 * TD_BOUNCE_WORDS_MAX);
    td_buf_addf(&evidence, "bounce %lld: %s%s", (long long)bounce, row.status,
                row.status[0] ? " " : "");
    td_hide_addresses(td_slice(row.words), &evidence);
    const struct td_suspension suspension = {
        .subscriber = subscriber,
        .reason = row.kind == TD_BOUNCE_COMPLAINT ? TD_REASON_COMPLAINT
                  : row.reason == TD_REASON_NONE  ? TD_REASON_ADDRESS
                                                  : row.reason,
        .how = how,
        .evidence = td_buf_slice(&evidence),
        .bounce = bounce,
        .now = td_clock_now(&app->clock),
    };
    status = td_suspend(app->store, &suspension, changed, err);
    td_buf_release(&evidence);
    if (status == TD_OK && *changed)
        td_log(TD_WARN, "suspended", "subscriber=%lld bounce=%lld reason=%s how=%s",
               (long long)subscriber, (long long)bounce,
               td_reason_name(suspension.reason), how);
    return status;
}

/* Counted at last: is it enough? A complaint always is. */
static enum td_status weigh(struct td_app *app, const struct td_bounce_row *row,
                            struct td_judged *out, struct td_err *err)
{
    struct td_score score;
    enum td_probe probe = TD_PROBE_CLEARED;
    enum td_status status = TD_OK;
    if (row->kind == TD_BOUNCE_COMPLAINT)
        return td_bounce_suspend(app, row->subscriber, row->id, "bounce", &out->suspended,
                                 err);
    while (status == TD_OK && probe == TD_PROBE_CLEARED) {
        status = td_bounce_score(app, row->subscriber, NULL, 0, &score, err);
        probe = TD_PROBE_SUSPEND;
        if (status == TD_OK && score.suspend)
            status = td_bounce_probe(app, row, &probe, err);
    }
    if (status == TD_OK && score.suspend && probe == TD_PROBE_SUSPEND)
        status = td_bounce_suspend(app, row->subscriber, score.evidence, "bounce",
                                   &out->suspended, err);
    return status;
}

static void log_judged(const struct td_bounce_row *row)
{
    bool trouble = row->result == TD_RESULT_FORGED || row->result == TD_RESULT_MISMATCH ||
                   row->result == TD_RESULT_NEVER_SENT;
    td_log(trouble ? TD_WARN : TD_INFO, "bounce",
           "id=%lld result=%s kind=%s edition=%lld subscriber=%lld status=%s rule=%s",
           (long long)row->id, td_bounce_result_name(row->result),
           td_bounce_kind_name((enum td_bounce_kind)row->kind), (long long)row->edition,
           (long long)row->subscriber, row->status, row->rule);
}

enum td_status td_bounce_judge(struct td_app *app, struct td_bounce_row *row,
                               struct td_judged *out, struct td_err *err)
{
    struct td_bounce_message message;
    *out = (struct td_judged){0};
    row->until = 0;
    enum td_status status = believe(app, row, &message, err);
    if (status != TD_OK)
        return status;
    if (is_believed(row->result) && message.there && message.state == TD_ON_WIRE &&
        !is_heard(row)) {
        out->later = true;
        return TD_OK;
    }
    if (is_believed(row->result))
        status = settle(app, row, &message, err);
    if (status == TD_OK && row->result == TD_RESULT_COUNTED)
        status = td_bounce_guard(app, row, out, err);
    if (status == TD_OK)
        status = td_store_bounce_judge(app->store, row, TD_RESULT_PENDING, err);
    if (status == TD_OK && row->result == TD_RESULT_NOTHING && row->blocks)
        status = td_bounce_blocked(app, row, out, err);
    if (status == TD_OK && row->result == TD_RESULT_COUNTED)
        status = weigh(app, row, out, err);
    if (status == TD_OK)
        log_judged(row);
    return status;
}

enum td_status td_bounce_judge_waited(struct td_app *app, int64_t id,
                                      struct td_judged *out, struct td_err *err)
{
    struct td_bounce_row row;
    td_time delivered = 0;
    td_time now = td_clock_now(&app->clock);
    *out = (struct td_judged){0};
    enum td_status status = td_store_bounce_get(app->store, id, &row, err);
    if (status != TD_OK || row.result != TD_RESULT_WAITING)
        return status;
    status = td_store_bounce_delivered(app->store, row.subscriber, row.at,
                                       now - ON_ITS_WAY, &delivered, err);
    if (status != TD_OK)
        return status;
    row.until = 0;
    row.result = delivered > row.at ? TD_RESULT_CLEARED : TD_RESULT_COUNTED;
    status = td_store_bounce_judge(app->store, &row, TD_RESULT_WAITING, err);
    if (status == TD_OK && row.result == TD_RESULT_COUNTED)
        status = weigh(app, &row, out, err);
    if (status == TD_OK)
        log_judged(&row);
    return status;
}
