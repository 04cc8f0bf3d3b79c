/*
 * signup_file.h: one signup file on its way (signups.h). Used by signups.c and signup_*.c alone.
 */
#ifndef TD_APP_SIGNUP_FILE_H
#define TD_APP_SIGNUP_FILE_H

#include "app/people/signups.h"

/* The folders, owned by signups.c. */
struct td_signup_folders {
    char *incoming, *taking, *done, *refused;
};

/* A file: what it is called and where it came from. */
struct td_signup_job {
    struct td_app *app;
    const struct td_signup_folders *folders;
    const struct td_signups_options *options;
    const char *source; /* the folder below incoming/; NULL: none */
    const char *name;   /* in its folder */
    int64_t batch;      /* 0: not begun */
};

/* What is to be done with what lies at a path. */
enum td_signup_kind {
    TD_SIGNUP_READY,
    TD_SIGNUP_BUSY, /* somebody writes it, or it went away: leave it alone */
    TD_SIGNUP_ODD,  /* refuse it: *reason says why */
};

/* The file as it was looked at. */
struct td_signup_open {
    int fd;      /* -1: not open */
    bool leased; /* nobody can open it for writing without our noticing */
};

/* Looks at incoming/[SOURCE/]NAME. READY: it is open, with a lease where there are leases; else
 * nothing is. ODD: the reason is filled in. */
enum td_signup_kind td_signup_look(const char *path, struct td_signup_open *out,
                                   char reason[200]);

/* Gives the file a batch and moves it to taking/; an odd one is not open.
 * TD_CONFLICT (err left alone) when it is not the same file any more or somebody has begun to write
 * it: it lies where it lay. */
enum td_status td_signup_claim(struct td_signup_job *job,
                               const struct td_signup_open *file, struct td_err *err);

/* Takes taking/BATCH-NAME in, or goes on with it, moves it to done/, or to refused/ where it is no
 * file of people, and tells of it (signup_take.c). */
enum td_status td_signup_take(const struct td_signup_job *job, bool *refused,
                              struct td_err *err);

/* Moves taking/BATCH-NAME and its report to done/; or to refused/ with the reason. */
enum td_status td_signup_put_away(const struct td_signup_job *job, struct td_err *err);
enum td_status td_signup_refuse(const struct td_signup_job *job, const char *reason,
                                struct td_err *err);

/* Fills in name, batch and report, logs the file and hands it to the options' function. */
void td_signup_tell(const struct td_signup_job *job, struct td_signup_file *file);

/* FOLDER/BATCH-NAME SUFFIX; NAME is cut where that would be too long. The caller frees. */
char *td_signup_path(const struct td_signup_job *job, const char *folder,
                     const char *suffix);

/* incoming/[SOURCE/]NAME; taking/BATCH.report; and what people and the store call the file,
 * "website/monday.csv". The caller frees. */
char *td_signup_origin(const struct td_signup_job *job);
char *td_signup_working_report(const struct td_signup_job *job);
char *td_signup_shown(const struct td_signup_job *job);

#endif
