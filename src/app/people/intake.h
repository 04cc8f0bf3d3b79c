/*
 * intake.h: a file of people applied row by row: what `subscriber import`, `sync` and the signup
 * files share.
 *
 * Streamed: memory does not grow with the file. Rows are kept in transactions of 10,000, or all in
 * one. The caller hears of every row inside the transaction that holds it, and of every commit
 * before it is made, so that what it writes down belongs to just these rows.
 */
#ifndef TD_APP_INTAKE_H
#define TD_APP_INTAKE_H

#include "app/instance/app.h"
#include "app/people/people.h"
#include "model/basis.h"

/* A row and what came of it. */
struct td_intake_row {
    const struct td_row *row;
    const struct td_signup *signup; /* NULL: it could not be read */
    const struct td_person_outcome *outcome;
    const char *reason; /* why refused; else "" */
};

struct td_counts {
    int64_t rows;
    int64_t added, updated, unchanged, refused; /* their sum is rows */
};

/* What the caller is told; each may be NULL. What is not TD_OK ends the intake. */
struct td_intake_calls {
    /* Once, when the file turns out to be one: may set people.batch. Outside any transaction; with
     * one_transaction inside it. */
    enum td_status (*start)(void *context, struct td_err *err);
    enum td_status (*row)(void *context, const struct td_intake_row *row,
                          struct td_err *err);
    /* Before each commit; last: the file has come to its end. */
    enum td_status (*commit)(void *context, bool last, struct td_err *err);
    /* After each piece read, in bytes; total 0: unknown. */
    void (*progress)(void *context, int64_t done, int64_t total);
    void *context;
};

struct td_intake {
    struct td_app *app;
    struct td_signup_context rules;
    struct td_people people;
    struct td_intake_calls calls;
    bool one_transaction;
    bool take_back; /* roll the last transaction back; with one_transaction: all */
    int64_t skip;   /* rows at the start of the file that an earlier run has dealt with */
    const volatile int *stop; /* not 0: ends after the next commit; NULL: never */
    struct td_counts counts;  /* of this run, with the rows of the open transaction */
    struct td_counts kept;    /* of this run, committed */
};

/* Fills in what is the same for all: rules and people as the configuration has them. The
 * store is open. */
void td_intake_init(struct td_intake *intake, struct td_app *app, const char *how);

/* What an operator says of a file. */
struct td_file_terms {
    const struct td_newsletter *newsletter; /* for rows that name none; NULL: they must */
    /* How it is known that its people agreed: they are active at once, and rows may say it for themselves.
     * NULL: nothing is said, they are pending. */
    const char *source;
    enum td_basis basis; /* TD_BASIS_NONE: consent, where a source is given */
};
void td_intake_terms(struct td_intake *intake, const struct td_file_terms *terms);

/*
 * Reads fd to its end; name is for errors. TD_DATA when it is not a file of people at all (nothing
 * was applied then), TD_AGAIN when it was told to stop, else the caller's or the store's trouble:
 * the rows of the transactions before are kept.
 */
enum td_status td_intake_run(struct td_intake *intake, int fd, const char *name,
                             struct td_err *err);

#endif
