/*
 * alarm.h: the mail to the operator when the breaker has held an edition (app/send/breaker.h): how much
 * was refused, in which words, what to do.
 *
 * The row of the edition's tally says that there is something to tell, in the transaction that holds the
 * edition, and that it is told, in the one that queues the mail: once for each time it is held, whatever
 * crashes. Without an operator it is marked as told all the same.
 */
#ifndef TD_APP_ALARM_H
#define TD_APP_ALARM_H

#include "app/instance/app.h"

/* *queued counts the mails. The store is open; transactions of its own. */
enum td_status td_alarms_run(struct td_app *app, int64_t *queued, struct td_err *err);

#endif
