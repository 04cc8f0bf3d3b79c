/* From a signup to a yes, and out again (optin.h). Reminding and forgetting: optin_tend.c. */
#include "app/people/optin.h"

#include <stdio.h>
#include <string.h>

#include "app/assemble/latest.h"
#include "app/assemble/notices.h"
#include "app/people/optin_ask.h"
#include "base/log.h"
#include "store/optin.h"

void td_optin_source(const struct td_app *app, struct td_slice text,
                     char out[TD_SOURCE_LEN + 1])
{
    unsigned char hash[TD_ADDRESS_HASH_LEN];
    struct td_buf hex;
    td_keys_address_hash(&app->keys, text, hash);
    td_buf_init(&hex, 2 * sizeof hash);
    td_hex(&hex, hash, TD_SOURCE_LEN / 2);
    memcpy(out, hex.ptr, TD_SOURCE_LEN + 1);
    td_buf_release(&hex);
}

enum td_status td_optin_admit(struct td_app *app, const char *source, struct td_err *err)
{
    const int limit = app->config->optin.per_source;
    int64_t signups = 0;
    enum td_status status = td_store_optin_from_since(
        app->store, source, td_clock_now(&app->clock) - TD_HOUR, limit, &signups, err);
    if (status == TD_OK && signups >= limit)
        return td_fail(err, TD_AGAIN,
                       "%d signups came from this source within an hour; no more for now",
                       limit);
    return status;
}

const char *td_optin_ask_name(enum td_optin_ask ask)
{
    switch (ask) {
    case TD_ASK_NONE: return "none";
    case TD_ASK_QUEUED: return "queued";
    case TD_ASK_ALREADY: return "already";
    case TD_ASK_WAITS: return "waits";
    }
    return "?";
}

/* --- signing up ------------------------------------------------------------------------------- */

/* Whether the wish leaves somebody behind who is to be asked. */
static bool is_question(const struct td_signup *signup,
                        const struct td_person_outcome *outcome)
{
    return outcome->result != TD_PERSON_REFUSED && outcome->status == TD_PENDING &&
           signup->action == TD_ACTION_SUBSCRIBE;
}

enum td_status td_optin_wait(struct td_app *app, const struct td_signup *signup,
                             const struct td_person_outcome *outcome, struct td_err *err)
{
    const struct td_optin_row row = {outcome->newsletter, outcome->subscriber};
    if (!is_question(signup, outcome))
        return TD_OK;
    return td_store_optin_set(app->store, &row, "", td_clock_now(&app->clock), err);
}

enum td_status td_optin_signed_up(struct td_app *app, const struct td_signup *signup,
                                  const struct td_person_outcome *outcome,
                                  const char *source, enum td_optin_ask *ask,
                                  struct td_err *err)
{
    const struct td_optin_row row = {outcome->newsletter, outcome->subscriber};
    const td_time now = td_clock_now(&app->clock);
    const int64_t limit = app->config->optin.per_hour;
    int64_t asked = 0;
    *ask = TD_ASK_NONE;
    if (!is_question(signup, outcome))
        return TD_OK;
    *ask = TD_ASK_WAITS;
    enum td_status status = td_store_optin_set(app->store, &row, source, now, err);
    if (status == TD_OK)
        status =
            td_store_optin_asked_since(app->store, now - TD_HOUR, limit, &asked, err);
    if (status != TD_OK || asked >= limit)
        return status;
    return td_optin_ask(app, &row, TD_NOTICE_CONFIRM, ask, err);
}

/* --- the yes ---------------------------------------------------------------------------------- */

static enum td_status is_suppressed(struct td_app *app, const struct td_optin_yes *yes,
                                    bool *out, struct td_err *err)
{
    struct td_subscriber_row person;
    enum td_status status =
        td_store_subscriber_get(app->store, yes->subscriber, &person, err);
    if (status == TD_OK)
        status = td_store_suppressed(app->store, person.hash, yes->newsletter, out, err);
    td_query_end(td_query(app->store, "subscriber_get"));
    return status;
}

/* What the yes finds: only a pending subscription is changed by it. */
static enum td_status find_pending(struct td_app *app, const struct td_optin_yes *yes,
                                   struct td_subscription_row *row,
                                   enum td_optin_result *result, struct td_err *err)
{
    bool suppressed = false;
    *result = TD_OPTIN_GONE;
    *row = (struct td_subscription_row){0};
    enum td_status status = td_store_subscription_find(app->store, yes->newsletter,
                                                       yes->subscriber, row, err);
    if (status == TD_NOINPUT)
        return TD_OK;
    if (status == TD_OK)
        status = is_suppressed(app, yes, &suppressed, err);
    if (status == TD_NOINPUT || suppressed)
        return TD_OK;
    if (status == TD_OK && row->status == TD_ACTIVE)
        *result = TD_OPTIN_ACTIVE;
    if (status == TD_OK && (row->status == TD_PENDING ||
                            (row->status == TD_UNSUBSCRIBED && yes->may_return)))
        *result = TD_OPTIN_CONFIRMED;
    return status;
}

