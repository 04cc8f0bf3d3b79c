/*
 * tzif.h: the contents of one TZif file (RFC 8536), for zone.c alone. Times are whole
 * seconds.
 */
#ifndef TD_BASE_TZIF_H
#define TD_BASE_TZIF_H

#include "base/date.h"

/* One change of clocks of a POSIX TZ string, as "M3.5.0/1" (also "J60" and "59"). */
struct td_tz_change {
    char kind; /* 'M' month.week.weekday, 'J' 1..365 without 29 February, '0' 0..365 */
    int month, week; /* M only; week 5 is the last */
    int day;         /* weekday of M (0 = Sunday), or the day of the year */
    int32_t time;    /* seconds after local midnight; may be negative or over a day */
};

/* The footer of a TZif file: what holds after the last transition. */
struct td_tz_rule {
    int32_t standard; /* seconds east of UTC */
    int32_t summer;   /* the same as standard where there is no summer time */
    bool has_summer;
    struct td_tz_change start; /* of summer time */
    struct td_tz_change end;
};

struct td_tzif {
    int64_t *at;     /* owned; transitions, ascending */
    int32_t *offset; /* owned; in force from at[i] on */
    size_t count;
    int32_t first; /* in force before at[0] */
    bool has_rule;
    struct td_tz_rule rule;
};

/* Reads the bytes of a file; false when it is not a sound TZif file of version 2 or
 * later, or counts leap seconds. On success td_tzif_release frees what it holds. */
bool td_tzif_parse(struct td_slice file, struct td_tzif *out);
void td_tzif_release(struct td_tzif *tzif);

/* "GMT0BST,M3.5.0/1,M10.5.0" (POSIX TZ with the extensions of RFC 8536 section 3.3.1). */
bool td_tz_rule_parse(struct td_slice text, struct td_tz_rule *out);
int32_t td_tz_rule_offset(const struct td_tz_rule *rule, int64_t utc);

#endif
