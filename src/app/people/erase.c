/* Erasing a person (erase.h): from the store; erase_words.c from what quotes them, erase_files.c from files. */
#include "app/people/erase.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/instance/audit.h"
#include "app/people/erase_files.h"
#include "app/people/erase_list.h"
#include "app/people/erase_words.h"
#include "app/people/needle.h"
#include "base/mem.h"
#include "store/bounces.h"
#include "store/people.h"

/* Rows about one person; each statement takes $subscriber. */
static const struct {
    const char *what;
    const char *statement;
} steps[] = {
    {"subscriptions", "erase_subscription"},
    {"replies to their messages", "erase_attempt"},
    {"changes by imports", "erase_batch_change"},
    {"names in imports", "erase_batch_name"},
    {"signups", "erase_optin"},
    {"questions whether mail arrives", "probe_remove"},
    {"words in the ledger", "erase_consent"},
};

#define FORMER_MOST 20

struct erasing {
    struct td_app *app;
    const struct td_erase_calls *calls;
    struct td_erased *done;
    struct td_needle needle;
    unsigned char hash[TD_ADDRESS_HASH_LEN];
    unsigned char former[FORMER_MOST][TD_ADDRESS_HASH_LEN]; /* of addresses they had */
    size_t former_count;
    char key[TD_ADDRESS_MAX + 1];
    td_time at;      /* of the erasure */
    td_time created; /* the person's row */
    bool dry_run;
    bool again; /* it stands in the list already */
};

static void tell_rows(const struct erasing *erasing, const char *what, int64_t rows)
{
    if (rows > 0)
        erasing->calls->rows(erasing->calls->context, what, rows);
}

static struct td_slice hash_of(const struct erasing *erasing)
{
    return td_slice_n((const char *)erasing->hash, sizeof erasing->hash);
}

/* --- the person ------------------------------------------------------------------------------- */

/* An address that the person had, unless it is somebody else's by now. */
static enum td_status add_former(struct erasing *erasing, const char *text,
                                 struct td_err *err)
{
    struct td_store *store = erasing->app->store;
    struct td_address address;
    struct td_subscriber_row row;
    struct td_err why;
    if (td_address_parse(td_slice(text), &address, &why) != TD_OK)
        return TD_OK;
    enum td_status status =
        td_store_subscriber_find(store, td_slice(address.key), &row, &why);
    const bool another = status == TD_OK && row.id != erasing->done->subscriber;
    td_query_end(td_query(store, "subscriber_find"));
    if (status != TD_OK && status != TD_NOINPUT)
        return td_fail(err, status, "%s", why.text);
    if (another)
        return TD_OK;
    td_needle_add(&erasing->needle, td_slice(address.text));
    td_keys_address_hash(&erasing->app->keys, td_slice(address.key),
                         erasing->former[erasing->former_count++]);
    return TD_OK;
}

static enum td_status find_former(struct erasing *erasing, struct td_err *err)
{
    struct td_query *query = td_query(erasing->app->store, "consent_renamed");
    enum td_status status = TD_OK;
    enum td_step step = TD_STEP_DONE;
    td_bind_int(query, "$subscriber", erasing->done->subscriber);
    td_bind_int(query, "$most", FORMER_MOST);
    while (status == TD_OK && (step = td_step(query, err)) == TD_STEP_ROW) {
        char *text = td_xstrndup(td_col_text(query, 0).ptr, td_col_text(query, 0).len);
        status = add_former(erasing, text, err);
        free(text);
    }
    td_query_end(query);
    return step == TD_STEP_ERROR ? err->status : status;
}

static enum td_status find_person(struct erasing *erasing,
                                  const struct td_address *address, struct td_err *err)
{
    struct td_store *store = erasing->app->store;
    struct td_subscriber_row row;
    struct td_err why;
    enum td_status status =
        td_store_subscriber_find(store, td_slice(address->key), &row, &why);
    td_needle_add(&erasing->needle, td_slice(address->text));
    if (status == TD_OK) {
        erasing->done->subscriber = row.id;
        erasing->created = row.created;
        td_needle_add(&erasing->needle, row.address);
    }
    td_query_end(td_query(store, "subscriber_find"));
    if (status == TD_OK)
        return find_former(erasing, err);
    return status == TD_NOINPUT ? TD_OK : td_fail(err, status, "%s", why.text);
}

