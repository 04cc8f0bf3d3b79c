/*
 * leftover.h: what of a live blog goes to nobody, or later than its editor thinks, is said: to the operator
 * once a day, and to the log each time there is more of it.
 */
#ifndef TD_APP_LEFTOVER_H
#define TD_APP_LEFTOVER_H

#include "app/assemble/live.h"
#include "app/schedule/pass.h"

/* The day's last digest is made: entries that no digest had will be in none. */
enum td_status td_leftover_entries(struct td_occasion *occasion,
                                   const struct td_live *live, struct td_err *err);

/* The blog has had all the alerts that there may be, and an urgent entry goes with the next digest. */
enum td_status td_leftover_alert(struct td_occasion *occasion, const struct td_live *live,
                                 int64_t seq, struct td_err *err);

#endif
