/* The days of a rule (recurrence.h). libical reads it; the days are reckoned here. */
#include "queue/recurrence.h"

#include <libical/ical.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define RULE_MAX      500
#define COUNT_MAX     10000 /* days of a rule with a COUNT: they are counted once */
#define COUNT_YEARS   400   /* a rule that does not get there by then does not end */
#define HORIZON_YEARS 30    /* a rule that names no day in so many years never will */
#define YEAR_DAYS     366

/* What a rule counts from that does not depend on it. */
static const struct td_date anchor = {2000, 1, 1};

struct td_recurrence {
    struct icalrecurrencetype rule;
    struct td_date start;
    int64_t last; /* its last day, by UNTIL or COUNT; INT64_MAX: it has none */
};

/* Goes from period to period: days, weeks, months or years, as FREQ says. */
struct td_recurrence_walk {
    const struct td_recurrence *recurrence;
    int64_t from;
    int64_t period;          /* the next one, from that of the start on */
    int64_t days[YEAR_DAYS]; /* what the rule names of the one at hand, in order */
    size_t count, next;
};

/* ---- reading a rule ---- */

static int64_t to_days(struct icaltimetype t)
{
    return td_date_days((struct td_date){t.year, t.month, t.day});
}

/* libical takes 20261345 for a date. */
static bool is_real(struct icaltimetype t)
{
    struct td_date date = td_date_from_days(to_days(t));
    return date.month == t.month && date.day == t.day;
}

static bool names(const short *list)
{
    return list[0] != ICAL_RECURRENCE_ARRAY_MAX;
}

static bool has_ordinal(const struct icalrecurrencetype *rule)
{
    for (size_t i = 0; i < TD_ARRAY_LEN(rule->by_day); i++) {
        if (rule->by_day[i] == ICAL_RECURRENCE_ARRAY_MAX)
            return false;
        if (icalrecurrencetype_day_position(rule->by_day[i]) != 0)
            return true;
    }
    return false;
}

/* What the rule leaves to the day it counts from. */
static bool needs_start(const struct icalrecurrencetype *rule)
{
    bool day =
        names(rule->by_day) || names(rule->by_month_day) || names(rule->by_year_day);
    if (rule->interval > 1 || rule->count > 0)
        return true;
    return !day && rule->freq != ICAL_DAILY_RECURRENCE;
}

/* Reads a rule that names days. */
static enum td_status read_rule(const char *text, struct icalrecurrencetype *out,
                                struct td_err *err)
{
    if (strlen(text) > RULE_MAX)
        return td_fail(err, TD_CONFIG, "a rule of more than %d characters", RULE_MAX);
    icalerror_set_errors_are_fatal(0);
    *out = icalrecurrencetype_from_string(text);
    if (out->freq == ICAL_NO_RECURRENCE)
        return td_fail(err, TD_CONFIG,
                       "\"%s\" is not a recurrence of RFC 5545, such as "
                       "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
                       text);
    if (out->rscale) {
        free(out->rscale);
        return td_fail(err, TD_CONFIG, "RSCALE: only the Gregorian calendar is known");
    }
    if (out->freq < ICAL_DAILY_RECURRENCE || names(out->by_hour) ||
        names(out->by_minute) || names(out->by_second))
        return td_fail(err, TD_CONFIG, "a rule names days; the hour is the key at");
    if (out->count > COUNT_MAX)
        return td_fail(err, TD_CONFIG, "COUNT: more than %d; UNTIL can say it",
                       COUNT_MAX);
    if (names(out->by_week_no))
        return td_fail(err, TD_CONFIG,
                       "BYWEEKNO is not supported; FREQ=WEEKLY with INTERVAL, or BYMONTH "
                       "and BYDAY, may say the same");
    if (has_ordinal(out) && out->freq != ICAL_MONTHLY_RECURRENCE &&
        out->freq != ICAL_YEARLY_RECURRENCE)
        return td_fail(err, TD_CONFIG,
                       "a numbered day (1MO) is for FREQ=MONTHLY and FREQ=YEARLY only");
    if (!icaltime_is_null_time(out->until) && !is_real(out->until))
        return td_fail(err, TD_CONFIG, "UNTIL is not a real date");
    return TD_OK;
}

/* ---- the days of a period ---- */

/* A date and what rules ask of it. */
struct place {
    struct td_date date;
    int weekday;           /* 1: Sunday, as libical counts */
    int of_month, of_year; /* from 1 */
    int in_month, in_year; /* how many days these have */
};

static int64_t day_of(int64_t year, int64_t month, int day)
{
    return td_date_days((struct td_date){(int)year, (int)month, day});
}

