/*
 * bounce_guard.h: two things that many bounces together say and one alone cannot: a whole domain is
 * failing, and we are blocked. Inside a transaction.
 */
#ifndef TD_APP_BOUNCE_GUARD_H
#define TD_APP_BOUNCE_GUARD_H

#include "app/bounces/bounce_judge.h"
#include "store/bounces.h"

/*
 * The outage guard. When more than bounce.outage_share of a domain's subscribers (and at least
 * bounce.outage_least) went hard within the hour, this one waits (row->result and until), so does
 * what was counted within that hour, and whom that suspended is reinstated: judged->taken_back.
 */
enum td_status td_bounce_guard(struct td_app *app, struct td_bounce_row *row,
                               struct td_judged *judged, struct td_err *err);

/* One that says we are blocked was written: the bounce.blocked-th holds its edition, and is told. */
enum td_status td_bounce_blocked(struct td_app *app, const struct td_bounce_row *row,
                                 struct td_judged *judged, struct td_err *err);

#endif
