/* What a batch changed (batch.h). */
#include "store/batch.h"

enum td_status td_store_batch_change(struct td_store *store, int64_t batch,
                                     const struct td_subscription_row *before,
                                     struct td_err *err)
{
    struct td_query *query = td_query(store, "batch_change_add");
    td_bind_int(query, "$batch", batch);
    td_bind_int(query, "$subscriber", before->subscriber);
    td_bind_int(query, "$newsletter", before->newsletter);
    td_bind_int(query, "$status", before->status);
    td_bind_int(query, "$prefs", before->prefs);
    return td_run(query, err);
}

enum td_status td_store_batch_name(struct td_store *store, const struct td_renaming *row,
                                   struct td_err *err)
{
    struct td_query *query = td_query(store, "batch_name_add");
    td_bind_int(query, "$batch", row->batch);
    td_bind_int(query, "$subscriber", row->subscriber);
    td_bind_text(query, "$before", row->before);
    td_bind_text(query, "$after", row->after);
    return td_run(query, err);
}

enum td_status td_store_batch_get(struct td_store *store, int64_t id,
                                  struct td_batch *out, struct td_err *err)
{
    struct td_query *query = td_query(store, "batch_get");
    td_bind_int(query, "$id", id);
    enum td_status status = td_one(query, err);
    if (status == TD_NOINPUT)
        return td_fail(err, TD_NOINPUT, "there is no batch %lld", (long long)id);
    if (status != TD_OK)
        return status;
    *out = (struct td_batch){
        .id = id,
        .newsletter = td_col_int(query, 0),
        .how = td_col_text(query, 1),
        .source = td_col_text(query, 2),
        .file = td_col_text(query, 3),
        .started = td_col_int(query, 4),
        .finished = td_col_int(query, 5),
        .undone = td_col_int(query, 6),
        .rows = td_col_int(query, 7),
        .added = td_col_int(query, 8),
        .updated = td_col_int(query, 9),
        .refused = td_col_int(query, 10),
        .report = td_col_int(query, 11),
    };
    return TD_OK;
}
