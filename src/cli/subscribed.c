/* The newsletters of one person (subscribed.h). */
#include "cli/subscribed.h"

#include <stdlib.h>

#include "base/mem.h"
#include "store/db.h"

enum td_status td_subscribed_find(struct td_store *store, int64_t subscriber,
                                  const struct td_newsletter *only,
                                  struct td_subscribed *out, struct td_err *err)
{
    struct td_query *query = td_query(store, "subscription_list");
    enum td_step step;
    td_bind_int(query, "$subscriber", subscriber);
    while ((step = td_step(query, err)) == TD_STEP_ROW) {
        struct td_slice name = td_col_text(query, 1);
        if (only && !td_slice_is(name, only->name))
            continue;
        out->items =
            td_vec_grow(out->items, &out->cap, out->count + 1, sizeof *out->items);
        out->items[out->count++] = (struct td_subscribed_to){
            .newsletter = td_col_int(query, 0),
            .name = td_xstrndup(name.ptr, name.len),
        };
    }
    return step == TD_STEP_DONE ? TD_OK : err->status;
}

void td_subscribed_release(struct td_subscribed *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->items[i].name);
    free(list->items);
    *list = (struct td_subscribed){0};
}
