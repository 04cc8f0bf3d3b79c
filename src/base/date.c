/* date.c: civil dates and instants, from text and to text. The locale plays no part. */
#include "base/date.h"

#include <stdio.h>

#define MAX_DURATION (3653 * TD_DAY) /* ten years */

static const char *const weekdays[] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                       "Thursday", "Friday", "Saturday"};
static const char *const months[] = {"January",   "February", "March",    "April",
                                     "May",       "June",     "July",     "August",
                                     "September", "October",  "November", "December"};

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/*
 * Days are counted in eras of 400 years that begin on 1 March, so that the leap day is
 * the last of its year and every month's first day follows from one formula (153 days in
 * 5 months).
 */
int64_t td_date_days(struct td_date date)
{
    const int64_t year = date.month > 2 ? date.year : date.year - 1;
    const int64_t era = floor_div(year, 400);
    const int64_t year_of_era = year - era * 400;
    const int64_t month = (date.month + 9) % 12; /* March is 0 */
    const int64_t day_of_year = (153 * month + 2) / 5 + date.day - 1;
    const int64_t day_of_era =
        year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

struct td_date td_date_from_days(int64_t days)
{
    days += 719468;
    const int64_t era = floor_div(days, 146097);
    const int64_t day_of_era = days - era * 146097;
    const int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    const int64_t day_of_year =
        day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const int64_t month = (5 * day_of_year + 2) / 153; /* March is 0 */
    struct td_date date;
    date.day = (int)(day_of_year - (153 * month + 2) / 5 + 1);
    date.month = (int)(month < 10 ? month + 3 : month - 9);
    date.year = (int)(year_of_era + era * 400 + (date.month <= 2));
    return date;
}

int td_date_weekday(struct td_date date)
{
    const int64_t days = td_date_days(date) + 4; /* 1970-01-01 was a Thursday */
    return (int)(days - floor_div(days, 7) * 7);
}

/* Exactly n digits at s[at]; the caller has checked the length of s. */
static bool digits(struct td_slice s, size_t at, size_t n, int *out)
{
    int value = 0;
    for (size_t i = at; i < at + n; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9') {
            return false;
        }
        value = value * 10 + (s.ptr[i] - '0');
    }
    *out = value;
    return true;
}

bool td_date_parse(struct td_slice text, struct td_date *out)
{
    struct td_date date;
    if (text.len != 10 || text.ptr[4] != '-' || text.ptr[7] != '-' ||
        !digits(text, 0, 4, &date.year) || !digits(text, 5, 2, &date.month) ||
        !digits(text, 8, 2, &date.day)) {
        return false;
    }
    if (date.year < 1 || date.month < 1 || date.month > 12 || date.day < 1) {
        return false;
    }
    /* 31 April becomes 1 May on the way back: not a real day. */
    const struct td_date back = td_date_from_days(td_date_days(date));
    if (back.day != date.day) {
        return false;
    }
    *out = date;
    return true;
}

void td_date_format(struct td_date date, char out[11])
{
    (void)snprintf(out, 11, "%04d-%02d-%02d", date.year, date.month, date.day);
}

void td_date_long(struct td_date date, char out[40])
{
    (void)snprintf(out, 40, "%s %d %s %d", weekdays[td_date_weekday(date)], date.day,
                   months[date.month - 1], date.year);
}

/* "Z" or "+01:00" as seconds east of UTC. */
static bool parse_offset(struct td_slice s, int *seconds)
{
    if (td_slice_iis(s, "z")) {
        *seconds = 0;
        return true;
    }
    int hours, minutes;
    if (s.len != 6 || (s.ptr[0] != '+' && s.ptr[0] != '-') || s.ptr[3] != ':' ||
        !digits(s, 1, 2, &hours) || !digits(s, 4, 2, &minutes) || hours > 23 ||
        minutes > 59) {
        return false;
    }
    *seconds = (hours * 60 + minutes) * (s.ptr[0] == '-' ? -60 : 60);
    return true;
}

