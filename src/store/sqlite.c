/*
 * sqlite.c: the driver for SQLite; the only file that knows sqlite3.h.
 */
#include <sqlite3.h>

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/driver.h"

/* The lock file makes writers take turns; this is for readers that meet a checkpoint, the
 * sqlite3 shell and backups. */
#define BUSY_MS 10000

/* WAL: readers never wait for the writer. FULL: what is committed survives a power cut. The cache
 * is 12 MB: a process stays within 48 MB (design 14), and the hot pages of a million messages fit.
 * No mmap: its pages would count as ours. Checkpoints every 16 MB of log, else an import syncs
 * the database file four times as often; a log that a long reader made grow is cut again. What is
 * erased is overwritten. Recursive triggers: REPLACE must not get past that of the consent ledger. */
static const char setup[] = "PRAGMA synchronous = FULL;"
                            "PRAGMA foreign_keys = ON; PRAGMA recursive_triggers = ON;"
                            "PRAGMA cache_size = -12288;"
                            "PRAGMA mmap_size = 0;"
                            "PRAGMA temp_store = FILE;"
                            "PRAGMA trusted_schema = OFF;"
                            "PRAGMA secure_delete = ON;"
                            "PRAGMA journal_size_limit = 67108864;"
                            "PRAGMA wal_autocheckpoint = 4096;";

static enum td_status fail(sqlite3 *db, struct td_err *err)
{
    int code = sqlite3_extended_errcode(db);
    int sys = sqlite3_system_errno(db);
    enum td_status status;

    switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED: status = TD_AGAIN; break;
    case SQLITE_FULL: status = TD_CANTCREAT; break;
    /* also for want of room for the memory that readers share */
    case SQLITE_IOERR: status = sys == ENOSPC ? TD_CANTCREAT : TD_IO; break;
    case SQLITE_CORRUPT:
    case SQLITE_CANTOPEN: status = TD_IO; break;
    case SQLITE_NOTADB: status = TD_DATA; break;
    case SQLITE_READONLY:
    case SQLITE_PERM: status = TD_NOPERM; break;
    case SQLITE_CONSTRAINT:
        /* A CHECK, NOT NULL or trigger that says no is a bug of ours. */
        status = code == SQLITE_CONSTRAINT_UNIQUE ||
                         code == SQLITE_CONSTRAINT_PRIMARYKEY ||
                         code == SQLITE_CONSTRAINT_FOREIGNKEY
                     ? TD_CONFLICT
                     : TD_SOFTWARE;
        break;
    default: status = TD_SOFTWARE; break;
    }
    errno = sys;
    return status == TD_CANTCREAT && sys != 0
               ? td_fail_sys(err, status, "database: %s", sqlite3_errmsg(db))
               : td_fail(err, status, "database: %s", sqlite3_errmsg(db));
}

/* SQLite would make the file with the umask's mode and say "unable to open database file" to
 * everything. The -wal and -shm files take over the mode of the database. */
static enum td_status make_file(const char *path, struct td_err *err)
{
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    if (fd >= 0) {
        (void)fchmod(fd, 0600); /* a umask may have taken bits */
        (void)close(fd);
        return TD_OK;
    }
    if (errno == EEXIST) {
        fd = open(path, O_RDWR | O_CLOEXEC);
        if (fd >= 0) {
            (void)close(fd);
            return TD_OK;
        }
    }
    return td_fail_sys(err, errno == EACCES || errno == EROFS ? TD_NOPERM : TD_CANTCREAT,
                       "cannot write the database %s", path);
}

/* The first number of the first row, or -1. */
static int64_t ask(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    int64_t answer = -1;

    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW)
        answer = sqlite3_column_int64(statement, 0);
    (void)sqlite3_finalize(statement);
    return answer;
}

static enum td_status check_ours(sqlite3 *db, const char *path, bool read_only,
                                 struct td_err *err)
{
    int64_t tables = ask(db, "SELECT count(*) FROM sqlite_master");

    if (tables < 0)
        return td_err_context(err, "%s", (fail(db, err), path));
    if (!read_only && sqlite3_db_readonly(db, "main") == 1)
        return td_fail(err, TD_NOPERM, "cannot write the database %s", path);
    if (tables > 0 &&
        ask(db, "SELECT count(*) FROM sqlite_master WHERE name = 'schema_migration'") ==
            0)
        return td_fail(err, TD_DATA, "%s is a database, but not one of tidings", path);
    return TD_OK;
}

static enum td_status run_script(void *connection, const char *sql, struct td_err *err)
{
    sqlite3 *db = connection;

    return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK ? TD_OK : fail(db, err);
}

