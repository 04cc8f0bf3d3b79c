/*
 * calendar.h: the events of an .ics file as days off (libical). The text has been checked for size:
 * td_schedule_add_holidays is the way in.
 */
#ifndef TD_QUEUE_CALENDAR_H
#define TD_QUEUE_CALENDAR_H

#include "queue/recurrence.h"

/* Its days are first, first + 1 … of each day it recurs on, or of `first` alone. */
struct td_calendar_event {
    const char *name;
    int64_t first;                      /* td_date_days */
    int days;                           /* at least 1 */
    const struct td_recurrence *recurs; /* NULL: it does not */
    const int64_t *except;              /* days on which it would recur, but does not */
    size_t except_count;
};

#define TD_CALENDAR_EVENTS_MAX 20000

/* Everything lives in the arena. What is wrong is told as "line N: …". */
enum td_status td_calendar_read(struct td_arena *arena, struct td_slice ics,
                                struct td_calendar_event **out, size_t *count,
                                struct td_err *err);

#endif
