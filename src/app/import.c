/* Importing people from a file (import.h). */
#include "app/import.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/audit.h"
#include "app/people.h"
#include "app/refusals.h"
#include "base/file.h"
#include "base/mem.h"

#define PIECE           (64 * 1024)
#define ROWS_PER_COMMIT 10000
#define IDS_AT_ONCE     1000
#define NAME_MAX_BYTES  4096

struct import {
    struct td_app *app;
    const struct td_import_options *options;
    struct td_imported counts; /* with the rows of the open transaction */
    struct td_imported *kept;  /* committed */
    struct td_signup_context rules;
    struct td_people people;
    struct td_refusals refusals;
    struct td_signup signup; /* of the row in hand; large, so it stands here */
    bool open;               /* a transaction is */
    struct td_buf name;      /* of the file, as it may be shown and stored */
    int fd;
    int64_t size; /* of the file; 0: unknown */
    int64_t done; /* bytes read */
};

/* --- transactions ---------------------------------------------------------------------------- */

/* The batch is committed by itself: its number names the errors file and must not be given to
 * another import when this one is killed. */
static enum td_status start_batch(struct import *import, struct td_err *err)
{
    const struct td_import_options *options = import->options;
    struct td_store *store = import->app->store;
    struct td_batch_row batch = {
        .source = td_slice(options->source),
        .file = td_buf_slice(&import->name),
    };
    enum td_status status = td_begin(store, err);
    if (status == TD_OK && options->newsletter)
        status = td_store_newsletter_id(store, options->newsletter->name,
                                        &batch.newsletter, err);
    if (status == TD_OK)
        status = td_store_batch_start(store, &batch, import->people.now, err);
    if (status == TD_OK)
        status = td_commit(store, err);
    if (status != TD_OK)
        return status;
    import->counts.batch = import->people.batch = batch.id;
    td_refusals_init(&import->refusals, import->app->config->subscribers_dir, batch.id);
    return TD_OK;
}

static enum td_status open_transaction(struct import *import, struct td_err *err)
{
    enum td_status status = TD_OK;
    if (import->open)
        return TD_OK;
    if (import->counts.batch == 0 && !import->options->dry_run)
        status = start_batch(import, err);
    if (status == TD_OK)
        status = td_begin(import->app->store, err);
    import->open = status == TD_OK;
    return status;
}

/* finished: the import has come to its end, at that time; 0: it goes on. */
static enum td_status keep_rows(struct import *import, td_time finished,
                                struct td_err *err)
{
    struct td_imported *counts = &import->counts;
    struct td_batch_row batch = {
        .id = counts->batch,
        .rows = counts->rows,
        .added = counts->added,
        .updated = counts->updated,
        .refused = counts->refused,
    };
    if (!import->open || import->options->dry_run)
        return TD_OK;
    enum td_status status = td_store_batch_set(import->app->store, &batch, finished, err);
    if (status == TD_OK && finished != 0)
        status = td_audit_command(import->app, "subscriber import",
                                  td_buf_slice(&import->name),
                                  counts->added + counts->updated, err);
    if (status == TD_OK)
        status = td_commit(import->app->store, err);
    if (status != TD_OK)
        return status;
    import->open = false;
    *import->kept = *counts;
    return TD_OK;
}

/* --- rows ------------------------------------------------------------------------------------ */

static enum td_status refuse_row(struct import *import, const struct td_row *row,
                                 const char *reason, struct td_err *err)
{
    const struct td_import_options *options = import->options;
    import->counts.refused++;
    if (options->refused)
        options->refused(options->context, row->line, reason);
    if (options->dry_run)
        return TD_OK;
    return td_refusals_add(&import->refusals, row->line, td_slice(reason), row->raw, err);
}

static enum td_status apply_row(struct import *import, const struct td_row *row,
                                struct td_err *err)
{
    struct td_person_outcome outcome;
    struct td_err why;
    if (td_signup_read(&import->rules, row, &import->signup, &why) != TD_OK)
        return refuse_row(import, row, why.text, err);
    enum td_status status =
        td_people_apply(&import->people, &import->signup, &outcome, err);
    if (status != TD_OK)
        return status;
    switch (outcome.result) {
    case TD_PERSON_ADDED: import->counts.added++; break;
    case TD_PERSON_UPDATED: import->counts.updated++; break;
    case TD_PERSON_UNCHANGED: import->counts.unchanged++; break;
    case TD_PERSON_REFUSED: return refuse_row(import, row, outcome.reason, err);
    }
    return TD_OK;
}

static enum td_status take_row(void *context, const struct td_row *row,
                               struct td_err *err)
{
    struct import *import = context;
    enum td_status status = open_transaction(import, err);
    if (status == TD_OK)
        status = apply_row(import, row, err);
    if (status == TD_OK && ++import->counts.rows % ROWS_PER_COMMIT == 0)
        status = keep_rows(import, 0, err);
    return status;
}