/* The subscription, and its line in the ledger with the words the person said yes to. */
static enum td_status activate(struct td_app *app, const struct td_optin_yes *yes,
                               const struct td_subscription_row *before,
                               struct td_err *err)
{
    const struct td_optin_row signup = {yes->newsletter, yes->subscriber};
    struct td_subscription_row after = *before;
    struct td_buf wording;
    after.status = TD_ACTIVE;
    after.changed = td_clock_now(&app->clock);
    td_buf_init(&wording, TD_WORDING_MAX);
    enum td_status status = td_store_optin_wording(app->store, &signup, &wording, err);
    const struct td_consent consent = {
        .subscriber = yes->subscriber,
        .newsletter = yes->newsletter,
        .at = after.changed,
        .event = yes->event,
        .how = yes->how,
        .basis = TD_BASIS_CONSENT,
        .source = yes->source,
        .wording =
            yes->event == TD_CONSENT_CONFIRMED ? td_buf_slice(&wording) : td_slice(""),
    };
    if (status == TD_OK)
        status = td_store_subscription_set(app->store, &after, err);
    if (status == TD_OK)
        status = td_store_consent(app->store, &consent, err);
    if (status == TD_OK)
        status = td_store_optin_remove(app->store, &signup, err);
    td_buf_release(&wording);
    return status;
}

/* A welcome and the latest issue, as far as they are wanted. */
static enum td_status receive(struct td_app *app, const struct td_newsletter *newsletter,
                              const struct td_optin_yes *yes,
                              const struct td_latest *latest, struct td_err *err)
{
    struct td_notice_queued welcome;
    struct td_notice_order order = {
        .newsletter = newsletter,
        .notice = TD_NOTICE_WELCOME,
        .subscriber = yes->subscriber,
    };
    bool queued = false;
    enum td_status status = TD_OK;
    if (app->config->optin.welcome)
        status =
            td_optin_format(app, yes->newsletter, yes->subscriber, &order.format, err);
    if (status == TD_OK && app->config->optin.welcome)
        status = td_notice_queue(app, &order, &welcome, err);
    return status == TD_OK ? td_latest_queue(app, latest, yes->subscriber, &queued, err)
                           : status;
}

static enum td_status confirm(struct td_app *app, const struct td_newsletter *newsletter,
                              const struct td_optin_yes *yes,
                              const struct td_latest *latest,
                              enum td_optin_result *result, struct td_err *err)
{
    struct td_subscription_row row;
    enum td_status status = td_begin(app->store, err);
    if (status == TD_OK)
        status = find_pending(app, yes, &row, result, err);
    if (status == TD_OK && *result == TD_OPTIN_CONFIRMED)
        status = activate(app, yes, &row, err);
    if (status == TD_OK && *result == TD_OPTIN_CONFIRMED && newsletter)
        status = receive(app, newsletter, yes, latest, err);
    if (status == TD_OK && *result == TD_OPTIN_CONFIRMED && !yes->dry_run)
        status = td_commit(app->store, err);
    td_rollback(app->store);
    return status;
}

enum td_status td_optin_confirm(struct td_app *app, const struct td_optin_yes *yes,
                                enum td_optin_result *result, struct td_err *err)
{
    const struct td_newsletter *newsletter = NULL;
    struct td_subscription_row row;
    struct td_latest latest = {0};
    struct td_err why;
    enum td_status status =
        td_app_newsletter_by_id(app, yes->newsletter, &newsletter, err);
    if (status == TD_NOINPUT)
        status = TD_OK; /* gone from the configuration: the yes counts all the same */
    if (status == TD_OK)
        status = find_pending(app, yes, &row, result, err);
    if (status != TD_OK || *result != TD_OPTIN_CONFIRMED)
        return status;
    /* An issue that cannot be made is no reason to turn the person away. */
    if (newsletter && app->config->optin.latest && !yes->dry_run &&
        td_latest_prepare(app, newsletter, &row, &latest, &why) != TD_OK) {
        latest.edition = 0;
        td_log(TD_WARN, "latest", "newsletter=%s trouble=%s", newsletter->name, why.text);
    }
    status = confirm(app, newsletter, yes, &latest, result, err);
    if (status == TD_OK && *result == TD_OPTIN_CONFIRMED && !yes->dry_run)
        td_log(TD_INFO, "confirmed", "subscriber=%lld newsletter=%lld how=%s",
               (long long)yes->subscriber, (long long)yes->newsletter, yes->how);
    return status;
}

/* --- leaving ---------------------------------------------------------------------------------- */

static enum td_status say_goodbye(struct td_app *app, int64_t newsletter,
                                  int64_t subscriber, struct td_err *err)
{
    struct td_notice_queued queued;
    struct td_notice_order order = {.notice = TD_NOTICE_GOODBYE,
                                    .subscriber = subscriber};
    enum td_status status =
        td_app_newsletter_by_id(app, newsletter, &order.newsletter, err);
    if (status == TD_NOINPUT)
        return TD_OK; /* nobody is left who could say it */
    if (status == TD_OK)
        status = td_optin_format(app, newsletter, subscriber, &order.format, err);
    return status == TD_OK ? td_notice_queue(app, &order, &queued, err) : status;
}

enum td_status td_optin_leave(struct td_app *app, struct td_people *people,
                              int64_t newsletter, int64_t subscriber, bool quiet,
                              struct td_person_outcome *outcome, struct td_err *err)
{
    const struct td_optin_row signup = {newsletter, subscriber};
    struct td_subscription_row before = {.status = TD_UNSUBSCRIBED};
    enum td_status status =
        td_store_subscription_find(app->store, newsletter, subscriber, &before, err);
    if (status == TD_OK || status == TD_NOINPUT)
        status = td_people_unsubscribe(people, newsletter, subscriber, outcome, err);
    if (status == TD_OK)
        status = td_store_optin_remove(app->store, &signup, err);
    if (status == TD_OK && before.status == TD_ACTIVE && !quiet &&
        app->config->optin.goodbye)
        status = say_goodbye(app, newsletter, subscriber, err);
    return status;
}
