/* Files whose time is over (retention_files.h). */
#include "app/keep/retention_files.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

#define NAMES_AT_ONCE 1000

struct sweep {
    td_time before;
    bool dry_run;
    bool errors_only; /* import-N.errors.csv, and nothing else that lies there */
    int64_t *removed;
};

static bool is_over(const struct sweep *sweep, const char *path, const char *name)
{
    struct stat st;
    struct td_slice s = td_slice(name);
    if (sweep->errors_only &&
        !(td_slice_starts(s, "import-") && td_slice_ends(s, ".errors.csv")))
        return false;
    return lstat(path, &st) == 0 && !S_ISDIR(st.st_mode) &&
           (td_time)st.st_mtim.tv_sec * TD_SECOND < sweep->before;
}

static enum td_status sweep_folder(const struct sweep *sweep, const char *dir,
                                   struct td_err *err)
{
    struct td_names names = {0};
    enum td_status status = td_dir_list(dir, &names, err);
    if (status == TD_NOINPUT)
        return TD_OK; /* there is no such folder yet */
    for (size_t i = 0; i < names.count && status == TD_OK; i++) {
        char *path = td_path_join(dir, names.items[i]);
        if (is_over(sweep, path, names.items[i])) {
            if (!sweep->dry_run && unlink(path) != 0 && errno != ENOENT)
                status = td_fail_sys(err, TD_IO, "cannot remove %s", path);
            *sweep->removed += status == TD_OK;
        }
        free(path);
    }
    td_names_free(&names);
    return status;
}

enum td_status td_retention_names(struct td_app *app,
                                  const struct td_retention_options *options,
                                  td_time before, struct td_err *err)
{
    bool more = !options->dry_run;
    enum td_status status = TD_OK;
    while (status == TD_OK && more && !(options->stop && *options->stop)) {
        status = td_begin(app->store, err);
        if (status != TD_OK)
            return status;
        struct td_query *query = td_query(app->store, "retention_names");
        td_bind_int(query, "$before", before);
        td_bind_int(query, "$most", NAMES_AT_ONCE);
        status = td_run(query, err);
        more = status == TD_OK && td_changes(app->store) == NAMES_AT_ONCE;
        if (status == TD_OK)
            status = td_commit(app->store, err);
        td_rollback(app->store);
    }
    return status;
}

enum td_status td_retention_files(struct td_app *app, td_time before, bool dry_run,
                                  int64_t *removed, struct td_err *err)
{
    struct sweep sweep = {.before = before, .dry_run = dry_run, .removed = removed};
    const char *dir = app->config->subscribers_dir;
    char *done = td_path_join(dir, "done");
    char *refused = td_path_join(dir, "refused");
    *removed = 0;
    enum td_status status = sweep_folder(&sweep, done, err);
    if (status == TD_OK)
        status = sweep_folder(&sweep, refused, err);
    sweep.errors_only = true;
    if (status == TD_OK)
        status = sweep_folder(&sweep, dir, err);
    free(done);
    free(refused);
    return status;
}