/* --- the file -------------------------------------------------------------------------------- */

static enum td_status open_file(struct import *import, struct td_err *err)
{
    const char *path = import->options->file;
    struct stat st;
    if (strcmp(path, "-") == 0) {
        import->fd = STDIN_FILENO;
    } else {
        char *joined = td_path_join(import->app->dir, path);
        import->fd = open(joined, O_RDONLY | O_CLOEXEC);
        free(joined);
    }
    if (import->fd < 0 || fstat(import->fd, &st) != 0)
        return td_fail_sys(err, TD_NOINPUT, "%s", path);
    if (S_ISDIR(st.st_mode))
        return td_fail(err, TD_NOINPUT, "%s is a directory", path);
    import->size = S_ISREG(st.st_mode) ? (int64_t)st.st_size : 0;
    return TD_OK;
}

/* Whoever writes into a pipe may take long: senders must not wait for our transaction meanwhile. */
static bool would_wait(int fd)
{
    struct pollfd ready = {.fd = fd, .events = POLLIN};
    return poll(&ready, 1, 0) == 0;
}

static enum td_status read_piece(struct import *import, char *piece, size_t *len,
                                 struct td_err *err)
{
    ssize_t n;
    if (would_wait(import->fd)) {
        enum td_status status = keep_rows(import, 0, err);
        if (status != TD_OK)
            return status;
    }
    do
        n = read(import->fd, piece, PIECE);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return td_fail_sys(err, TD_IO, "%s", import->options->file);
    *len = (size_t)n;
    import->done += n;
    if (import->options->progress)
        import->options->progress(import->options->context, import->done, import->size);
    return TD_OK;
}

/* A fault of the file as a whole is told with its name. */
static enum td_status read_rows(struct import *import, struct td_csv *csv,
                                struct td_err *err)
{
    char piece[PIECE];
    enum td_status status = TD_OK;
    size_t len = 0;
    do {
        status = read_piece(import, piece, &len, err);
        if (status == TD_OK)
            status = len > 0 ? td_csv_feed(csv, td_slice_n(piece, len), err)
                             : td_csv_finish(csv, err);
    } while (status == TD_OK && len > 0);
    return status == TD_DATA ? td_err_context(err, "%s", import->options->file) : status;
}

static enum td_status finish(struct import *import, struct td_err *err)
{
    enum td_status status = td_refusals_finish(&import->refusals, err);
    if (import->counts.refused > 0 && import->refusals.path)
        (void)snprintf(import->counts.errors, sizeof import->counts.errors, "%s",
                       import->refusals.path);
    /* There was no row, or the last one filled its transaction. */
    if (status == TD_OK)
        status = open_transaction(import, err);
    if (status == TD_OK)
        status = keep_rows(import, td_clock_now(&import->app->clock), err);
    if (import->options->dry_run)
        *import->kept = import->counts;
    return status;
}

static void set_up(struct import *import)
{
    struct td_app *app = import->app;
    import->rules = (struct td_signup_context){
        .newsletters = app->config->newsletters,
        .newsletter_count = app->config->newsletter_count,
        .fallback = import->options->newsletter,
        .zones = td_app_zones(app),
        .may_state = import->options->confirmed,
    };
    import->people = (struct td_people){
        .store = app->store,
        .keys = &app->keys,
        .now = td_clock_now(&app->clock),
        .how = "import",
        .confirmed = import->options->confirmed,
        .basis = import->options->basis,
        .ids_at_once = IDS_AT_ONCE,
    };
}

enum td_status td_import(struct td_app *app, const struct td_import_options *options,
                         struct td_imported *out, struct td_err *err)
{
    struct import *import = td_xcalloc(1, sizeof *import);
    struct td_csv *csv = td_csv_create((struct td_row_sink){take_row, import});
    *out = (struct td_imported){0};
    import->app = app;
    import->options = options;
    import->kept = out;
    import->fd = -1;
    td_buf_init(&import->name, NAME_MAX_BYTES);
    td_buf_add_visible(&import->name, td_slice(options->file));
    enum td_status status = open_file(import, err);
    if (status == TD_OK)
        status = td_app_store(app, err);
    if (status == TD_OK) {
        set_up(import);
        status = read_rows(import, csv, err);
    }
    if (status == TD_OK)
        status = finish(import, err);
    if (import->open)
        td_rollback(app->store);
    if (status != TD_OK && out->rows > 0)
        (void)td_err_context(err, "after %lld rows, which are kept",
                             (long long)out->rows);
    if (import->fd > STDIN_FILENO)
        (void)close(import->fd);
    td_buf_release(&import->name);
    td_refusals_release(&import->refusals);
    td_csv_destroy(csv);
    free(import);
    return status;
}
