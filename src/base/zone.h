/*
 * zone.h: IANA time zones from the system's TZif files (RFC 8536): local time to UTC and
 * back.
 *
 * Gap (clocks go forward): the first valid instant. Overlap (clocks go back): the first
 * occurrence. Years past the table follow the POSIX footer.
 */
#ifndef TD_BASE_ZONE_H
#define TD_BASE_ZONE_H

#include "base/date.h"
#include "base/err.h"

struct td_zone;

/* Loads a zone by name ("Europe/London", "UTC"). Names with "..", a leading '/', or that
 * do not exist give TD_DATA. The result is the caller's: td_zone_destroy. */
enum td_status td_zone_load(struct td_zone **out, struct td_slice name,
                            struct td_err *err);
void td_zone_destroy(struct td_zone *zone);
const char *td_zone_name(const struct td_zone *zone); /* dies with the zone */

/* Seconds east of UTC in force at the instant. */
int32_t td_zone_offset_at(const struct td_zone *zone, td_time utc);

/* The instant of a wall clock reading; minute is 0..1439. */
td_time td_zone_to_utc(const struct td_zone *zone, struct td_date date, int minute);

/* The local date (and minute of the day; may be NULL) at an instant. */
struct td_date td_zone_local(const struct td_zone *zone, td_time utc, int *minute);

/* RFC 3339 with the zone's offset: "2026-03-30T07:00:00+01:00". */
void td_zone_format(const struct td_zone *zone, td_time utc, char out[40]);

/* A set of zones loaded at most once each; what it returns dies with the set. */
struct td_zones;
struct td_zones *td_zones_create(void);
void td_zones_destroy(struct td_zones *zones);
enum td_status td_zones_get(struct td_zones *zones, struct td_slice name,
                            const struct td_zone **out, struct td_err *err);

/* A reader's own zone, or the usual one where they have none (own is empty). So too, with a line in the log,
 * where the system does not know theirs any more, since old names of zones go: one reader's zone is no
 * reason to keep everybody waiting. */
enum td_status td_zones_get_own(struct td_zones *zones, struct td_slice own,
                                const char *usual, const struct td_zone **out,
                                struct td_err *err);

#endif
