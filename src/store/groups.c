/* groups.c: the ids of domain groups. */
#include "store/groups.h"

#include "model/group.h"
#include "store/driver.h"
#include "store/people.h"

#define PART_SLICE 1000 /* messages that one step of td_store_part_waiting looks at */

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

enum td_status td_store_set_aside(struct td_store *store, int64_t edition,
                                  int64_t subscriber, struct td_err *err)
{
    struct td_query *query = td_query(store, "claim_aside");

    td_bind_int(query, "$edition", edition);
    td_bind_int(query, "$subscriber", subscriber);
    return td_run(query, err);
}

static enum td_status part_slice(struct td_store *store, const struct td_parting *from,
                                 int64_t upto, struct td_err *err)
{
    struct td_query *query = td_query(store, "lane_part");

    td_bind_int(query, "$edition", from->edition);
    td_bind_int(query, "$after", from->subscriber);
    td_bind_int(query, "$upto", upto);
    return td_run(query, err);
}

enum td_status td_store_part_waiting(struct td_store *store, struct td_parting *parting,
                                     struct td_err *err)
{
    struct td_query *query = td_query(store, "admin_bound");
    int64_t upto = 0;

    td_bind_int(query, "$edition", parting->edition);
    td_bind_int(query, "$after", parting->subscriber);
    td_bind_int(query, "$size", PART_SLICE);
    enum td_status status = td_store_number(query, &upto, err);
    if (status == TD_OK && upto > 0) {
        status = part_slice(store, parting, upto, err);
        parting->subscriber = upto;
        return status;
    }
    if (status != TD_OK)
        return status;
    query = td_query(store, "lane_edition");
    td_bind_int(query, "$after", parting->edition);
    *parting = (struct td_parting){.edition = parting->edition};
    status = td_store_number(query, &parting->edition, err);
    parting->done = status == TD_OK && parting->edition == 0;
    return status;
}
