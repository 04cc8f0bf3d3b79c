/* Windows of domain groups, as rows (windows.h). */
#include "queue/windows.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void td_by_group_release(struct td_by_group *list)
{
    free(list->items);
    *list = (struct td_by_group){0};
}

static int compare(const void *key, const void *item)
{
    int64_t group = *(const int64_t *)key;
    int64_t other = ((const struct td_of_group *)item)->group;
    return (group > other) - (group < other);
}

struct td_of_group *td_by_group_find(const struct td_by_group *list, int64_t group)
{
    if (list->count == 0)
        return NULL;
    return bsearch(&group, list->items, list->count, sizeof *list->items, compare);
}

void td_by_group_set(struct td_by_group *list, int64_t group, int64_t number)
{
    size_t at = 0;
    while (at < list->count && list->items[at].group < group)
        at++;
    bool there = at < list->count && list->items[at].group == group;
    if (there && number != 0) {
        list->items[at].number = number;
    } else if (there) {
        list->count--;
        memmove(&list->items[at], &list->items[at + 1],
                (list->count - at) * sizeof *list->items);
    } else if (number != 0) {
        list->items =
            td_vec_grow(list->items, &list->cap, list->count + 1, sizeof *list->items);
        memmove(&list->items[at + 1], &list->items[at],
                (list->count - at) * sizeof *list->items);
        list->items[at] = (struct td_of_group){group, number};
        list->count++;
    }
}

enum td_status td_window_find(struct td_store *store, int64_t relay, int64_t group,
                              int64_t *size, struct td_err *err)
{
    struct td_query *query = td_query(store, "window_find");
    td_bind_int(query, "$relay", relay);
    td_bind_int(query, "$group", group);
    enum td_status status = td_one(query, err);
    *size = status == TD_OK ? td_col_int(query, 0) : TD_WINDOW_WIDE;
    td_query_end(query);
    return status == TD_NOINPUT ? TD_OK : status;
}

enum td_status td_windows_any(struct td_store *store, int64_t relay, bool *any,
                              struct td_err *err)
{
    struct td_query *query = td_query(store, "window_any");
    td_bind_int(query, "$relay", relay);
    int64_t found = 0;
    enum td_status status = td_store_number(query, &found, err);
    *any = found != 0;
    return status;
}

enum td_status td_groups_in_hand(struct td_store *store, struct td_by_group *list,
                                 struct td_err *err)
{
    struct td_query *query = td_query(store, "group_in_hand");
    struct td_err own = {0};
    enum td_step step;
    list->count = 0;
    while ((step = td_step(query, &own)) == TD_STEP_ROW) {
        list->items =
            td_vec_grow(list->items, &list->cap, list->count + 1, sizeof *list->items);
        list->items[list->count++] =
            (struct td_of_group){td_col_int(query, 0), td_col_int(query, 1)};
    }
    if (step == TD_STEP_ERROR && err != NULL)
        *err = own;
    return own.status;
}

enum td_status td_window_put(struct td_store *store,
                             const struct td_window_change *change, struct td_err *err)
{
    struct td_query *query =
        td_query(store, change->size < TD_WINDOW_WIDE ? "window_put" : "window_remove");
    td_bind_int(query, "$relay", change->relay);
    td_bind_int(query, "$group", change->group);
    if (change->size < TD_WINDOW_WIDE) {
        td_bind_int(query, "$size", change->size);
        td_bind_int(query, "$changed", change->now);
        td_bind_text(query, "$said", change->said);
    }
    return td_run(query, err);
}
