/*
 * windows.h: the windows of domain groups as rows, so that a restart does not learn them anew; and how
 * many messages of each group are in hand. Inside a transaction.
 */
#ifndef TD_QUEUE_WINDOWS_H
#define TD_QUEUE_WINDOWS_H

#include "base/date.h"
#include "store/store.h"

/* Numbers by domain group, in the order of the groups. */
struct td_by_group {
    struct td_of_group {
        int64_t group;
        int64_t number;
    } * items; /* owned */
    size_t count, cap;
};
void td_by_group_release(struct td_by_group *list); /* zeroes are fine */

/* The entry of a group, or NULL. */
struct td_of_group *td_by_group_find(const struct td_by_group *list, int64_t group);

/* Sets the number of a group; 0 takes it off the list. */
void td_by_group_set(struct td_by_group *list, int64_t group, int64_t number);

/* The window of a group by a relay, in thousandths; TD_WINDOW_WIDE where it has none. They are asked for
 * one by one: of small domains that once said "later" there are thousands, and few in any claim. */
#define TD_WINDOW_WIDE INT64_MAX
enum td_status td_window_find(struct td_store *store, int64_t relay, int64_t group,
                              int64_t *size, struct td_err *err);

/* Whether any group has a window by the relay. */
enum td_status td_windows_any(struct td_store *store, int64_t relay, bool *any,
                              struct td_err *err);

/* size TD_WINDOW_WIDE: it has none any more. said: what closed it; the absent slice for nothing. */
struct td_window_change {
    int64_t relay;
    int64_t group;
    int64_t size;
    td_time now;
    struct td_slice said;
};
enum td_status td_window_put(struct td_store *store,
                             const struct td_window_change *change, struct td_err *err);

/* Messages that senders have in hand; replaces what was in the list. */
enum td_status td_groups_in_hand(struct td_store *store, struct td_by_group *list,
                                 struct td_err *err);

#endif