static struct place place_of(int64_t day)
{
    const struct td_date date = td_date_from_days(day);
    const int64_t month = day_of(date.year, date.month, 1);
    const int64_t year = day_of(date.year, 1, 1);
    const int64_t next_month =
        day_of(date.year + date.month / 12, date.month % 12 + 1, 1);
    return (struct place){
        .date = date,
        .weekday = td_date_weekday(date) + 1,
        .of_month = date.day,
        .of_year = (int)(day - year) + 1,
        .in_month = (int)(next_month - month),
        .in_year = (int)(day_of(date.year + 1, 1, 1) - year),
    };
}

/* Whether a list that counts from the end by what is below 0 has the nth of so many. */
static bool has_nth(const short *list, size_t size, int n, int many)
{
    for (size_t i = 0; i < size && list[i] != ICAL_RECURRENCE_ARRAY_MAX; i++)
        if (list[i] == n || list[i] == n - many - 1)
            return true;
    return false;
}

/* A numbered weekday is one of its month, or of its year where the rule speaks of no month. */
static bool is_by_day(const struct icalrecurrencetype *rule, const struct place *place)
{
    const bool year = rule->freq == ICAL_YEARLY_RECURRENCE && !names(rule->by_month);
    const int n = year ? place->of_year : place->of_month;
    const int many = year ? place->in_year : place->in_month;
    for (size_t i = 0;
         i < TD_ARRAY_LEN(rule->by_day) && rule->by_day[i] != ICAL_RECURRENCE_ARRAY_MAX;
         i++) {
        const int nth = icalrecurrencetype_day_position(rule->by_day[i]);
        if (icalrecurrencetype_day_day_of_week(rule->by_day[i]) ==
                (icalrecurrencetype_weekday)place->weekday &&
            (nth == 0 || nth == (n - 1) / 7 + 1 || nth == -((many - n) / 7 + 1)))
            return true;
    }
    return false;
}

/* What a rule that names no day has of the one it counts from. */
static bool is_as_start(const struct td_recurrence *recurrence, const struct place *place)
{
    const struct icalrecurrencetype *rule = &recurrence->rule;
    switch (rule->freq) {
    case ICAL_WEEKLY_RECURRENCE:
        return place->weekday == td_date_weekday(recurrence->start) + 1;
    case ICAL_MONTHLY_RECURRENCE: return place->date.day == recurrence->start.day;
    case ICAL_YEARLY_RECURRENCE:
        return place->date.day == recurrence->start.day &&
               (names(rule->by_month) || place->date.month == recurrence->start.month);
    default: return true;
    }
}

/* For whole days, all that RFC 5545 calls expanding or limiting comes to this: each part that is there has
 * to fit. */
static bool fits(const struct td_recurrence *recurrence, const struct place *place)
{
    const struct icalrecurrencetype *rule = &recurrence->rule;
    const bool by_day = names(rule->by_day);
    const bool by_month_day = names(rule->by_month_day);
    const bool by_year_day = names(rule->by_year_day);
    if (names(rule->by_month) &&
        !has_nth(rule->by_month, TD_ARRAY_LEN(rule->by_month), place->date.month, 12))
        return false;
    if (!by_day && !by_month_day && !by_year_day)
        return is_as_start(recurrence, place);
    return (!by_day || is_by_day(rule, place)) &&
           (!by_month_day || has_nth(rule->by_month_day, TD_ARRAY_LEN(rule->by_month_day),
                                     place->of_month, place->in_month)) &&
           (!by_year_day || has_nth(rule->by_year_day, TD_ARRAY_LEN(rule->by_year_day),
                                    place->of_year, place->in_year));
}

/* ---- periods ---- */

/* The first day of the nth period, of which 0 has the start in it. */
static int64_t period_begin(const struct td_recurrence *recurrence, int64_t n)
{
    const struct td_date start = recurrence->start;
    const int64_t day = td_date_days(start);
    const int64_t month = start.year * 12 + start.month - 1 + n;
    switch (recurrence->rule.freq) {
    case ICAL_WEEKLY_RECURRENCE: {
        const int first = (int)recurrence->rule.week_start; /* 1: Sunday */
        return day - (td_date_weekday(start) + 1 - first + 7) % 7 + 7 * n;
    }
    case ICAL_MONTHLY_RECURRENCE: return day_of(month / 12, month % 12 + 1, 1);
    case ICAL_YEARLY_RECURRENCE: return day_of(start.year + n, 1, 1);
    default: return day + n;
    }
}

