/*
 * store.h: opening, migrating and closing the store; the only way to a td_store.
 */
#ifndef TD_STORE_STORE_H
#define TD_STORE_STORE_H

#include "store/db.h"

struct td_store;

/*
 * Opens `sqlite:PATH` (made with mode 0600 when missing, its WAL and lock file too). WAL,
 * synchronous=FULL, foreign keys on, busy_timeout as the net beneath the commit lock. Migrates to
 * the newest schema in a transaction; refuses a newer one (TD_CONFIG, naming both numbers).
 * `postgresql:` is TD_CONFIG until its driver exists. TD_CANTCREAT without its directory, TD_NOPERM
 * where it may not be written, TD_DATA for a file that is no database of ours. A process that
 * forks opens after the fork. In tests TIDINGS_CRASH_AT=n ends the process
 * by _exit(99) right before the nth commit of td_commit.
 */
enum td_status td_store_open(struct td_store **out, const char *url, struct td_err *err);
void td_store_close(struct td_store *store); /* NULL is fine */

/*
 * The same for looking only: the database is there (else TD_NOINPUT), nothing is made beside it,
 * nothing is migrated, statements that write fail. Statements may not fit an older schema: ask
 * td_store_schema first.
 */
enum td_status td_store_open_read(struct td_store **out, const char *url,
                                  struct td_err *err);

/*
 * Makes the files forget what was deleted or overwritten: what is in the log is written back and the log
 * cut, as far as readers let it. rebuild: the database is built anew first, which takes as long as
 * copying it; writers wait meanwhile. Outside any transaction.
 */
enum td_status td_store_tidy(struct td_store *store, bool rebuild, struct td_err *err);

/* Number of the newest migration built in, and of the one the database has. */
int td_store_schema_newest(void);
int td_store_schema(struct td_store *store);

#endif
