/*
 * commands.h: the command tables, one for each cmd_*.c; commands.c puts them in the order in which
 * `tidings --help` shows them.
 */
#ifndef TD_CLI_COMMANDS_H
#define TD_CLI_COMMANDS_H

#include "cli/cli.h"

extern const struct td_command td_commands_init[];
extern const struct td_command td_commands_check[];
extern const struct td_command td_commands_brief[];
extern const struct td_command td_commands_lint[];
extern const struct td_command td_commands_preview[];
extern const struct td_command td_commands_people[];
extern const struct td_command td_commands_people_files[];
extern const struct td_command td_commands_people_care[];
extern const struct td_command td_commands_schedule[];
extern const struct td_command td_commands_assemble[];
extern const struct td_command td_commands_edition[];
extern const struct td_command td_commands_key[];
extern const struct td_command td_commands_mail[];
extern const struct td_command td_commands_queue[];
extern const struct td_command td_commands_queue_admin[];
extern const struct td_command td_commands_bounces[];
extern const struct td_command td_commands_why[];
extern const struct td_command td_commands_status[];
extern const struct td_command td_commands_db[];
extern const struct td_command td_commands_send[];
extern const struct td_command td_commands_run[];
extern const struct td_command td_commands_bounce[];
extern const struct td_command td_commands_rehearse[];
extern const struct td_command td_commands_sink[];
extern const struct td_command td_commands_demo[];

/* `queue list`, for the demo to show the same table. */
enum td_status td_cmd_queue_list(struct td_run_context *run, struct td_err *err);

/* `queue stats`; its row stands with the rest of `queue`. */
enum td_status td_cmd_queue_stats(struct td_run_context *run, struct td_err *err);

/* `queue watch`; likewise. */
enum td_status td_cmd_queue_watch(struct td_run_context *run, struct td_err *err);

/* The day of --date, else today as the newsletter's readers have it. */
enum td_status td_want_date(struct td_run_context *run,
                            const struct td_newsletter *newsletter, struct td_date *out,
                            struct td_err *err);

#endif
