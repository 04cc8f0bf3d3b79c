/* Release and due times (due.h). */
#include "queue/due.h"

td_time td_planned_at(const struct td_zone *zone, struct td_date date, int minute,
                      td_time now)
{
    return minute < 0 ? now : td_zone_to_utc(zone, date, minute);
}

td_time td_release_at(td_time planned, td_time now)
{
    return planned > now ? planned : now;
}

td_time td_due_at(const struct td_zone *zone, int minute, struct td_release release)
{
    if (minute < 0)
        return release.released;
    int64_t day = td_date_days(td_zone_local(zone, release.planned, NULL));
    td_time due = td_zone_to_utc(zone, td_date_from_days(day), minute);
    if (due < release.planned)
        due = td_zone_to_utc(zone, td_date_from_days(day + 1), minute);
    return due > release.released ? due : release.released;
}
