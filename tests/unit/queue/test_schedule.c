/* On which days an edition goes out: rules, calendars, and what libical must not be believed. */
#include "support/td_test.h"

#include <stdlib.h>

#include "base/buf.h"
#include "queue/schedule.h"

static struct td_date day(const char *text)
{
    struct td_date date = {0};
    assert_true(td_date_parse(td_slice(text), &date));
    return date;
}

struct ctx {
    struct td_arena *arena;
    struct td_err err;
};

static int setup(void **state)
{
    struct ctx *ctx = calloc(1, sizeof *ctx);
    ctx->arena = td_arena_create();
    *state = ctx;
    return 0;
}

static int teardown(void **state)
{
    struct ctx *ctx = *state;
    td_arena_destroy(ctx->arena);
    free(ctx);
    return 0;
}

static struct td_schedule *schedule(struct ctx *ctx, const char *rule, const char *starts)
{
    struct td_schedule *out = NULL;
    struct td_date start = starts ? day(starts) : (struct td_date){0};
    assert_ok(
        td_schedule_parse(ctx->arena, rule, starts ? &start : NULL, &out, &ctx->err),
        ctx->err);
    return out;
}

/* "05-04 05-05:Holiday …": the days of a span as text. */
static void assert_days(const struct td_schedule *schedule, const char *from,
                        const char *to, const char *expected)
{
    struct td_schedule_day *days = NULL;
    struct td_buf text;
    size_t count = td_schedule_days(schedule, day(from), day(to), &days);
    td_buf_init(&text, 10000);
    for (size_t i = 0; i < count; i++) {
        char date[11];
        td_date_format(days[i].date, date);
        td_buf_addf(&text, "%s%s%s%s", i > 0 ? " " : "", date + 5,
                    days[i].holiday ? ":" : "", days[i].holiday ? days[i].holiday : "");
    }
    assert_string_equal(text.ptr, expected);
    td_buf_release(&text);
    free(days);
}

static void names_the_days_of_a_rule(void **state)
{
    struct ctx *ctx = *state;
    const struct {
        const char *rule, *starts, *from, *to, *days;
    } cases[] = {
        {"FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", NULL, "2026-05-01", "2026-05-05",
         "05-01 05-04 05-05"},
        {"FREQ=DAILY", NULL, "2028-02-28", "2028-03-01", "02-28 02-29 03-01"},
        {"FREQ=MONTHLY;BYDAY=-1FR", NULL, "2026-01-01", "2026-03-31",
         "01-30 02-27 03-27"},
        {"FREQ=MONTHLY;BYMONTHDAY=-1", NULL, "2026-01-15", "2026-03-15", "01-31 02-28"},
        {"FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=1", NULL, "2026-01-01", "2027-01-01",
         "01-01 01-01"},
        {"FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "2026-01-06", "2026-05-01", "2026-06-10",
         "05-12 05-26 06-09"},
        {"FREQ=WEEKLY;COUNT=3", "2026-05-06", "2026-01-01", "2026-12-31",
         "05-06 05-13 05-20"},
        {"FREQ=DAILY;COUNT=3", "2026-05-06", "2026-05-08", "2026-12-31", "05-08"},
        {"FREQ=DAILY;UNTIL=20260503", NULL, "2026-05-01", "2026-05-09",
         "05-01 05-02 05-03"},
        {"FREQ=DAILY", "2026-05-06", "2026-05-01", "2026-05-07", "05-06 05-07"},
        {"FREQ=DAILY", NULL, "2026-05-02", "2026-05-01", ""},
    };
    for (size_t i = 0; i < TD_ARRAY_LEN(cases); i++)
        assert_days(schedule(ctx, cases[i].rule, cases[i].starts), cases[i].from,
                    cases[i].to, cases[i].days);
}

