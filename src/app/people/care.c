/* What an administrator does for one person (care.h). */
#include "app/people/care.h"

#include <stdio.h>

#include "app/instance/audit.h"
#include "app/bounces/suspend.h"
#include "model/address.h"
#include "store/people.h"

/* The address, and who has it. */
struct person {
    struct td_address address;
    unsigned char hash[TD_ADDRESS_HASH_LEN];
    int64_t subscriber;             /* 0: nobody */
    char known[TD_ADDRESS_MAX + 1]; /* how they wrote it; "" for nobody */
};

static struct td_slice hash_of(const struct person *person)
{
    return td_slice_n((const char *)person->hash, sizeof person->hash);
}

static enum td_status find(struct td_app *app, const char *email, struct person *out,
                           struct td_err *err)
{
    struct td_subscriber_row row;
    struct td_err why;
    enum td_status status = td_address_parse(td_slice(email), &out->address, &why);
    out->subscriber = 0;
    out->known[0] = '\0';
    if (status != TD_OK)
        return td_fail(err, status, "%s: %s", email, why.text);
    td_keys_address_hash(&app->keys, td_slice(out->address.key), out->hash);
    status = td_store_subscriber_find(app->store, td_slice(out->address.key), &row, &why);
    if (status == TD_OK) {
        out->subscriber = row.id;
        (void)snprintf(out->known, sizeof out->known, "%.*s", (int)row.address.len,
                       row.address.ptr);
    }
    td_query_end(td_query(app->store, "subscriber_find"));
    if (status == TD_OK || status == TD_NOINPUT)
        return TD_OK;
    return td_fail(err, status, "%s", why.text);
}

/* Keeps what was done, with its line in the audit, or takes it back. */
static enum td_status settle(struct td_app *app, const char *command,
                             struct td_slice subject, int64_t rows, bool keep,
                             struct td_err *err)
{
    enum td_status status = TD_OK;
    if (keep && rows > 0)
        status = td_audit_command(app, command, subject, rows, err);
    if (status == TD_OK && keep && rows > 0)
        status = td_commit(app->store, err);
    td_rollback(app->store);
    return status;
}

static enum td_status write_ledger(struct td_app *app, const struct person *person,
                                   int64_t newsletter, enum td_consent_event event,
                                   const char *words, struct td_err *err)
{
    const struct td_consent consent = {
        .subscriber = person->subscriber,
        .newsletter = newsletter,
        .at = td_clock_now(&app->clock),
        .event = event,
        .how = "command",
        .source = td_slice(words),
    };
    return person->subscriber != 0 ? td_store_consent(app->store, &consent, err) : TD_OK;
}

/* --- another address --------------------------------------------------------------------------- */

/* Whether a suppression of the address stands in the way. */
static enum td_status check_old(struct td_app *app, const struct person *person,
                                const char *email, struct td_err *err)
{
    struct td_query *query = td_query(app->store, "suppression_list");
    enum td_step step;
    enum td_status status = TD_OK;
    td_bind_blob(query, "$hash", hash_of(person));
    while (status == TD_OK && (step = td_step(query, err)) != TD_STEP_DONE) {
        if (step == TD_STEP_ERROR)
            return err->status;
        enum td_reason reason = (enum td_reason)td_col_int(query, 2);
        if (reason != TD_REASON_ADDRESS && reason != TD_REASON_QUOTA)
            status = td_fail(err, TD_NO,
                             "%s is suppressed (%s): `subscriber reinstate` first, if "
                             "they want mail",
                             email, td_reason_name(reason));
    }
    td_query_end(query);
    return status;
}

static enum td_status check_new(struct td_app *app, const struct person *person,
                                const char *email, struct td_err *err)
{
    struct td_query *query = td_query(app->store, "suppression_list");
    td_bind_blob(query, "$hash", hash_of(person));
    enum td_status status = td_one(query, err);
    td_query_end(query);
    if (status == TD_OK)
        return td_fail(err, TD_NO, "%s is suppressed: see subscriber show, reinstate",
                       email);
    return status == TD_NOINPUT ? TD_OK : status;
}

static enum td_status set_address(struct td_app *app, const struct person *person,
                                  const struct td_address *address, struct td_err *err)
{
    struct td_subscriber_row row;
    unsigned char hash[TD_ADDRESS_HASH_LEN];
    enum td_status status =
        td_store_subscriber_get(app->store, person->subscriber, &row, err);
    if (status != TD_OK)
        return status;
    td_keys_address_hash(&app->keys, td_slice(address->key), hash);
    row.address = td_slice(address->text);
    row.key = td_slice(address->key);
    row.domain = td_slice(address->domain);
    row.hash = td_slice_n((const char *)hash, sizeof hash);
    status = td_store_subscriber_set(app->store, &row, err);
    td_query_end(td_query(app->store, "subscriber_get"));
    if (status == TD_CONFLICT)
        return td_fail(err, TD_NO, "%s is a subscriber already", address->text);
    return status;
}

