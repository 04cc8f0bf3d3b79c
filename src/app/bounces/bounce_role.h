/*
 * bounce_role.h: what came back, read from the mailboxes of the configuration (`bounces:`), and the role
 * that does so again and again.
 */
#ifndef TD_APP_BOUNCE_ROLE_H
#define TD_APP_BOUNCE_ROLE_H

#include "app/bounces/bounces.h"

/* Reads the mailboxes of these names, or all, with the store open: td_postboxes_read. Nothing is judged yet. */
enum td_status td_bounces_poll(struct td_app *app, const char *const *names,
                               size_t name_count, struct td_bounce_counts *counts,
                               struct td_err *err);

/* The role `bounces`: reads each mailbox when it is time, works through what came, until *stop. */
enum td_status td_bounces_run(struct td_app *app, const volatile int *stop,
                              struct td_err *err);

#endif
