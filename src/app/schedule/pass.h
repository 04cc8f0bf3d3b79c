/*
 * pass.h: what the scheduler is looking at, and the ways to say and write down what became of it:
 * shared by issues (scheduler.c) and live blogs (livepass.c).
 */
#ifndef TD_APP_PASS_H
#define TD_APP_PASS_H

#include "app/schedule/scheduler.h"
#include "store/occurrences.h"

#define TD_PASS_LONGEST (TD_MINUTE) /* clocks are set, files come */
#define TD_PASS_AGAIN                                                                    \
    (5 * TD_SECOND) /* to look at a file that an editor may be writing */

/* One thing that is to go out. */
struct td_occasion {
    struct td_scheduler *scheduler;
    const struct td_newsletter *newsletter;
    int64_t id;             /* of the newsletter in the store */
    size_t index;           /* of the newsletter in the configuration */
    char slug[TD_SLUG_MAX]; /* "2026-11-20"; of a digest with its hour */
    td_time now;
    bool ours;     /* it was not over before there was a scheduler: worth telling */
    td_time *next; /* of the pass */
};

void td_occasion_wake(const struct td_occasion *occasion, td_time when);

/* Logs it and hands it to whoever listens. */
void td_occasion_tell(const struct td_occasion *occasion, enum td_deed deed,
                      int64_t edition, const char *why);

/* The same, once for as long as it stays the same from pass to pass. */
void td_occasion_tell_once(const struct td_occasion *occasion, enum td_deed deed,
                           const char *why);

/* What is said of it. */
struct td_said {
    enum td_deed deed;
    int64_t edition; /* 0: none */
    const char *why; /* "" where there is nothing to say */
};

/* A mail to the newsletter's operator, where there is one and it is for them to know; once, however often
 * it is asked for. Inside a transaction. */
enum td_status td_occasion_report(const struct td_occasion *occasion,
                                  const struct td_said *said, struct td_err *err);

/* Writes down what became of it, reports and tells it: all but the writing only where nobody had done so
 * before and, of what did not go out, where it is ours. */
enum td_status td_occasion_settle(const struct td_occasion *occasion,
                                  enum td_outcome outcome, const struct td_said *said,
                                  struct td_err *err);

/* Whether something became of it already; *out is set then. */
enum td_status td_occasion_find(const struct td_occasion *occasion, bool *found,
                                struct td_occurrence *out, struct td_err *err);

/* Nothing goes out: settles it. */
enum td_status td_occasion_give_up(const struct td_occasion *occasion,
                                   enum td_outcome outcome, const char *why,
                                   struct td_err *err);

/* Whether that trouble may pass by itself, whatever the editor does. */
bool td_occasion_passes(enum td_status status);

#endif
