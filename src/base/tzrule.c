/* tzrule.c: POSIX TZ strings: the footer of TZif files, for years past their table. */
#include "base/tzif.h"

static bool take(struct td_slice *s, char c)
{
    if (s->len == 0 || s->ptr[0] != c) {
        return false;
    }
    *s = td_slice_sub(*s, 1, s->len);
    return true;
}

static bool take_number(struct td_slice *s, int least, int most, int *out)
{
    size_t n = 0;
    while (n < s->len && s->ptr[n] >= '0' && s->ptr[n] <= '9') {
        n++;
    }
    int64_t value;
    if (!td_slice_int64(td_slice_sub(*s, 0, n), &value) || value < least ||
        value > most) {
        return false;
    }
    *out = (int)value;
    *s = td_slice_sub(*s, n, s->len);
    return true;
}

/* "BST" or "<+1030>"; its text is of no interest. */
static bool take_name(struct td_slice *s)
{
    size_t n = 0;
    if (take(s, '<')) {
        n = td_slice_find(*s, 0, '>');
        if (n == (size_t)-1) {
            return false;
        }
        *s = td_slice_sub(*s, n + 1, s->len);
        return true;
    }
    while (n < s->len && ((s->ptr[n] >= 'A' && s->ptr[n] <= 'Z') ||
                          (s->ptr[n] >= 'a' && s->ptr[n] <= 'z'))) {
        n++;
    }
    *s = td_slice_sub(*s, n, s->len);
    return n >= 3;
}

/* "-1:30" as seconds; up to a week, as RFC 8536 allows for the time of a change. */
static bool take_time(struct td_slice *s, int32_t *seconds)
{
    const bool negative = take(s, '-');
    if (!negative) {
        (void)take(s, '+');
    }
    int hours, minutes = 0, rest = 0;
    if (!take_number(s, 0, 167, &hours) ||
        (take(s, ':') && !take_number(s, 0, 59, &minutes)) ||
        (take(s, ':') && !take_number(s, 0, 59, &rest))) {
        return false;
    }
    const int32_t total = hours * 3600 + minutes * 60 + rest;
    *seconds = negative ? -total : total;
    return true;
}

/* ",M3.5.0/1" */
static bool take_change(struct td_slice *s, struct td_tz_change *change)
{
    *change = (struct td_tz_change){.kind = '0', .time = 2 * 3600};
    bool good = take(s, ',');
    if (good && take(s, 'M')) {
        change->kind = 'M';
        good = take_number(s, 1, 12, &change->month) && take(s, '.') &&
               take_number(s, 1, 5, &change->week) && take(s, '.') &&
               take_number(s, 0, 6, &change->day);
    } else if (good && take(s, 'J')) {
        change->kind = 'J';
        good = take_number(s, 1, 365, &change->day);
    } else {
        good = good && take_number(s, 0, 365, &change->day);
    }
    return good && (!take(s, '/') || take_time(s, &change->time));
}

bool td_tz_rule_parse(struct td_slice text, struct td_tz_rule *out)
{
    *out = (struct td_tz_rule){0};
    int32_t west;
    if (!take_name(&text) || !take_time(&text, &west)) {
        return false;
    }
    out->standard = -west; /* POSIX counts the hours to add to reach UTC */
    out->summer = out->standard;
    if (text.len == 0) {
        return true;
    }
    out->has_summer = true;
    out->summer = out->standard + 3600;
    if (!take_name(&text)) {
        return false;
    }
    if (text.len > 0 && text.ptr[0] != ',') {
        if (!take_time(&text, &west)) {
            return false;
        }
        out->summer = -west;
    }
    return take_change(&text, &out->start) && take_change(&text, &out->end) &&
           text.len == 0;
}

/* Days since 1970 of a change in a year. */
static int64_t day_of_change(const struct td_tz_change *change, int year)
{
    const int64_t new_year = td_date_days((struct td_date){year, 1, 1});
    if (change->kind == '0') {
        return new_year + change->day;
    }
    if (change->kind == 'J') {
        const int64_t march = td_date_days((struct td_date){year, 3, 1});
        const bool leap = march - new_year == 60;
        return new_year + change->day - 1 + (leap && change->day >= 60);
    }
    const struct td_date first = {year, change->month, 1};
    const struct td_date next = {year + change->month / 12, change->month % 12 + 1, 1};
    const int64_t month = td_date_days(first);
    int64_t day = month + (change->day - td_date_weekday(first) + 7) % 7;
    day += 7 * (change->week - 1);
    while (day >= td_date_days(next)) {
        day -= 7; /* week 5 is the last one, even where it is the fourth */
    }
    return day;
}

/* The instant of a change; `before` is the offset in force until then. */
static int64_t instant_of_change(const struct td_tz_change *change, int year,
                                 int32_t before)
{
    return day_of_change(change, year) * 86400 + change->time - before;
}

int32_t td_tz_rule_offset(const struct td_tz_rule *rule, int64_t utc)
{
    if (!rule->has_summer) {
        return rule->standard;
    }
    const int64_t local = utc + rule->standard;
    const int64_t day = local / 86400 - (local % 86400 < 0);
    const int year = td_date_from_days(day).year;
    /* The last change before the instant decides; one of a neighbouring year may reach
     * into this one by its time of day, and in the south summer time began last year. */
    int64_t latest = INT64_MIN;
    bool summer = false;
    for (int y = year - 1; y <= year + 1; y++) {
        const int64_t start = instant_of_change(&rule->start, y, rule->standard);
        const int64_t end = instant_of_change(&rule->end, y, rule->summer);
        if (start <= utc && start >= latest) {
            latest = start;
            summer = true;
        }
        if (end <= utc && end > latest) {
            latest = end;
            summer = false;
        }
    }
    return summer ? rule->summer : rule->standard;
}
