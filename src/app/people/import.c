/* Importing people from a file (import.h). */
#include "app/people/import.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/instance/audit.h"
#include "app/people/intake.h"
#include "app/people/refusals.h"
#include "base/file.h"
#include "base/mem.h"

#define NAME_MAX_BYTES 4096

struct import {
    struct td_intake intake;
    const struct td_import_options *options;
    int64_t batch; /* 0: not begun, or a dry run */
    struct td_refusals refusals;
    struct td_buf name; /* of the file, as it may be shown and stored */
};

/* --- what the intake tells -------------------------------------------------------------------- */

/* The batch is committed by itself: its number names the errors file and must not be given to
 * another import when this one is killed. */
static enum td_status start_batch(void *context, struct td_err *err)
{
    struct import *import = context;
    const struct td_import_options *options = import->options;
    struct td_app *app = import->intake.app;
    struct td_batch_row batch = {
        .source = td_slice(options->terms.source),
        .file = td_buf_slice(&import->name),
    };
    if (options->dry_run)
        return TD_OK;
    enum td_status status = td_begin(app->store, err);
    if (status == TD_OK && options->terms.newsletter)
        status = td_store_newsletter_id(app->store, options->terms.newsletter->name,
                                        &batch.newsletter, err);
    if (status == TD_OK)
        status = td_store_batch_start(app->store, &batch, import->intake.people.now, err);
    if (status == TD_OK)
        status = td_commit(app->store, err);
    if (status != TD_OK)
        return status;
    import->batch = import->intake.people.batch = batch.id;
    td_refusals_init(&import->refusals, app->config->subscribers_dir, batch.id);
    return TD_OK;
}

static enum td_status hear_row(void *context, const struct td_intake_row *result,
                               struct td_err *err)
{
    struct import *import = context;
    const struct td_import_options *options = import->options;
    const struct td_row *row = result->row;
    if (result->outcome->result != TD_PERSON_REFUSED)
        return TD_OK;
    if (options->refused)
        options->refused(options->context, row->line, result->reason);
    if (options->dry_run)
        return TD_OK;
    return td_refusals_add(&import->refusals, row->line, td_slice(result->reason),
                           row->raw, err);
}

static enum td_status keep_batch(void *context, bool last, struct td_err *err)
{
    struct import *import = context;
    struct td_app *app = import->intake.app;
    const struct td_counts *counts = &import->intake.counts;
    struct td_batch_row batch = {
        .id = import->batch,
        .rows = counts->rows,
        .added = counts->added,
        .updated = counts->updated,
        .refused = counts->refused,
    };
    if (import->options->dry_run)
        return TD_OK;
    enum td_status status = last ? td_refusals_finish(&import->refusals, err) : TD_OK;
    if (status == TD_OK)
        status = td_store_batch_set(app->store, &batch,
                                    last ? td_clock_now(&app->clock) : 0, err);
    if (status == TD_OK && last)
        status = td_audit_command(app, "subscriber import", td_buf_slice(&import->name),
                                  counts->added + counts->updated, err);
    return status;
}

static void tell_progress(void *context, int64_t done, int64_t total)
{
    const struct td_import_options *options = ((struct import *)context)->options;
    if (options->progress)
        options->progress(options->context, done, total);
}

/* --- the file -------------------------------------------------------------------------------- */

enum td_status td_import_open(const struct td_app *app, const char *path, int *fd,
                              struct td_err *err)
{
    struct stat st;
    *fd = STDIN_FILENO;
    if (strcmp(path, "-") != 0) {
        char *joined = td_path_join(app->dir, path);
        *fd = open(joined, O_RDONLY | O_CLOEXEC);
        free(joined);
    }
    if (*fd < 0 || fstat(*fd, &st) != 0)
        return td_fail_sys(err, TD_NOINPUT, "%s", path);
    if (!S_ISDIR(st.st_mode))
        return TD_OK;
    (void)close(*fd);
    return td_fail(err, TD_NOINPUT, "%s is a directory", path);
}

static void set_up(struct import *import, struct td_app *app)
{
    const struct td_import_options *options = import->options;
    struct td_intake *intake = &import->intake;
    td_intake_init(intake, app, "import");
    td_intake_terms(intake, &options->terms);
    intake->one_transaction = intake->take_back = options->dry_run;
    intake->calls = (struct td_intake_calls){
        .start = start_batch,
        .row = hear_row,
        .commit = keep_batch,
        .progress = tell_progress,
        .context = import,
    };
}

static void report(const struct import *import, struct td_imported *out)
{
    const struct td_counts *counts = &import->intake.kept;
    *out = (struct td_imported){
        .batch = import->batch,
        .rows = counts->rows,
        .added = counts->added,
        .updated = counts->updated,
        .unchanged = counts->unchanged,
        .refused = counts->refused,
    };
    if (counts->refused > 0 && import->refusals.path)
        (void)snprintf(out->errors, sizeof out->errors, "%s", import->refusals.path);
}

enum td_status td_import(struct td_app *app, const struct td_import_options *options,
                         struct td_imported *out, struct td_err *err)
{
    struct import import = {.options = options};
    int fd = -1;
    *out = (struct td_imported){0};
    enum td_status status = td_import_open(app, options->file, &fd, err);
    if (status != TD_OK)
        return status;
    td_buf_init(&import.name, NAME_MAX_BYTES);
    td_buf_add_visible(&import.name, td_slice(options->file));
    status = td_app_store(app, err);
    if (status == TD_OK) {
        set_up(&import, app);
        status = td_intake_run(&import.intake, fd, options->file, err);
        report(&import, out);
    }
    if (status != TD_OK && out->rows > 0)
        (void)td_err_context(err, "after %lld rows, which are kept",
                             (long long)out->rows);
    if (fd > STDIN_FILENO)
        (void)close(fd);
    td_buf_release(&import.name);
    td_refusals_release(&import.refusals);
    return status;
}