/* Whoever imports a list that holds the address is told that it may not be mailed. */
static enum td_status suppress(const struct erasing *erasing, struct td_slice hash,
                               struct td_err *err)
{
    struct td_store *store = erasing->app->store;
    const struct td_suppression suppression = {
        .hash = hash,
        .reason = TD_REASON_ERASED,
        .evidence = td_slice("erased"),
        .at = erasing->at,
    };
    enum td_status status = td_store_suppress(store, &suppression, err);
    if (status != TD_OK)
        return status;
    struct td_query *query = td_query(store, "erase_evidence");
    td_bind_blob(query, "$hash", hash);
    td_bind_int(query, "$reason", TD_REASON_ERASED);
    return td_run(query, err);
}

/* The address and those they had before: an old list holds them still. */
static enum td_status suppress_all(const struct erasing *erasing, struct td_err *err)
{
    enum td_status status = suppress(erasing, hash_of(erasing), err);
    for (size_t i = 0; i < erasing->former_count && status == TD_OK; i++)
        status = suppress(
            erasing, td_slice_n((const char *)erasing->former[i], TD_ADDRESS_HASH_LEN),
            err);
    return status;
}

static enum td_status write_ledger(const struct erasing *erasing, struct td_err *err)
{
    const struct td_consent consent = {
        .subscriber = erasing->done->subscriber,
        .at = erasing->at,
        .event = TD_CONSENT_ERASED,
        .how = "command",
    };
    return td_store_consent(erasing->app->store, &consent, err);
}

/* First the person's row: the ledger's trigger lets words go only of who is erased. */
static enum td_status erase_rows(const struct erasing *erasing, struct td_err *err)
{
    struct td_store *store = erasing->app->store;
    struct td_query *query = td_query(store, "erase_subscriber");
    td_bind_int(query, "$subscriber", erasing->done->subscriber);
    td_bind_int(query, "$now", erasing->at);
    enum td_status status = td_run(query, err);
    if (status == TD_OK)
        tell_rows(erasing, "people", td_changes(store));
    for (size_t i = 0; i < TD_ARRAY_LEN(steps) && status == TD_OK; i++) {
        query = td_query(store, steps[i].statement);
        td_bind_int(query, "$subscriber", erasing->done->subscriber);
        status = td_run(query, err);
        if (status == TD_OK)
            tell_rows(erasing, steps[i].what, td_changes(store));
    }
    return status == TD_OK ? write_ledger(erasing, err) : status;
}

/* --- the whole -------------------------------------------------------------------------------- */

/* The audit must not name whom it says was erased. */
static enum td_status write_audit(const struct erasing *erasing, struct td_err *err)
{
    char subject[40];
    (void)snprintf(subject, sizeof subject, "subscriber %lld",
                   (long long)erasing->done->subscriber);
    return td_audit_command_at(erasing->app, erasing->at, TD_ERASE_AUDIT,
                               td_slice(subject), 1, err);
}

/* Outside the database first: a line too much is an erasure that was wanted; one too few would be a person
 * who is back after a restore. */
static enum td_status enlist(const struct erasing *erasing, struct td_err *err)
{
    if (erasing->dry_run || erasing->again)
        return TD_OK;
    const struct td_erase_entry entry = {
        .at = erasing->at,
        .hash = hash_of(erasing),
        .subscriber = erasing->done->subscriber,
        .created = erasing->created,
    };
    return td_erase_list_add(erasing->app, &entry, err);
}

