/* A pass over the folders of signup files (signups.h). */
#include "app/people/signups.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/config/config_value.h"
#include "app/people/signup_file.h"
#include "base/file.h"
#include "base/lease.h"
#include "base/log.h"
#include "base/mem.h"
#include "store/batch.h"

struct pass {
    struct td_app *app;
    const struct td_signups_options *options;
    struct td_signup_folders folders;
    struct td_signups_taken *taken;
    int lock;
};

/* --- folders ---------------------------------------------------------------------------------- */

static enum td_status make_folders(struct pass *pass, struct td_err *err)
{
    const char *dir = pass->app->config->subscribers_dir;
    struct td_signup_folders *folders = &pass->folders;
    folders->incoming = td_path_join(dir, "incoming");
    folders->taking = td_path_join(dir, "taking");
    folders->done = td_path_join(dir, "done");
    folders->refused = td_path_join(dir, "refused");
    enum td_status status = td_dir_make(folders->incoming, 0700, err);
    if (status == TD_OK)
        status = td_dir_make(folders->taking, 0700, err);
    if (status == TD_OK)
        status = td_dir_make(folders->done, 0700, err);
    return status == TD_OK ? td_dir_make(folders->refused, 0700, err) : status;
}

/* One process at a time; the kernel frees the lock of one that dies. */
static enum td_status lock(struct pass *pass, struct td_err *err)
{
    char *path = td_path_join(pass->folders.taking, ".lock");
    enum td_status status = TD_OK;
    pass->lock = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (pass->lock < 0)
        status = td_fail_sys(err, TD_CANTCREAT, "%s", path);
    else if (flock(pass->lock, LOCK_EX | LOCK_NB) != 0)
        status = td_fail(err, TD_AGAIN, "another process takes signup files in");
    free(path);
    return status;
}

static void leave(struct pass *pass)
{
    if (pass->lock >= 0)
        (void)close(pass->lock);
    free(pass->folders.incoming);
    free(pass->folders.taking);
    free(pass->folders.done);
    free(pass->folders.refused);
}

/* --- one file --------------------------------------------------------------------------------- */

static bool told_to_stop(const struct pass *pass)
{
    return pass->options->stop && *pass->options->stop;
}

static struct td_signup_job job_of(const struct pass *pass, const char *source,
                                   const char *name)
{
    return (struct td_signup_job){
        .app = pass->app,
        .folders = &pass->folders,
        .options = pass->options,
        .source = source,
        .name = name,
    };
}

static enum td_status take(struct pass *pass, const struct td_signup_job *job,
                           struct td_err *err)
{
    bool refused = false;
    enum td_status status = td_signup_take(job, &refused, err);
    pass->taken->files += status == TD_OK && !refused;
    pass->taken->refused += status == TD_OK && refused;
    return status;
}

/* What lies in taking/ already. */
static enum td_status refuse_moved(struct pass *pass, struct td_signup_job *job,
                                   const char *reason, struct td_err *err)
{
    struct td_signup_file file = {.reason = reason};
    enum td_status status = td_signup_refuse(job, reason, err);
    if (status != TD_OK)
        return status;
    pass->taken->refused++;
    td_signup_tell(job, &file);
    return TD_OK;
}

static enum td_status refuse_odd(struct pass *pass, struct td_signup_job *job,
                                 const char *reason, struct td_err *err)
{
    const struct td_signup_open none = {.fd = -1};
    enum td_status status = td_signup_claim(job, &none, err);
    return status == TD_OK ? refuse_moved(pass, job, reason, err) : status;
}

static enum td_status visit(struct pass *pass, const char *source, const char *name,
                            struct td_err *err)
{
    struct td_signup_job job = job_of(pass, source, name);
    char *path = td_signup_origin(&job);
    char reason[200];
    struct td_signup_open file;
    enum td_status status = TD_CONFLICT;
    switch (td_signup_look(path, &file, reason)) {
    case TD_SIGNUP_READY:
        status = td_signup_claim(&job, &file, err);
        if (status == TD_OK)
            status = take(pass, &job, err);
        break;
    case TD_SIGNUP_ODD: status = refuse_odd(pass, &job, reason, err); break;
    case TD_SIGNUP_BUSY: break;
    }
    if (status == TD_CONFLICT) {
        pass->taken->left++;
        status = TD_OK;
    }
    if (file.fd >= 0)
        (void)close(file.fd);
    free(path);
    return status;
}

