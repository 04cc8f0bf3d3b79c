/*
 * schedule.h: on which days an edition goes out: an RFC 5545 recurrence with holiday calendars
 * (.ics) as exceptions (design 10). Pure: days only, no hours, no zones (queue/due.h has those), no
 * files.
 *
 * What is built lives in the arena it was given and does not change after.
 */
#ifndef TD_QUEUE_SCHEDULE_H
#define TD_QUEUE_SCHEDULE_H

#include "base/arena.h"
#include "base/date.h"
#include "base/err.h"

#define TD_CALENDAR_MAX      (1024 * 1024) /* bytes of an .ics file */
#define TD_CALENDAR_LINE_MAX 8192          /* bytes of one of its lines, as written */
#define TD_SCHEDULE_SPAN_MAX 4000          /* days that can be asked for at once */

struct td_schedule;

/*
 * A recurrence such as "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR". `start` (NULL: none) is the day it counts
 * from; a rule that depends on one (INTERVAL, COUNT, FREQ=WEEKLY alone) is refused without it.
 * Refused too: what is not a rule, never happens, speaks of hours, or names weeks by number
 * (BYWEEKNO: libical gets it wrong, and some
 * other combinations). The error is fit to stand behind a key's name.
 */
enum td_status td_schedule_parse(struct td_arena *arena, const char *rule,
                                 const struct td_date *start, struct td_schedule **out,
                                 struct td_err *err);

/*
 * Adds the events of a calendar as days off: one day, several (DTEND is the day after), or again and
 * again (RRULE, EXDATE). Cancelled events are none; of a timed event its dates count, as they are
 * written. The first thing that is wrong is told as "line N: …", and then nothing was added.
 */
enum td_status td_schedule_add_holidays(struct td_schedule *schedule, struct td_slice ics,
                                        struct td_err *err);

/* A day the rule names; with a holiday on it nothing goes out. */
struct td_schedule_day {
    struct td_date date;
    const char *holiday; /* its name; NULL: none. Lives as long as the schedule */
};

/* The days the rule names from `from` to `to`, both included, in order; at most
 * TD_SCHEDULE_SPAN_MAX days on. *out is the caller's (free), NULL when there are none. */
size_t td_schedule_days(const struct td_schedule *schedule, struct td_date from,
                        struct td_date to, struct td_schedule_day **out);

/* The last day off that the calendars name (td_date_days); INT64_MAX where one recurs or there are none. */
int64_t td_schedule_last_holiday(const struct td_schedule *schedule);

#endif
