/* `tidings subscriber take-in`: signup files, now. */
#include <inttypes.h>

#include "app/people/signups.h"
#include "cli/people.h"

struct shown {
    struct td_run_context *run;
    struct td_json *files;
};

static void print_file(void *context, const struct td_signup_file *file)
{
    struct shown *shown = context;
    struct td_printer *out = shown->run->out;
    const struct td_counts *counts = &file->counts;
    struct td_json *json = td_json_object();
    td_json_set_cstr(json, "file", file->name);
    td_json_set_int(json, "batch", file->batch);
    td_json_set_int(json, "rows", counts->rows);
    td_json_set_int(json, "added", counts->added);
    td_json_set_int(json, "updated", counts->updated);
    td_json_set_int(json, "unchanged", counts->unchanged);
    td_json_set_int(json, "refused", counts->refused);
    td_json_set_cstr(json, "report", file->report);
    td_json_set_cstr(json, "reason", file->reason);
    td_json_append_take(shown->files, json);
    td_printf(out, "%s: ", file->name);
    if (file->reason) {
        td_printf(out, "refused: ");
        td_print_visible(out, td_slice(file->reason));
        td_printf(out, "\n");
        return;
    }
    td_printf(out,
              "%" PRId64 " rows: %" PRId64 " added, %" PRId64 " updated, %" PRId64
              " unchanged, %" PRId64 " refused (batch %" PRId64 ")\n",
              counts->rows, counts->added, counts->updated, counts->unchanged,
              counts->refused, file->batch);
}

enum td_status td_run_subscriber_take_in(struct td_run_context *run, struct td_err *err)
{
    struct shown shown = {run, td_json_array()};
    struct td_signups_options options = {.file = print_file, .context = &shown};
    struct td_signups_taken taken;
    struct td_json *json = td_json_object();
    enum td_status status = td_signups_take_in(run->app, &options, &taken, err);
    td_json_set_take(json, "files", shown.files);
    td_json_set_int(json, "taken", taken.files);
    td_json_set_int(json, "refused", taken.refused);
    td_json_set_int(json, "left", taken.left);
    if (status != TD_OK) {
        td_json_destroy(json);
        return status;
    }
    td_print_json_take(run->out, json);
    if (taken.files + taken.refused == 0)
        td_printf(run->out, "There was no file to take in.\n");
    if (taken.left > 0)
        td_printf(run->out, "%" PRId64 " left alone: still being written.\n", taken.left);
    return TD_OK;
}
