/* `tidings subscriber sync`. */
#include <inttypes.h>
#include <stdlib.h>

#include "app/people/sync.h"
#include "cli/people.h"

/* So many of each kind are shown to people, and so many altogether as JSON. */
#define SHOWN_MOST      20
#define SHOWN_MOST_JSON 1000

struct difference_list {
    struct td_run_context *run;
    struct td_json *json;
    int64_t seen[TD_DIFFERENCES];
    int64_t shown;
};

static void print_line(const struct difference_list *list,
                       const struct td_sync_line *line)
{
    static const char *const marks[TD_DIFFERENCES] = {"+", "~", "-", "x", "!"};
    struct td_printer *out = list->run->out;
    td_printf(out, "%s ", marks[line->difference]);
    td_print_visible(out, line->email);
    if (line->difference == TD_DIFFERENCE_FAULT)
        td_printf(out, " (line %" PRId64 ")", line->line);
    td_printf(out, line->reason[0] ? ": " : "");
    td_print_visible(out, td_slice(line->reason));
    td_printf(out, "\n");
}

static void show_line(void *context, const struct td_sync_line *line)
{
    struct difference_list *list = context;
    int64_t seen = ++list->seen[line->difference];
    if (seen <= SHOWN_MOST)
        print_line(list, line);
    else if (seen == SHOWN_MOST + 1)
        td_printf(list->run->out, "  and more to %s\n",
                  td_difference_name(line->difference));
    if (!list->run->json || list->shown++ >= SHOWN_MOST_JSON)
        return;
    struct td_json *json = td_json_object();
    td_json_set_cstr(json, "change", td_difference_name(line->difference));
    td_json_set_str(json, "email", line->email);
    td_json_set_cstr(json, "reason", line->reason[0] ? line->reason : NULL);
    if (line->line != 0)
        td_json_set_int(json, "line", line->line);
    else
        td_json_set_null(json, "line");
    td_json_append_take(list->json, json);
}

static void print_result(struct td_run_context *run, const char *newsletter,
                         const struct td_synced *result, struct difference_list *list)
{
    const int64_t *counts = result->counts;
    struct td_json *json = td_json_object();
    td_json_set_cstr(json, "newsletter", newsletter);
    if (result->batch != 0)
        td_json_set_int(json, "batch", result->batch);
    else
        td_json_set_null(json, "batch");
    td_json_set_bool(json, "applied", result->applied);
    td_json_set_int(json, "rows", result->rows);
    for (int i = 0; i < TD_DIFFERENCES; i++)
        td_json_set_int(json, td_difference_name((enum td_difference)i), counts[i]);
    td_json_set_int(json, "unchanged", result->unchanged);
    td_json_set_take(json, "differences", list->json);
    td_json_set_bool(json, "cut", list->shown > SHOWN_MOST_JSON);
    td_print_json_take(run->out, json);
    td_printf(run->out,
              "%" PRId64 " to add, %" PRId64 " to change, %" PRId64
              " to unsubscribe of %" PRId64 ", %" PRId64 " kept away, %" PRId64
              " unchanged, %" PRId64 " faults\n",
              counts[TD_DIFFERENCE_ADD], counts[TD_DIFFERENCE_CHANGE],
              counts[TD_DIFFERENCE_UNSUBSCRIBE], result->members,
              counts[TD_DIFFERENCE_KEEP_AWAY], result->unchanged,
              counts[TD_DIFFERENCE_FAULT]);
    if (result->applied)
        td_printf(run->out, "Done (batch %" PRId64 ").\n", result->batch);
    else
        td_printf(run->out, "Nothing was changed; --apply makes it so.\n");
}

enum td_status td_run_subscriber_sync(struct td_run_context *run, struct td_err *err)
{
    struct difference_list list = {.run = run};
    struct td_int_range range = {.least = 0, .most = INT64_MAX, .otherwise = -1};
    struct td_synced result;
    struct td_sync_options options = {
        .file = run->args->operands[0],
        .apply = td_args_has(run->args, "apply"),
        .line = show_line,
        .context = &list,
    };
    enum td_status status = td_want_terms(run, &options.terms, err);
    if (status == TD_OK && options.apply && td_args_has(run->args, "dry-run"))
        status = td_fail(err, TD_USAGE, "--apply or --dry-run, not both");
    if (status == TD_OK)
        status = td_args_int(run->args, "leavers", range, &options.leavers, err);
    if (status == TD_OK && !options.terms.newsletter)
        status = td_fail(err, TD_USAGE, "--newsletter NAME is wanted");
    if (status != TD_OK)
        return status;
    char *here = td_find_here(run, options.file);
    if (here)
        options.file = here;
    list.json = td_json_array();
    status = td_sync(run->app, &options, &result, err);
    free(here);
    if (status == TD_OK)
        print_result(run, options.terms.newsletter->name, &result, &list);
    else
        td_json_destroy(list.json);
    return status;
}
