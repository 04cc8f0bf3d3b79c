/* Erasing a person from the store (erase.h); erase_files.c: from files. */
#include "app/people/erase.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/instance/audit.h"
#include "app/people/erase_files.h"
#include "app/people/needle.h"
#include "base/mem.h"
#include "store/bounces.h"
#include "store/deflate.h"
#include "store/people.h"

#define TEXT_MAX_BYTES   (1024 * 1024)
#define TEXTS_AT_ONCE    500
#define PACKED_MAX_BYTES (32 * 1024 * 1024)

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
    {"words in the ledger", "erase_consent"},
};

/* Free text that may quote anybody: a statement of (id, text), and one that sets $text of $id. */
static const struct texts {
    const char *what;
    const char *statement;
    const char *set;
    bool distinct; /* no two rows may become the same */
    bool names;    /* of files: "3-ann@example.org.csv" holds the address */
} texts[] = {
    {"replies that quote the address", "text_reply", "text_reply_set", true, false},
    {"acts in the audit", "text_audit", "text_audit_set", false, true},
    {"sources of imports", "text_batch_source", "text_batch_source_set", false, false},
    {"names of imported files", "text_batch_file", "text_batch_file_set", false, true},
    {"words of bounces", "text_bounce_words", "text_bounce_words_set", false, false},
};

/* Deflated text: of (id, blob), dropped whole where it holds the address. */
static const struct packed {
    const char *what;
    const char *statement;
    const char *drop;
} packed[] = {
    {"raw bounces of others that hold the address", "packed_bounce",
     "packed_bounce_drop"},
};

struct erasing {
    struct td_app *app;
    const struct td_erase_calls *calls;
    struct td_erased *done;
    struct td_needle needle;
    unsigned char hash[TD_ADDRESS_HASH_LEN];
    char key[TD_ADDRESS_MAX + 1];
    td_time now;
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
        td_needle_add(&erasing->needle, row.address);
    }
    td_query_end(td_query(store, "subscriber_find"));
    return status == TD_OK || status == TD_NOINPUT ? TD_OK
                                                   : td_fail(err, status, "%s", why.text);
}

/* Whoever imports a list that holds the address is told that it may not be mailed. */
static enum td_status suppress(const struct erasing *erasing, struct td_err *err)
{
    struct td_store *store = erasing->app->store;
    const struct td_suppression suppression = {
        .hash = hash_of(erasing),
        .reason = TD_REASON_ERASED,
        .evidence = td_slice("erased"),
        .at = erasing->now,
    };
    enum td_status status = td_store_suppress(store, &suppression, err);
    if (status != TD_OK)
        return status;
    struct td_query *query = td_query(store, "erase_evidence");
    td_bind_blob(query, "$hash", hash_of(erasing));
    td_bind_int(query, "$reason", TD_REASON_ERASED);
    return td_run(query, err);
}

