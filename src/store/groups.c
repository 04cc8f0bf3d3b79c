/* groups.c: the ids of domain groups. */
#include "store/groups.h"

#include "model/group.h"
#include "store/driver.h"
#include "store/people.h"

static enum td_status find_or_make(struct td_store *store, struct td_slice name,
                                   int64_t *id, struct td_err *err)
{
    struct td_query *query = td_query(store, "domain_group_find");

    td_bind_text(query, "$name", name);
    enum td_status status = td_one(query, err);
    if (status == TD_OK)
        *id = td_col_int(query, 0);
    td_query_end(query);
    if (status != TD_NOINPUT)
        return status;
    status = td_store_next_ids(store, "domain_group", 1, id, err);
    if (status != TD_OK)
        return status;
    query = td_query(store, "domain_group_add");
    td_bind_int(query, "$id", *id);
    td_bind_text(query, "$name", name);
    return td_run(query, err);
}

enum td_status td_store_domain_group(struct td_store *store, struct td_slice domain,
                                     int64_t *id, struct td_err *err)
{
    struct td_slice name = td_group_name(domain);

    *id = td_id_cache_find(&store->groups, name);
    if (*id != 0)
        return TD_OK;
    enum td_status status = find_or_make(store, name, id, err);
    if (status == TD_OK)
        td_id_cache_add(&store->groups, name, *id);
    return status;
}

enum td_status td_store_domain_group_name(struct td_store *store, int64_t id,
                                          struct td_buf *out, struct td_err *err)
{
    struct td_query *query = td_query(store, "domain_group_name");

    td_bind_int(query, "$id", id);
    enum td_status status = td_one(query, err);
    if (status == TD_OK)
        td_buf_add_slice(out, td_col_text(query, 0));
    td_query_end(query);
    return status;
}

enum td_status td_store_domain_group_next(struct td_store *store, int64_t *id,
                                          struct td_buf *name, struct td_err *err)
{
    struct td_query *query = td_query(store, "domain_group_next");

    td_bind_int(query, "$after", *id);
    enum td_status status = td_one(query, err);
    if (status == TD_OK) {
        *id = td_col_int(query, 0);
        td_buf_add_slice(name, td_col_text(query, 1));
    }
    td_query_end(query);
    return status;
}

enum td_status td_store_domain_group_part(struct td_store *store, int64_t id,
                                          int64_t *parted, struct td_err *err)
{
    struct td_query *query = td_query(store, "domain_group_apart");

    td_bind_int(query, "$id", id);
    enum td_status status = td_run(query, err);
    if (status == TD_OK)
        *parted += td_changes(store);
    return status;
}

enum td_status td_store_part_waiting(struct td_store *store, struct td_err *err)
{
    return td_run(td_query(store, "lane_part"), err);
}

enum td_status td_store_set_aside(struct td_store *store, const struct td_claim *message,
                                  struct td_err *err)
{
    struct td_query *query = td_query(store, "claim_aside");
    int64_t parted = 0;

    td_bind_int(query, "$edition", message->edition);
    td_bind_int(query, "$subscriber", message->subscriber);
    td_bind_int(query, "$lane", message->group);
    enum td_status status = td_run(query, err);
    return status == TD_OK
               ? td_store_domain_group_part(store, message->group, &parted, err)
               : status;
}
