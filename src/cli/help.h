/*
 * help.h: --help, made from the command tables.
 */
#ifndef TD_CLI_HELP_H
#define TD_CLI_HELP_H

#include <stdio.h>

#include "cli/cli.h"

/* All commands, or those that begin with the words given. */
void td_help_group(FILE *out, char *const *words, size_t count);
void td_help_command(FILE *out, const struct td_command *command);

/* TD_USAGE naming the commands that begin alike. */
enum td_status td_help_unknown(char *const *words, size_t count, struct td_err *err);

#endif