/* The period that the day, which is no earlier than the start, is in. */
static int64_t period_of(const struct td_recurrence *recurrence, int64_t day)
{
    const struct td_date start = recurrence->start;
    const struct td_date date = td_date_from_days(day);
    switch (recurrence->rule.freq) {
    case ICAL_WEEKLY_RECURRENCE: return (day - period_begin(recurrence, 0)) / 7;
    case ICAL_MONTHLY_RECURRENCE:
        return (date.year - start.year) * 12 + date.month - start.month;
    case ICAL_YEARLY_RECURRENCE: return date.year - start.year;
    default: return day - td_date_days(start);
    }
}

/* BYSETPOS: of the days of a period only those at these places, counted from its end too. */
static void keep_positions(struct td_recurrence_walk *walk)
{
    const short *list = walk->recurrence->rule.by_set_pos;
    const size_t size = TD_ARRAY_LEN(walk->recurrence->rule.by_set_pos);
    const size_t count = walk->count;
    if (!names(list))
        return;
    walk->count = 0;
    for (size_t i = 0; i < count; i++)
        if (has_nth(list, size, (int)i + 1, (int)count))
            walk->days[walk->count++] = walk->days[i];
}

/* Takes up the next period; false when it begins after that day. */
static bool next_period(struct td_recurrence_walk *walk, int64_t to)
{
    const struct td_recurrence *recurrence = walk->recurrence;
    const int64_t begin = period_begin(recurrence, walk->period);
    const int64_t end = period_begin(recurrence, walk->period + 1);
    if (begin > to)
        return false;
    walk->count = walk->next = 0;
    for (int64_t day = begin; day < end; day++) {
        const struct place place = place_of(day);
        if (fits(recurrence, &place))
            walk->days[walk->count++] = day;
    }
    keep_positions(walk);
    walk->period += recurrence->rule.interval;
    return true;
}

/* ---- the walk ---- */

struct td_recurrence_walk *td_recurrence_begin(const struct td_recurrence *recurrence,
                                               int64_t from)
{
    struct td_recurrence_walk *walk = td_xcalloc(1, sizeof *walk);
    const int64_t start = td_date_days(recurrence->start);
    const int64_t interval = recurrence->rule.interval;
    walk->recurrence = recurrence;
    walk->from = from > start ? from : start;
    walk->period = period_of(recurrence, walk->from) / interval * interval;
    return walk;
}

bool td_recurrence_next(struct td_recurrence_walk *walk, int64_t to, int64_t *day)
{
    if (to > walk->recurrence->last)
        to = walk->recurrence->last;
    for (;;) {
        while (walk->next < walk->count) {
            *day = walk->days[walk->next++];
            if (*day >= walk->from)
                return *day <= to;
        }
        if (!next_period(walk, to))
            return false;
    }
}

void td_recurrence_end(struct td_recurrence_walk *walk)
{
    free(walk);
}

/* ---- making one ---- */

/* Its last day. */
static void find_last(struct td_recurrence *recurrence)
{
    const struct icalrecurrencetype *rule = &recurrence->rule;
    const int64_t start = td_date_days(recurrence->start);
    int64_t day = 0;
    int count = 0;
    recurrence->last =
        icaltime_is_null_time(rule->until) ? INT64_MAX : to_days(rule->until);
    if (rule->count == 0)
        return;
    struct td_recurrence_walk *walk = td_recurrence_begin(recurrence, start);
    while (count < rule->count &&
           td_recurrence_next(walk, start + COUNT_YEARS * YEAR_DAYS, &day))
        count++;
    if (count == rule->count)
        recurrence->last = day;
    td_recurrence_end(walk);
}

static bool ever_happens(const struct td_recurrence *recurrence)
{
    int64_t first = td_date_days(recurrence->start);
    int64_t day;
    struct td_recurrence_walk *walk = td_recurrence_begin(recurrence, first);
    bool happens = td_recurrence_next(walk, first + HORIZON_YEARS * YEAR_DAYS, &day);
    td_recurrence_end(walk);
    return happens;
}

enum td_status td_recurrence_parse(struct td_arena *arena, const char *rule,
                                   const struct td_date *start,
                                   struct td_recurrence **out, struct td_err *err)
{
    struct td_recurrence *recurrence = td_arena_alloc(arena, sizeof *recurrence);
    enum td_status status = read_rule(rule, &recurrence->rule, err);
    if (status != TD_OK)
        return status;
    if (!start && needs_start(&recurrence->rule))
        return td_fail(err, TD_CONFIG,
                       "this rule depends on the day it counts from: give it in starts");
    recurrence->start = start ? *start : anchor;
    find_last(recurrence);
    if (!ever_happens(recurrence))
        return td_fail(err, TD_CONFIG, "this rule never names a day");
    *out = recurrence;
    return TD_OK;
}
