/*
 * report.h: the mail to the newsletter's operator when an edition is done: sent, failed by reason,
 * late, in doubt with what to look for in the relay's log.
 *
 * Done is an edition of which nothing waits, is held or is in a sender's hand. The edition's row
 * says that it was reported, in the transaction that queues the mail: once, whatever crashes. Without an
 * operator (`operator:` of the newsletter or publisher) the row is marked all the same, so that nobody
 * is told of last year when one is named.
 */
#ifndef TD_APP_REPORT_H
#define TD_APP_REPORT_H

#include "app/instance/app.h"

/* Tells of editions that were held (alarm.h), and reports what is done and was not reported. *queued counts the mails. Opens the store; transactions
 * of its own. The scheduler calls it now and then, `send --drain` at its end. */
enum td_status td_reports_run(struct td_app *app, int64_t *queued, struct td_err *err);

#endif
