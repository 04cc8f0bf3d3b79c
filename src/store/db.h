/*
 * db.h: the driver: what tidings asks of a database, and no more. sqlite.c implements it;
 * PostgreSQL's twin is to follow. Nothing above knows which one it is.
 *
 * A query is a named statement (store/sql/NAME.sql), prepared once per store and kept. Parameters
 * are `$name` in the SQL and are bound by that name. Between two uses td_query resets it: bindings
 * are forgotten, rows read before are gone. One use at a time per name. Names of queries and of
 * parameters are string literals: a message takes half a dozen statements, and looking those names up
 * anew each time cost as much as a statement.
 */
#ifndef TD_STORE_DB_H
#define TD_STORE_DB_H

#include "base/err.h"
#include "base/str.h"

struct td_store; /* store/store.h */
struct td_query;

enum td_step { TD_STEP_DONE, TD_STEP_ROW, TD_STEP_ERROR };

/* The statement of that name, reset and without bindings. Panics when there is no such statement:
 * that is our bug. A statement that the database refuses to prepare fails at td_step. */
struct td_query *td_query(struct td_store *store, const char *name);

/* Panic when the statement has no such parameter. Text and blobs are copied. The absent slice
 * binds NULL. Text that is not UTF-8 or holds a NUL makes td_step fail with TD_DATA. */
void td_bind_int(struct td_query *query, const char *param, int64_t value);
void td_bind_text(struct td_query *query, const char *param, struct td_slice value);
void td_bind_cstr(struct td_query *query, const char *param,
                  const char *value); /* NULL → NULL */
void td_bind_blob(struct td_query *query, const char *param, struct td_slice value);
void td_bind_null(struct td_query *query, const char *param);
void td_bind_or_null(struct td_query *query, const char *param,
                     int64_t value); /* 0, which stands for none → NULL */

/*
 * One row, the end, or an error: TD_AGAIN locked, TD_IO disk, TD_CANTCREAT disk full, TD_NOPERM
 * read-only, TD_CONFLICT a unique or foreign key, TD_SOFTWARE all else. After DONE or ERROR the
 * query is reset: it holds no lock. Panics for a statement that writes outside td_begin: writers
 * take turns, without exception.
 */
enum td_step td_step(struct td_query *query, struct td_err *err);

/* Ends the reading of rows early, so that no read lock stays. */
void td_query_end(struct td_query *query);

/* Steps once to the end: for statements without rows. Rows changed are in td_changes. */
enum td_status td_run(struct td_query *query, struct td_err *err);

/* Steps once: TD_OK with the row, TD_NOINPUT without one (err left alone), else the error. The
 * columns may be read until the next use; call td_query_end when a transaction is not open. */
enum td_status td_one(struct td_query *query, struct td_err *err);

/* The one number of a bound query with one row; NULL is 0. */
enum td_status td_store_number(struct td_query *query, int64_t *out, struct td_err *err);

/* Columns of the row, from 0. Slices die with the next step. NULL reads as 0 / absent. */
int64_t td_col_int(struct td_query *query, int column);
struct td_slice td_col_text(struct td_query *query, int column);
struct td_slice td_col_blob(struct td_query *query, int column);
bool td_col_is_null(struct td_query *query, int column);

/* Rows changed by the last statement that changes rows. */
int64_t td_changes(struct td_store *store);

/*
 * Transactions. td_begin takes the commit lock of this host first (a blocking flock on a file of
 * its own, so that writers take turns), then BEGIN IMMEDIATE; td_commit and td_rollback release
 * it. A commit that fails has rolled back. Both end the reading of all rows. td_rollback is quiet
 * when none is open.
 */
enum td_status td_begin(struct td_store *store, struct td_err *err);
enum td_status td_commit(struct td_store *store, struct td_err *err);
void td_rollback(struct td_store *store);

/* A read transaction: one consistent view over several queries, without the lock. */
enum td_status td_begin_read(struct td_store *store, struct td_err *err);
void td_end_read(struct td_store *store);

#endif
