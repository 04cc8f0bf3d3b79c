/*
 * backup.h: `db backup`: all that an instance needs to live on elsewhere, in one new folder.
 *
 *   tidings.db      the database as it was at one moment; senders go on meanwhile
 *   conf/           configuration and secret keys: without its keys a database cannot read its own
 *                   links, bounce addresses and suppressions
 *   templates/      the publisher's own
 *   manifest.json   what is in here with hashes, and by name and reason what is not
 *
 * The folder is 0700 and appears under its name when it is complete: a backup that was cut short is
 * called NAME.partial.
 */
#ifndef TD_APP_BACKUP_H
#define TD_APP_BACKUP_H

#include "app/instance/app.h"
#include "base/json.h"
#include "store/backup.h"

#define TD_BACKUP_DATABASE "tidings.db"
#define TD_BACKUP_MANIFEST "manifest.json"

struct td_backup_options {
    const char *target; /* the folder to make */
    bool without_keys;  /* leave secrets out; the manifest names them */
    struct td_copy_watch watch;
};

/* The copy is examined before it counts. *manifest is what manifest.json holds; the caller's.
 * TD_CANTCREAT when the target is there. */
enum td_status td_backup(struct td_app *app, const struct td_backup_options *options,
                         struct td_json **manifest, struct td_err *err);

/* The keys that belong to a database, as [{"name","sha256"}], sorted: a hash tells nothing about a
 * key of 256 bits but whether it is the same. Of an instance's keys_dir, which may be missing. */
struct td_json *td_backup_keys(const char *keys_dir);

#endif
