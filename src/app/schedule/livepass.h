/*
 * livepass.h: what the scheduler does about a live blog in one pass: numbers what is new, sends alerts,
 * and makes a digest at its hour or when enough is new.
 */
#ifndef TD_APP_LIVEPASS_H
#define TD_APP_LIVEPASS_H

#include "app/schedule/pass.h"

/* The occasion is that of the newsletter: its slug is set here. since: since when the scheduler looks
 * after it. */
enum td_status td_livepass(struct td_occasion *occasion, td_time since,
                           struct td_err *err);

#endif
