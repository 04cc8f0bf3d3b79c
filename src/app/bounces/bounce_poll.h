/*
 * bounce_poll.h: bounces read from the mailboxes of the configuration, and the role that does so again
 * and again.
 */
#ifndef TD_APP_BOUNCE_POLL_H
#define TD_APP_BOUNCE_POLL_H

#include "app/bounces/bounces.h"

/* Takes in every mail of one mailbox, page by page; each page is committed before its mails are
 * removed. Notes in the store how it went. */
enum td_status td_bounce_poll(struct td_app *app, const struct td_bounce_box *box,
                              const volatile int *stop, struct td_bounce_counts *counts,
                              struct td_err *err);

/* The role `bounces`: polls each mailbox when it is time, works through what came, until *stop. A
 * mailbox in trouble is tried again after twice its time, at most an hour. */
enum td_status td_bounces_run(struct td_app *app, const volatile int *stop,
                              struct td_err *err);

#endif
