/* `tidings brief lint`: what is to be said of an edition before it is sent. */
#include <stdio.h>

#include "app/proof/lint.h"
#include "cli/commands.h"

static const char *level_name(enum td_lint_level level)
{
    return level == TD_LINT_ERROR ? "error" : "warning";
}

static struct td_json *finding_json(const struct td_finding *finding)
{
    struct td_json *json = td_json_object();
    td_json_set_cstr(json, "rule", finding->rule);
    td_json_set_cstr(json, "level", level_name(finding->level));
    td_json_set_cstr(json, "file", finding->file);
    if (finding->line > 0)
        td_json_set_int(json, "line", finding->line);
    else
        td_json_set_null(json, "line");
    td_json_set_cstr(json, "variant", finding->variant);
    td_json_set_cstr(json, "text", finding->text);
    return json;
}

static void print_json(struct td_run_context *run, const struct td_lint_report *report)
{
    struct td_json *json = td_json_object();
    struct td_json *list = td_json_array();
    for (size_t i = 0; i < report->count; i++)
        td_json_append_take(list, finding_json(&report->items[i]));
    td_json_set_cstr(json, "newsletter", run->args->operands[0]);
    td_json_set_cstr(json, "date", report->date[0] ? report->date : NULL);
    td_json_set_take(json, "findings", list);
    td_json_set_int(json, "errors", (int64_t)report->errors);
    td_json_set_int(json, "warnings", (int64_t)report->warnings);
    td_json_set_int(json, "variants", (int64_t)report->variants);
    td_json_set_cstr(json, "note", report->note);
    td_print_json_take(run->out, json);
}

/* As compilers write it, so that editors can jump there. */
static void print_finding(struct td_run_context *run, const struct td_finding *finding)
{
    if (finding->file)
        td_print_visible(run->out, td_slice(finding->file));
    else
        td_print_visible(run->out,
                         td_slice(finding->variant ? finding->variant : "edition"));
    if (finding->file && finding->line > 0)
        td_printf(run->out, ":%d", finding->line);
    td_printf(run->out, ": %s: ", level_name(finding->level));
    td_print_visible(run->out, td_slice(finding->text));
    td_printf(run->out, " [%s]\n", finding->rule);
}

static void print_text(struct td_run_context *run, const struct td_lint_report *report)
{
    for (size_t i = 0; i < report->count; i++)
        print_finding(run, &report->items[i]);
    td_printf(run->out, "%zu error%s, %zu warning%s; %zu variant%s judged\n",
              report->errors, report->errors == 1 ? "" : "s", report->warnings,
              report->warnings == 1 ? "" : "s", report->variants,
              report->variants == 1 ? "" : "s");
    if (report->note)
        (void)fprintf(stderr, "%s\n", report->note);
}

/* Everything behind a configuration that can be used. */
static enum td_status judge(struct td_run_context *run, struct td_lint_report *report,
                            struct td_err *err)
{
    struct td_lint_options options = {.name = td_args_get(run->args, "name")};
    enum td_status status =
        td_app_newsletter(run->app, run->args->operands[0], &options.newsletter, err);
    if (status == TD_OK)
        status = td_want_date(run, options.newsletter, &options.date, err);
    if (status != TD_OK)
        return status;
    td_date_format(options.date, report->date);
    return td_lint(run->app, &options, report, err);
}

static enum td_status run_lint(struct td_run_context *run, struct td_err *err)
{
    struct td_lint_report report;
    enum td_status status = TD_OK;
    const char *date = td_args_get(run->args, "date");
    td_lint_report_init(&report);
    if (date && td_date_parse(td_slice(date), &(struct td_date){0}))
        (void)snprintf(report.date, sizeof report.date, "%s", date);
    td_lint_config(run->app, run->args->operands[0], &report);
    if (run->app->config)
        status = judge(run, &report, err);
    if (status == TD_OK) {
        print_json(run, &report);
        print_text(run, &report);
        status = report.errors > 0 ? TD_NO : TD_OK;
    }
    td_lint_report_release(&report);
    return status;
}

static const struct td_option lint_options[] = {
    {"date", "DATE", "the edition's day (default: today)"},
    {"name", "NAME", "a special: the file DATE-NAME"},
    {NULL, NULL, NULL},
};

const struct td_command td_commands_lint[] = {
    {
        .name = "brief lint",
        .operands = "NEWSLETTER",
        .operands_min = 1,
        .operands_max = 1,
        .summary = "Judge an edition before it is sent",
        .details =
            "Its source, and every mail that the present subscribers would get of "
            "it. Each finding\n"
            "names its place and its rule; docs/tidings-brief.md explains the rules. "
            "Exit status 1\n"
            "when one of them is an error. Nothing is stored or sent.",
        .options = lint_options,
        .run = run_lint,
    },
    {0},
};
