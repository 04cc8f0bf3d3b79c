/*
 * clock.h: the time as a value that is passed in, so that no test sleeps.
 *
 * `--now TIME` sets where the wall clock starts; it then runs on at real pace (design
 * 10).
 */
#ifndef TD_BASE_CLOCK_H
#define TD_BASE_CLOCK_H

#include "base/date.h"

struct td_clock {
    td_time offset; /* added to the system's real time */
    td_time frozen; /* not 0: the clock stands still there (unit tests) */
};

struct td_clock td_clock_system(void);
struct td_clock td_clock_starting_at(td_time now);
struct td_clock td_clock_frozen(td_time now);

td_time td_clock_now(const struct td_clock *clock);

/* Microseconds of the monotonic clock, never negative; only differences mean anything, so --now
 * does not shift it. Stands still where the clock is frozen. */
td_time td_clock_monotonic(const struct td_clock *clock);

#endif