static enum td_status set_up(sqlite3 *db, const char *path, bool read_only,
                             struct td_err *err)
{
    (void)sqlite3_extended_result_codes(db, 1);
    (void)sqlite3_busy_timeout(db, BUSY_MS);
    enum td_status status = check_ours(db, path, read_only, err);
    if (status != TD_OK)
        return status;
    if (!read_only)
        status = run_script(db, "PRAGMA journal_mode = WAL;", err);
    if (status == TD_OK)
        status = run_script(db, setup, err);
    if (status != TD_OK)
        return td_err_context(err, "%s", path);
    return TD_OK;
}

static void close_connection(void *connection)
{
    (void)sqlite3_close(connection);
}

static enum td_status open_connection(void **connection, const char *path, bool read_only,
                                      struct td_err *err)
{
    sqlite3 *db = NULL;
    struct td_err own = {0};
    int flags = read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;

    *connection = NULL;
    /* A process has one thread (design 4): no mutexes, and no counting of memory under one. A path
     * that begins with "file:" is a path. Refused, and rightly, once SQLite is at work. */
    (void)sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    (void)sqlite3_config(SQLITE_CONFIG_URI, 0);
    enum td_status status = read_only ? TD_OK : make_file(path, &own);
    if (status == TD_OK &&
        sqlite3_open_v2(path, &db, flags | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
        status = td_err_context(&own, "%s", (fail(db, &own), path));
    if (status == TD_OK)
        status = set_up(db, path, read_only, &own);
    if (status != TD_OK) {
        close_connection(db);
        if (err != NULL)
            *err = own;
        return status;
    }
    *connection = db;
    return TD_OK;
}

static bool in_transaction(void *connection)
{
    return sqlite3_get_autocommit(connection) == 0;
}

static int64_t changes(void *connection)
{
    return sqlite3_changes64(connection);
}

static enum td_status prepare(void *connection, struct td_slice sql, void **statement,
                              struct td_err *err)
{
    sqlite3 *db = connection;
    sqlite3_stmt *made = NULL;

    if (sqlite3_prepare_v3(db, sql.ptr, (int)sql.len, SQLITE_PREPARE_PERSISTENT, &made,
                           NULL) != SQLITE_OK)
        return fail(db, err);
    *statement = made;
    return TD_OK;
}

static void finalize(void *statement)
{
    (void)sqlite3_finalize(statement);
}

static bool reads_only(void *statement)
{
    return sqlite3_stmt_readonly(statement) != 0;
}

static int param(void *statement, const char *name)
{
    return sqlite3_bind_parameter_index(statement, name);
}

/* Binding fails only for an index out of range, which param() has ruled out. */
static void bind_int(void *statement, int index, int64_t value)
{
    (void)sqlite3_bind_int64(statement, index, value);
}

static void bind_text(void *statement, int index, struct td_slice value)
{
    (void)sqlite3_bind_text64(statement, index, value.ptr, value.len, SQLITE_TRANSIENT,
                              SQLITE_UTF8);
}

static void bind_blob(void *statement, int index, struct td_slice value)
{
    (void)sqlite3_bind_blob64(statement, index, value.ptr, value.len, SQLITE_TRANSIENT);
}

static enum td_step step(void *statement, struct td_err *err)
{
    switch (sqlite3_step(statement)) {
    case SQLITE_ROW: return TD_STEP_ROW;
    case SQLITE_DONE: return TD_STEP_DONE;
    default: (void)fail(sqlite3_db_handle(statement), err); return TD_STEP_ERROR;
    }
}

static void end(void *statement)
{
    (void)sqlite3_reset(statement);
}

static void clear(void *statement)
{
    (void)sqlite3_reset(statement);
    (void)sqlite3_clear_bindings(statement);
}

static int64_t col_int(void *statement, int column)
{
    return sqlite3_column_int64(statement, column);
}

/* An empty value is not an absent one. */
static struct td_slice slice_of(const void *bytes, int len)
{
    return td_slice_n(bytes != NULL ? bytes : "", (size_t)len);
}

static struct td_slice col_text(void *statement, int column)
{
    if (sqlite3_column_type(statement, column) == SQLITE_NULL)
        return (struct td_slice){0};
    const unsigned char *text = sqlite3_column_text(statement, column);
    return slice_of(text, sqlite3_column_bytes(statement, column));
}

static struct td_slice col_blob(void *statement, int column)
{
    if (sqlite3_column_type(statement, column) == SQLITE_NULL)
        return (struct td_slice){0};
    const void *bytes = sqlite3_column_blob(statement, column);
    return slice_of(bytes, sqlite3_column_bytes(statement, column));
}

static bool col_is_null(void *statement, int column)
{
    return sqlite3_column_type(statement, column) == SQLITE_NULL;
}

/* --- backup and examination -------------------------------------------------------------------- */

/* Pages copied between two words about it. */
#define COPY_PAGES 4096

/* The reading transaction is ours for the whole copy: what others write meanwhile would make
 * SQLite begin again each time, and under a busy queue it would never end. */
static enum td_status copy_pages(sqlite3 *from, sqlite3 *to,
                                 const struct td_copy_watch *watch, struct td_err *err)
{
    sqlite3_backup *backup = sqlite3_backup_init(to, "main", from, "main");
    int code;

    if (backup == NULL)
        return fail(to, err);
    do {
        code = sqlite3_backup_step(backup, COPY_PAGES);
        int total = sqlite3_backup_pagecount(backup);
        if (watch->function != NULL)
            watch->function(watch->context, total - sqlite3_backup_remaining(backup),
                            total);
    } while (code == SQLITE_OK);
    return sqlite3_backup_finish(backup) == SQLITE_OK ? TD_OK : fail(to, err);
}

static enum td_status copy_to(sqlite3 *from, const char *path,
                              const struct td_copy_watch *watch, struct td_err *err)
{
    sqlite3 *to = NULL;
    enum td_status status = TD_OK;

    if (sqlite3_open_v2(path, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) !=
        SQLITE_OK)
        status = fail(to, err);
    if (status == TD_OK)
        status = run_script(from, "BEGIN; SELECT count(*) FROM sqlite_master;", err);
    if (status == TD_OK)
        status = copy_pages(from, to, watch, err);
    if (sqlite3_get_autocommit(from) == 0)
        (void)run_script(from, "COMMIT;", NULL);
    if (status == TD_OK) /* one file, whole without a log beside it */
        status = run_script(to, "PRAGMA journal_mode = DELETE;", err);
    (void)sqlite3_close(to);
    return status;
}

static enum td_status copy(void *connection, const char *path,
                           const struct td_copy_watch *watch, struct td_err *err)
{
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    if (fd < 0)
        return td_fail_sys(err, TD_CANTCREAT, "%s", path);
    (void)close(fd);
    enum td_status status = copy_to(connection, path, watch, err);
    if (status == TD_OK)
        return TD_OK;
    (void)unlink(path);
    return td_err_context(err, "%s", path);
}

static enum td_status examine(void *connection, const struct td_examine_sink *sink,
                              struct td_err *err)
{
    static const char *const checks[][2] = {
        {"integrity", "SELECT integrity_check FROM pragma_integrity_check "
                      "WHERE integrity_check <> 'ok'"},
        {"reference",
         "SELECT \"table\" || ' row ' || coalesce(rowid, '?') || ' refers to a ' || "
         "parent || ' that is not there' FROM pragma_foreign_key_check LIMIT 100"},
    };
    for (size_t i = 0; i < TD_ARRAY_LEN(checks); i++) {
        sqlite3_stmt *statement = NULL;
        int code = sqlite3_prepare_v2(connection, checks[i][1], -1, &statement, NULL);
        while (code == SQLITE_OK || code == SQLITE_ROW) {
            code = sqlite3_step(statement);
            if (code == SQLITE_ROW)
                sink->found(sink->context, checks[i][0], col_text(statement, 0));
        }
        enum td_status status = code == SQLITE_DONE ? TD_OK : fail(connection, err);
        (void)sqlite3_finalize(statement);
        if (status != TD_OK)
            return status;
    }
    return TD_OK;
}

extern const struct td_embedded td_embedded_migrations[];

const struct td_driver td_driver_sqlite = {
    .open = open_connection,
    .close = close_connection,
    .script = run_script,
    .in_transaction = in_transaction,
    .changes = changes,
    .copy = copy,
    .examine = examine,
    .prepare = prepare,
    .finalize = finalize,
    .reads_only = reads_only,
    .param = param,
    .bind_int = bind_int,
    .bind_text = bind_text,
    .bind_blob = bind_blob,
    .step = step,
    .end = end,
    .clear = clear,
    .col_int = col_int,
    .col_text = col_text,
    .col_blob = col_blob,
    .col_is_null = col_is_null,
    .begin = "BEGIN IMMEDIATE",
    .begin_read = "BEGIN",
    .loose = "PRAGMA foreign_keys = OFF",
    .strict = "PRAGMA foreign_keys = ON",
    .tidy = "PRAGMA wal_checkpoint(TRUNCATE)",
    .rebuild = "VACUUM",
    .overrides = NULL,
    .migrations = td_embedded_migrations,
};
