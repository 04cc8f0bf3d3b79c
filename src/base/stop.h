/*
 * stop.h: "please end", as SIGTERM and SIGINT say it.
 */
#ifndef TD_BASE_STOP_H
#define TD_BASE_STOP_H

#include "base/date.h"

/* Catches SIGTERM and SIGINT from now on. The flag, static, turns from 0 to 1 at the first of them; blocking
 * calls return with EINTR. */
const volatile int *td_stop_catch(void);

/* Waits so long, or until one of them comes: also one that came just before. Other signals may end
 * the wait early. */
void td_stop_wait(const volatile int *stop, td_time wait);

#endif
