/*
 * erase_list.h: who was erased, outside the database: conf/erased.txt, a line an erasure with its time, the
 * keyed hash of the address, and the person's number and when it was given: in a backup they may have another
 * address. A backup that is older than the erasure still holds the person; when it
 * is restored, the list says whom to erase again.
 *
 * A database knows of an erasure by its line in the audit, of the same time to the microsecond.
 */
#ifndef TD_APP_ERASE_LIST_H
#define TD_APP_ERASE_LIST_H

#include "app/instance/app.h"

#define TD_ERASE_LIST  "conf/erased.txt" /* in the instance's directory */
#define TD_ERASE_AUDIT "subscriber erase"

struct td_erase_entry {
    td_time at;
    struct td_slice hash;
    int64_t subscriber; /* 0: it was nobody's address */
    td_time
        created; /* the number; another lineage of the database may have given it, too */
};

/* Inside the transaction that erases, which keeps others from the file. */
enum td_status td_erase_list_add(struct td_app *app, const struct td_erase_entry *entry,
                                 struct td_err *err);

/*
 * Erases, in a database that was restored, everybody of the list of whose erasure it does not know, as of
 * the time it was done; *erased counts those it knew as people. An address of nobody in it is suppressed.
 * Each in a transaction of its own; it can be run again. TD_DATA for a line that is none, with its number.
 */
enum td_status td_erase_again(struct td_app *app, int64_t *erased, struct td_err *err);

#endif
