/* relay.c: what a relay's configuration means on a day. */
#include "model/relay.h"

bool td_relay_is_rated(const struct td_relay *relay)
{
    return relay->rate > 0 || relay->hourly > 0 || relay->daily > 0 ||
           relay->warm_up_count > 0;
}

int64_t td_relay_daily(const struct td_relay *relay, td_time now)
{
    int64_t day = (now - relay->warm_up_from) / TD_DAY;
    if (now < relay->warm_up_from)
        day = 0; /* sending early is sending on the first day */
    if (day >= (int64_t)relay->warm_up_count)
        return relay->daily;
    int64_t cap = relay->warm_up[day];
    return relay->daily > 0 && relay->daily < cap ? relay->daily : cap;
}
