/*
 * history.c: years of compacted messages (history.h).
 */
#include "store/history.h"

#define HISTORY_MAX ((size_t)1024 * 1024)

static enum td_status damaged(int64_t subscriber, int64_t year, struct td_err *err)
{
    return td_fail(err, TD_DATA, "what is kept of subscriber %lld, %lld, is damaged",
                   (long long)subscriber, (long long)year);
}

/* The year with the entry in it; out is empty when that cannot be. */
static enum td_status merge(struct td_store *store, const struct td_history_line *line,
                            struct td_buf *out, struct td_err *err)
{
    struct td_query *query = td_query(store, "history_get");

    td_bind_int(query, "$subscriber", line->subscriber);
    td_bind_int(query, "$newsletter", line->newsletter);
    td_bind_int(query, "$year", line->year);
    enum td_status status = td_one(query, err);
    struct td_slice before =
        status == TD_OK ? td_col_blob(query, 0) : (struct td_slice){0};
    if (status == TD_NOINPUT)
        status = TD_OK;
    if (status == TD_OK &&
        (!td_history_add(before, &line->entry, out) || td_buf_full(out)))
        status = damaged(line->subscriber, line->year, err);
    td_query_end(query);
    return status;
}

enum td_status td_history_keep(struct td_store *store, const struct td_history_line *line,
                               struct td_err *err)
{
    struct td_buf merged;

    td_buf_init(&merged, HISTORY_MAX);
    enum td_status status = merge(store, line, &merged, err);
    if (status == TD_OK) {
        struct td_query *query = td_query(store, "history_put");
        td_bind_int(query, "$subscriber", line->subscriber);
        td_bind_int(query, "$newsletter", line->newsletter);
        td_bind_int(query, "$year", line->year);
        td_bind_blob(query, "$editions", td_buf_slice(&merged));
        status = td_run(query, err);
    }
    td_buf_release(&merged);
    return status;
}

enum td_status td_history_read(struct td_store *store, int64_t subscriber,
                               struct td_history_sink sink, struct td_err *err)
{
    struct td_query *query = td_query(store, "history_list");
    enum td_status status = TD_OK;
    enum td_step step = TD_STEP_DONE;

    td_bind_int(query, "$subscriber", subscriber);
    while (status == TD_OK && (step = td_step(query, err)) == TD_STEP_ROW) {
        struct td_slice rest = td_col_blob(query, 3);
        struct td_history_line line = {
            .subscriber = subscriber,
            .newsletter = td_col_int(query, 0),
            .year = td_col_int(query, 2),
        };
        while (status == TD_OK && td_history_next(&rest, &line.entry))
            status = sink.line(sink.context, td_col_text(query, 1), &line, err);
        if (status == TD_OK && rest.len > 0)
            status = damaged(subscriber, line.year, err);
    }
    td_query_end(query);
    return step == TD_STEP_ERROR ? err->status : status;
}
