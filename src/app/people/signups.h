/*
 * signups.h: signup files: what lies in subscribers/incoming/ is taken in.
 *
 *   incoming/[SOURCE/]NAME    dropped by whoever has signups to hand over
 *   taking/BATCH-NAME         being taken in, with taking/BATCH.report beside it
 *   done/BATCH-NAME           taken in, with done/BATCH-NAME.report.csv: a line for each row
 *   refused/BATCH-NAME        not a file of people, or none to read; .reason.txt says why
 *
 * A file moves by renaming, and the store knows how many of its rows are dealt with, so a crash at
 * any point loses no row and takes none twice: the next pass goes on with what lies in taking/. Left
 * alone is what somebody has open for writing, an empty file younger than a minute, and names that
 * uploads are made under: those that begin with a dot or end in ~ .tmp .part .partial .filepart.
 * Files make people pending; those of a trusted SOURCE may state a basis.
 */
#ifndef TD_APP_SIGNUPS_H
#define TD_APP_SIGNUPS_H

#include "app/people/intake.h"

/* What came of one file. Borrowed, for the call. */
struct td_signup_file {
    const char *name; /* below incoming/, fit to be shown */
    int64_t batch;
    struct td_counts counts; /* of the whole file, an earlier run's rows included */
    const char *report;      /* its path; NULL: refused as a whole */
    const char *reason;      /* why refused as a whole; NULL: taken in */
};

struct td_signups_options {
    void (*file)(void *context, const struct td_signup_file *file); /* NULL: none */
    void *context;
    const volatile int *stop; /* NULL: none */
};

struct td_signups_taken {
    int64_t files;   /* taken in */
    int64_t refused; /* as a whole */
    int64_t left;    /* alone: being written */
};

/* One pass over what lies there, oldest file first. TD_AGAIN when another process is at it, or when
 * told to stop. */
enum td_status td_signups_take_in(struct td_app *app,
                                  const struct td_signups_options *options,
                                  struct td_signups_taken *out, struct td_err *err);

/* The role: a pass now, one whenever something comes (inotify), and one a minute. */
enum td_status td_signups_watch(struct td_app *app, const volatile int *stop,
                                struct td_err *err);

#endif