/* Takes ".25" off *s as microseconds; digits past the sixth are dropped. */
static bool parse_fraction(struct td_slice *s, td_time *micros)
{
    *micros = 0;
    if (s->len == 0 || s->ptr[0] != '.') {
        return true;
    }
    td_time unit = TD_SECOND;
    size_t i = 1;
    for (; i < s->len && s->ptr[i] >= '0' && s->ptr[i] <= '9'; i++) {
        unit /= 10;
        *micros += (s->ptr[i] - '0') * unit;
    }
    *s = td_slice_sub(*s, i, s->len);
    return i > 1;
}

bool td_time_parse(struct td_slice text, td_time *out)
{
    struct td_date date;
    int hour, minute, second, offset;
    td_time micros;
    if (text.len < 20 || !td_date_parse(td_slice_sub(text, 0, 10), &date) ||
        (text.ptr[10] != 'T' && text.ptr[10] != 't') || text.ptr[13] != ':' ||
        text.ptr[16] != ':' || !digits(text, 11, 2, &hour) ||
        !digits(text, 14, 2, &minute) || !digits(text, 17, 2, &second) || hour > 23 ||
        minute > 59 || second > 59) {
        return false;
    }
    struct td_slice rest = td_slice_sub(text, 19, text.len);
    if (!parse_fraction(&rest, &micros) || !parse_offset(rest, &offset)) {
        return false;
    }
    const int64_t of_day = (int64_t)hour * 3600 + minute * 60 + second - offset;
    *out = td_date_days(date) * TD_DAY + of_day * TD_SECOND + micros;
    return true;
}

/* An instant taken apart, in UTC. */
struct civil {
    struct td_date date;
    int hour, minute, second;
};

static struct civil civil_of(td_time t)
{
    const int64_t days = floor_div(t, TD_DAY);
    const int seconds = (int)((t - days * TD_DAY) / TD_SECOND);
    return (struct civil){td_date_from_days(days), seconds / 3600, seconds / 60 % 60,
                          seconds % 60};
}

void td_time_format(td_time t, char out[32])
{
    const struct civil c = civil_of(t);
    (void)snprintf(out, 32, "%04d-%02d-%02dT%02d:%02d:%02dZ", c.date.year, c.date.month,
                   c.date.day, c.hour, c.minute, c.second);
}

void td_time_rfc5322(td_time t, char out[40])
{
    const struct civil c = civil_of(t);
    (void)snprintf(out, 40, "%.3s, %d %.3s %04d %02d:%02d:%02d +0000",
                   weekdays[td_date_weekday(c.date)], c.date.day,
                   months[c.date.month - 1], c.date.year, c.hour, c.minute, c.second);
}

static td_time duration_unit(char letter)
{
    switch (letter) {
    case 's': return TD_SECOND;
    case 'm': return TD_MINUTE;
    case 'h': return TD_HOUR;
    case 'd': return TD_DAY;
    case 'w': return 7 * TD_DAY;
    default: return 0;
    }
}

bool td_duration_parse(struct td_slice text, td_time *out)
{
    td_time total = 0;
    size_t i = 0;
    while (i < text.len) {
        const size_t from = i;
        while (i < text.len && text.ptr[i] >= '0' && text.ptr[i] <= '9') {
            i++;
        }
        const td_time unit = i < text.len ? duration_unit(text.ptr[i]) : 0;
        int64_t n;
        if (unit == 0 || !td_slice_int64(td_slice_sub(text, from, i), &n) ||
            n > (MAX_DURATION - total) / unit) {
            return false;
        }
        total += n * unit;
        i++;
    }
    if (text.len == 0) {
        return false;
    }
    *out = total;
    return true;
}

bool td_clock_time_parse(struct td_slice text, int *minute)
{
    int hours, minutes;
    if (text.len != 5 || text.ptr[2] != ':' || !digits(text, 0, 2, &hours) ||
        !digits(text, 3, 2, &minutes) || hours > 23 || minutes > 59) {
        return false;
    }
    *minute = hours * 60 + minutes;
    return true;
}
