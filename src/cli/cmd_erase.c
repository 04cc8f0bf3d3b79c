/* `tidings subscriber erase`. */
#include <inttypes.h>

#include "app/people/erase.h"
#include "cli/people.h"

struct shown {
    struct td_run_context *run;
    struct td_json *rows;
    struct td_json *files;
    struct td_json *left;
};

static void show_rows(void *context, const char *what, int64_t rows)
{
    struct shown *shown = context;
    struct td_json *json = td_json_object();
    td_json_set_cstr(json, "what", what);
    td_json_set_int(json, "rows", rows);
    td_json_append_take(shown->rows, json);
    td_printf(shown->run->out, "%s: %" PRId64 "\n", what, rows);
}

static void show_path(struct shown *shown, struct td_json *list, const char *what,
                      const char *path)
{
    td_json_append_str(list, td_slice(path));
    td_printf(shown->run->out, "%s: ", what);
    td_print_visible(shown->run->out, td_slice(path));
    td_printf(shown->run->out, "\n");
}

static void show_file(void *context, const char *path)
{
    struct shown *shown = context;
    show_path(shown, shown->files, "file", path);
}

static void show_left(void *context, const char *path)
{
    struct shown *shown = context;
    show_path(shown, shown->left, "still there, for you to delete", path);
}

static void print_result(struct shown *shown, const struct td_erased *done)
{
    struct td_run_context *run = shown->run;
    bool dry_run = td_args_has(run->args, "dry-run");
    struct td_json *json = td_json_object();
    if (done->subscriber != 0)
        td_json_set_int(json, "subscriber", done->subscriber);
    else
        td_json_set_null(json, "subscriber");
    td_json_set_take(json, "erased", shown->rows);
    td_json_set_take(json, "files", shown->files);
    td_json_set_take(json, "left", shown->left);
    if (dry_run)
        td_json_set_bool(json, "dry_run", true);
    td_print_json_take(run->out, json);
    if (dry_run)
        td_printf(run->out, "Dry run: nothing was changed.\n");
    else if (done->subscriber != 0)
        td_printf(run->out,
                  "Subscriber %" PRId64 " is erased; an import brings nobody "
                  "back by this address.\n",
                  done->subscriber);
    else
        td_printf(run->out,
                  "Nobody was known by this address; an import brings nobody in "
                  "by it.\n");
}

enum td_status td_run_subscriber_erase(struct td_run_context *run, struct td_err *err)
{
    struct shown shown = {run, td_json_array(), td_json_array(), td_json_array()};
    const struct td_erase_calls calls = {show_rows, show_file, show_left, &shown};
    struct td_erased done;
    enum td_status status =
        td_erase(run->app, run->args->operands[0], td_args_has(run->args, "dry-run"),
                 &calls, &done, err);
    if (status != TD_OK) {
        td_json_destroy(shown.rows);
        td_json_destroy(shown.files);
        td_json_destroy(shown.left);
        return status;
    }
    print_result(&shown, &done);
    if (done.left > 0)
        return td_fail(err, TD_NO,
                       "the address still stands in %" PRId64
                       " files that tidings does not write",
                       done.left);
    return TD_OK;
}
