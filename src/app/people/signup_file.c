/* Where a signup file lies (signup_file.h): looking at it, claiming it, putting it away. */
#include "app/people/signup_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/lease.h"
#include "base/mem.h"
#include "store/batch.h"

#define PATH_BYTES 4200
#define NAME_KEPT                                                                        \
    200 /* bytes of a name: with batch and suffix it fits a directory entry */

#define EMPTY_WAIT TD_MINUTE /* an empty file is somebody's who has only begun */

/* --- names ------------------------------------------------------------------------------------ */

char *td_signup_path(const struct td_signup_job *job, const char *folder,
                     const char *suffix)
{
    struct td_buf path;
    td_buf_init(&path, PATH_BYTES);
    td_buf_addf(&path, "%s/%lld-", folder, (long long)job->batch);
    td_buf_add_slice(&path, td_utf8_head(td_slice(job->name), NAME_KEPT));
    td_buf_add_str(&path, suffix);
    return td_buf_detach(&path);
}

char *td_signup_origin(const struct td_signup_job *job)
{
    struct td_buf path;
    td_buf_init(&path, PATH_BYTES);
    td_buf_addf(&path, "%s/%s%s%s", job->folders->incoming,
                job->source ? job->source : "", job->source ? "/" : "", job->name);
    return td_buf_detach(&path);
}

char *td_signup_shown(const struct td_signup_job *job)
{
    struct td_buf name;
    td_buf_init(&name, PATH_BYTES);
    if (job->source)
        td_buf_addf(&name, "%s/", job->source);
    td_buf_add_visible(&name, td_slice(job->name));
    return td_buf_detach(&name);
}

char *td_signup_working_report(const struct td_signup_job *job)
{
    struct td_buf path;
    td_buf_init(&path, PATH_BYTES);
    td_buf_addf(&path, "%s/%lld.report", job->folders->taking, (long long)job->batch);
    return td_buf_detach(&path);
}

/* Renames last over a power cut only with the directory on the disk. */
static enum td_status sync_folder(const char *path, struct td_err *err)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool done = fd >= 0 && fsync(fd) == 0;
    enum td_status status = done ? TD_OK : td_fail_sys(err, TD_IO, "%s", path);
    if (fd >= 0)
        (void)close(fd);
    return status;
}

static enum td_status move(const char *from, const char *to, struct td_err *err)
{
    if (rename(from, to) == 0)
        return TD_OK;
    return td_fail_sys(err, TD_CANTCREAT, "cannot move %s to %s", from, to);
}

/* --- looking ---------------------------------------------------------------------------------- */

static enum td_signup_kind odd(char reason[200], const char *why)
{
    (void)snprintf(reason, 200, "%s", why);
    return TD_SIGNUP_ODD;
}

static bool is_whole(struct td_signup_open *file, const struct stat *st)
{
    enum td_writers writers = td_lease_take(file->fd);
    file->leased = writers == TD_WRITERS_NONE;
    return td_writers_gone(writers, st) &&
           (st->st_size > 0 || td_quiet_for(st) >= EMPTY_WAIT);
}

enum td_signup_kind td_signup_look(const char *path, struct td_signup_open *out,
                                   char reason[200])
{
    struct stat st;
    *out = (struct td_signup_open){.fd = -1};
    if (lstat(path, &st) != 0)
        return TD_SIGNUP_BUSY; /* gone meanwhile */
    if (S_ISLNK(st.st_mode))
        return odd(reason, "a symbolic link: only regular files are taken in");
    if (!S_ISREG(st.st_mode))
        return odd(reason, "not a regular file");
    if (st.st_nlink > 1)
        return odd(reason, "it has another name (a hard link): whoever has that could "
                           "still change it");
    out->fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (out->fd < 0 && (errno == ENOENT || errno == ELOOP))
        return TD_SIGNUP_BUSY; /* something else lies there by now: the next pass sees */
    if (out->fd < 0) {
        (void)snprintf(reason, 200, "cannot be read: %s", strerror(errno));
        return TD_SIGNUP_ODD;
    }
    if (fstat(out->fd, &st) == 0 && S_ISREG(st.st_mode) && is_whole(out, &st))
        return TD_SIGNUP_READY;
    (void)close(out->fd);
    out->fd = -1;
    return TD_SIGNUP_BUSY;
}

