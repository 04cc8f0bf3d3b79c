/*
 * status_daemon.h: what `status` says of the daemon on this machine and its roles.
 */
#ifndef TD_CLI_STATUS_DAEMON_H
#define TD_CLI_STATUS_DAEMON_H

#include "cli/cli.h"

/* Prints, sets "daemon", and appends to problems a line for each role that waits to be started again. */
enum td_status td_status_daemon(struct td_run_context *run, struct td_json *json,
                                struct td_buf *problems, struct td_err *err);

#endif