enum td_status td_care_rename(struct td_app *app, const struct td_rename *rename,
                              int64_t *subscriber, struct td_err *err)
{
    struct person from, to;
    enum td_status status = td_app_store(app, err);
    if (status == TD_OK)
        status = td_begin(app->store, err);
    if (status != TD_OK)
        return status;
    status = find(app, rename->from, &from, err);
    if (status == TD_OK && from.subscriber == 0)
        status = td_fail(err, TD_NOINPUT, "there is no subscriber %s", rename->from);
    if (status == TD_OK)
        status = find(app, rename->to, &to, err);
    if (status == TD_OK)
        status = check_old(app, &from, rename->from, err);
    if (status == TD_OK && to.subscriber != from.subscriber)
        status = check_new(app, &to, rename->to, err);
    if (status == TD_OK)
        status = set_address(app, &from, &to.address, err);
    if (status == TD_OK)
        status = write_ledger(app, &from, 0, TD_CONSENT_RENAMED, from.known, err);
    if (status == TD_OK)
        status = settle(app, "subscriber rename", td_slice(rename->to), 1,
                        !rename->dry_run, err);
    td_rollback(app->store);
    *subscriber = from.subscriber;
    return status;
}

/* --- suppressing and lifting ------------------------------------------------------------------- */

static enum td_status open_case(struct td_app *app, const struct td_care *care,
                                struct person *person, int64_t *newsletter,
                                struct td_err *err)
{
    *newsletter = 0;
    enum td_status status = td_app_store(app, err);
    if (status == TD_OK)
        status = td_begin(app->store, err);
    if (status == TD_OK)
        status = find(app, care->email, person, err);
    if (status == TD_OK && care->newsletter)
        status =
            td_store_newsletter_id(app->store, care->newsletter->name, newsletter, err);
    return status;
}

enum td_status td_care_suppress(struct td_app *app, const struct td_care *care,
                                bool *changed, struct td_err *err)
{
    struct person person = {0};
    int64_t newsletter;
    *changed = false;
    enum td_status status = open_case(app, care, &person, &newsletter, err);
    const struct td_suppression suppression = {
        .hash = hash_of(&person),
        .newsletter = newsletter,
        .reason = TD_REASON_ADMIN,
        .evidence = td_slice(care->words),
        .at = td_clock_now(&app->clock),
    };
    if (status == TD_OK)
        status = td_store_suppress(app->store, &suppression, err);
    *changed = status == TD_OK && td_changes(app->store) == 1;
    if (status == TD_OK && *changed)
        status = write_ledger(app, &person, newsletter, TD_CONSENT_SUSPENDED, care->words,
                              err);
    if (status == TD_OK)
        status = settle(app, "subscriber suppress", td_slice(care->email), *changed,
                        !care->dry_run, err);
    td_rollback(app->store);
    return status;
}

static enum td_status lift(struct td_app *app, const struct person *person,
                           int64_t newsletter, bool *changed, struct td_err *err)
{
    struct td_query *query = td_query(app->store, "suppression_lift");
    td_bind_blob(query, "$hash", hash_of(person));
    td_bind_int(query, "$newsletter", newsletter);
    enum td_status status = td_run(query, err);
    *changed = status == TD_OK && td_changes(app->store) > 0;
    return status;
}

enum td_status td_care_lift(struct td_app *app, const struct td_care *care, bool *changed,
                            struct td_err *err)
{
    struct person person = {0};
    int64_t newsletter;
    bool lifted = false;
    bool turned = false;
    enum td_status status = open_case(app, care, &person, &newsletter, err);
    const struct td_reinstatement reinstatement = {
        .subscriber = person.subscriber,
        .how = "command",
        .source = td_slice(care->words),
        .forgive = true,
        .by_hand = true,
        .now = td_clock_now(&app->clock),
    };
    if (status == TD_OK && person.subscriber != 0 && newsletter == 0)
        status = td_reinstate(app->store, &reinstatement, &turned, err);
    if (status == TD_OK)
        status = lift(app, &person, newsletter, &lifted, err);
    if (status == TD_OK && lifted)
        status = write_ledger(app, &person, newsletter, TD_CONSENT_REINSTATED,
                              care->words, err);
    *changed = lifted || turned;
    if (status == TD_OK)
        status = settle(app, "subscriber reinstate", td_slice(care->email), *changed,
                        !care->dry_run, err);
    td_rollback(app->store);
    return status;
}