/* --- what an earlier pass left ------------------------------------------------------------------ */

/* Whether the batch is that of this file: "12-monday.csv" of "website/monday.csv". A store that was
 * put back from a backup may not know it, or give its number to another. */
static bool belongs(const struct td_batch *batch, const char *name)
{
    size_t slash = td_slice_find(batch->file, 0, '/');
    struct td_slice shown = slash == (size_t)-1
                                ? batch->file
                                : td_slice_sub(batch->file, slash + 1, batch->file.len);
    struct td_buf visible;
    td_buf_init(&visible, 4200);
    td_buf_add_visible(&visible, td_slice(name));
    bool same = td_slice_is(batch->how, "file") && td_slice_starts(shown, visible.ptr);
    td_buf_release(&visible);
    return same;
}

/* The rows that the report speaks of are not in this store: the file begins anew. */
static enum td_status begin_anew(const struct pass *pass, const struct td_signup_job *job,
                                 const char *entry, struct td_err *err)
{
    char *report = td_signup_working_report(job);
    char *from = td_path_join(pass->folders.taking, entry);
    char *to = td_path_join(pass->folders.incoming, job->name);
    enum td_status status = TD_OK;
    td_log(TD_WARN, "signup_file", "file=%s batch=%lld trouble=%s", job->name,
           (long long)job->batch, "the store does not know it: taken in anew");
    (void)unlink(report);
    if (td_rename_new(from, to) != 0)
        status = td_fail_sys(err, TD_CANTCREAT, "cannot move %s to %s", from, to);
    free(report);
    free(from);
    free(to);
    return status;
}

/* A file of which no row is done: whoever was to look at it once more after the move may have been
 * killed before that, so it may be odd, or somebody may still be writing it. */
static enum td_status take_moved(struct pass *pass, struct td_signup_job *job,
                                 struct td_err *err)
{
    char *path = td_signup_path(job, pass->folders.taking, "");
    char reason[200];
    struct td_signup_open file;
    enum td_signup_kind kind = td_signup_look(path, &file, reason);
    enum td_status status = TD_OK;
    if (kind == TD_SIGNUP_READY && file.leased && !td_lease_drop(file.fd))
        kind = TD_SIGNUP_BUSY;
    switch (kind) {
    case TD_SIGNUP_READY: status = take(pass, job, err); break;
    case TD_SIGNUP_ODD: status = refuse_moved(pass, job, reason, err); break;
    case TD_SIGNUP_BUSY: pass->taken->left++; break;
    }
    if (file.fd >= 0)
        (void)close(file.fd);
    free(path);
    return status;
}

static enum td_status resume(struct pass *pass, const char *entry, struct td_err *err)
{
    const char *dash = strchr(entry, '-');
    struct td_signup_job job = job_of(pass, NULL, dash ? dash + 1 : entry);
    struct td_batch batch;
    struct td_err why;
    char *source = NULL;
    if (!dash || !td_slice_int64(td_slice_n(entry, (size_t)(dash - entry)), &job.batch))
        return TD_OK; /* BATCH.report, .lock */
    enum td_status status = td_store_batch_get(pass->app->store, job.batch, &batch, &why);
    if (status == TD_NOINPUT || (status == TD_OK && !belongs(&batch, job.name)))
        return begin_anew(pass, &job, entry, err);
    if (status != TD_OK)
        return td_fail(err, status, "%s", why.text);
    size_t slash = td_slice_find(batch.file, 0, '/');
    if (slash != (size_t)-1)
        job.source = source = td_xstrndup(batch.file.ptr, slash);
    const bool begun = batch.rows > 0 || batch.finished != 0;
    td_query_end(td_query(pass->app->store, "batch_get"));
    status = begun ? take(pass, &job, err) : take_moved(pass, &job, err);
    free(source);
    return status;
}

static enum td_status resume_all(struct pass *pass, struct td_err *err)
{
    struct td_names names = {0};
    enum td_status status = td_dir_list(pass->folders.taking, &names, err);
    for (size_t i = 0; i < names.count && status == TD_OK; i++)
        status = resume(pass, names.items[i], err);
    td_names_free(&names);
    return status;
}

