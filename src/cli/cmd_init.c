/* `tidings init`. */
#include "cli/commands.h"

#include <stdlib.h>

#include "app/instance/init.h"
#include "base/file.h"

static void print_made(struct td_run_context *run, const char *dir)
{
    const char *const lines[] = {
        "conf/tidings.yaml   every key, explained",
        "conf/keys/          secret keys; keep a copy where no one else reads it",
        "templates/mail/     templates of your own go here",
        "subscribers/        signup files, and what an import refused of them",
        "briefings/          one folder for each newsletter: daily, live, weekly",
        "queue/              the database",
    };
    const char *const next[] = {
        "check",
        "subscribe you@example.com --newsletter daily --confirmed --source \"first try\"",
        "edition assemble daily     # of briefings/daily/DATE.txt or DATE.md",
    };
    td_print_visible(run->out, td_slice(dir));
    td_printf(run->out, " is ready:\n\n");
    for (size_t i = 0; i < TD_ARRAY_LEN(lines); i++)
        td_printf(run->out, "  %s\n", lines[i]);
    td_printf(run->out, "\nWhat to try next:\n\n");
    for (size_t i = 0; i < TD_ARRAY_LEN(next); i++) {
        td_printf(run->out, "  tidings -C ");
        td_print_visible(run->out, td_slice(dir));
        td_printf(run->out, " %s\n", next[i]);
    }
}

static enum td_status run_init(struct td_run_context *run, struct td_err *err)
{
    const struct td_init_options options = {
        .dir = run->args->operands[0],
        .domain = td_args_get(run->args, "domain"),
        .relay_url = td_args_get(run->args, "relay"),
        .database = td_args_get(run->args, "database"),
    };
    enum td_status status = td_init(&options, err);
    if (status != TD_OK)
        return status;
    struct td_json *made = td_json_object();
    td_json_set_cstr(made, "dir", options.dir);
    td_print_json_take(run->out, made);
    print_made(run, options.dir);
    return TD_OK;
}

static const struct td_option init_options[] = {
    {"domain", "D", "the domain mail comes from (default: example.org, to be replaced)"},
    {"relay", "URL",
     "smtp://host:port or smtps://host:port (default: smtp://127.0.0.1:25)"},
    {"database", "URL", "sqlite:PATH (default: sqlite:queue/tidings.db)"},
    {0},
};

const struct td_command td_commands_init[] = {
    {
        .name = "init",
        .operands = "DIR",
        .operands_min = 1,
        .operands_max = 1,
        .summary = "Make a ready directory",
        .details =
            "Makes conf/ (with every key explained), secret keys, and the folders for\n"
            "templates, subscribers, briefings and the queue. Nothing is overwritten: a\n"
            "directory that has a conf/tidings.yaml is left alone.",
        .options = init_options,
        .run = run_init,
    },
    {0},
};
