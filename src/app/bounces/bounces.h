/*
 * bounces.h: what came back, taken in and worked through.
 *
 * Two steps, apart from each other so that nothing is lost: taking in stores a raw mail as it is,
 * once, and is all a mailbox or pipe waits for; working through reads and judges what is stored. A
 * row is claimed before it is read, so that several may work, and a mail that kills its reader is
 * known by how often it was begun: after three times it is set aside as unreadable.
 */
#ifndef TD_APP_BOUNCES_H
#define TD_APP_BOUNCES_H

#include "app/instance/app.h"
#include "store/bounces.h"

/* Of a mail more than this is not kept: what matters of a report stands in front. */
#define TD_BOUNCE_KEPT_MAX ((size_t)1024 * 1024)

struct td_bounce_counts {
    int64_t taken; /* mails taken in */
    int64_t known; /* mails that had been taken in before */
    int64_t results[TD_BOUNCE_RESULTS];
    int64_t suspended;
    int64_t reinstated; /* suspensions taken back: a whole domain is failing */
    int64_t later;      /* left for later: their message is on the wire */
};

bool td_bounces_any(const struct td_bounce_counts *counts); /* anything but zeroes */

/* Stores mails from a source ("pipe", a mailbox's name), all in one transaction. The bytes belong to
 * the caller. */
enum td_status td_bounces_take(struct td_app *app, const char *source,
                               const struct td_slice *mails, size_t count,
                               struct td_bounce_counts *counts, struct td_err *err);

/*
 * Reads and judges what waits, one transaction each, until nothing is left that may be judged now or
 * *stop (may be NULL) is not 0. A row that another judges meanwhile is passed by.
 */
enum td_status td_bounces_work(struct td_app *app, const volatile int *stop,
                               struct td_bounce_counts *counts, struct td_err *err);

/* Whether anything waits to be judged now; reads only. */
enum td_status td_bounces_waiting(struct td_app *app, bool *out, struct td_err *err);

/*
 * Forgets raw mails older than bounce.keep_raw, and what was made of them once it is older than
 * bounce.stale_after too: all but what suspends somebody to this day. In transactions of a moment each; a dry run
 * counts what one of them would take.
 */
struct td_bounces_forgotten {
    int64_t raw, rows;
};
enum td_status td_bounces_forget(struct td_app *app, bool dry_run,
                                 const volatile int *stop,
                                 struct td_bounces_forgotten *out, struct td_err *err);

#endif
