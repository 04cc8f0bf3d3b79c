/*
 * backup.h: a copy of the whole database while others use it, what the database finds wrong with
 * itself, and the quarantine of a database that came out of a backup.
 *
 * A database that was restored knows of a queue that may long have been sent. So it is born in
 * quarantine: no message of it is claimed, old or new, until somebody has looked and released it
 * (`db release`). The claim looks at the quarantine, not at editions: nothing needs to be rewritten,
 * and whatever is assembled meanwhile waits too.
 */
#ifndef TD_STORE_BACKUP_H
#define TD_STORE_BACKUP_H

#include "base/date.h"
#include "store/store.h"

/* Told now and then how far a copy is; function NULL: nobody wants to know. */
struct td_copy_watch {
    void (*function)(void *context, int64_t done, int64_t total);
    void *context;
};

/* Writes the database as it is at this moment to a new file of mode 0600 that needs no other beside
 * it; synced. Writers are not held up. TD_CANTCREAT when the file is there. */
enum td_status td_store_copy(struct td_store *store, const char *path,
                             const struct td_copy_watch *watch, struct td_err *err);

/* A finding of the database's own: a damaged page, an index that does not fit, a reference that
 * leads nowhere. `what` is "integrity" or "reference". */
struct td_examine_sink {
    void (*found)(void *context, const char *what, struct td_slice words);
    void *context;
};
enum td_status td_store_examine(struct td_store *store,
                                const struct td_examine_sink *sink, struct td_err *err);

/* Where the database came from, when it was restored. */
struct td_restore {
    int64_t id;      /* out */
    td_time at;      /* of the restore */
    td_time taken;   /* of the backup */
    char from[4096]; /* the backup */
};

/*
 * The first thing done to a copy that is to be used. All that senders held goes back (nothing of it
 * is sent again, whatever the edition's policy: what was on the wire is in doubt), their rows go,
 * numbers go on far above those given by `replaced` (a database this one stands in for; NULL: none)
 * and by itself, and the quarantine begins. Inside a transaction.
 */
enum td_status td_store_quarantine(struct td_store *store, struct td_restore *restore,
                                   struct td_store *replaced, struct td_err *err);

/* Whether it is in quarantine: TD_OK and *out, or TD_NO. */
enum td_status td_store_quarantined(struct td_store *store, struct td_restore *out,
                                    struct td_err *err);

/* Ends the quarantine. Inside a transaction. TD_NO when there is none. */
enum td_status td_store_release(struct td_store *store, td_time now, struct td_err *err);

#endif
