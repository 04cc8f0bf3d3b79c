/* Signups that wait for a yes, as rows (optin.h). */
#include "store/optin.h"

static struct td_query *row_query(struct td_store *store, const char *name,
                                  const struct td_optin_row *row)
{
    struct td_query *query = td_query(store, name);
    td_bind_int(query, "$newsletter", row->newsletter);
    td_bind_int(query, "$subscriber", row->subscriber);
    return query;
}

enum td_status td_store_optin_set(struct td_store *store, const struct td_optin_row *row,
                                  const char *source, td_time now, struct td_err *err)
{
    struct td_query *query = row_query(store, "optin_set", row);
    td_bind_cstr(query, "$source", source);
    td_bind_int(query, "$since", now);
    return td_run(query, err);
}

enum td_status td_store_optin_asked(struct td_store *store,
                                    const struct td_optin_row *row, const char *wording,
                                    td_time now, struct td_err *err)
{
    struct td_query *query = row_query(store, "optin_asked", row);
    td_bind_cstr(query, "$wording", wording);
    td_bind_int(query, "$now", now);
    return td_run(query, err);
}

enum td_status td_store_optin_reminded(struct td_store *store,
                                       const struct td_optin_row *row, td_time now,
                                       struct td_err *err)
{
    struct td_query *query = row_query(store, "optin_reminded", row);
    td_bind_int(query, "$now", now);
    return td_run(query, err);
}

enum td_status td_store_optin_remove(struct td_store *store,
                                     const struct td_optin_row *row, struct td_err *err)
{
    return td_run(row_query(store, "optin_remove", row), err);
}

enum td_status td_store_optin_sweep(struct td_store *store, struct td_err *err)
{
    return td_run(td_query(store, "optin_sweep"), err);
}

enum td_status td_store_optin_wording(struct td_store *store,
                                      const struct td_optin_row *row, struct td_buf *out,
                                      struct td_err *err)
{
    struct td_query *query = row_query(store, "optin_find", row);
    enum td_status status = td_one(query, err);
    if (status == TD_OK)
        td_buf_add_slice(out, td_col_text(query, 3));
    td_query_end(query);
    return status == TD_NOINPUT ? TD_OK : status;
}

/* The first column of the only row. */
static enum td_status count_of(struct td_query *query, int64_t *out, struct td_err *err)
{
    enum td_status status = td_one(query, err);
    if (status == TD_OK)
        *out = td_col_int(query, 0);
    td_query_end(query);
    return status;
}

enum td_status td_store_optin_asked_since(struct td_store *store, td_time since,
                                          int64_t most, int64_t *out, struct td_err *err)
{
    struct td_query *query = td_query(store, "optin_asked_since");
    td_bind_int(query, "$since", since);
    td_bind_int(query, "$most", most);
    return count_of(query, out, err);
}

enum td_status td_store_optin_from_since(struct td_store *store, const char *source,
                                         td_time since, int64_t most, int64_t *out,
                                         struct td_err *err)
{
    struct td_query *query = td_query(store, "optin_from_since");
    td_bind_cstr(query, "$source", source);
    td_bind_int(query, "$since", since);
    td_bind_int(query, "$most", most);
    return count_of(query, out, err);
}

enum td_status td_store_optin_mails(struct td_store *store, int64_t subscriber,
                                    td_time since, int64_t *out, struct td_err *err)
{
    struct td_query *query = td_query(store, "optin_mails_since");
    td_bind_int(query, "$subscriber", subscriber);
    td_bind_int(query, "$since", since / TD_SECOND);
    return count_of(query, out, err);
}

enum td_status td_store_optin_list(struct td_store *store,
                                   const struct td_optin_search *search, size_t *count,
                                   struct td_err *err)
{
    static const char *const names[] = {
        [TD_OPTIN_WAITING] = "optin_waiting",
        [TD_OPTIN_UNANSWERED] = "optin_unanswered",
        [TD_OPTIN_LAPSED] = "optin_lapsed",
    };
    struct td_query *query = td_query(store, names[search->list]);
    struct td_err own = {0};
    enum td_step step;
    *count = 0;
    if (search->list != TD_OPTIN_WAITING)
        td_bind_int(query, "$before", search->time);
    td_bind_int(query, "$most", (int64_t)search->most);
    while ((step = td_step(query, &own)) == TD_STEP_ROW && *count < search->most)
        search->rows[(*count)++] = (struct td_optin_row){
            .newsletter = td_col_int(query, 0),
            .subscriber = td_col_int(query, 1),
        };
    if (step == TD_STEP_ERROR)
        *err = own;
    return own.status;
}

enum td_status td_store_forget(struct td_store *store, const struct td_optin_row *row,
                               td_time now, struct td_err *err)
{
    enum td_status status = td_run(row_query(store, "subscription_forget", row), err);
    if (status == TD_OK)
        status = td_store_optin_remove(store, row, err);
    if (status != TD_OK)
        return status;
    struct td_query *person = td_query(store, "subscriber_forget");
    td_bind_int(person, "$subscriber", row->subscriber);
    td_bind_int(person, "$now", now);
    td_bind_blob(person, "$nothing", td_slice(""));
    return td_run(person, err);
}
