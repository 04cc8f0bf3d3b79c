/* `tidings init` and `tidings check`. */
#include "cli/commands.h"

#include <stdlib.h>

#include "app/check.h"
#include "app/init.h"
#include "base/file.h"
#include "delivery/dkim.h"

#define RECORD_MAX 2000
#define STRING_MAX 255 /* of a text record in a zone file (RFC 1035 3.3.14) */

/* ---- init ---- */

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

/* ---- check ---- */

/* What to publish in the DNS for the keys that sign; nothing when the configuration has faults. */
static struct td_json *records_json(const struct td_config *config)
{
    struct td_json *list = td_json_array();
    for (size_t i = 0; config && i < config->dkim_key_count; i++) {
        struct td_buf name;
        struct td_buf value;
        struct td_json *item = td_json_object();
        td_buf_init(&name, RECORD_MAX);
        td_buf_init(&value, RECORD_MAX);
        td_dkim_record(&config->dkim_keys[i], &name, &value);
        td_json_set_cstr(item, "name", name.ptr);
        td_json_set_cstr(item, "type", "TXT");
        td_json_set_cstr(item, "value", value.ptr);
        td_json_append_take(list, item);
        td_buf_release(&name);
        td_buf_release(&value);
    }
    return list;
}

static void print_records(struct td_run_context *run, const struct td_config *config)
{
    bool cut = false;
    for (size_t i = 0; config && i < config->dkim_key_count; i++) {
        struct td_buf name;
        struct td_buf value;
        td_buf_init(&name, RECORD_MAX);
        td_buf_init(&value, RECORD_MAX);
        td_dkim_record(&config->dkim_keys[i], &name, &value);
        if (i == 0)
            td_printf(run->out, "DKIM, to be published in the DNS:\n\n");
        td_printf(run->out, "%s. TXT \"%s\"\n\n", name.ptr, value.ptr);
        cut = cut || value.len > STRING_MAX;
        td_buf_release(&name);
        td_buf_release(&value);
    }
    if (cut)
        td_printf(run->out,
                  "(A zone file takes strings of at most %d characters: there, cut the "
                  "long one\ninto \"...\" \"...\". Most providers' forms do that by "
                  "themselves.)\n\n",
                  STRING_MAX);
}

static void print_json(struct td_run_context *run, const struct td_faults *faults)
{
    struct td_json *all = td_json_object();
    struct td_json *list = td_json_array();
    for (size_t i = 0; i < faults->count; i++) {
        const struct td_fault *fault = &faults->items[i];
        struct td_json *item = td_json_object();
        td_json_set_cstr(item, "path", fault->path);
        if (fault->line > 0)
            td_json_set_int(item, "line", fault->line);
        else
            td_json_set_null(item, "line");
        td_json_set_cstr(item, "level", fault->warning ? "warning" : "error");
        td_json_set_cstr(item, "text", fault->text);
        td_json_append_take(list, item);
    }
    td_json_set_take(all, "faults", list);
    td_json_set_int(all, "errors", (int64_t)faults->errors);
    td_json_set_int(all, "warnings", (int64_t)faults->warnings);
    td_json_set_take(all, "dkim", records_json(run->app->config));
    td_print_json_take(run->out, all);
}

/* As compilers write it, so that editors can jump there. */
static void print_fault(struct td_run_context *run, const char *file,
                        const struct td_fault *fault)
{
    td_print_visible(run->out, td_slice(file));
    if (fault->line > 0)
        td_printf(run->out, ":%d", fault->line);
    td_printf(run->out, ": %s: ", fault->warning ? "warning" : "error");
    if (fault->path[0] != '\0') {
        td_print_visible(run->out, td_slice(fault->path));
        td_printf(run->out, ": ");
    }
    td_print_visible(run->out, td_slice(fault->text));
    td_printf(run->out, "\n");
}

static void print_text(struct td_run_context *run, const struct td_faults *faults)
{
    char *own = NULL;
    const char *file = run->app->config_file;
    if (!file)
        file = own = td_path_join(run->app->dir, TD_CONFIG_FILE);
    for (size_t i = 0; i < faults->count; i++)
        print_fault(run, file, &faults->items[i]);
    free(own);
    print_records(run, run->app->config);
    const char *plural = faults->warnings == 1 ? "" : "s";
    if (faults->errors > 0)
        td_printf(run->out, "%zu error%s, %zu warning%s\n", faults->errors,
                  faults->errors == 1 ? "" : "s", faults->warnings, plural);
    else if (faults->warnings > 0)
        td_printf(run->out, "ok, %zu warning%s\n", faults->warnings, plural);
    else
        td_printf(run->out, "ok\n");
}

static enum td_status run_check(struct td_run_context *run, struct td_err *err)
{
    struct td_faults faults;
    (void)err; /* the findings are the product: all is said on stdout */
    td_check(run->app, &faults);
    print_json(run, &faults);
    print_text(run, &faults);
    return faults.errors > 0 ? TD_CONFIG : TD_OK;
}

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
    {
        .name = "check",
        .operands = "",
        .operands_max = 0,
        .summary = "Look for faults in configuration, templates, keys and store",
        .details =
            "Each finding is one line with file, line and key. For each DKIM key it "
            "prints\n"
            "the record to publish in the DNS. Exit status 0 when there are no "
            "findings, or\n"
            "only warnings; 78 otherwise. Opens no network connection.",
        .run = run_check,
    },
    {0},
};
