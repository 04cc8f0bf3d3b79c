/*
 * bounce.h: what the commands about bounces share. Their rows stand in cmd_bounces.c.
 */
#ifndef TD_CLI_BOUNCE_H
#define TD_CLI_BOUNCE_H

#include "cli/cli.h"

enum td_status td_run_bounce_ingest(struct td_run_context *run, struct td_err *err);
enum td_status td_run_bounce_poll(struct td_run_context *run, struct td_err *err);
enum td_status td_run_bounce_list(struct td_run_context *run, struct td_err *err);
enum td_status td_run_bounce_show(struct td_run_context *run, struct td_err *err);
enum td_status td_run_bounce_replay(struct td_run_context *run, struct td_err *err);

#endif
