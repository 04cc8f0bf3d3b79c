/* clock.c: the system's clocks, shifted or stopped. */
#include "base/clock.h"

#include <time.h>

#include "base/err.h"

static td_time read_clock(clockid_t id)
{
    struct timespec ts;
    if (clock_gettime(id, &ts) != 0) {
        TD_PANIC("the system has no such clock");
    }
    return ts.tv_sec * TD_SECOND + ts.tv_nsec / 1000;
}

struct td_clock td_clock_system(void)
{
    return (struct td_clock){0};
}

struct td_clock td_clock_starting_at(td_time now)
{
    return (struct td_clock){.offset = now - read_clock(CLOCK_REALTIME)};
}

struct td_clock td_clock_frozen(td_time now)
{
    return (struct td_clock){.frozen = now};
}

td_time td_clock_now(const struct td_clock *clock)
{
    return clock->frozen != 0 ? clock->frozen
                              : read_clock(CLOCK_REALTIME) + clock->offset;
}

td_time td_clock_monotonic(const struct td_clock *clock)
{
    return clock->frozen != 0 ? clock->frozen : read_clock(CLOCK_MONOTONIC);
}
