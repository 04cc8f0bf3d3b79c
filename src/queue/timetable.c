/* Days and hours become instants (timetable.h). */
#include "queue/timetable.h"

#include <stdlib.h>

#include "base/mem.h"

#define DAY_MINUTES (24 * 60)

/* The instant of a minute counted from the date's midnight, which may lie days off. */
static td_time instant(const struct td_zone *zone, struct td_date date, int minute)
{
    int day = minute / DAY_MINUTES;
    minute %= DAY_MINUTES;
    if (minute < 0) {
        minute += DAY_MINUTES;
        day--;
    }
    return td_zone_to_utc(zone, td_date_from_days(td_date_days(date) + day), minute);
}

static struct td_sending sending(const struct td_schedule_day *day,
                                 const struct td_zone *zone, struct td_hours hours)
{
    struct td_sending out = {
        .date = day->date,
        .holiday = day->holiday,
        .assemble = instant(zone, day->date, hours.at - hours.lead),
        .wait_until = instant(zone, day->date, hours.at - hours.lead + hours.grace),
        .release = instant(zone, day->date, hours.at),
    };
    /* Where the clocks go back in between, the later hour can come first. */
    if (out.assemble > out.release)
        out.assemble = out.release;
    if (out.wait_until < out.assemble)
        out.wait_until = out.assemble;
    return out;
}

size_t td_timetable(const struct td_schedule *schedule, const struct td_zone *zone,
                    struct td_hours hours, struct td_date from, struct td_date to,
                    struct td_sending **out)
{
    struct td_schedule_day *days = NULL;
    size_t count = td_schedule_days(schedule, from, to, &days);
    *out = count > 0 ? td_xcalloc(count, sizeof **out) : NULL;
    for (size_t i = 0; i < count; i++)
        (*out)[i] = sending(&days[i], zone, hours);
    free(days);
    return count;
}
