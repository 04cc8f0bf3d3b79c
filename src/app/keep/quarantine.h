/*
 * quarantine.h: what a database that was restored would send, and `db release`, which lets it
 * (store/backup.h).
 */
#ifndef TD_APP_QUARANTINE_H
#define TD_APP_QUARANTINE_H

#include "app/instance/app.h"
#include "store/backup.h"

/* An edition of which something waits. Slices die with the call. */
struct td_waiting {
    int64_t edition;
    struct td_slice newsletter, slug, subject;
    bool held;        /* the edition is */
    td_time deadline; /* of its last message */
    int64_t waiting;  /* messages queued or deferred … */
    int64_t live;     /* … of those, not past their deadline: these would be sent */
    int64_t held_messages, in_doubt;
};
struct td_waiting_sink {
    void (*edition)(void *context, const struct td_waiting *waiting);
    void *context;
};

/* What waits in a store, by edition. */
enum td_status td_waiting_list(struct td_store *store, td_time now,
                               struct td_waiting_sink sink, struct td_err *err);

/* Ends the quarantine (or, in a dry run, does not); TD_NO when there is none. */
enum td_status td_quarantine_end(struct td_app *app, bool dry_run, struct td_restore *was,
                                 struct td_err *err);

#endif
