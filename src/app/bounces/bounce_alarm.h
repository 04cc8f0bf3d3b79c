/*
 * bounce_alarm.h: the operator is told what bounces together say: that we are blocked, that a domain
 * fails as a whole. Once each: by edition, by domain and day.
 */
#ifndef TD_APP_BOUNCE_ALARM_H
#define TD_APP_BOUNCE_ALARM_H

#include "app/instance/app.h"
#include "store/bounces.h"

enum td_alarm { TD_ALARM_NONE, TD_ALARM_BLOCKED, TD_ALARM_OUTAGE };

/* row is the bounce that raised it. In a transaction of its own: an alarm that cannot be given undoes
 * nothing. Nothing where the newsletter has no operator. */
enum td_status td_bounce_alarm(struct td_app *app, enum td_alarm alarm,
                               const struct td_bounce_row *row, struct td_err *err);

/* The configured newsletter of an edition, NULL when either is no more. */
enum td_status td_bounce_newsletter(struct td_app *app, int64_t edition,
                                    const struct td_newsletter **out, struct td_err *err);

#endif
