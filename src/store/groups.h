/*
 * groups.h: domain groups (model/group.h) as rows: their ids stand in subscribers and messages.
 */
#ifndef TD_STORE_GROUPS_H
#define TD_STORE_GROUPS_H

#include "base/buf.h"
#include "store/ledger.h"
#include "store/store.h"

/* The id of the group of a domain (lower case, A-labels); made when nobody belonged to it before.
 * Inside a transaction. */
enum td_status td_store_domain_group(struct td_store *store, struct td_slice domain,
                                     int64_t *id, struct td_err *err);

/* Appends the name of a group; TD_NOINPUT (err left alone) when there is none of that id. */
enum td_status td_store_domain_group_name(struct td_store *store, int64_t id,
                                          struct td_buf *out, struct td_err *err);

/* The first group after *id: its id, and its name appended; TD_NOINPUT (err left alone) when there is
 * none. */
enum td_status td_store_domain_group_next(struct td_store *store, int64_t *id,
                                          struct td_buf *name, struct td_err *err);

/* The lane of a line that all share who have none of their own; else a group's id (claiming.h). */
#define TD_LANE_COMMON 0

/* Moves a message that waits in the common lane into that of its group, where the next ones will be
 * queued from now on. Inside a transaction. */
enum td_status td_store_set_aside(struct td_store *store, const struct td_claim *message,
                                  struct td_err *err);

/* From now on messages to the group are queued in a lane of its own; adds 1 to *parted unless they were
 * already. Then td_store_part_waiting moves what waits in the common lane to where it belongs. Inside a
 * transaction. */
enum td_status td_store_domain_group_part(struct td_store *store, int64_t id,
                                          int64_t *parted, struct td_err *err);
enum td_status td_store_part_waiting(struct td_store *store, struct td_err *err);

#endif
