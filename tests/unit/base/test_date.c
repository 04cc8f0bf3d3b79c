/* test_date.c: civil dates, RFC 3339 and RFC 5322 texts, durations, times of day. */
#include "support/td_test.h"

#include <locale.h>

#include "base/date.h"

static void days_and_dates_agree_over_centuries(void **state)
{
    (void)state;
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    struct td_date date = {1, 1, 1};
    int64_t days = td_date_days(date);
    assert_int_equal(days, -719162);
    for (; date.year < 3000; days++) {
        const struct td_date back = td_date_from_days(days);
        if (td_date_days(date) != days || back.year != date.year ||
            back.month != date.month || back.day != date.day) {
            fail_msg("%04d-%02d-%02d", date.year, date.month, date.day);
        }
        const bool leap =
            date.year % 4 == 0 && (date.year % 100 != 0 || date.year % 400 == 0);
        const int length = lengths[date.month - 1] + (date.month == 2 && leap);
        date.day++;
        if (date.day > length) {
            date.day = 1;
            date.month++;
        }
        if (date.month > 12) {
            date.month = 1;
            date.year++;
        }
    }
    assert_int_equal(td_date_days((struct td_date){1970, 1, 1}), 0);
    assert_int_equal(td_date_days((struct td_date){2026, 11, 20}), 20777);
}

static void weekdays_begin_on_sunday(void **state)
{
    (void)state;
    assert_int_equal(td_date_weekday((struct td_date){1970, 1, 1}), 4);
    assert_int_equal(td_date_weekday((struct td_date){2026, 11, 20}), 5);
    assert_int_equal(td_date_weekday((struct td_date){2026, 11, 22}), 0);
    assert_int_equal(td_date_weekday((struct td_date){1900, 2, 28}), 3);
}

static void only_real_days_are_dates(void **state)
{
    (void)state;
    struct td_date date;
    assert_true(td_date_parse(td_slice("2028-02-29"), &date));
    assert_int_equal(date.year, 2028);
    assert_int_equal(date.month, 2);
    assert_int_equal(date.day, 29);
    static const char *const bad[] = {
        "",           "2026-02-29", "2026-04-31", "2026-13-01",  "2026-00-01",
        "2026-01-00", "0000-01-01", "2026-1-1",   "2026-01-01 ", " 2026-01-01",
        "2026/01/01", "20260101",   "2026-01-0x", "1900-02-29",  "-026-01-01",
    };
    for (size_t i = 0; i < TD_ARRAY_LEN(bad); i++) {
        if (td_date_parse(td_slice(bad[i]), &date)) {
            fail_msg("\"%s\" passed for a date", bad[i]);
        }
    }
}

static void dates_are_written_for_machines_and_people(void **state)
{
    (void)state;
    char text[40];
    td_date_format((struct td_date){987, 6, 5}, text);
    assert_string_equal(text, "0987-06-05");
    td_date_long((struct td_date){2026, 11, 20}, text);
    assert_string_equal(text, "Friday 20 November 2026");
    td_date_long((struct td_date){2026, 5, 3}, text);
    assert_string_equal(text, "Sunday 3 May 2026");
}

static void rfc3339_times_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        td_time t;
    } cases[] = {
        {"1970-01-01T00:00:00Z", 0},
        {"2026-11-20T07:00:00Z", INT64_C(1795158000) * TD_SECOND},
        {"2026-11-20t07:00:00z", INT64_C(1795158000) * TD_SECOND},
        {"2026-11-20T08:00:00+01:00", INT64_C(1795158000) * TD_SECOND},
        {"2026-11-19T21:30:00-09:30", INT64_C(1795158000) * TD_SECOND},
        {"2026-11-20T07:00:00.25Z", INT64_C(1795158000) * TD_SECOND + 250000},
        {"2026-11-20T07:00:00.1234567899+00:00",
         INT64_C(1795158000) * TD_SECOND + 123456},
        {"1969-12-31T23:59:59.999999Z", -1},
    };
    for (size_t i = 0; i < TD_ARRAY_LEN(cases); i++) {
        td_time t;
        assert_true(td_time_parse(td_slice(cases[i].text), &t));
        assert_true(t == cases[i].t);
    }
}

