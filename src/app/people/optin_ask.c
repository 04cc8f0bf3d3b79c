/* Asking a pending person for their yes (optin_ask.h). */
#include "app/people/optin_ask.h"

#include "app/assemble/notices.h"
#include "store/people.h"

#define WEEK (7 * TD_DAY)

enum td_status td_optin_format(struct td_app *app, int64_t newsletter, int64_t subscriber,
                               enum td_format *out, struct td_err *err)
{
    struct td_subscription_row row;
    struct td_prefs_row prefs;
    *out = TD_FORMAT_HTML;
    enum td_status status =
        td_store_subscription_find(app->store, newsletter, subscriber, &row, err);
    if (status == TD_NOINPUT)
        return TD_OK;
    if (status == TD_OK)
        status = td_store_prefs_get(app->store, row.prefs, &prefs, err);
    if (status == TD_OK)
        *out = prefs.format;
    td_query_end(td_query(app->store, "prefs_get"));
    return status;
}

/* Queues it unless the address has had as many as it may. */
static enum td_status queue(struct td_app *app, const struct td_notice_order *order,
                            struct td_notice_queued *out, struct td_err *err)
{
    int64_t mails = 0;
    enum td_status status = td_store_optin_mails(
        app->store, order->subscriber, td_clock_now(&app->clock) - WEEK, &mails, err);
    *out = (struct td_notice_queued){0};
    if (!order->newsletter) /* gone from the configuration: nobody is left to ask */
        return TD_OK;
    if (status != TD_OK || mails >= app->config->optin.per_address)
        return status;
    return td_notice_queue(app, order, out, err);
}

static enum td_status remember(struct td_app *app, const struct td_optin_row *signup,
                               enum td_notice notice, int64_t edition, struct td_err *err)
{
    const td_time now = td_clock_now(&app->clock);
    char wording[TD_WORDING_MAX] = "";
    enum td_status status = TD_OK;
    if (edition != 0)
        status = td_notice_wording(app, edition, wording, err);
    if (status == TD_OK)
        status = td_store_optin_asked(app->store, signup, wording, now, err);
    if (status == TD_OK && notice == TD_NOTICE_REMIND)
        status = td_store_optin_reminded(app->store, signup, now, err);
    return status;
}

enum td_status td_optin_ask(struct td_app *app, const struct td_optin_row *signup,
                            enum td_notice notice, enum td_optin_ask *ask,
                            struct td_err *err)
{
    struct td_notice_queued queued;
    struct td_notice_order order = {.notice = notice, .subscriber = signup->subscriber};
    enum td_status status =
        td_app_newsletter_by_id(app, signup->newsletter, &order.newsletter, err);
    if (status == TD_OK || status == TD_NOINPUT)
        status = td_optin_format(app, signup->newsletter, signup->subscriber,
                                 &order.format, err);
    if (status == TD_OK)
        status = queue(app, &order, &queued, err);
    if (status != TD_OK)
        return status;
    *ask = queued.added ? TD_ASK_QUEUED : TD_ASK_ALREADY;
    return remember(app, signup, notice, queued.edition, err);
}
