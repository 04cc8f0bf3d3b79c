/*
 * scheduler.h: does what the schedule asks for: assembles each issue at its hour, so that it is out
 * at its release; waits for a late editor, and tells the operator when there is nothing to send.
 *
 * Everything is decided from the clock, the files and the store, and what was decided is a row
 * (store/occurrences.h): a scheduler that was killed, or a second one, does nothing twice. Releasing
 * needs no deed: a message is due at its release.
 */
#ifndef TD_APP_SCHEDULER_H
#define TD_APP_SCHEDULER_H

#include "app/instance/app.h"
#include "app/assemble/assemble.h"
#include "store/occurrences.h"

/* Something that a pass did or found; text dies with the call. */
enum td_deed {
    TD_DEED_ASSEMBLED, /* the issue waits for its readers' hours */
    TD_DEED_HELD,      /* it was too late: `edition release` decides */
    TD_DEED_APPROVAL,  /* assembled; waits for `edition release` */
    TD_DEED_OVERDUE,   /* its release has come, and it still waits for approval */
    TD_DEED_WAITING,   /* nothing to assemble yet */
    TD_DEED_SKIPPED,
    TD_DEED_MISSED,
    TD_DEED_CHANGED,  /* the file is not what was frozen */
    TD_DEED_LEFT,     /* entries of a live blog that go to nobody */
    TD_DEED_NO_ALERT, /* an urgent entry waits for the next digest */
    TD_DEED_TROUBLE,  /* it could not be done now and is tried again */
};
const char *td_deed_name(enum td_deed deed); /* "assembled", … */

struct td_deed_done {
    enum td_deed deed;
    const struct td_newsletter *newsletter;
    const char *slug;
    int64_t edition; /* 0: none */
    const char *why; /* "" where there is nothing to say */
};

/* What was said last of a newsletter, so that it is said once. */
struct td_scheduler_note {
    char slug[TD_SLUG_MAX];
    char text[512];
};

struct td_scheduler {
    struct td_app *app;
    void (*done)(void *context,
                 const struct td_deed_done *deed); /* NULL: nobody listens */
    void *context;
    td_time
        busy_at; /* of the last pass: when the next thing is to be done, however far off */
    struct td_scheduler_note *notes; /* owned: what was said last, by newsletter */
};

void td_scheduler_init(struct td_scheduler *scheduler, struct td_app *app);
void td_scheduler_release(struct td_scheduler *scheduler);

/* Does what is due now; *next is when there may be more to do, at most a minute on (clocks are
 * set, files come). Trouble with one newsletter does not keep others waiting; what is returned
 * is trouble with the store. */
enum td_status td_scheduler_pass(struct td_scheduler *scheduler, td_time *next,
                                 struct td_err *err);

/* The role: passes until told to stop. */
enum td_status td_scheduler_run(struct td_app *app, const volatile int *stop,
                                struct td_err *err);

#endif
