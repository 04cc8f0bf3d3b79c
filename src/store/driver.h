/*
 * driver.h: what one kind of database must be able to do, as a struct of functions; private to
 * store/. db.c does all that is common (names, transactions, the commit lock) and calls these.
 *
 * How to add a database: write its functions and its one `const struct td_driver`, name it in
 * store.c (choose_driver), put statements that its dialect needs otherwise under sql/NAME/.
 */
#ifndef TD_STORE_DRIVER_H
#define TD_STORE_DRIVER_H

#include "base/date.h"
#include "base/embed.h"
#include "store/backup.h"
#include "store/commitlock.h"
#include "store/idcache.h"
#include "store/store.h"

struct td_driver {
    /* A connection ready for use; the file (where it is one) is there with mode 0600. read_only: of
     * a database that is there, and nothing is written. */
    enum td_status (*open)(void **connection, const char *where, bool read_only,
                           struct td_err *err);
    void (*close)(void *connection);

    /* Several statements without parameters or rows. */
    enum td_status (*script)(void *connection, const char *sql, struct td_err *err);
    bool (*in_transaction)(void *connection);
    int64_t (*changes)(void *connection);

    /* backup.h; NULL where the database has tools of its own for that. */
    enum td_status (*copy)(void *connection, const char *path,
                           const struct td_copy_watch *watch, struct td_err *err);
    enum td_status (*examine)(void *connection, const struct td_examine_sink *sink,
                              struct td_err *err);

    enum td_status (*prepare)(void *connection, struct td_slice sql, void **statement,
                              struct td_err *err);
    void (*finalize)(void *statement); /* NULL is fine */
    bool (*reads_only)(void *statement);
    int (*param)(void *statement, const char *name); /* 0: there is none */
    void (*bind_int)(void *statement, int param, int64_t value);
    void (*bind_text)(void *statement, int param, struct td_slice value);
    void (*bind_blob)(void *statement, int param, struct td_slice value);
    enum td_step (*step)(void *statement, struct td_err *err);
    void (*end)(void *statement);   /* no more rows; bindings stay */
    void (*clear)(void *statement); /* bindings too */

    int64_t (*col_int)(void *statement, int column);
    struct td_slice (*col_text)(void *statement, int column);
    struct td_slice (*col_blob)(void *statement, int column);
    bool (*col_is_null)(void *statement, int column);

    const char *begin;      /* a transaction that writes */
    const char *begin_read; /* one consistent view */
    const char *loose; /* for migrations: a table that others refer to may be made anew */
    const char *strict;  /* as ever: references are held to */
    const char *tidy;    /* td_store_tidy: the log is written back and cut */
    const char *rebuild; /* the file is made anew; outside a transaction */
    const struct td_embedded
        *overrides; /* statements in its own dialect; ends with NULL name */
    const struct td_embedded *migrations;
};

extern const struct td_driver td_driver_sqlite;

/* Where a parameter is; its name is known again by its address. */
struct td_param {
    const char *name; /* static */
    int index;
};
#define TD_PARAMS_KEPT 12

struct td_query {
    struct td_store *store; /* borrowed */
    const char *name;
    struct td_slice sql; /* static */
    struct td_param params[TD_PARAMS_KEPT];
    size_t param_count;
    void *statement; /* owned; NULL until first used */
    bool active;     /* stepped, and neither ended nor reset since */
    bool done;       /* ran to its end: a further step gives no rows */
    struct td_err
        fault; /* what td_step is to report: it could not be prepared, or bound */
};

enum td_transaction { TD_TX_NONE, TD_TX_WRITE, TD_TX_READ };

/* Ids that were reserved at once (td_store_next_ids); next == end: none is left. */
struct td_id_range {
    int64_t next, end;
    int64_t last_count; /* how many were reserved last time */
};

#define TD_RECENT_QUERIES 64

struct td_store {
    const struct td_driver *driver;
    void *connection;         /* owned */
    char *path;               /* owned: the database file; lock files stand beside it */
    struct td_query *queries; /* owned, by name */
    size_t query_count;
    struct td_query *recent[TD_RECENT_QUERIES]; /* by the address of the name asked for */
    struct td_commit_lock lock;
    enum td_transaction transaction;
    int64_t commits_to_crash; /* TIDINGS_CRASH_AT: 0 is never */
    int schema;
    struct td_id_cache prefs; /* choices: people.c */
    struct td_id_range prefs_ids;
    struct td_id_cache replies; /* ledger.c */
    struct td_id_cache groups;  /* groups.c */
};

/* db.c: the statements of a store that has a driver and a connection. */
void td_store_load_queries(struct td_store *store);
void td_store_free_queries(struct td_store *store);

/* migrate.c: brings the schema up to date; TD_CONFIG when it is newer than we are. */
enum td_status td_store_migrate(struct td_store *store, struct td_err *err);
/* Only looks which schema it has; TD_CONFIG likewise. */
enum td_status td_store_read_schema(struct td_store *store, struct td_err *err);

#endif