static void what_is_not_rfc3339_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "2026-11-20",
        "2026-11-20T07:00:00",
        "2026-11-20 07:00:00Z",
        "2026-11-20T07:00Z",
        "2026-11-20T24:00:00Z",
        "2026-11-20T07:60:00Z",
        "2026-11-20T07:00:60Z",
        "2026-11-20T07:00:00.Z",
        "2026-11-20T07:00:00,5Z",
        "2026-11-20T07:00:00+0100",
        "2026-11-20T07:00:00+01",
        "2026-11-20T07:00:00+24:00",
        "2026-11-20T07:00:00 +01:00",
        "2026-11-20T07:00:00Zx",
        "2026-02-30T07:00:00Z",
    };
    td_time t;
    for (size_t i = 0; i < TD_ARRAY_LEN(bad); i++) {
        if (td_time_parse(td_slice(bad[i]), &t)) {
            fail_msg("\"%s\" passed for a time", bad[i]);
        }
    }
}

static void instants_are_written_in_utc(void **state)
{
    (void)state;
    char text[40];
    td_time_format(INT64_C(1795158000) * TD_SECOND + 999999, text);
    assert_string_equal(text, "2026-11-20T07:00:00Z");
    td_time_format(-1, text);
    assert_string_equal(text, "1969-12-31T23:59:59Z");
}

static void mail_dates_have_english_names_in_any_locale(void **state)
{
    (void)state;
    (void)setlocale(LC_ALL, "de_DE.UTF-8");
    char text[40];
    td_time_rfc5322(INT64_C(1795158000) * TD_SECOND, text);
    assert_string_equal(text, "Fri, 20 Nov 2026 07:00:00 +0000");
    td_time_rfc5322(td_date_days((struct td_date){2027, 3, 7}) * TD_DAY - 1, text);
    assert_string_equal(text, "Sat, 6 Mar 2027 23:59:59 +0000");
    (void)setlocale(LC_ALL, "C");
}

static void durations_need_their_units(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        td_time t;
    } good[] = {
        {"0s", 0},
        {"90s", 90 * TD_SECOND},
        {"15m", 15 * TD_MINUTE},
        {"10h", 10 * TD_HOUR},
        {"3d", 3 * TD_DAY},
        {"2w", 14 * TD_DAY},
        {"1h30m", 90 * TD_MINUTE},
        {"3653d", 3653 * TD_DAY},
    };
    td_time t;
    for (size_t i = 0; i < TD_ARRAY_LEN(good); i++) {
        assert_true(td_duration_parse(td_slice(good[i].text), &t));
        assert_true(t == good[i].t);
    }
    static const char *const bad[] = {
        "",
        "10",
        "h",
        "1h30",
        "-1h",
        "+1h",
        "1 h",
        " 1h",
        "1.5h",
        "1y",
        "1H",
        "1hh",
        "3654d",
        "99999999999999999999s",
        "5ms",
        "3653d1s",
        "9223372036854775807w",
    };
    for (size_t i = 0; i < TD_ARRAY_LEN(bad); i++) {
        if (td_duration_parse(td_slice(bad[i]), &t)) {
            fail_msg("\"%s\" passed for a duration", bad[i]);
        }
    }
}

static void times_of_day_have_two_digits_each(void **state)
{
    (void)state;
    int minute = -1;
    assert_true(td_clock_time_parse(td_slice("00:00"), &minute));
    assert_int_equal(minute, 0);
    assert_true(td_clock_time_parse(td_slice("07:05"), &minute));
    assert_int_equal(minute, 425);
    assert_true(td_clock_time_parse(td_slice("23:59"), &minute));
    assert_int_equal(minute, 1439);
    static const char *const bad[] = {"",      "7:00",  "24:00", "23:60",
                                      "07.00", "07:0x", "0700",  "07:00:00"};
    for (size_t i = 0; i < TD_ARRAY_LEN(bad); i++) {
        assert_false(td_clock_time_parse(td_slice(bad[i]), &minute));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_and_dates_agree_over_centuries),
        cmocka_unit_test(weekdays_begin_on_sunday),
        cmocka_unit_test(only_real_days_are_dates),
        cmocka_unit_test(dates_are_written_for_machines_and_people),
        cmocka_unit_test(rfc3339_times_are_read),
        cmocka_unit_test(what_is_not_rfc3339_is_refused),
        cmocka_unit_test(instants_are_written_in_utc),
        cmocka_unit_test(mail_dates_have_english_names_in_any_locale),
        cmocka_unit_test(durations_need_their_units),
        cmocka_unit_test(times_of_day_have_two_digits_each),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
