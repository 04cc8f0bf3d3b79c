/*
 * import.h: a file of people (design 12) into the store, streamed: memory does not grow with the
 * file, and every 10,000 rows are a transaction. Running a file again changes nothing, so an import
 * that was cut short is completed by running it again.
 */
#ifndef TD_APP_IMPORT_H
#define TD_APP_IMPORT_H

#include "app/people/intake.h"

struct td_import_options {
    const char *file; /* or "-": standard input */
    struct td_file_terms terms;
    bool dry_run; /* all in one transaction that is taken back; no errors file */
    /* After each piece read, in bytes; total 0: unknown. NULL: none. */
    void (*progress)(void *context, int64_t done, int64_t total);
    /* Each row that is refused. NULL: none. */
    void (*refused)(void *context, int64_t line, const char *reason);
    void *context;
};

struct td_imported {
    int64_t batch; /* 0 in a dry run */
    int64_t rows;
    int64_t added, updated, unchanged, refused; /* their sum is rows */
    /* DIR/subscribers/import-BATCH.errors.csv; "" when there is none */
    char errors[4200];
};

/* TD_NOINPUT when the file cannot be read, TD_DATA when it has no header line and no addresses, else
 * the store's trouble: then the rows of the transactions before are kept, and *out counts them. */
enum td_status td_import(struct td_app *app, const struct td_import_options *options,
                         struct td_imported *out, struct td_err *err);

/* Opens a file of people: "-" is standard input, a relative path starts in the directory of -C.
 * TD_NOINPUT when it cannot be read or is a directory. */
enum td_status td_import_open(const struct td_app *app, const char *path, int *fd,
                              struct td_err *err);

#endif
