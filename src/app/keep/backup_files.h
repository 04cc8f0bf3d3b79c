/*
 * backup_files.h: the files of a backup beside the database: private to backup.c and restore.c.
 */
#ifndef TD_APP_BACKUP_FILES_H
#define TD_APP_BACKUP_FILES_H

#include "base/err.h"
#include "base/json.h"

/* Files on their way from one folder to another. */
struct td_carry {
    const char *from, *to;
    bool without_secrets;  /* files that only their owner may read stay */
    bool only_missing;     /* what is there stays as it is; else nothing may be there */
    struct td_json *files; /* each file that was copied: path, bytes, sha256; borrowed */
    struct td_json *left_out; /* each that was not: path, why; borrowed */
};

/* Copies the folder `name` with all below it (mode and bytes); TD_OK when it is not there. */
enum td_status td_carry_tree(const struct td_carry *carry, const char *name,
                             struct td_err *err);

void td_carry_leave(const struct td_carry *carry, const char *path, const char *why);

#endif