static void names_the_days_that_rfc_5545_says(void **state)
{
    struct ctx *ctx = *state;
    const struct {
        const char *rule, *starts, *from, *to, *days;
    } cases[] = {
        /* examples of RFC 5545, section 3.8.5.3 */
        {"FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", "1997-08-05", "1997-08-01",
         "1997-12-31", "08-05 08-10 08-19 08-24"},
        {"FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", "1997-08-05", "1997-08-01",
         "1997-12-31", "08-05 08-17 08-19 08-31"},
        {"FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "1997-09-02", "1997-01-01", "1999-12-31",
         "02-13 03-13 11-13 08-13"},
        {"FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3", "1997-09-04", "1997-01-01",
         "1998-12-31", "09-04 10-07 11-06"},
        {"FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2", "1997-09-29", "1997-01-01",
         "1998-01-31", "09-29 10-30 11-27 12-30 01-29"},
        {"FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8",
         "1996-11-05", "1996-01-01", "2005-12-31", "11-05 11-07 11-02"},
        {"FREQ=YEARLY;INTERVAL=3;COUNT=5;BYYEARDAY=1,100,200", "1997-01-01", "1997-01-01",
         "2010-12-31", "01-01 04-10 07-19 01-01 04-09"},
        {"FREQ=MONTHLY;BYDAY=1SA,-1SU", NULL, "2026-02-01", "2026-05-31",
         "02-07 02-22 03-07 03-29 04-04 04-26 05-02 05-31"},
        {"FREQ=YEARLY;BYMONTH=1,7", "2026-05-04", "2026-01-01", "2027-12-31",
         "07-04 01-04 07-04"},
        {"FREQ=MONTHLY;INTERVAL=5;BYMONTHDAY=1", "2026-01-01", "2026-07-01", "2027-12-31",
         "11-01 04-01 09-01"},
        {"FREQ=YEARLY;BYDAY=20MO", "1997-05-19", "1997-01-01", "1999-12-31",
         "05-19 05-18 05-17"},
        /* in these libical alone would lose the rhythm */
        {"FREQ=WEEKLY;INTERVAL=13;BYDAY=SU;BYMONTH=3,11", "2026-08-15", "2026-08-01",
         "2027-12-31", "11-15 11-14"},
        {"FREQ=YEARLY;BYMONTHDAY=29;BYMONTH=2;INTERVAL=3", "2025-01-01", "2031-01-01",
         "2040-12-31", "02-29"},
    };
    for (size_t i = 0; i < TD_ARRAY_LEN(cases); i++)
        assert_days(schedule(ctx, cases[i].rule, cases[i].starts), cases[i].from,
                    cases[i].to, cases[i].days);
}

