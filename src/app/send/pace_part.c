/* Which domain groups wait apart because they have relays of their own (pace.h). */
#include "app/send/pace.h"
#include "app/send/route.h"
#include "store/groups.h"

enum td_status td_pace_part(struct td_pace *pace, struct td_err *err)
{
    struct td_store *store = pace->app->store;
    enum td_status status = TD_OK;
    int64_t parted = 0;
    struct td_buf name;

    td_buf_init(&name, 1024);
    while (!pace->unruled && status == TD_OK) {
        td_buf_clear(&name);
        int64_t group = pace->parted;
        status = td_store_domain_group_next(store, &group, &name, err);
        if (status != TD_OK)
            break;
        pace->parted = group;
        if (td_route_of(pace->app->config, td_buf_slice(&name)) !=
            td_pace_routes(pace, 0))
            status = td_store_domain_group_part(store, group, &parted, err);
    }
    td_buf_release(&name);
    if (status == TD_NOINPUT)
        status = TD_OK;
    return status == TD_OK && parted > 0 ? td_store_part_waiting(store, err) : status;
}
