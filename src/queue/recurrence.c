/* The days of a rule (recurrence.h). */
#include "queue/recurrence.h"

#include <libical/ical.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define RULE_MAX      500
#define STEPS_MAX     200000 /* of a rule that cannot be begun in the middle */
#define HORIZON_YEARS 30     /* a rule that names no day in so many years never will */

/* What a rule counts from that does not depend on it. */
static const struct td_date anchor = {2000, 1, 1};

struct td_recurrence {
    struct icalrecurrencetype rule; /* as libical is asked */
    struct icaltimetype start;
    /* Of a weekly rule with INTERVAL, in which libical loses the rhythm where the first week is not whole or
     * WKST is no Monday: it is asked for every week. */
    int weeks; /* 0: another rule */
    int count; /* 0: it has none */
};

struct td_recurrence_walk {
    const struct td_recurrence *recurrence;
    icalrecur_iterator *it; /* NULL: the rule never happens */
    int64_t from;
    int counted;
};

/* Not from icaltime_null_date(): its hour of -1 shifts what is iterated by a day. */
static struct icaltimetype to_ical(struct td_date date)
{
    return (struct icaltimetype){
        .year = date.year, .month = date.month, .day = date.day, .is_date = 1};
}

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

/* Days of the month by number from its start and from its end: two may be one day. */
static bool counts_both_ways(const struct icalrecurrencetype *rule)
{
    bool from_start = false;
    bool from_end = false;
    for (size_t i = 0; i < TD_ARRAY_LEN(rule->by_month_day) &&
                       rule->by_month_day[i] != ICAL_RECURRENCE_ARRAY_MAX;
         i++) {
        from_start = from_start || rule->by_month_day[i] > 0;
        from_end = from_end || rule->by_month_day[i] < 0;
    }
    return from_start && from_end;
}

/* What libical 3.0.16 reckons otherwise than RFC 5545, and what says the same; NULL: nothing that is
 * known. tests/flow/test_schedule_rules.py compares all other rules with dateutil's days. */
static const char *misread(const struct icalrecurrencetype *rule)
{
    const bool positions = names(rule->by_set_pos);
    if (names(rule->by_week_no))
        return "BYWEEKNO is not supported; FREQ=WEEKLY with INTERVAL, or BYMONTH and "
               "BYDAY, "
               "may say the same";
    if (has_ordinal(rule) && rule->freq != ICAL_MONTHLY_RECURRENCE &&
        rule->freq != ICAL_YEARLY_RECURRENCE)
        return "a numbered day (1MO) is for FREQ=MONTHLY and FREQ=YEARLY only";
    if (rule->freq == ICAL_YEARLY_RECURRENCE && names(rule->by_month_day) &&
        !names(rule->by_month))
        return "BYMONTHDAY in a yearly rule needs BYMONTH; FREQ=MONTHLY names a day of "
               "each "
               "month";
    if (names(rule->by_year_day) &&
        (names(rule->by_month) || names(rule->by_month_day) || names(rule->by_day)))
        return "BYYEARDAY is not supported together with BYMONTH, BYMONTHDAY or BYDAY";
    if (positions && counts_both_ways(rule))
        return "BYSETPOS is not supported together with days of the month that are "
               "counted "
               "from both of its ends";
    return NULL;
}

/* Reads a rule that names days and that libical gets right. */
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
    const char *misread_how = misread(out);
    if (misread_how)
        return td_fail(err, TD_CONFIG, "%s", misread_how);
    if (!icaltime_is_null_time(out->until) && !is_real(out->until))
        return td_fail(err, TD_CONFIG, "UNTIL is not a real date");
    return TD_OK;
}

/* Takes INTERVAL and COUNT of a weekly rule out of it. */
static void take_weeks(struct td_recurrence *recurrence)
{
    struct icalrecurrencetype *rule = &recurrence->rule;
    if (rule->freq != ICAL_WEEKLY_RECURRENCE || rule->interval == 1)
        return;
    recurrence->weeks = rule->interval;
    recurrence->count = rule->count;
    rule->interval = 1;
    rule->count = 0;
}

/* Whether the day is in a week of the rhythm, from that of the start on; a week begins as WKST says. */
static bool is_in_rhythm(const struct td_recurrence *recurrence, int64_t day)
{
    const struct icaltimetype *start = &recurrence->start;
    const int weekday = icaltime_day_of_week(*start); /* 1: Sunday */
    const int into = (weekday - (int)recurrence->rule.week_start + 7) % 7;
    const int64_t first = to_days(*start) - into;
    return recurrence->weeks == 0 || (day - first) / 7 % recurrence->weeks == 0;
}

struct td_recurrence_walk *td_recurrence_begin(const struct td_recurrence *recurrence,
                                               int64_t from)
{
    struct td_recurrence_walk *walk = td_xcalloc(1, sizeof *walk);
    walk->recurrence = recurrence;
    walk->it = icalrecur_iterator_new(recurrence->rule, recurrence->start);
    walk->from = from;
    /* Begun in the middle, libical loses what INTERVAL and COUNT count from. */
    const bool counts = recurrence->rule.count > 0 || recurrence->count > 0;
    if (walk->it && !counts && recurrence->rule.interval == 1 &&
        from > to_days(recurrence->start))
        (void)icalrecur_iterator_set_start(walk->it, to_ical(td_date_from_days(from)));
    return walk;
}

bool td_recurrence_next(struct td_recurrence_walk *walk, int64_t to, int64_t *day)
{
    for (int step = 0; walk->it && step < STEPS_MAX; step++) {
        struct icaltimetype t = icalrecur_iterator_next(walk->it);
        if (icaltime_is_null_time(t))
            return false;
        *day = to_days(t);
        if (!is_in_rhythm(walk->recurrence, *day))
            continue;
        if (walk->recurrence->count > 0 && walk->counted++ == walk->recurrence->count)
            return false;
        if (*day >= walk->from)
            return *day <= to;
    }
    return false;
}

void td_recurrence_end(struct td_recurrence_walk *walk)
{
    icalrecur_iterator_free(walk->it);
    free(walk);
}

static bool ever_happens(const struct td_recurrence *recurrence)
{
    int64_t first = to_days(recurrence->start);
    int64_t day;
    struct td_recurrence_walk *walk = td_recurrence_begin(recurrence, first);
    bool happens = td_recurrence_next(walk, first + HORIZON_YEARS * 366, &day);
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
    recurrence->start = to_ical(start ? *start : anchor);
    take_weeks(recurrence);
    if (!ever_happens(recurrence))
        return td_fail(err, TD_CONFIG, "this rule never names a day");
    *out = recurrence;
    return TD_OK;
}
