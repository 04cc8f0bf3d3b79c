/*
 * cli.h: the command line: tidings [-C DIR] [-c FILE] [--now TIME] [--json] COMMAND …
 *
 * To add a command: write a row `const struct td_command` in its group's cmd_*.c, put it in that file's
 * table, and name a new table in commands.c. The row is also its --help. Product goes to stdout
 * (cli/printer.h), talk to stderr; a command returns a status and the exit code follows from it.
 */
#ifndef TD_CLI_CLI_H
#define TD_CLI_CLI_H

#include "app/instance/app.h"
#include "cli/option.h"
#include "cli/printer.h"

/* What a running command holds. */
struct td_run_context {
    struct td_app *app;
    const struct td_args *args;
    bool json;              /* --json was given */
    struct td_printer *out; /* stdout */
};

struct td_command {
    const char *name;     /* "brief parse"; words apart by one space */
    const char *operands; /* "FILE…", for the usage line; "" for none */
    int operands_min;
    int operands_max;                /* -1: any number */
    const char *summary;             /* one line, no full stop */
    const char *details;             /* more for --help, or NULL */
    const struct td_option *options; /* ends with a NULL name; NULL: none of its own */
    enum td_status (*run)(struct td_run_context *run, struct td_err *err);
};

/* Every table, each ended by a NULL name; the list ends with NULL (commands.c). */
extern const struct td_command *const td_command_tables[];

/* How much faster patience with others runs out (td_app.hurry): tests cannot wait ten minutes for a
 * server that stays silent. TIDINGS_HURRY; 0: at its own pace. */
int td_hurry_of_tests(void);

int td_cli_main(int argc, char **argv);

#endif