static void refuses_what_is_no_rule_or_is_not_understood(void **state)
{
    struct ctx *ctx = *state;
    const struct {
        const char *rule, *says;
    } cases[] = {
        {"", "not a recurrence"},
        {"weekdays", "not a recurrence"},
        {"FREQ=WEEKLY;BYDAY=XX", "not a recurrence"},
        {"FREQ=WEEKLY;BYDAY=MO;FOO=1", "not a recurrence"},
        {"FREQ=WEEKLY;BYDAY=MO;INTERVAL=0", "not a recurrence"},
        {"FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", "BYWEEKNO"},
        {"FREQ=WEEKLY;BYDAY=1MO", "numbered day"},
        {"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "never names a day"},
        {"FREQ=DAILY;BYMONTH=13", "never names a day"},
        {"FREQ=DAILY;UNTIL=20261345", "UNTIL"},
        {"FREQ=HOURLY", "the hour is the key at"},
        {"FREQ=DAILY;BYHOUR=7", "the hour is the key at"},
        {"FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", "starts"},
        {"FREQ=DAILY;COUNT=3", "starts"},
        {"FREQ=YEARLY;BYMONTHDAY=15", "needs BYMONTH"},
        {"FREQ=MONTHLY;BYMONTHDAY=-1,28,30;BYSETPOS=-1", "BYSETPOS"},
        {"FREQ=YEARLY;BYYEARDAY=1,200;BYMONTH=4,7", "BYYEARDAY"},
        {"FREQ=WEEKLY", "starts"},
        {"FREQ=MONTHLY", "starts"},
    };
    for (size_t i = 0; i < TD_ARRAY_LEN(cases); i++) {
        struct td_schedule *out = NULL;
        ctx->err.text[0] = '\0';
        assert_int_equal(
            td_schedule_parse(ctx->arena, cases[i].rule, NULL, &out, &ctx->err),
            TD_CONFIG);
        assert_contains(ctx->err.text, cases[i].says);
        assert_null(out);
    }
}

#define CALENDAR(events)                                                                 \
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\n" events "END:"             \
    "VCALENDAR\r\n"
#define EVENT(lines) "BEGIN:VEVENT\r\n" lines "END:VEVENT\r\n"

static void takes_days_off_from_a_calendar(void **state)
{
    struct ctx *ctx = *state;
    struct td_schedule *weekdays =
        schedule(ctx, "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", NULL);
    static const char ics[] = CALENDAR(
        EVENT("DTSTART;VALUE=DATE:20260504\r\nDTEND;VALUE=DATE:20260505\r\n"
              "SUMMARY:Early May bank holiday\r\n") /* one day, as GOV.UK writes it */
        EVENT("DTSTART;VALUE=DATE:20260506\r\nDTEND;VALUE=DATE:20260508\r\n"
              "SUMMARY:Two\r\n")
            EVENT(
                "DTSTART:20260511T090000Z\r\nDTEND:20260511T170000Z\r\nSUMMARY:Timed\r\n")
                EVENT(
                    "DTSTART;VALUE=DATE:20260512\r\nSTATUS:CANCELLED\r\nSUMMARY:Off\r\n")
                    EVENT(
                        "DTSTART;VALUE=DATE:20260513\r\nDURATION:P2D\r\nSUMMARY:Long\r\n")
                        EVENT("DTSTART;VALUE=DATE:20201225\r\nRRULE:FREQ="
                              "YEARLY\r\nSUMMARY:Christmas\r\n"
                              "EXDATE;VALUE=DATE:20271225\r\n"));
    assert_ok(td_schedule_add_holidays(weekdays, td_slice(ics), &ctx->err), ctx->err);
    assert_days(weekdays, "2026-05-01", "2026-05-15",
                "05-01 05-04:Early May bank holiday 05-05 05-06:Two 05-07:Two 05-08 "
                "05-11:Timed 05-12 05-13:Long 05-14:Long 05-15");
    assert_days(weekdays, "2025-12-25", "2025-12-26", "12-25:Christmas 12-26");
    assert_days(weekdays, "2028-12-25", "2028-12-25", "12-25:Christmas");
    struct td_schedule *daily = schedule(ctx, "FREQ=DAILY", NULL);
    assert_ok(td_schedule_add_holidays(daily, td_slice(ics), &ctx->err), ctx->err);
    assert_days(daily, "2027-12-25", "2027-12-25", "12-25"); /* EXDATE */
    assert_days(daily, "2026-05-07", "2026-05-07",
                "05-07:Two"); /* begun before the span */
}

static void a_day_that_is_moved_or_called_off_once_is_none(void **state)
{
    struct ctx *ctx = *state;
    struct td_schedule *daily = schedule(ctx, "FREQ=DAILY", NULL);
    static const char ics[] = CALENDAR(
        EVENT("UID:may\r\nDTSTART;VALUE=DATE:20190506\r\nSUMMARY:Early May\r\n"
              "RRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=1MO\r\n")
            EVENT("UID:may\r\nRECURRENCE-ID;VALUE=DATE:20200504\r\nSUMMARY:VE Day\r\n"
                  "DTSTART;VALUE=DATE:20200508\r\n") /* as in 2020 */
        EVENT("UID:may\r\nRECURRENCE-ID;VALUE=DATE:20210503\r\nSTATUS:CANCELLED\r\n"
              "DTSTART;VALUE=DATE:20210503\r\n")
            EVENT("UID:other\r\nRECURRENCE-ID;VALUE=DATE:20220502\r\nSUMMARY:Other\r\n"
                  "DTSTART;VALUE=DATE:20220505\r\n"));
    assert_ok(td_schedule_add_holidays(daily, td_slice(ics), &ctx->err), ctx->err);
    assert_days(daily, "2020-05-04", "2020-05-08",
                "05-04 05-05 05-06 05-07 05-08:VE Day");
    assert_days(daily, "2021-05-03", "2021-05-03", "05-03");
    assert_days(daily, "2022-05-02", "2022-05-02", "05-02:Early May");
}

static void two_calendars_add_up(void **state)
{
    struct ctx *ctx = *state;
    struct td_schedule *daily = schedule(ctx, "FREQ=DAILY", NULL);
    assert_ok(
        td_schedule_add_holidays(
            daily,
            td_slice(CALENDAR(EVENT("DTSTART;VALUE=DATE:20260504\r\nSUMMARY:A\r\n"))),
            &ctx->err),
        ctx->err);
    assert_ok(td_schedule_add_holidays(
                  daily,
                  td_slice("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20260505\n"
                           "SUMMARY:B\nEND:VEVENT\nEND:VCALENDAR\n"),
                  &ctx->err),
              ctx->err);
    assert_days(daily, "2026-05-03", "2026-05-06", "05-03 05-04:A 05-05:B 05-06");
}

static void refuses_a_calendar_with_the_line(void **state)
{
    struct ctx *ctx = *state;
    struct td_schedule *daily = schedule(ctx, "FREQ=DAILY", NULL);
    const struct {
        const char *ics, *says;
    } cases[] = {
        {"", "not a calendar"},
        {"hello\n", "not a calendar"},
        {CALENDAR(""), "no VEVENT"},
        {CALENDAR(EVENT("SUMMARY:x\r\n")), "line 4: this event has no DTSTART"},
        {CALENDAR(EVENT("DTSTART;VALUE=DATE:20260504\r\n")
                      EVENT("DTSTART;VALUE=DATE:20261345\r\n")),
         "line 7: DTSTART is not a real date"},
        {CALENDAR(EVENT("DTSTART;VALUE=DATE:20260504\r\nDTEND;VALUE=DATE:20260501\r\n")),
         "line 4: it ends before it begins"},
        {CALENDAR(EVENT("DTSTART;VALUE=DATE:20200504\r\nDTEND;VALUE=DATE:20260501\r\n")),
         "line 4: it ends before it begins"},
        {CALENDAR(EVENT("DTSTART;VALUE=DATE:20260504\r\n"
                        "RRULE:FREQ=YEARLY;BYWEEKNO=3\r\n")),
         "line 4: BYWEEKNO"},
        {CALENDAR(EVENT("DTSTART;VALUE=DATE:20260504\r\nRDATE;VALUE=DATE:20260601\r\n")),
         "line 4: RDATE"},
    };
    for (size_t i = 0; i < TD_ARRAY_LEN(cases); i++) {
        ctx->err.text[0] = '\0';
        assert_int_not_equal(
            td_schedule_add_holidays(daily, td_slice(cases[i].ics), &ctx->err), TD_OK);
        assert_contains(ctx->err.text, cases[i].says);
    }
    assert_days(daily, "2026-05-04", "2026-05-04", "05-04"); /* nothing of them stayed */
}

static void refuses_a_calendar_that_would_take_for_ever(void **state)
{
    struct ctx *ctx = *state;
    struct td_schedule *daily = schedule(ctx, "FREQ=DAILY", NULL);
    struct td_buf text;
    td_buf_init(&text, 2 * TD_CALENDAR_MAX);
    td_buf_add_str(&text, "BEGIN:VCALENDAR\nX-LONG:");
    td_buf_add_repeat(&text, 'x', TD_CALENDAR_LINE_MAX);
    assert_int_equal(td_schedule_add_holidays(daily, td_buf_slice(&text), &ctx->err),
                     TD_DATA);
    assert_contains(ctx->err.text, "line 2: longer than");
    td_buf_clear(&text);
    td_buf_add_repeat(&text, '\n', TD_CALENDAR_MAX + 1);
    assert_int_equal(td_schedule_add_holidays(daily, td_buf_slice(&text), &ctx->err),
                     TD_DATA);
    assert_contains(ctx->err.text, "larger than");
    assert_int_equal(td_schedule_add_holidays(daily, td_slice_n("BEGIN\0", 6), &ctx->err),
                     TD_DATA);
    td_buf_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(names_the_days_of_a_rule, setup, teardown),
        cmocka_unit_test_setup_teardown(names_the_days_that_rfc_5545_says, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(refuses_what_is_no_rule_or_is_not_understood,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(takes_days_off_from_a_calendar, setup, teardown),
        cmocka_unit_test_setup_teardown(a_day_that_is_moved_or_called_off_once_is_none,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(two_calendars_add_up, setup, teardown),
        cmocka_unit_test_setup_teardown(refuses_a_calendar_with_the_line, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(refuses_a_calendar_that_would_take_for_ever,
                                        setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
