/* `tidings subscriber import`. */
#include <inttypes.h>
#include <stdlib.h>

#include "app/people/import.h"
#include "app/people/undo.h"
#include "base/file.h"
#include "cli/people.h"

/* A dry run leaves no errors file; so many refusals are told instead. */
#define TOLD_MAX 20

struct talk {
    const char *path;
    bool tell; /* refusals */
    int64_t refused;
    bool progress; /* was shown */
};

static void show_progress(void *context, int64_t done, int64_t total)
{
    struct talk *talk = context;
    talk->progress = true;
    td_progress("importing", done, total);
}

static void tell_refused(void *context, int64_t line, const char *reason)
{
    struct talk *talk = context;
    struct td_buf shown;
    if (!talk->tell || ++talk->refused > TOLD_MAX)
        return;
    td_buf_init(&shown, (size_t)64 * 1024);
    td_buf_add_visible(&shown, td_slice(talk->path));
    td_buf_addf(&shown, ":%" PRId64 ": ", line);
    td_buf_add_visible(&shown, td_slice(reason));
    (void)fprintf(stderr, "%s\n", shown.ptr);
    td_buf_release(&shown);
}

static void print_json(struct td_run_context *run, const struct td_imported *result)
{
    struct td_json *json = td_json_object();
    if (result->batch != 0)
        td_json_set_int(json, "batch", result->batch);
    else
        td_json_set_null(json, "batch");
    td_json_set_int(json, "rows", result->rows);
    td_json_set_int(json, "added", result->added);
    td_json_set_int(json, "updated", result->updated);
    td_json_set_int(json, "unchanged", result->unchanged);
    td_json_set_int(json, "refused", result->refused);
    td_json_set_cstr(json, "errors", result->errors[0] ? result->errors : NULL);
    if (result->batch == 0)
        td_json_set_bool(json, "dry_run", true);
    td_print_json_take(run->out, json);
}

static void print_summary(struct td_run_context *run, bool pending,
                          const struct td_imported *result)
{
    td_printf(run->out,
              "%" PRId64 " rows: %" PRId64 " added, %" PRId64 " updated, %" PRId64
              " unchanged, %" PRId64 " refused",
              result->rows, result->added, result->updated, result->unchanged,
              result->refused);
    if (result->batch != 0)
        td_printf(run->out, " (batch %" PRId64 ")\n", result->batch);
    else
        td_printf(run->out, " (dry run: nothing was changed)\n");
    if (pending && result->added > 0)
        td_printf(run->out, "Pending people get nothing until they are confirmed; "
                            "--confirmed --source TEXT states that they agreed.\n");
    if (result->errors[0])
        (void)fprintf(stderr, "tidings: %" PRId64 " row%s refused; why stands in %s\n",
                      result->refused, result->refused == 1 ? "" : "s", result->errors);
    else if (result->refused > TOLD_MAX)
        (void)fprintf(stderr, "tidings: and %" PRId64 " more rows refused\n",
                      result->refused - TOLD_MAX);
}

char *td_find_here(const struct td_run_context *run, const char *path)
{
    char *there = td_path_join(run->app->dir, path);
    char *here = NULL;
    if (path[0] != '/' && !td_slice_is(td_slice(path), "-") && !td_file_exists(there))
        here = realpath(path, NULL);
    if (here)
        (void)fprintf(stderr, "tidings: there is no %s; taking %s\n", there, here);
    free(there);
    return here;
}

/* --- --undo ----------------------------------------------------------------------------------- */

static void print_undone(struct td_run_context *run, int64_t batch,
                         const struct td_undone *done)
{
    bool dry_run = td_args_has(run->args, "dry-run");
    char before[32];
    struct td_json *json = td_json_object();
    td_json_set_int(json, "batch", batch);
    td_json_set_int(json, "removed", done->removed);
    td_json_set_int(json, "people", done->people);
    td_json_set_int(json, "restored", done->restored);
    td_json_set_int(json, "left", done->left);
    if (dry_run)
        td_json_set_bool(json, "dry_run", true);
    td_print_json_take(run->out, json);
    td_time_format(done->before, before);
    if (done->before != 0)
        td_printf(run->out, "Batch %" PRId64 " was undone at %s already.\n", batch,
                  before);
    td_printf(run->out,
              "%" PRId64 " subscriptions removed (with %" PRId64 " people), %" PRId64
              " restored, %" PRId64 " left alone: changed since\n",
              done->removed, done->people, done->restored, done->left);
    if (dry_run)
        td_printf(run->out, "Dry run: nothing was changed.\n");
}

static enum td_status undo(struct td_run_context *run, struct td_err *err)
{
    const struct td_int_range range = {.least = 1, .most = INT64_MAX, .otherwise = 0};
    struct td_undone done;
    int64_t batch = 0;
    enum td_status status = td_args_int(run->args, "undo", range, &batch, err);
    if (status == TD_OK && run->args->operand_count > 0)
        status = td_fail(err, TD_USAGE, "--undo BATCH, or a FILE: not both");
    if (status == TD_OK)
        status =
            td_undo_batch(run->app, batch, td_args_has(run->args, "dry-run"), &done, err);
    if (status == TD_OK)
        print_undone(run, batch, &done);
    return status;
}

static enum td_status import(struct td_run_context *run, struct td_err *err)
{
    struct td_imported result;
    const char *path = run->args->operands[0];
    bool dry_run = td_args_has(run->args, "dry-run");
    struct talk talk = {.path = path, .tell = dry_run};
    struct td_import_options options = {
        .file = path,
        .dry_run = dry_run,
        .progress = show_progress,
        .refused = tell_refused,
        .context = &talk,
    };
    enum td_status status = td_want_terms(run, &options.terms, err);
    if (status != TD_OK)
        return status;
    char *here = td_find_here(run, path);
    if (here)
        options.file = here;
    status = td_import(run->app, &options, &result, err);
    free(here);
    if (talk.progress)
        td_progress_end();
    if (status != TD_OK)
        return status;
    print_json(run, &result);
    print_summary(run, !options.terms.source, &result);
    return TD_OK;
}

enum td_status td_run_subscriber_import(struct td_run_context *run, struct td_err *err)
{
    if (td_args_has(run->args, "undo"))
        return undo(run, err);
    if (run->args->operand_count == 0)
        return td_fail(err, TD_USAGE, "a FILE is wanted, or --undo BATCH");
    return import(run, err);
}
