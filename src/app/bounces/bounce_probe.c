/* Asking by a mail whether mail arrives (bounce_probe.h). */
#include "app/bounces/bounce_probe.h"

#include "app/bounces/bounce_alarm.h"
#include "app/assemble/notices.h"
#include "base/log.h"

struct question {
    int64_t edition; /* 0: none is under way */
    td_time queued;
};

static enum td_status get(struct td_store *store, int64_t subscriber,
                          struct question *out, struct td_err *err)
{
    struct td_query *query = td_query(store, "probe_get");
    *out = (struct question){0};
    td_bind_int(query, "$subscriber", subscriber);
    enum td_status status = td_one(query, err);
    if (status == TD_OK)
        *out = (struct question){td_col_int(query, 0), td_col_int(query, 1)};
    td_query_end(query);
    return status == TD_NOINPUT ? TD_OK : status;
}

static enum td_status set(struct td_store *store, int64_t subscriber,
                          const struct question *question, struct td_err *err)
{
    struct td_query *query = td_query(store, "probe_set");
    td_bind_int(query, "$subscriber", subscriber);
    td_bind_int(query, "$edition", question->edition);
    td_bind_int(query, "$queued", question->queued);
    return td_run(query, err);
}

static enum td_status remove_question(struct td_store *store, int64_t subscriber,
                                      struct td_err *err)
{
    struct td_query *query = td_query(store, "probe_remove");
    td_bind_int(query, "$subscriber", subscriber);
    return td_run(query, err);
}

/* A template that cannot be used comes to light before anything is written: then there is no asking. */
static enum td_status ask(struct td_app *app, const struct td_bounce_row *row,
                          enum td_probe *out, struct td_err *err)
{
    const struct td_newsletter *newsletter;
    struct td_notice_queued queued;
    struct td_err why = {0};
    *out = TD_PROBE_SUSPEND;
    enum td_status status = td_bounce_newsletter(app, row->edition, &newsletter, err);
    if (status != TD_OK || !newsletter)
        return status;
    const struct td_notice_order order = {
        .newsletter = newsletter,
        .notice = TD_NOTICE_PROBE,
        .subscriber = row->subscriber,
        .format = TD_FORMAT_HTML,
    };
    status = td_notice_queue(app, &order, &queued, &why);
    if (status == TD_CONFIG) {
        td_log(TD_ERROR, "probe", "trouble=%s", why.text);
        return TD_OK;
    }
    if (status != TD_OK)
        return td_fail(err, status, "%s", why.text);
    const struct question question = {queued.edition, td_clock_now(&app->clock)};
    *out = TD_PROBE_WAIT;
    td_log(TD_INFO, "probe", "subscriber=%lld edition=%lld", (long long)row->subscriber,
           (long long)queued.edition);
    return set(app->store, row->subscriber, &question, err);
}

static enum td_status clear(struct td_app *app, int64_t subscriber, td_time upto,
                            struct td_err *err)
{
    struct td_query *query = td_query(app->store, "bounce_clear");
    td_bind_int(query, "$subscriber", subscriber);
    td_bind_int(query, "$cleared", TD_RESULT_CLEARED);
    td_bind_int(query, "$upto", upto);
    return td_run(query, err);
}

/* Something else came back while the question was under way. */
static enum td_status look(struct td_app *app, const struct td_bounce_row *row,
                           const struct question *question, enum td_probe *out,
                           struct td_err *err)
{
    struct td_bounce_message message = {0};
    td_time now = td_clock_now(&app->clock);
    *out = TD_PROBE_WAIT;
    enum td_status status = td_store_bounce_message(app->store, question->edition,
                                                    row->subscriber, &message, err);
    if (status != TD_OK && status != TD_NOINPUT)
        return status;
    if (message.there && !td_state_is_final(message.state))
        return TD_OK; /* it has not gone out yet */
    if (!message.there || message.state != TD_SENT)
        return ask(app, row, out, err); /* it never went out: once more */
    if (now - question->queued < app->config->bounce.delivered_after)
        return TD_OK;
    *out = TD_PROBE_CLEARED;
    status = clear(app, row->subscriber, question->queued, err);
    return status == TD_OK ? remove_question(app->store, row->subscriber, err) : status;
}

enum td_status td_bounce_probe(struct td_app *app, const struct td_bounce_row *row,
                               enum td_probe *out, struct td_err *err)
{
    struct question question;
    *out = TD_PROBE_SUSPEND;
    if (!app->config->bounce.probe)
        return TD_OK;
    enum td_status status = get(app->store, row->subscriber, &question, err);
    if (status != TD_OK)
        return status;
    if (question.edition == 0)
        return ask(app, row, out, err);
    if (question.edition == row->edition)
        return remove_question(app->store, row->subscriber, err); /* the answer is no */
    return look(app, row, &question, out, err);
}

enum td_status td_bounce_probed(struct td_app *app, int64_t subscriber, bool *out,
                                struct td_err *err)
{
    struct question question;
    enum td_status status = get(app->store, subscriber, &question, err);
    *out = question.edition != 0;
    return status;
}