static enum td_status erase_store(const struct erasing *erasing, struct td_err *err)
{
    struct td_store *store = erasing->app->store;
    enum td_status status = td_begin(store, err);
    if (status == TD_OK)
        status = suppress_all(erasing, err);
    if (status == TD_OK && erasing->done->subscriber != 0)
        status = erase_rows(erasing, err);
    if (status == TD_OK)
        status = td_store_bounce_erase(store, erasing->done->subscriber,
                                       td_slice(erasing->key), err);
    if (status == TD_OK)
        tell_rows(erasing, "bounces", td_changes(store));
    const struct td_erase_words words = {
        .store = store,
        .needle = &erasing->needle,
        .subscriber = erasing->done->subscriber,
        .rows = erasing->calls->rows,
        .context = erasing->calls->context,
    };
    if (status == TD_OK)
        status = td_erase_words(&words, err);
    if (status == TD_OK)
        status = write_audit(erasing, err);
    if (status == TD_OK)
        status = enlist(erasing, err);
    if (status == TD_OK && !erasing->dry_run)
        status = td_commit(store, err);
    td_rollback(store);
    return status;
}

/* Calls of erase_files.h, counted. */
static void tell_file(void *context, const char *path)
{
    const struct erasing *erasing = context;
    erasing->done->files++;
    erasing->calls->file(erasing->calls->context, path);
}

static void tell_left(void *context, const char *path)
{
    const struct erasing *erasing = context;
    erasing->done->left++;
    erasing->calls->left(erasing->calls->context, path);
}

static enum td_status erase_files(struct erasing *erasing, struct td_err *err)
{
    const bool dry_run = erasing->dry_run;
    const struct td_erase_files files = {
        .app = erasing->app,
        .needle = &erasing->needle,
        .dry_run = dry_run,
        .changed = tell_file,
        .left = tell_left,
        .context = erasing,
    };
    enum td_status status = td_erase_own_files(&files, err);
    if (status == TD_OK && !dry_run)
        status = td_erase_database(&files, err);
    return status == TD_OK && !dry_run ? td_erase_search(&files, err) : status;
}

static enum td_status erase(struct erasing *erasing, const char *email,
                            struct td_err *err)
{
    struct td_address address;
    enum td_status status = td_address_parse(td_slice(email), &address, err);
    if (status == TD_OK)
        status = td_app_store(erasing->app, err);
    if (status != TD_OK)
        return status;
    td_keys_address_hash(&erasing->app->keys, td_slice(address.key), erasing->hash);
    memcpy(erasing->key, address.key, sizeof erasing->key);
    status = find_person(erasing, &address, err);
    if (status == TD_OK)
        status = erase_store(erasing, err);
    return status == TD_OK ? erase_files(erasing, err) : status;
}

enum td_status td_erase(struct td_app *app, const char *email, bool dry_run,
                        const struct td_erase_calls *calls, struct td_erased *out,
                        struct td_err *err)
{
    struct erasing erasing = {
        .app = app,
        .calls = calls,
        .done = out,
        .at = td_clock_now(&app->clock),
        .dry_run = dry_run,
    };
    *out = (struct td_erased){0};
    return erase(&erasing, email, err);
}

enum td_status td_erase_at(struct td_app *app, const char *email, td_time at,
                           const struct td_erase_calls *calls, struct td_erased *out,
                           struct td_err *err)
{
    struct erasing erasing = {
        .app = app, .calls = calls, .done = out, .at = at, .again = true};
    *out = (struct td_erased){0};
    return erase(&erasing, email, err);
}

enum td_status td_erase_hash(struct td_app *app, struct td_slice hash, td_time at,
                             struct td_err *err)
{
    struct td_erased nobody = {0};
    struct erasing erasing = {.app = app, .done = &nobody, .at = at, .again = true};
    memcpy(erasing.hash, hash.ptr, sizeof erasing.hash);
    enum td_status status = td_begin(app->store, err);
    if (status == TD_OK)
        status = suppress_all(&erasing, err);
    if (status == TD_OK)
        status = write_audit(&erasing, err);
    if (status == TD_OK)
        status = td_commit(app->store, err);
    td_rollback(app->store);
    return status;
}
