/*
 * store.c: opening and closing: which driver, which files.
 */
#include "store/store.h"

#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/mem.h"
#include "store/driver.h"

#define PATH_MAX_BYTES 4096

/* The driver and where its database is, by the URL's scheme. */
static enum td_status choose_driver(const char *url, const struct td_driver **driver,
                                    const char **where, struct td_err *err)
{
    struct td_slice u = td_slice(url);

    if (td_slice_starts(u, "postgresql:") || td_slice_starts(u, "postgres:"))
        return td_fail(
            err, TD_CONFIG,
            "database: this tidings keeps its store in SQLite only (sqlite:PATH)");
    if (!td_slice_starts(u, "sqlite:"))
        return td_fail(err, TD_CONFIG, "database: '%s' is no database: write sqlite:PATH",
                       url);
    *where = url + strlen("sqlite:");
    if (**where == '\0' || **where == ':' || strlen(*where) > PATH_MAX_BYTES)
        return td_fail(err, TD_CONFIG, "database: '%s' does not name a file", url);
    *driver = &td_driver_sqlite;
    return TD_OK;
}

static char *beside(const char *path, const char *suffix)
{
    struct td_buf name;

    td_buf_init(&name, PATH_MAX_BYTES + 64);
    td_buf_add_str(&name, path);
    td_buf_add_str(&name, suffix);
    return td_buf_detach(&name);
}

/* How many commits until the process is to end (store tests kill at every commit). */
static int64_t commits_to_crash(void)
{
    const char *text = getenv("TIDINGS_CRASH_AT");
    int64_t n = 0;

    return text != NULL && td_slice_int64(td_slice(text), &n) && n > 0 ? n : 0;
}

/* The commonest mistake gets its own words: the system would only say "no such file". */
static enum td_status check_directory(const char *path, struct td_err *err)
{
    char *copy = td_xstrdup(path);
    const char *directory = dirname(copy);
    enum td_status status = TD_OK;

    if (!td_file_exists(directory))
        status = td_fail(err, TD_CANTCREAT,
                         "cannot make the database %s: there is no directory %s", path,
                         directory);
    free(copy);
    return status;
}

/* Two processes that make the same database at once take turns; opening one that stands need not
 * wait for whoever writes to it. */
static enum td_status connect_store(struct td_store *store, struct td_err *err)
{
    struct stat st;
    bool fresh = stat(store->path, &st) != 0 || st.st_size == 0;
    enum td_status status = fresh ? td_commit_lock_take(&store->lock, err) : TD_OK;

    if (status != TD_OK)
        return status;
    status = store->driver->open(&store->connection, store->path, false, err);
    if (fresh)
        td_commit_lock_drop(&store->lock);
    return status;
}

/* A store without a connection. */
static enum td_status make_store(struct td_store **out, const char *url,
                                 struct td_err *err)
{
    const struct td_driver *driver = NULL;
    const char *where = NULL;
    enum td_status status = choose_driver(url, &driver, &where, err);

    *out = NULL;
    if (status != TD_OK)
        return status;
    struct td_store *store = td_xcalloc(1, sizeof *store);
    store->driver = driver;
    store->path = td_xstrdup(where);
    store->lock.fd = -1;
    store->commits_to_crash = commits_to_crash();
    td_store_load_queries(store);
    *out = store;
    return TD_OK;
}

/* The store is the caller's when all went well, else it is closed. */
static enum td_status keep(struct td_store **out, enum td_status status)
{
    if (status == TD_OK)
        return status;
    td_store_close(*out);
    *out = NULL;
    return status;
}

enum td_status td_store_open(struct td_store **out, const char *url, struct td_err *err)
{
    enum td_status status = make_store(out, url, err);

    if (status != TD_OK)
        return status;
    status = check_directory((*out)->path, err);
    if (status == TD_OK) {
        char *lock_path = beside((*out)->path, ".lock");
        status = td_commit_lock_open(&(*out)->lock, lock_path, err);
        free(lock_path);
    }
    if (status == TD_OK)
        status = connect_store(*out, err);
    if (status == TD_OK)
        status = td_store_migrate(*out, err);
    return keep(out, status);
}

enum td_status td_store_open_read(struct td_store **out, const char *url,
                                  struct td_err *err)
{
    enum td_status status = make_store(out, url, err);

    if (status != TD_OK)
        return status;
    if (!td_file_exists((*out)->path))
        status = td_fail(err, TD_NOINPUT, "there is no database %s", (*out)->path);
    if (status == TD_OK)
        status = (*out)->driver->open(&(*out)->connection, (*out)->path, true, err);
    if (status == TD_OK)
        status = td_store_read_schema(*out, err);
    return keep(out, status);
}

void td_store_close(struct td_store *store)
{
    if (store == NULL)
        return;
    td_rollback(store);
    td_end_read(store);
    td_store_free_queries(store);
    if (store->connection != NULL)
        store->driver->close(store->connection);
    td_commit_lock_close(&store->lock);
    td_id_cache_clear(&store->prefs);
    td_id_cache_clear(&store->replies);
    td_id_cache_clear(&store->groups);
    free(store->path);
    free(store);
}

enum td_status td_store_tidy(struct td_store *store, bool rebuild, struct td_err *err)
{
    const struct td_driver *driver = store->driver;
    enum td_status status = td_commit_lock_take(&store->lock, err);

    if (status != TD_OK)
        return status;
    if (rebuild)
        status = driver->script(store->connection, driver->rebuild, err);
    if (status == TD_OK)
        status = driver->script(store->connection, driver->tidy, err);
    td_commit_lock_drop(&store->lock);
    return status;
}
