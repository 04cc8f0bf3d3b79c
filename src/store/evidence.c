/*
 * evidence.c: who agreed to what, who must not be mailed, who did what: consent, suppression,
 * batches, audit (people.h).
 */
#include "store/people.h"

const char *td_consent_event_name(enum td_consent_event event)
{
    switch (event) {
    case TD_CONSENT_SUBSCRIBED: return "subscribed";
    case TD_CONSENT_CONFIRMED: return "confirmed";
    case TD_CONSENT_STATED: return "stated";
    case TD_CONSENT_CHANGED: return "changed";
    case TD_CONSENT_UNSUBSCRIBED: return "unsubscribed";
    case TD_CONSENT_SUSPENDED: return "suspended";
    case TD_CONSENT_REINSTATED: return "reinstated";
    case TD_CONSENT_UNDONE: return "undone";
    case TD_CONSENT_ERASED: return "erased";
    case TD_CONSENT_RENAMED: return "renamed";
    case TD_CONSENT_FORGOTTEN: return "forgotten";
    }
    return "unknown";
}

/* Columns that may not be NULL: an absent slice is an empty text. */
static void bind_or_empty(struct td_query *query, const char *param,
                          struct td_slice value)
{
    td_bind_text(query, param, value.ptr != NULL ? value : td_slice(""));
}

enum td_status td_store_consent(struct td_store *store, const struct td_consent *consent,
                                struct td_err *err)
{
    struct td_query *query = td_query(store, "consent_add");

    td_bind_int(query, "$subscriber", consent->subscriber);
    td_bind_int(query, "$newsletter", consent->newsletter);
    td_bind_int(query, "$at", consent->at);
    td_bind_int(query, "$event", consent->event);
    td_bind_cstr(query, "$how", consent->how);
    bind_or_empty(query, "$source", consent->source);
    bind_or_empty(query, "$wording", consent->wording);
    td_bind_int(query, "$basis", consent->basis);
    td_bind_or_null(query, "$batch", consent->batch);
    return td_run(query, err);
}

enum td_status td_store_consent_left(struct td_store *store, int64_t newsletter,
                                     int64_t subscriber, td_time *out, struct td_err *err)
{
    struct td_query *query = td_query(store, "consent_left");

    *out = 0;
    td_bind_int(query, "$newsletter", newsletter);
    td_bind_int(query, "$subscriber", subscriber);
    enum td_status status = td_one(query, err);
    if (status == TD_OK)
        *out = td_col_int(query, 0);
    td_query_end(query);
    return status == TD_NOINPUT ? TD_OK : status;
}

enum td_status td_store_batch_start(struct td_store *store, struct td_batch_row *batch,
                                    td_time now, struct td_err *err)
{
    enum td_status status = td_store_next_ids(store, "batch", 1, &batch->id, err);

    if (status != TD_OK)
        return status;
    struct td_query *query = td_query(store, "batch_add");
    td_bind_int(query, "$id", batch->id);
    td_bind_or_null(query, "$newsletter", batch->newsletter);
    td_bind_cstr(query, "$how", batch->how != NULL ? batch->how : "import");
    bind_or_empty(query, "$source", batch->source);
    bind_or_empty(query, "$file", batch->file);
    td_bind_int(query, "$started", now);
    return td_run(query, err);
}

enum td_status td_store_batch_set(struct td_store *store,
                                  const struct td_batch_row *batch, td_time finished,
                                  struct td_err *err)
{
    struct td_query *query = td_query(store, "batch_set");

    td_bind_int(query, "$id", batch->id);
    td_bind_int(query, "$rows", batch->rows);
    td_bind_int(query, "$report", batch->report);
    td_bind_int(query, "$added", batch->added);
    td_bind_int(query, "$updated", batch->updated);
    td_bind_int(query, "$refused", batch->refused);
    td_bind_or_null(query, "$finished", finished);
    enum td_status status = td_run(query, err);
    if (status == TD_OK && td_changes(store) == 0)
        return td_fail(err, TD_NOINPUT, "there is no batch %lld", (long long)batch->id);
    return status;
}

enum td_status td_store_suppressed(struct td_store *store, struct td_slice hash,
                                   int64_t newsletter, bool *out, struct td_err *err)
{
    struct td_query *query = td_query(store, "suppression_find");

    td_bind_blob(query, "$hash", hash);
    td_bind_int(query, "$newsletter", newsletter);
    enum td_status status = td_one(query, err);
    td_query_end(query);
    *out = status == TD_OK;
    return status == TD_NOINPUT ? TD_OK : status;
}

enum td_status td_store_suppress(struct td_store *store,
                                 const struct td_suppression *suppression,
                                 struct td_err *err)
{
    struct td_query *query = td_query(store, "suppression_add");

    td_bind_blob(query, "$hash", suppression->hash);
    td_bind_int(query, "$newsletter", suppression->newsletter);
    td_bind_int(query, "$reason", suppression->reason);
    bind_or_empty(query, "$evidence", suppression->evidence);
    td_bind_int(query, "$at", suppression->at);
    return td_run(query, err);
}

enum td_status td_store_audit(struct td_store *store, const struct td_audit *audit,
                              struct td_err *err)
{
    int64_t id = 0;
    enum td_status status = td_store_next_ids(store, "audit", 1, &id, err);

    if (status != TD_OK)
        return status;
    struct td_query *query = td_query(store, "audit_add");
    td_bind_int(query, "$id", id);
    td_bind_int(query, "$at", audit->at);
    td_bind_cstr(query, "$actor", audit->actor);
    td_bind_cstr(query, "$action", audit->action);
    bind_or_empty(query, "$subject", audit->subject);
    td_bind_int(query, "$rows", audit->rows_changed);
    return td_run(query, err);
}
