/*
 * stop.h: "please end", as SIGTERM and SIGINT say it.
 */
#ifndef TD_BASE_STOP_H
#define TD_BASE_STOP_H

/* Catches SIGTERM and SIGINT from now on. The flag, static, turns from 0 to 1 at the first of them; blocking
 * calls return with EINTR. */
const volatile int *td_stop_catch(void);

#endif
