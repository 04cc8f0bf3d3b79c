/*
 * status_bounces.h: what `status` says of bounces: the mailboxes, and what is not judged.
 */
#ifndef TD_CLI_STATUS_BOUNCES_H
#define TD_CLI_STATUS_BOUNCES_H

#include "cli/cli.h"

/* Prints, sets "mailboxes" and "bounces", and appends to problems a line for each trouble. */
enum td_status td_status_bounces(struct td_run_context *run, struct td_json *json,
                                 struct td_buf *problems, struct td_err *err);

#endif
