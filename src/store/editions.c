/* Editions, variants and selections as rows (editions.h). */
#include "store/editions.h"

#include "base/err.h"
#include "store/deflate.h"
#include "store/people.h"

const char *td_phase_name(enum td_phase phase)
{
    switch (phase) {
    case TD_PHASE_BUILDING: return "building";
    case TD_PHASE_OPEN: return "open";
    case TD_PHASE_CANCELLED: return "cancelled";
    }
    TD_PANIC("unknown phase");
}

static enum td_status read_edition(struct td_query *query, struct td_edition_row *out,
                                   struct td_err *err)
{
    enum td_status status = td_one(query, err);
    if (status != TD_OK)
        return status;
    *out = (struct td_edition_row){
        .id = td_col_int(query, 0),
        .newsletter = td_col_int(query, 1),
        .slug = td_col_text(query, 2),
        .date = td_col_text(query, 3),
        .class_ = (enum td_class)td_col_int(query, 4),
        .phase = (enum td_phase)td_col_int(query, 5),
        .held = td_col_int(query, 6) != 0,
        .hash = td_col_blob(query, 7),
        .subject = td_col_text(query, 8),
        .headline = td_col_text(query, 9),
        .standfirst = td_col_text(query, 10),
        .source_name = td_col_text(query, 11),
        .source = td_col_blob(query, 12),
        .created = td_col_int(query, 13),
        .released = td_col_int(query, 14),
        .valid_for = td_col_int(query, 15) * TD_SECOND,
        .resend_in_doubt = td_col_int(query, 16) != 0,
        .held_why = td_col_text(query, 17),
        .audience = (enum td_audience)td_col_int(query, 18),
        .corrects = td_col_int(query, 19),
    };
    return TD_OK;
}

enum td_status td_store_edition_find(struct td_store *store, int64_t newsletter,
                                     struct td_slice slug, struct td_edition_row *out,
                                     struct td_err *err)
{
    struct td_query *query = td_query(store, "edition_find");
    td_bind_int(query, "$newsletter", newsletter);
    td_bind_text(query, "$slug", slug);
    return read_edition(query, out, err);
}

enum td_status td_store_edition_get(struct td_store *store, int64_t id,
                                    struct td_edition_row *out, struct td_err *err)
{
    struct td_query *query = td_query(store, "edition_get");
    td_bind_int(query, "$id", id);
    return read_edition(query, out, err);
}

enum td_status td_store_edition_add(struct td_store *store, struct td_edition_row *row,
                                    struct td_err *err)
{
    enum td_status status = td_store_next_ids(store, "edition", 1, &row->id, err);
    if (status != TD_OK)
        return status;
    struct td_query *query = td_query(store, "edition_add");
    td_bind_int(query, "$id", row->id);
    td_bind_int(query, "$newsletter", row->newsletter);
    td_bind_text(query, "$slug", row->slug);
    td_bind_text(query, "$date", row->date);
    td_bind_int(query, "$class", (int64_t)row->class_);
    td_bind_int(query, "$audience", (int64_t)row->audience);
    td_bind_int(query, "$held", row->held);
    td_bind_text(query, "$held_why", row->held_why.ptr ? row->held_why : td_slice(""));
    td_bind_blob(query, "$hash", row->hash);
    td_bind_text(query, "$subject", row->subject);
    td_bind_text(query, "$headline", row->headline);
    td_bind_text(query, "$standfirst", row->standfirst);
    td_bind_text(query, "$source_name", row->source_name);
    td_bind_blob(query, "$source", row->source);
    td_bind_int(query, "$created", row->created);
    td_bind_int(query, "$released", row->released);
    td_bind_int(query, "$valid_for", row->valid_for / TD_SECOND);
    td_bind_int(query, "$resend", row->resend_in_doubt);
    if (row->corrects != 0)
        td_bind_int(query, "$corrects", row->corrects);
    status = td_run(query, err);
    if (status == TD_OK && td_changes(store) == 0)
        return td_fail(err, TD_CONFLICT, "another process is assembling %.*s",
                       (int)row->slug.len, row->slug.ptr);
    return status;
}

enum td_status td_store_edition_open(struct td_store *store, int64_t id,
                                     struct td_err *err)
{
    struct td_query *query = td_query(store, "edition_open");
    td_bind_int(query, "$id", id);
    return td_run(query, err);
}

