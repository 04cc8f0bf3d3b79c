/*
 * sync.h: a file made the truth for one newsletter: who is in it and is not subscribed is added, whose
 * choices differ is changed, and who is subscribed and not in it is unsubscribed.
 *
 * All in one transaction, which is taken back unless it is to be applied. Nothing brings back who
 * unsubscribed, is suspended or suppressed: they are kept away, in the file or not. Since a fault in the
 * file would unsubscribe somebody, nothing is applied while a row cannot be read, the file names nobody,
 * or more would be unsubscribed than the caller allows.
 */
#ifndef TD_APP_SYNC_H
#define TD_APP_SYNC_H

#include "app/people/intake.h"

enum td_difference {
    TD_DIFFERENCE_ADD,
    TD_DIFFERENCE_CHANGE,
    TD_DIFFERENCE_UNSUBSCRIBE,
    TD_DIFFERENCE_KEEP_AWAY, /* in the file, but left, suspended or suppressed */
    TD_DIFFERENCE_FAULT,     /* a row that cannot be read */
};
#define TD_DIFFERENCES 5
const char *td_difference_name(
    enum td_difference difference); /* "add", … "keep_away", "fault" */

/* One of them. Borrowed, for the call. */
struct td_sync_line {
    enum td_difference difference;
    int64_t line; /* of the file; 0: not in it */
    struct td_slice email;
    const char *reason; /* kept away, fault: why; else "" */
};

struct td_sync_options {
    const char *file;           /* or "-": standard input */
    struct td_file_terms terms; /* its newsletter is the one */
    bool apply;
    int64_t
        leavers; /* at most so many may be unsubscribed; -1: a tenth of all, or five, but never all */
    void (*line)(void *context, const struct td_sync_line *line); /* NULL: none */
    void *context;
};

struct td_synced {
    int64_t batch; /* 0: nothing was applied */
    int64_t rows, unchanged;
    int64_t counts[TD_DIFFERENCES];
    int64_t members; /* subscribed before, pending ones too */
    bool applied;
};

/* TD_OK when it was applied, or only shown because `apply` is false. TD_DATA for a file with faults or
 * without people, TD_NO when too many would be unsubscribed: nothing was changed, *out tells what was
 * seen. */
enum td_status td_sync(struct td_app *app, const struct td_sync_options *options,
                       struct td_synced *out, struct td_err *err);

#endif
