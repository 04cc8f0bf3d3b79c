/*
 * date.h: civil dates and instants as text. No zones here (zone.h), no clock (clock.h).
 */
#ifndef TD_BASE_DATE_H
#define TD_BASE_DATE_H

#include "base/str.h"

/* Microseconds since 1970-01-01T00:00:00Z; the one typedef of a scalar. */
typedef int64_t td_time;

#define TD_SECOND INT64_C(1000000)
#define TD_MINUTE (60 * TD_SECOND)
#define TD_HOUR   (60 * TD_MINUTE)
#define TD_DAY    (24 * TD_HOUR)

struct td_date {
    int year;  /* 1..9999 */
    int month; /* 1..12 */
    int day;   /* 1..31 */
};

int64_t td_date_days(struct td_date date); /* days since 1970-01-01 */
struct td_date td_date_from_days(int64_t days);
int td_date_weekday(struct td_date date); /* 0 = Sunday */

/* Exactly YYYY-MM-DD, and a real day. */
bool td_date_parse(struct td_slice text, struct td_date *out);
void td_date_format(struct td_date date, char out[11]); /* YYYY-MM-DD */
void td_date_long(struct td_date date, char out[40]);   /* "Friday 20 November 2026" */

/* RFC 3339: "2026-11-20T07:00:00Z", offset or Z required, fraction allowed (cut to
 * microseconds), no leap second. Written in UTC, without the fraction. */
bool td_time_parse(struct td_slice text, td_time *out);
void td_time_format(td_time t, char out[32]);

/* RFC 5322 section 3.3 in UTC: "Fri, 20 Nov 2026 07:00:00 +0000", whatever the locale. */
void td_time_rfc5322(td_time t, char out[40]);

/* "90s", "15m", "10h", "3d", "2w", or several joined ("1h30m"); no bare number, no sign,
 * no space. False for anything else or over 10 years. */
bool td_duration_parse(struct td_slice text, td_time *out);

/* "07:00" → minutes since midnight, 00:00..23:59. */
bool td_clock_time_parse(struct td_slice text, int *minute);

#endif