static enum td_status write_ledger(const struct erasing *erasing, struct td_err *err)
{
    const struct td_consent consent = {
        .subscriber = erasing->done->subscriber,
        .at = erasing->now,
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
    td_bind_int(query, "$now", erasing->now);
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

/* --- free text -------------------------------------------------------------------------------- */

/* A text that quotes the address, as it will be. */
struct quote {
    int64_t id;
    char *text; /* owned */
};

/* What stands where the address stood: "[erased 17]", and with a row "[erased 17, 812]". */
static void say_instead(const struct erasing *erasing, int64_t row, char out[64])
{
    int len = snprintf(out, 64, "[erased %lld", (long long)erasing->done->subscriber);
    if (row != 0)
        len += snprintf(out + len, 64 - (size_t)len, ", %lld", (long long)row);
    (void)snprintf(out + len, 64 - (size_t)len, "]");
}

/* One slice; *after moves on and is 0 behind the last. The quotes are the caller's. */
static enum td_status find_quotes(const struct erasing *erasing,
                                  const struct texts *where, int64_t *after,
                                  struct quote *out, size_t *count, struct td_err *err)
{
    struct td_query *query = td_query(erasing->app->store, where->statement);
    struct td_buf text;
    char instead[64];
    enum td_step step;
    int64_t seen = 0;
    *count = 0;
    td_buf_init(&text, TEXT_MAX_BYTES);
    td_bind_int(query, "$after", *after);
    td_bind_int(query, "$most", TEXTS_AT_ONCE);
    while ((step = td_step(query, err)) == TD_STEP_ROW) {
        *after = td_col_int(query, 0);
        seen++;
        td_buf_clear(&text);
        say_instead(erasing, where->distinct ? *after : 0, instead);
        if (td_needle_replace(&erasing->needle, td_col_text(query, 1), !where->names,
                              instead, &text))
            out[(*count)++] = (struct quote){*after, td_xstrdup(text.ptr)};
    }
    if (seen < TEXTS_AT_ONCE)
        *after = 0;
    td_buf_release(&text);
    return step == TD_STEP_DONE ? TD_OK : err->status;
}

static enum td_status replace_quotes(const struct erasing *erasing,
                                     const struct texts *where, struct td_err *err)
{
    struct quote quotes[TEXTS_AT_ONCE];
    enum td_status status = TD_OK;
    int64_t after = 0;
    int64_t rows = 0;
    do {
        size_t count = 0;
        status = find_quotes(erasing, where, &after, quotes, &count, err);
        for (size_t i = 0; i < count; i++) {
            struct td_query *query = td_query(erasing->app->store, where->set);
            td_bind_int(query, "$id", quotes[i].id);
            td_bind_cstr(query, "$text", quotes[i].text);
            if (status == TD_OK)
                status = td_run(query, err);
            free(quotes[i].text);
            rows++;
        }
    } while (status == TD_OK && after != 0);
    if (status == TD_OK)
        tell_rows(erasing, where->what, rows);
    return status;
}

/* Whether a deflated text holds the address. What cannot be inflated is let go too. */
static bool packs(const struct erasing *erasing, struct td_slice blob)
{
    struct td_buf text;
    size_t len;
    td_buf_init(&text, PACKED_MAX_BYTES);
    bool holds = td_inflate(blob, &text, NULL) != TD_OK ||
                 td_needle_find(&erasing->needle, td_buf_slice(&text), 0, true, &len) !=
                     (size_t)-1;
    td_buf_release(&text);
    return holds;
}

static enum td_status drop_packed(const struct erasing *erasing,
                                  const struct packed *where, struct td_err *err)
{
    struct td_store *store = erasing->app->store;
    enum td_status status = TD_OK;
    int64_t after = 0;
    int64_t rows = 0;
    while (status == TD_OK) {
        struct td_query *query = td_query(store, where->statement);
        td_bind_int(query, "$after", after);
        td_bind_int(query, "$most", 1);
        status = td_one(query, err);
        if (status != TD_OK)
            break;
        after = td_col_int(query, 0);
        bool drop = packs(erasing, td_col_blob(query, 1));
        td_query_end(query);
        if (!drop)
            continue;
        query = td_query(store, where->drop);
        td_bind_int(query, "$id", after);
        status = td_run(query, err);
        rows++;
    }
    if (status != TD_NOINPUT)
        return status;
    tell_rows(erasing, where->what, rows);
    return TD_OK;
}

/* --- the whole -------------------------------------------------------------------------------- */

/* The audit must not name whom it says was erased. */
static enum td_status write_audit(const struct erasing *erasing, struct td_err *err)
{
    char subject[40];
    (void)snprintf(subject, sizeof subject, "subscriber %lld",
                   (long long)erasing->done->subscriber);
    return td_audit_command(erasing->app, "subscriber erase", td_slice(subject), 1, err);
}

static enum td_status erase_store(const struct erasing *erasing, bool dry_run,
                                  struct td_err *err)
{
    struct td_store *store = erasing->app->store;
    enum td_status status = td_begin(store, err);
    if (status == TD_OK)
        status = suppress(erasing, err);
    if (status == TD_OK && erasing->done->subscriber != 0)
        status = erase_rows(erasing, err);
    if (status == TD_OK)
        status = td_store_bounce_erase(store, erasing->done->subscriber,
                                       td_slice(erasing->key), err);
    if (status == TD_OK)
        tell_rows(erasing, "bounces", td_changes(store));
    for (size_t i = 0; i < TD_ARRAY_LEN(texts) && status == TD_OK; i++)
        status = replace_quotes(erasing, &texts[i], err);
    for (size_t i = 0; i < TD_ARRAY_LEN(packed) && status == TD_OK; i++)
        status = drop_packed(erasing, &packed[i], err);
    if (status == TD_OK)
        status = write_audit(erasing, err);
    if (status == TD_OK && !dry_run)
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

static enum td_status erase_files(struct erasing *erasing, bool dry_run,
                                  struct td_err *err)
{
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

enum td_status td_erase(struct td_app *app, const char *email, bool dry_run,
                        const struct td_erase_calls *calls, struct td_erased *out,
                        struct td_err *err)
{
    struct td_address address;
    struct erasing *erasing = td_xcalloc(1, sizeof *erasing);
    *out = (struct td_erased){0};
    erasing->app = app;
    erasing->calls = calls;
    erasing->done = out;
    erasing->now = td_clock_now(&app->clock);
    enum td_status status = td_address_parse(td_slice(email), &address, err);
    if (status == TD_OK)
        status = td_app_store(app, err);
    if (status == TD_OK) {
        td_keys_address_hash(&app->keys, td_slice(address.key), erasing->hash);
        memcpy(erasing->key, address.key, sizeof erasing->key);
        status = find_person(erasing, &address, err);
    }
    if (status == TD_OK)
        status = erase_store(erasing, dry_run, err);
    if (status == TD_OK)
        status = erase_files(erasing, dry_run, err);
    free(erasing);
    return status;
}