static enum td_status set_held(struct td_store *store, int64_t id, bool held,
                               struct td_slice why, struct td_err *err)
{
    struct td_query *query = td_query(store, "edition_hold");
    td_bind_int(query, "$id", id);
    td_bind_int(query, "$held", held);
    td_bind_text(query, "$why", why);
    return td_run(query, err);
}

enum td_status td_store_edition_hold(struct td_store *store, int64_t id,
                                     struct td_slice why, struct td_err *err)
{
    return set_held(store, id, true, why, err);
}

enum td_status td_store_edition_release(struct td_store *store, int64_t id,
                                        struct td_err *err)
{
    struct td_query *query = td_query(store, "tally_forget");
    td_bind_int(query, "$edition", id);
    enum td_status status = td_run(query, err);
    return status == TD_OK ? set_held(store, id, false, td_slice(""), err) : status;
}

enum td_status td_store_last_standfirst(struct td_store *store, int64_t newsletter,
                                        struct td_date date, struct td_buf *out,
                                        struct td_err *err)
{
    struct td_query *query = td_query(store, "edition_last_standfirst");
    char day[11];
    td_date_format(date, day);
    td_bind_int(query, "$newsletter", newsletter);
    td_bind_cstr(query, "$date", day);
    enum td_status status = td_one(query, err);
    if (status == TD_OK)
        td_buf_add_slice(out, td_col_text(query, 0));
    td_query_end(query);
    return status == TD_NOINPUT ? TD_OK : status;
}

enum td_status td_store_variant_find(struct td_store *store, int64_t edition,
                                     const char *selection, int64_t *id,
                                     struct td_err *err)
{
    struct td_query *query = td_query(store, "variant_find");
    td_bind_int(query, "$edition", edition);
    td_bind_cstr(query, "$selection", selection);
    enum td_status status = td_one(query, err);
    if (status == TD_OK)
        *id = td_col_int(query, 0);
    td_query_end(query);
    return status;
}

enum td_status td_store_variant_add(struct td_store *store, struct td_variant_row *row,
                                    struct td_err *err)
{
    enum td_status status =
        td_store_variant_find(store, row->edition, row->selection, &row->id, err);
    if (status != TD_NOINPUT)
        return status;
    status = td_store_next_ids(store, "variant", 1, &row->id, err);
    if (status != TD_OK)
        return status;
    struct td_query *query = td_query(store, "variant_add");
    td_bind_int(query, "$id", row->id);
    td_bind_int(query, "$edition", row->edition);
    td_bind_cstr(query, "$selection", row->selection);
    td_bind_int(query, "$format", (int64_t)row->format);
    td_bind_int(query, "$parts", row->parts);
    td_bind_int(query, "$size", row->size);
    td_bind_blob(query, "$body", row->body);
    return td_run(query, err);
}

enum td_status td_store_variant_load(struct td_store *store, int64_t id,
                                     struct td_buf *out, struct td_err *err)
{
    struct td_query *query = td_query(store, "variant_body");
    td_bind_int(query, "$id", id);
    enum td_status status = td_one(query, err);
    if (status == TD_NOINPUT)
        status =
            td_fail(err, TD_SOFTWARE, "variant %lld is not in the store", (long long)id);
    else if (status == TD_OK)
        status = td_inflate(td_col_blob(query, 0), out, err);
    td_query_end(query);
    return status;
}

enum td_status td_store_selection_add(struct td_store *store,
                                      const struct td_selection_row *row,
                                      struct td_err *err)
{
    struct td_query *query = td_query(store, "selection_add");
    td_bind_int(query, "$edition", row->edition);
    td_bind_int(query, "$prefs", row->prefs);
    td_bind_int(query, "$since", row->since);
    td_bind_int(query, "$alerts", row->alerts);
    td_bind_int(query, "$absent", row->absent);
    td_bind_or_null(query, "$variant", row->variant);
    td_bind_int(query, "$reason", (int64_t)row->reason);
    td_bind_int(query, "$due", row->due / TD_SECOND);
    return td_run(query, err);
}

enum td_status td_store_variant_count(struct td_store *store, int64_t edition,
                                      int64_t *out, struct td_err *err)
{
    struct td_query *query = td_query(store, "variant_count");
    td_bind_int(query, "$edition", edition);
    enum td_status status = td_one(query, err);
    if (status == TD_OK)
        *out = td_col_int(query, 0);
    td_query_end(query);
    return status;
}
