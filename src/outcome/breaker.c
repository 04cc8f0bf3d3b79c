/* breaker.c: shares against limits. */
#include "outcome/breaker.h"

struct td_breaker td_breaker_default(void)
{
    return (struct td_breaker){.refused = 25, .blocked = 10, .after = 50};
}

static bool exceeds(int64_t part, int64_t whole, int percent)
{
    return percent > 0 && part * 100 > whole * percent;
}

enum td_trip td_breaker_trips(const struct td_breaker *breaker,
                              const struct td_tally *tally)
{
    int64_t whole = tally->sent + tally->refused;
    if (whole < breaker->after)
        return TD_TRIP_NOT;
    if (exceeds(tally->blocked, whole, breaker->blocked))
        return TD_TRIP_BLOCKED;
    return exceeds(tally->refused, whole, breaker->refused) ? TD_TRIP_REFUSED
                                                            : TD_TRIP_NOT;
}
