/*
 * option.h: options and operands of one command. Long options only, but for -C and -c, which
 * with --now, --json, --help and --version are taken before or after the command (cli.c).
 */
#ifndef TD_CLI_OPTION_H
#define TD_CLI_OPTION_H

#include "base/err.h"
#include "base/str.h"

struct td_option {
    const char *name;  /* without the dashes */
    const char *value; /* "N", "DATE": takes a value; NULL: a flag */
    const char *help;
};

#define TD_ARGS_MAX 64 /* options; operands may be any number */

struct td_args {
    const char **operands; /* owned; the words are borrowed from argv */
    size_t operand_count;
    size_t operand_cap;
    const char *names[TD_ARGS_MAX];  /* options given, in order */
    const char *values[TD_ARGS_MAX]; /* NULL for flags */
    size_t option_count;
};

/* Sorts words into options and operands; "--" ends options; --x=v and --x v. TD_USAGE for an
 * unknown option (naming the nearest), a missing value, a value for a flag. args is to be
 * released even then. */
enum td_status td_args_parse(struct td_args *args, char *const *words, size_t count,
                             const struct td_option *options, struct td_err *err);

void td_args_release(struct td_args *args);

bool td_args_has(const struct td_args *args, const char *name);
const char *td_args_get(const struct td_args *args,
                        const char *name); /* last given, or NULL */

/* Whole number within [least, most]; `otherwise` when not given; TD_USAGE else. */
struct td_int_range {
    int64_t least, most, otherwise;
};
enum td_status td_args_int(const struct td_args *args, const char *name,
                           struct td_int_range range, int64_t *out, struct td_err *err);

#endif