/* --- claiming --------------------------------------------------------------------------------- */

static enum td_status start_batch(struct td_signup_job *job, struct td_err *err)
{
    struct td_store *store = job->app->store;
    char *shown = td_signup_shown(job);
    struct td_batch_row batch = {
        .how = "file", .source = td_slice(job->source), .file = td_slice(shown)};
    enum td_status status = td_begin(store, err);
    if (status == TD_OK)
        status = td_store_batch_start(store, &batch, td_clock_now(&job->app->clock), err);
    if (status == TD_OK)
        status = td_commit(store, err);
    td_rollback(store);
    job->batch = batch.id;
    free(shown);
    return status;
}

static bool is_same(int fd, const char *path)
{
    struct stat open_one, there;
    return fstat(fd, &open_one) == 0 && lstat(path, &there) == 0 &&
           open_one.st_dev == there.st_dev && open_one.st_ino == there.st_ino;
}

/* Whether what was moved is what was looked at, and nobody has begun to write it since. */
static bool is_ours(const struct td_signup_open *file, const char *path)
{
    return file->fd < 0 ||
           (is_same(file->fd, path) && (!file->leased || td_lease_drop(file->fd)));
}

/*
 * The batch comes first: its number is in the name, so that whoever finds the file in taking/ knows
 * how far it is. Between the look and the move somebody may have put another file in its place or
 * opened it for writing: then it goes back.
 */
enum td_status td_signup_claim(struct td_signup_job *job,
                               const struct td_signup_open *file, struct td_err *err)
{
    enum td_status status = start_batch(job, err);
    if (status != TD_OK)
        return status;
    char *from = td_signup_origin(job);
    char *to = td_signup_path(job, job->folders->taking, "");
    if (rename(from, to) != 0)
        status = errno == ENOENT ? TD_CONFLICT
                                 : td_fail_sys(err, TD_CANTCREAT, "cannot move %s", from);
    else if (!is_ours(file, to) && td_rename_new(to, from) == 0)
        status = TD_CONFLICT;
    if (status == TD_OK)
        status = sync_folder(job->folders->taking, err);
    free(from);
    free(to);
    return status;
}

/* --- putting away ------------------------------------------------------------------------------ */

/* The file goes last: while it lies in taking/, this is done again. */
enum td_status td_signup_put_away(const struct td_signup_job *job, struct td_err *err)
{
    char *made = td_signup_working_report(job);
    char *report = td_signup_path(job, job->folders->done, ".report.csv");
    char *from = td_signup_path(job, job->folders->taking, "");
    char *to = td_signup_path(job, job->folders->done, "");
    enum td_status status = TD_OK;
    if (td_file_exists(made))
        status = move(made, report, err);
    if (status == TD_OK)
        status = sync_folder(job->folders->done, err);
    if (status == TD_OK)
        status = move(from, to, err);
    if (status == TD_OK)
        status = sync_folder(job->folders->taking, err);
    free(made);
    free(report);
    free(from);
    free(to);
    return status;
}

enum td_status td_signup_refuse(const struct td_signup_job *job, const char *reason,
                                struct td_err *err)
{
    struct td_buf text;
    char *made = td_signup_working_report(job);
    char *why = td_signup_path(job, job->folders->refused, ".reason.txt");
    char *from = td_signup_path(job, job->folders->taking, "");
    char *to = td_signup_path(job, job->folders->refused, "");
    td_buf_init(&text, PATH_BYTES);
    td_buf_add_visible(&text, td_slice(reason));
    td_buf_add_char(&text, '\n');
    enum td_status status = td_file_write(why, td_buf_slice(&text), 0600, err);
    (void)unlink(made); /* no row was applied */
    if (status == TD_OK)
        status = move(from, to, err);
    if (status == TD_OK)
        status = sync_folder(job->folders->refused, err);
    td_buf_release(&text);
    free(made);
    free(why);
    free(from);
    free(to);
    return status;
}
