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

/* The first group after *id: its id, and its name appended; TD_NOINPUT (err left alone) when there is
 * none. */
enum td_status td_store_domain_group_next(struct td_store *store, int64_t *id,
                                          struct td_buf *name, struct td_err *err);

/* The lane of a line that all share who have none of their own; else a group's id (claiming.h). */
#define TD_LANE_COMMON 0

/* From now on messages to the group are queued in a lane of its own; adds 1 to *parted unless they were
 * already. What waits stays in its lane until it is moved by one of the next two. Inside a
 * transaction. */
enum td_status td_store_domain_group_part(struct td_store *store, int64_t id,
                                          int64_t *parted, struct td_err *err);

/* Moves a message that waits into the lane where a new one for this person would be queued. Inside a
 * transaction. */
enum td_status td_store_set_aside(struct td_store *store, int64_t edition,
                                  int64_t subscriber, struct td_err *err);

/* How far what waits was looked through; zeroes begin anew. */
struct td_parting {
    int64_t edition, subscriber;
    bool done;
};

/* Looks through one slice more of what waits in the common lane, in all editions, and moves what belongs
 * elsewhere: a few milliseconds of work, however much waits. Inside a transaction. */
enum td_status td_store_part_waiting(struct td_store *store, struct td_parting *parting,
                                     struct td_err *err);

#endif
