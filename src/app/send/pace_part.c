/* Which domain groups wait apart because they have relays of their own (pace.h). */
#include "app/send/pace.h"
#include "app/send/route.h"
#include "store/groups.h"

#define LOOK_AT 500 /* groups in one transaction */

/* Goes on through the groups; TD_NOINPUT: all were looked at. */
static enum td_status look_at_groups(struct td_pace *pace, int64_t *parted,
                                     struct td_err *err)
{
    struct td_store *store = pace->app->store;
    enum td_status status = TD_OK;
    struct td_buf name;

    td_buf_init(&name, 1024);
    for (int i = 0; status == TD_OK && i < LOOK_AT; i++) {
        td_buf_clear(&name);
        int64_t group = pace->parted;
        status = td_store_domain_group_next(store, &group, &name, err);
        if (status != TD_OK)
            break;
        pace->parted = group;
        if (td_route_of(pace->app->config, td_buf_slice(&name)) !=
            td_pace_routes(pace, 0))
            status = td_store_domain_group_part(store, group, parted, err);
    }
    td_buf_release(&name);
    return status;
}

/* What waits is looked through once by each process, for the rules may be new, and again when there are
 * new groups; step by step, for other senders wait meanwhile. */
enum td_status td_pace_part(struct td_pace *pace, struct td_err *err)
{
    int64_t parted = 0;

    if (pace->unruled)
        return TD_OK;
    enum td_status status = look_at_groups(pace, &parted, err);
    if (parted > 0)
        pace->parting = (struct td_parting){0};
    if (status != TD_NOINPUT)
        return status;
    return pace->parting.done
               ? TD_OK
               : td_store_part_waiting(pace->app->store, &pace->parting, err);
}
