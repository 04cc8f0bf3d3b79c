/* --help, made from the command tables (help.h). */
#include "cli/help.h"

#include "cli/commands.h"

#define COMMAND_WIDTH 34 /* columns of a command and its operands */

static const struct td_option global_options[] = {
    {"-C", "DIR", "work in that directory (default: here)"},
    {"-c", "FILE", "read this configuration instead of conf/tidings.yaml"},
    {"--now", "TIME",
     "where the clock starts, like 2026-11-20T07:00:00Z; it then runs on"},
    {"--json", NULL, "machine-readable output"},
    {"-v, --verbose", NULL, "log what happens; twice for more"},
    {"--help", NULL, "this, or the help of a command"},
    {"--version", NULL, "print the version"},
    {NULL, NULL, NULL},
};

static void put_option(FILE *out, const char *dashes, const struct td_option *option)
{
    char left[64];
    (void)snprintf(left, sizeof left, "%s%s%s%s", dashes, option->name,
                   option->value ? " " : "", option->value ? option->value : "");
    (void)fprintf(out, "  %-24s %s\n", left, option->help);
}

static void put_command(FILE *out, const struct td_command *command)
{
    char left[128];
    (void)snprintf(left, sizeof left, "%s%s%s", command->name,
                   command->operands[0] ? " " : "", command->operands);
    size_t width = td_utf8_width(td_slice(left));
    bool fits = width <= COMMAND_WIDTH;
    (void)fprintf(out, "  %s%s%*s%s\n", left, fits ? "" : "\n  ",
                  (int)(COMMAND_WIDTH + 1 - (fits ? width : 0)), "", command->summary);
}

/* Whether the command's name begins with the words. */
static bool begins(const struct td_command *command, char *const *words, size_t count)
{
    struct td_slice rest = td_slice(command->name);
    struct td_slice part;
    for (size_t i = 0; i < count; i++)
        if (!td_slice_token(&rest, " ", &part) || !td_slice_is(part, words[i]))
            return false;
    return true;
}

void td_help_group(FILE *out, char *const *words, size_t count)
{
    (void)fputs("usage: tidings [-C DIR] [-c FILE] [--now TIME] [--json] COMMAND …\n\n",
                out);
    for (size_t t = 0; td_command_tables[t]; t++)
        for (const struct td_command *c = td_command_tables[t]; c->name; c++)
            if (begins(c, words, count))
                put_command(out, c);
    (void)fputs("\noptions, before or after the command:\n", out);
    for (const struct td_option *option = global_options; option->name; option++)
        put_option(out, "", option);
    (void)fputs("\n`tidings COMMAND --help` tells more of one.\n", out);
}

void td_help_command(FILE *out, const struct td_command *command)
{
    (void)fprintf(out, "usage: tidings %s%s%s%s\n\n%s.\n", command->name,
                  command->operands[0] ? " " : "", command->operands,
                  command->options ? " [options]" : "", command->summary);
    if (command->details)
        (void)fprintf(out, "\n%s\n", command->details);
    if (command->options) {
        (void)fputs("\noptions:\n", out);
        for (const struct td_option *option = command->options; option->name; option++)
            put_option(out, "--", option);
    }
    (void)fputs(
        "\n-C, -c, --now and --json are taken by every command (tidings --help).\n", out);
}

enum td_status td_help_unknown(char *const *words, size_t count, struct td_err *err)
{
    char alike[300] = "";
    size_t used = 0;
    for (size_t t = 0; td_command_tables[t]; t++)
        for (const struct td_command *c = td_command_tables[t]; c->name; c++)
            if (begins(c, words, 1) && used < sizeof alike - 64)
                used += (size_t)snprintf(alike + used, sizeof alike - used, "%s%s",
                                         used ? ", " : "", c->name);
    if (used)
        return td_fail(err, TD_USAGE, "%s%s%s is no command; there is: %s", words[0],
                       count > 1 ? " " : "", count > 1 ? words[1] : "", alike);
    return td_fail(err, TD_USAGE, "%s is no command; see tidings --help", words[0]);
}
