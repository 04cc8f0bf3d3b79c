/*
 * housekeeping.h: what the scheduler sees to beside editions: signups that wait for an answer
 * (app/people/optin.h), reports of editions that are done (app/inspect/report.h), and what is to be forgotten
 * (app/keep/retention.h).
 */
#ifndef TD_APP_HOUSEKEEPING_H
#define TD_APP_HOUSEKEEPING_H

#include "app/instance/app.h"

struct td_housekeeping {
    td_time next_tending;   /* monotonic */
    td_time next_reports;   /* monotonic */
    td_time next_retention; /* monotonic */
};

void td_housekeeping_init(struct td_housekeeping *housekeeping, const struct td_app *app);

/*
 * Does what is due: tends signups every few minutes; looks each minute what is done; forgets once a day, the first time a while after the
 * start, and when nothing else is to be done for `quiet`, for it may take minutes. Trouble is logged.
 */
void td_housekeeping_turn(struct td_housekeeping *housekeeping, struct td_app *app,
                          td_time quiet, const volatile int *stop);

#endif
