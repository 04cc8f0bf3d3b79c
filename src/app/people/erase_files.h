/*
 * erase_files.h: an address taken out of the files that tidings writes, and the instance searched for
 * it. Used by erase.c alone.
 */
#ifndef TD_APP_ERASE_FILES_H
#define TD_APP_ERASE_FILES_H

#include "app/instance/app.h"
#include "app/people/needle.h"

struct td_erase_files {
    struct td_app *app;
    const struct td_needle *needle;
    bool dry_run;
    void (*changed)(void *context, const char *path);
    void (*left)(void *context, const char *path);
    void *context;
};

/* Takes the records that hold the address out of subscribers/import-*.errors.csv, done/ and refused/,
 * and previews away. Each file is replaced by its new version at once. */
enum td_status td_erase_own_files(const struct td_erase_files *files, struct td_err *err);

/* Makes the database forget what was deleted from it: the log is written back, and where the address
 * stands in the file all the same, in a page that is free or was moved, the file is built anew. */
enum td_status td_erase_database(const struct td_erase_files *files, struct td_err *err);

/* Searches every regular file of the instance, and the names of all; tells where it still stands. */
enum td_status td_erase_search(const struct td_erase_files *files, struct td_err *err);

#endif
