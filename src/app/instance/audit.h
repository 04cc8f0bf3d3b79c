/*
 * audit.h: "who did this?": the line that a command leaves behind when it changed rows.
 */
#ifndef TD_APP_AUDIT_H
#define TD_APP_AUDIT_H

#include "app/instance/app.h"

/* Inside the transaction that changed the rows. The actor is the user who runs this process;
 * action is the command ("subscriber import"), subject what it was about. */
enum td_status td_audit_command(struct td_app *app, const char *action,
                                struct td_slice subject, int64_t rows,
                                struct td_err *err);
/* The same for something that was done at that time. */
enum td_status td_audit_command_at(struct td_app *app, td_time at, const char *action,
                                   struct td_slice subject, int64_t rows,
                                   struct td_err *err);

#endif
