/*
 * groups.h: domain groups (model/group.h) as rows: their ids stand in subscribers and messages.
 */
#ifndef TD_STORE_GROUPS_H
#define TD_STORE_GROUPS_H

#include "base/buf.h"
#include "store/store.h"

/* The id of the group of a domain (lower case, A-labels); made when nobody belonged to it before.
 * Inside a transaction. */
enum td_status td_store_domain_group(struct td_store *store, struct td_slice domain,
                                     int64_t *id, struct td_err *err);

/* Appends the name of a group; TD_NOINPUT (err left alone) when there is none of that id. */
enum td_status td_store_domain_group_name(struct td_store *store, int64_t id,
                                          struct td_buf *out, struct td_err *err);

#endif