/* --- what lies in incoming/ --------------------------------------------------------------------- */

/* What a pass found, oldest first: of two wishes of one person the later holds. */
struct found {
    struct timespec changed;
    char *source; /* owned; NULL: none */
    char *name;   /* owned */
};

struct finds {
    struct found *items;
    size_t count, cap;
};

static int by_age(const void *a, const void *b)
{
    const struct found *left = a;
    const struct found *right = b;
    if (left->changed.tv_sec != right->changed.tv_sec)
        return left->changed.tv_sec < right->changed.tv_sec ? -1 : 1;
    if (left->changed.tv_nsec != right->changed.tv_nsec)
        return left->changed.tv_nsec < right->changed.tv_nsec ? -1 : 1;
    return strcmp(left->name, right->name);
}

/* Names under which uploads are made until they are whole. */
static bool is_unfinished(const char *name)
{
    static const char *const ends[] = {"~", ".tmp", ".part", ".partial", ".filepart"};
    if (name[0] == '.')
        return true;
    for (size_t i = 0; i < TD_ARRAY_LEN(ends); i++)
        if (td_slice_ends(td_slice(name), ends[i]))
            return true;
    return false;
}

static enum td_status look_into(struct pass *pass, const char *source,
                                struct finds *finds, struct td_err *err);

static enum td_status add_find(struct pass *pass, const char *source, const char *name,
                               struct finds *finds, struct td_err *err)
{
    struct td_signup_job job = job_of(pass, source, name);
    char *path = td_signup_origin(&job);
    struct stat st;
    bool there = lstat(path, &st) == 0;
    free(path);
    if (!there || is_unfinished(name))
        return TD_OK;
    if (S_ISDIR(st.st_mode) && !source && td_value_name(name, NULL) == TD_OK)
        return look_into(pass, name, finds, err);
    if (S_ISDIR(st.st_mode)) {
        td_log(TD_WARN, "signup_folder", "folder=%s trouble=%s", name,
               "not looked into: a source is a folder of incoming/ named by small "
               "letters, digits and hyphens");
        return TD_OK;
    }
    finds->items =
        td_vec_grow(finds->items, &finds->cap, finds->count + 1, sizeof *finds->items);
    finds->items[finds->count++] = (struct found){
        .changed = st.st_mtim,
        .source = source ? td_xstrdup(source) : NULL,
        .name = td_xstrdup(name),
    };
    return TD_OK;
}

static enum td_status look_into(struct pass *pass, const char *source,
                                struct finds *finds, struct td_err *err)
{
    struct td_names names = {0};
    char *path = source ? td_path_join(pass->folders.incoming, source)
                        : td_xstrdup(pass->folders.incoming);
    enum td_status status = td_dir_list(path, &names, err);
    for (size_t i = 0; i < names.count && status == TD_OK; i++)
        status = add_find(pass, source, names.items[i], finds, err);
    td_names_free(&names);
    free(path);
    return status;
}

static enum td_status visit_all(struct pass *pass, struct td_err *err)
{
    struct finds finds = {0};
    enum td_status status = look_into(pass, NULL, &finds, err);
    if (finds.count > 0)
        qsort(finds.items, finds.count, sizeof *finds.items, by_age);
    for (size_t i = 0; i < finds.count; i++) {
        if (status == TD_OK && told_to_stop(pass))
            status = td_fail(err, TD_AGAIN, "told to stop");
        if (status == TD_OK)
            status = visit(pass, finds.items[i].source, finds.items[i].name, err);
        free(finds.items[i].source);
        free(finds.items[i].name);
    }
    free(finds.items);
    return status;
}

enum td_status td_signups_take_in(struct td_app *app,
                                  const struct td_signups_options *options,
                                  struct td_signups_taken *out, struct td_err *err)
{
    struct pass pass = {.app = app, .options = options, .taken = out, .lock = -1};
    *out = (struct td_signups_taken){0};
    enum td_status status = td_app_store(app, err);
    if (status == TD_OK)
        status = make_folders(&pass, err);
    if (status == TD_OK)
        status = lock(&pass, err);
    if (status == TD_OK)
        status = resume_all(&pass, err);
    if (status == TD_OK)
        status = visit_all(&pass, err);
    leave(&pass);
    return status;
}
