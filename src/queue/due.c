/* Release and due times (due.h). */
#include "queue/due.h"

td_time td_release_at(const struct td_zone *zone, struct td_date date, int minute,
                      td_time now)
{
    td_time planned = td_zone_to_utc(zone, date, minute);
    return planned > now ? planned : now;
}

td_time td_due_at(const struct td_zone *zone, int minute, td_time release)
{
    if (minute < 0)
        return release;
    struct td_date date = td_zone_local(zone, release, NULL);
    for (int64_t day = td_date_days(date);; day++) {
        td_time due = td_zone_to_utc(zone, td_date_from_days(day), minute);
        if (due >= release)
            return due;
    }
}
