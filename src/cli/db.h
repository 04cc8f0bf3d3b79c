/*
 * db.h: what the commands of `db` share (cmd_db.c, cmd_restore.c).
 */
#ifndef TD_CLI_DB_H
#define TD_CLI_DB_H

#include "cli/cli.h"

/* The path an operand names: looked for in the directory of -C, as with git; without '/' at its
 * end. The caller frees. */
char *td_db_path(const struct td_run_context *run, size_t operand);

/* Progress of a copy (store/backup.h). */
void td_db_show_copied(void *context, int64_t done, int64_t total);

enum td_status td_cmd_db_restore(struct td_run_context *run, struct td_err *err);
enum td_status td_cmd_db_release(struct td_run_context *run, struct td_err *err);

#endif
