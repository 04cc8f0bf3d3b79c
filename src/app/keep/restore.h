/*
 * restore.h: `db restore`: a database out of a backup takes the place of the
 * instance's, in quarantine (store/backup.h), and what it would send is listed before it may.
 *
 * Nothing is lost on the way: the new database is made and examined beside the old one, the old one
 * is kept under another name, and one rename puts the new one in its place.
 */
#ifndef TD_APP_RESTORE_H
#define TD_APP_RESTORE_H

#include "app/keep/quarantine.h"

struct td_restore_options {
    const char *source; /* a folder made by `db backup`, or a database by itself */
    bool replace;       /* put a database with subscribers aside */
    bool other_keys;    /* though the keys are not those of the backup */
    bool files;   /* also conf/ and templates/ of the backup, where they are missing */
    bool dry_run; /* examine and list; change nothing */
    struct td_copy_watch watch;
};

struct td_restored {
    struct td_restore restore;
    int schema;
    char aside[4200]; /* what the old database is called now; "": there was none */
    int64_t files;    /* of conf/ and templates/ that were put back */
};

/*
 * Loads the configuration itself (after putting it back, with `files`). TD_AGAIN while a daemon, a
 * sender or another process has the database open; TD_CANTCREAT for a database with subscribers
 * without `replace`; TD_CONFIG for other keys; TD_DATA for a backup that is damaged. The sink is
 * told what would be sent; afterwards app->store is the restored database, but not in a dry run.
 */
enum td_status td_restore(struct td_app *app, const struct td_restore_options *options,
                          struct td_restored *out, struct td_waiting_sink sink,
                          struct td_err *err);

#endif
