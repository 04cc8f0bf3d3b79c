/* Live blogs as rows (live.h). */
#include "store/live.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* The statement of that name about a blog. */
static void bind_blog(struct td_query *query, const struct td_blog *blog)
{
    td_bind_int(query, "$newsletter", blog->newsletter);
    td_bind_cstr(query, "$blog", blog->slug);
}

static enum td_status read_entry(struct td_query *query, struct td_numbered *out,
                                 struct td_err *err)
{
    const struct td_slice words = td_col_blob(query, 2);
    if (words.len != sizeof out->words)
        return td_fail(err, TD_SOFTWARE, "an entry of a live blog is damaged");
    out->seq = td_col_int(query, 0);
    out->minute = (int)td_col_int(query, 1);
    memcpy(out->words, words.ptr, sizeof out->words);
    return TD_OK;
}

enum td_status td_store_entries(struct td_store *store, const struct td_blog *blog,
                                struct td_numbered **out, size_t *count,
                                struct td_err *err)
{
    struct td_query *query = td_query(store, "entry_list");
    struct td_numbered *items = NULL;
    size_t cap = 0;
    size_t n = 0;
    enum td_step step;
    enum td_status status = TD_OK;
    bind_blog(query, blog);
    while (status == TD_OK && (step = td_step(query, err)) != TD_STEP_DONE) {
        items = td_vec_grow(items, &cap, n + 1, sizeof *items);
        status = step == TD_STEP_ROW ? read_entry(query, &items[n++], err) : err->status;
    }
    td_query_end(query);
    if (status != TD_OK) {
        free(items);
        return status;
    }
    *out = items;
    *count = n;
    return TD_OK;
}

enum td_status td_store_entry_set(struct td_store *store, const struct td_blog *blog,
                                  const struct td_numbered *entry, td_time now,
                                  struct td_err *err)
{
    struct td_query *query = td_query(store, "entry_set");
    bind_blog(query, blog);
    td_bind_int(query, "$seq", entry->seq);
    td_bind_int(query, "$minute", entry->minute);
    td_bind_blob(query, "$words",
                 td_slice_n((const char *)entry->words, sizeof entry->words));
    td_bind_int(query, "$now", now);
    return td_run(query, err);
}

enum td_status td_store_digest_add(struct td_store *store,
                                   const struct td_digest_row *row, struct td_err *err)
{
    struct td_query *query = td_query(store, "digest_add");
    td_bind_int(query, "$newsletter", row->newsletter);
    td_bind_text(query, "$blog", row->blog);
    td_bind_int(query, "$edition", row->edition);
    td_bind_int(query, "$kind", (int64_t)row->kind);
    td_bind_int(query, "$cutoff", row->cutoff);
    td_bind_int(query, "$bit", row->bit);
    td_bind_text(query, "$seqs", row->seqs);
    td_bind_int(query, "$planned", row->planned);
    return td_run(query, err);
}

enum td_status td_store_digest_get(struct td_store *store, int64_t edition,
                                   struct td_digest_row *out, struct td_err *err)
{
    struct td_query *query = td_query(store, "digest_get");
    td_bind_int(query, "$edition", edition);
    enum td_status status = td_one(query, err);
    if (status == TD_OK)
        *out = (struct td_digest_row){
            .edition = edition,
            .newsletter = td_col_int(query, 0),
            .blog = td_col_text(query, 1),
            .kind = (enum td_digest_kind)td_col_int(query, 2),
            .cutoff = td_col_int(query, 3),
            .bit = td_col_int(query, 4),
            .seqs = td_col_text(query, 5),
            .planned = td_col_int(query, 6),
        };
    return status;
}

enum td_status td_store_digest_state(struct td_store *store, const struct td_blog *blog,
                                     int64_t *cutoff, int64_t *bits, struct td_err *err)
{
    struct td_query *query = td_query(store, "digest_state");
    bind_blog(query, blog);
    enum td_status status = td_one(query, err);
    if (status == TD_OK) {
        *cutoff = td_col_int(query, 0);
        *bits = td_col_int(query, 1);
    }
    td_query_end(query);
    return status;
}

enum td_status td_store_alerts(struct td_store *store, const struct td_blog *blog,
                               int64_t before, struct td_alerted out[TD_ALERTS_MAX],
                               size_t *count, struct td_err *err)
{
    struct td_query *query = td_query(store, "digest_alerts");
    enum td_step step;
    *count = 0;
    bind_blog(query, blog);
    td_bind_int(query, "$before", before);
    while ((step = td_step(query, err)) == TD_STEP_ROW && *count < TD_ALERTS_MAX)
        out[(*count)++] =
            (struct td_alerted){.seq = td_col_int(query, 0), .bit = td_col_int(query, 1)};
    td_query_end(query);
    return step == TD_STEP_ERROR ? err->status : TD_OK;
}

enum td_status td_store_digest_building(struct td_store *store, int64_t newsletter,
                                        int64_t *edition, struct td_err *err)
{
    struct td_query *query = td_query(store, "digest_building");
    td_bind_int(query, "$newsletter", newsletter);
    enum td_status status = td_one(query, err);
    *edition = status == TD_OK ? td_col_int(query, 0) : 0;
    td_query_end(query);
    return status == TD_NOINPUT ? TD_OK : status;
}

enum td_status td_store_alerts_pending(struct td_store *store, const struct td_blog *blog,
                                       td_time since, bool *pending, struct td_err *err)
{
    struct td_query *query = td_query(store, "digest_alerts_pending");
    bind_blog(query, blog);
    td_bind_int(query, "$since", since);
    enum td_status status = td_one(query, err);
    *pending = status == TD_OK;
    td_query_end(query);
    return status == TD_NOINPUT ? TD_OK : status;
}
