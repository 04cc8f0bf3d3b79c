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

enum td_status td_store_batch_touched(struct td_store *store, int64_t batch,
                                      const struct td_touched *after,
                                      struct td_touched *out, size_t room, size_t *count,
                                      struct td_err *err)
{
    struct td_query *query = td_query(store, "batch_touched");
    enum td_step step;
    *count = 0;
    td_bind_int(query, "$batch", batch);
    td_bind_int(query, "$subscriber", after->subscriber);
    td_bind_int(query, "$newsletter", after->newsletter);
    td_bind_int(query, "$most", (int64_t)room);
    while ((step = td_step(query, err)) == TD_STEP_ROW) {
        bool last = td_col_int(query, 2) == batch;
        bool undone = last && td_col_int(query, 3) == TD_CONSENT_UNDONE;
        out[(*count)++] = (struct td_touched){
            .subscriber = td_col_int(query, 0),
            .newsletter = td_col_int(query, 1),
            .last_word = last && !undone,
            .undone = undone,
            .added = td_col_is_null(query, 4),
            .status = (enum td_membership)td_col_int(query, 4),
            .prefs = td_col_int(query, 5),
        };
    }
    return step == TD_STEP_DONE ? TD_OK : err->status;
}

enum td_status td_store_unmake(struct td_store *store, const struct td_unmaking *what,
                               bool *person_gone, struct td_err *err)
{
    struct td_query *query = td_query(store, "subscription_remove");
    td_bind_int(query, "$newsletter", what->newsletter);
    td_bind_int(query, "$subscriber", what->subscriber);
    enum td_status status = td_run(query, err);
    *person_gone = false;
    if (status != TD_OK)
        return status;
    query = td_query(store, "subscriber_unmake");
    td_bind_int(query, "$subscriber", what->subscriber);
    td_bind_int(query, "$since", what->since);
    status = td_run(query, err);
    *person_gone = status == TD_OK && td_changes(store) == 1;
    return status;
}

enum td_status td_store_batch_undone(struct td_store *store, int64_t batch, td_time now,
                                     struct td_err *err)
{
    struct td_query *query = td_query(store, "batch_names_back");
    td_bind_int(query, "$batch", batch);
    enum td_status status = td_run(query, err);
    if (status != TD_OK)
        return status;
    query = td_query(store, "batch_undone");
    td_bind_int(query, "$batch", batch);
    td_bind_int(query, "$now", now);
    return td_run(query, err);
}
