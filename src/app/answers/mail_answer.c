/* Questions and answers to whom a mail claims to be from (mail_answer.h). */
#include "app/answers/mail_answer.h"

#include "app/assemble/notices.h"
#include "app/people/optin.h"
#include "app/people/optin_ask.h"

/* The newsletter of that name, or NULL. */
static const struct td_newsletter *named(const struct td_app *app, struct td_slice about)
{
    for (size_t i = 0; i < app->config->newsletter_count; i++)
        if (td_slice_iis(about, app->config->newsletters[i].name))
            return &app->config->newsletters[i];
    return NULL;
}

/* --- subscribe -------------------------------------------------------------------------------- */

static enum td_status sign_up(struct td_app *app, const struct td_mail_question *question,
                              struct td_person_outcome *outcome, enum td_optin_ask *ask,
                              struct td_err *err)
{
    const struct td_newsletter *newsletter = named(app, question->about);
    struct td_signup_context context = {
        .newsletters = app->config->newsletters,
        .newsletter_count = app->config->newsletter_count,
        .fallback = newsletter ? newsletter : &app->config->newsletters[0],
        .zones = td_app_zones(app),
    };
    struct td_people people = {
        .store = app->store,
        .keys = &app->keys,
        .now = td_clock_now(&app->clock),
        .how = "mail",
        .may_return = true,
        .zones = td_app_zones(app),
    };
    struct td_signup signup;
    struct td_row row = {0};
    struct td_err why;
    row.cells[TD_COL_EMAIL] = td_slice(question->from->text);
    row.cells[TD_COL_ACTION] = td_slice("subscribe");
    *outcome = (struct td_person_outcome){.result = TD_PERSON_REFUSED};
    *ask = TD_ASK_NONE;
    if (td_signup_read(&context, &row, &signup, &why) != TD_OK)
        return TD_OK;
    enum td_status status = td_people_apply(&people, &signup, outcome, err);
    return status == TD_OK ? td_optin_signed_up(app, &signup, outcome, "", ask, err)
                           : status;
}

static enum td_status subscribe(struct td_app *app,
                                const struct td_mail_question *question, bool *queued,
                                int64_t *subscriber, struct td_err *err)
{
    struct td_person_outcome outcome;
    enum td_optin_ask ask;
    enum td_status status = sign_up(app, question, &outcome, &ask, err);
    *queued = ask != TD_ASK_NONE;
    *subscriber = outcome.subscriber;
    return status;
}

/* --- unsubscribe, help ------------------------------------------------------------------------ */

static enum td_status queue_notice(struct td_app *app,
                                   const struct td_newsletter *newsletter,
                                   int64_t newsletter_id, enum td_notice notice,
                                   int64_t subscriber, struct td_err *err)
{
    struct td_notice_queued queued;
    struct td_notice_order order = {
        .newsletter = newsletter, .notice = notice, .subscriber = subscriber};
    enum td_status status =
        td_optin_format(app, newsletter_id, subscriber, &order.format, err);
    return status == TD_OK ? td_notice_queue(app, &order, &queued, err) : status;
}

/* The notice for each newsletter that they get; one help is enough. */
static enum td_status queue_for_each(struct td_app *app,
                                     const struct td_mail_question *question,
                                     int64_t subscriber, bool *queued, struct td_err *err)
{
    const bool help = question->verb == TD_COMMAND_HELP;
    const struct td_newsletter *only = named(app, question->about);
    enum td_status status = TD_OK;
    for (size_t i = 0; i < app->config->newsletter_count && status == TD_OK; i++) {
        const struct td_newsletter *newsletter = &app->config->newsletters[i];
        struct td_subscription_row row;
        int64_t id;
        if ((only && only != newsletter) || (help && *queued))
            continue;
        status = td_store_newsletter_id(app->store, newsletter->name, &id, err);
        if (status == TD_OK)
            status = td_store_subscription_find(app->store, id, subscriber, &row, err);
        const bool gets = status == TD_OK && row.status == TD_ACTIVE;
        if (status == TD_NOINPUT)
            status = TD_OK;
        if (gets)
            status =
                queue_notice(app, newsletter, id, help ? TD_NOTICE_HELP : TD_NOTICE_LEAVE,
                             subscriber, err);
        *queued = *queued || (gets && status == TD_OK);
    }
    return status;
}

static enum td_status tell(struct td_app *app, const struct td_mail_question *question,
                           bool *queued, int64_t *subscriber, struct td_err *err)
{
    struct td_subscriber_row person;
    struct td_err why;
    enum td_status status = td_store_subscriber_find(
        app->store, td_slice(question->from->key), &person, &why);
    *subscriber = status == TD_OK ? person.id : 0;
    td_query_end(td_query(app->store, "subscriber_find"));
    if (status == TD_NOINPUT)
        return TD_OK; /* a stranger: whoever wrote in their name would have us bother them */
    if (status != TD_OK)
        return td_fail(err, status, "%s", why.text);
    return queue_for_each(app, question, *subscriber, queued, err);
}

enum td_status td_mail_answer(struct td_app *app, const struct td_mail_question *question,
                              bool *queued, int64_t *subscriber, struct td_err *err)
{
    *queued = false;
    *subscriber = 0;
    enum td_status status = td_begin(app->store, err);
    if (status == TD_OK)
        status = question->verb == TD_COMMAND_SUBSCRIBE
                     ? subscribe(app, question, queued, subscriber, err)
                     : tell(app, question, queued, subscriber, err);
    if (status == TD_OK)
        status = td_commit(app->store, err);
    td_rollback(app->store);
    return status;
}
