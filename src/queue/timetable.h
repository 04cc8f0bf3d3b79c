/*
 * timetable.h: the days of a schedule as instants: when an issue is assembled, until when a late
 * editor is waited for, when it is released (design 10). Pure.
 */
#ifndef TD_QUEUE_TIMETABLE_H
#define TD_QUEUE_TIMETABLE_H

#include "base/zone.h"
#include "queue/schedule.h"

/* Hours of the day as a newsletter has them (model/newsletter.h). */
struct td_hours {
    int at;    /* minutes since midnight */
    int lead;  /* assembled so many minutes before, by the wall clock */
    int grace; /* the editor is waited for so many minutes after that */
};

/* One day the schedule names. assemble <= release; assemble <= wait_until. */
struct td_sending {
    struct td_date date;
    const char
        *holiday; /* nothing goes out: its name; NULL: it does. Lives with the schedule */
    td_time assemble;
    td_time wait_until;
    td_time release;
};

/* Those dated `from` to `to`, in order; *out is the caller's (free), NULL when there are none. */
size_t td_timetable(const struct td_schedule *schedule, const struct td_zone *zone,
                    struct td_hours hours, struct td_date from, struct td_date to,
                    struct td_sending **out);

#endif
