/* test_zone.c: well-known changes of clocks, there and back; footers; bad names. */
#include "support/td_test.h"

#include "base/tzif.h"
#include "base/zone.h"

static struct td_zones *zones;

static int setup(void **state)
{
    (void)state;
    zones = td_zones_create();
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    td_zones_destroy(zones);
    return 0;
}

static const struct td_zone *zone(const char *name)
{
    const struct td_zone *found = NULL;
    struct td_err err = {0};
    assert_ok(td_zones_get(zones, td_slice(name), &found, &err), err);
    return found;
}

static td_time instant(const char *text)
{
    td_time t = 0;
    assert_true(td_time_parse(td_slice(text), &t));
    return t;
}

/* A wall clock reading and the instant it stands for. */
struct reading {
    const char *zone, *date, *clock, *utc;
};

static void check_reading(const struct reading *r)
{
    struct td_date date;
    int minute;
    assert_true(td_date_parse(td_slice(r->date), &date));
    assert_true(td_clock_time_parse(td_slice(r->clock), &minute));
    char got[32];
    td_time_format(td_zone_to_utc(zone(r->zone), date, minute), got);
    if (strcmp(got, r->utc) != 0) {
        fail_msg("%s %s %s: %s, not %s", r->zone, r->date, r->clock, got, r->utc);
    }
}

static void ordinary_times_have_one_instant(void **state)
{
    (void)state;
    static const struct reading cases[] = {
        {"UTC", "2026-11-20", "07:00", "2026-11-20T07:00:00Z"},
        {"Europe/London", "2026-11-20", "07:00", "2026-11-20T07:00:00Z"},
        {"Europe/London", "2026-07-01", "07:00", "2026-07-01T06:00:00Z"},
        {"Europe/London", "2026-07-01", "00:30", "2026-06-30T23:30:00Z"},
        {"America/New_York", "2026-07-01", "23:30", "2026-07-02T03:30:00Z"},
        {"Asia/Kathmandu", "2026-07-01", "05:44", "2026-06-30T23:59:00Z"},
        {"Pacific/Kiritimati", "2026-01-01", "00:00", "2025-12-31T10:00:00Z"},
        {"America/Argentina/Buenos_Aires", "2026-01-01", "12:00", "2026-01-01T15:00:00Z"},
        {"Etc/GMT+5", "2026-01-01", "12:00", "2026-01-01T17:00:00Z"},
    };
    for (size_t i = 0; i < TD_ARRAY_LEN(cases); i++) {
        check_reading(&cases[i]);
    }
}

static void in_a_gap_the_first_valid_instant_counts(void **state)
{
    (void)state;
    static const struct reading cases[] = {
        {"Europe/London", "2026-03-29", "00:59", "2026-03-29T00:59:00Z"},
        {"Europe/London", "2026-03-29", "01:00", "2026-03-29T01:00:00Z"},
        {"Europe/London", "2026-03-29", "01:30", "2026-03-29T01:00:00Z"},
        {"Europe/London", "2026-03-29", "01:59", "2026-03-29T01:00:00Z"},
        {"Europe/London", "2026-03-29", "02:00", "2026-03-29T01:00:00Z"},
        {"Europe/London", "2026-03-29", "02:01", "2026-03-29T01:01:00Z"},
        {"America/New_York", "2026-03-08", "02:30", "2026-03-08T07:00:00Z"},
        {"Australia/Lord_Howe", "2026-10-04", "01:59", "2026-10-03T15:29:00Z"},
        {"Australia/Lord_Howe", "2026-10-04", "02:15", "2026-10-03T15:30:00Z"},
        {"Australia/Lord_Howe", "2026-10-04", "02:30", "2026-10-03T15:30:00Z"},
        {"Africa/Casablanca", "2024-04-14", "02:30", "2024-04-14T02:00:00Z"},
        {"Pacific/Apia", "2011-12-29", "23:59", "2011-12-30T09:59:00Z"},
        {"Pacific/Apia", "2011-12-30", "00:00", "2011-12-30T10:00:00Z"},
        {"Pacific/Apia", "2011-12-30", "12:00", "2011-12-30T10:00:00Z"},
        {"Pacific/Apia", "2011-12-30", "23:59", "2011-12-30T10:00:00Z"},
        {"Pacific/Apia", "2011-12-31", "00:00", "2011-12-30T10:00:00Z"},
    };
    for (size_t i = 0; i < TD_ARRAY_LEN(cases); i++) {
        check_reading(&cases[i]);
    }
}

static void in_an_overlap_the_first_occurrence_counts(void **state)
{
    (void)state;
    static const struct reading cases[] = {
        {"Europe/London", "2026-10-25", "00:59", "2026-10-24T23:59:00Z"},
        {"Europe/London", "2026-10-25", "01:00", "2026-10-25T00:00:00Z"},
        {"Europe/London", "2026-10-25", "01:59", "2026-10-25T00:59:00Z"},
        {"Europe/London", "2026-10-25", "02:00", "2026-10-25T02:00:00Z"},
        {"America/New_York", "2026-11-01", "01:30", "2026-11-01T05:30:00Z"},
        {"Australia/Lord_Howe", "2026-04-05", "01:29", "2026-04-04T14:29:00Z"},
        {"Australia/Lord_Howe", "2026-04-05", "01:45", "2026-04-04T14:45:00Z"},
        {"Australia/Lord_Howe", "2026-04-05", "02:00", "2026-04-04T15:30:00Z"},
        {"Africa/Casablanca", "2024-03-10", "02:30", "2024-03-10T01:30:00Z"},
    };
    for (size_t i = 0; i < TD_ARRAY_LEN(cases); i++) {
        check_reading(&cases[i]);
    }
}

static void past_the_table_the_footer_holds(void **state)
{
    (void)state;
    static const struct reading cases[] = {
        {"Europe/London", "2044-03-27", "01:30", "2044-03-27T01:00:00Z"},
        {"Europe/London", "2044-10-30", "01:30", "2044-10-30T00:30:00Z"},
        {"Europe/Dublin", "2044-07-01", "12:00", "2044-07-01T11:00:00Z"},
        {"Europe/Dublin", "2044-12-01", "12:00", "2044-12-01T12:00:00Z"},
        {"America/New_York", "2044-03-13", "02:30", "2044-03-13T07:00:00Z"},
        {"Australia/Lord_Howe", "2044-01-01", "00:00", "2043-12-31T13:00:00Z"},
        {"Australia/Lord_Howe", "2044-10-02", "02:10", "2044-10-01T15:30:00Z"},
        {"Asia/Kathmandu", "2090-07-01", "12:00", "2090-07-01T06:15:00Z"},
    };
    for (size_t i = 0; i < TD_ARRAY_LEN(cases); i++) {
        check_reading(&cases[i]);
    }
}

static void an_instant_has_its_local_date_and_minute(void **state)
{
    (void)state;
    int minute;
    struct td_date date =
        td_zone_local(zone("America/New_York"), instant("2026-07-01T03:59:59Z"), &minute);
    assert_int_equal(date.month, 6);
    assert_int_equal(date.day, 30);
    assert_int_equal(minute, 1439);
    date = td_zone_local(zone("Asia/Kathmandu"), instant("1969-12-31T18:30:00Z"), NULL);
    assert_int_equal(date.year, 1970);
    assert_int_equal(
        td_zone_offset_at(zone("Europe/London"), instant("2026-03-29T00:59:59Z")), 0);
    assert_int_equal(
        td_zone_offset_at(zone("Europe/London"), instant("2026-03-29T01:00:00Z")), 3600);
    assert_int_equal(
        td_zone_offset_at(zone("Europe/London"), instant("1800-01-01T00:00:00Z")), -75);
}

static void instants_are_written_with_the_zones_offset(void **state)
{
    (void)state;
    char text[40];
    td_zone_format(zone("Europe/London"), instant("2026-03-30T06:00:00Z"), text);
    assert_string_equal(text, "2026-03-30T07:00:00+01:00");
    td_zone_format(zone("America/St_Johns"), instant("2026-01-01T00:00:00Z"), text);
    assert_string_equal(text, "2025-12-31T20:30:00-03:30");
    td_zone_format(zone("UTC"), instant("2026-01-01T00:00:00Z"), text);
    assert_string_equal(text, "2026-01-01T00:00:00+00:00");
}

static void a_zone_is_loaded_once_and_knows_its_name(void **state)
{
    (void)state;
    const struct td_zone *london = zone("Europe/London");
    const struct td_zone *berlin = zone("Europe/Berlin");
    assert_ptr_not_equal(london, berlin);
    assert_ptr_equal(zone("Europe/London"), london);
    assert_ptr_equal(zone("Europe/Berlin"), berlin);
    assert_string_equal(td_zone_name(london), "Europe/London");
    struct td_zone *own = NULL;
    struct td_err err = {0};
    assert_ok(td_zone_load(&own, td_slice_n("UTC+1", 3), &err), err);
    assert_string_equal(td_zone_name(own), "UTC");
    td_zone_destroy(own);
    td_zone_destroy(NULL);
}

static void names_that_are_no_zones_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "Europe",
        "Europe/",
        "/Europe/London",
        "/usr/share/zoneinfo/UTC",
        "../zoneinfo/UTC",
        "Europe/../UTC",
        "Europe//London",
        "europe/london",
        "Europe/Londo",
        "UTC/x",
        "tzdata.zi",
        "Europe/London\n",
        "1/2",
        "LongLongLongLongLongLongLongLongLongLongLongLongLongLongLongLongLongLongLongLong"
        "Long"
        "LongLongLongLongLongLongLongLong",
    };
    for (size_t i = 0; i < TD_ARRAY_LEN(bad); i++) {
        const struct td_zone *found = NULL;
        struct td_err err = {0};
        if (td_zones_get(zones, td_slice(bad[i]), &found, &err) != TD_DATA ||
            found != NULL) {
            fail_msg("\"%s\" passed for a zone", bad[i]);
        }
        assert_contains(err.text, "no time zone");
    }
    const struct td_zone *found = NULL;
    assert_int_equal(td_zones_get(zones, td_slice(NULL), &found, NULL), TD_DATA);
}

static void footers_of_every_kind_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *rule, *utc;
        int32_t offset;
    } cases[] = {
        {"GMT0", "2100-07-01T00:00:00Z", 0},
        {"<+0545>-5:45", "2100-07-01T00:00:00Z", 20700},
        {"IST-1GMT0,M10.5.0,M3.5.0/1", "2044-12-01T00:00:00Z", 0},
        {"<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2044-03-27T00:59:59Z", -7200},
        {"<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2044-03-27T01:00:00Z", -3600},
        {"IST-2IDT,M3.4.4/26,M10.5.0", "2044-03-24T23:59:59Z", 7200},
        {"IST-2IDT,M3.4.4/26,M10.5.0", "2044-03-25T00:00:00Z", 10800},
        {"AAA0BBB,J60/0,J365/23", "2044-02-29T23:59:59Z", 0}, /* J60 is always 1 March */
        {"AAA0BBB,J60/0,J365/23", "2044-03-01T00:00:00Z", 3600},
        {"AAA0BBB,59/0,364/23", "2044-02-28T23:59:59Z", 0}, /* 59 is 29 February there */
        {"AAA0BBB,59/0,364/23", "2044-02-29T00:00:00Z", 3600},
        {"XXX3EDT4,0/0,J365/23", "2044-12-31T23:59:59Z", -14400}, /* summer all year */
        {"XXX3EDT4,0/0,J365/23", "2045-01-01T03:00:00Z", -14400},
        {"XXX3EDT4,0/0,J365/23", "2045-06-01T00:00:00Z", -14400},
    };
    for (size_t i = 0; i < TD_ARRAY_LEN(cases); i++) {
        struct td_tz_rule rule;
        assert_true(td_tz_rule_parse(td_slice(cases[i].rule), &rule));
        const int32_t got = td_tz_rule_offset(&rule, instant(cases[i].utc) / TD_SECOND);
        if (got != cases[i].offset) {
            fail_msg("%s at %s: %d", cases[i].rule, cases[i].utc, got);
        }
    }
    static const char *const bad[] = {
        "",
        "GMT",
        "0",
        "G0",
        "<+01-1",
        "GMT0BST",
        "GMT0BST,M3.5",
        "GMT0BST,M3.5.0",
        "GMT0BST,M13.5.0,M10.5.0",
        "GMT0BST,M3.6.0,M10.5.0",
        "GMT0BST,M3.5.7,M10.5.0",
        "GMT0BST,J0,J5",
        "GMT0BST,366,J5",
        "GMT0BST,M3.5.0/,M10.5.0",
        "GMT0BST,M3.5.0,M10.5.0x",
        "GMT0x",
        "GMT168",
        "GMT0:60",
    };
    for (size_t i = 0; i < TD_ARRAY_LEN(bad); i++) {
        struct td_tz_rule rule;
        if (td_tz_rule_parse(td_slice(bad[i]), &rule)) {
            fail_msg("\"%s\" passed for a rule", bad[i]);
        }
    }
}

/* A small sound file: version 2, one transition, one type, the footer "GMT0"; with or
 * without a leap second. */
static size_t small_file(char out[200], bool leap)
{
    memset(out, 0, 200);
    memcpy(out, "TZif2", 5); /* the first block has a type and a designation, no more */
    out[39] = 1;
    out[43] = 4;
    char *second = out + 44 + 6 + 4;
    memcpy(second, "TZif2", 5);
    second[35] = 1; /* transitions */
    second[39] = 1; /* types */
    second[43] = 4; /* characters */
    char *data = second + 44;
    data[7] = 100; /* at 100 seconds */
    char *types = data + 8 + 1;
    memcpy(types + 6, "GMT", 4);
    char *footer = types + 10 + (leap ? 12 : 0);
    second[31] = leap;
    memcpy(footer, "\nGMT0\n", 6);
    return (size_t)(footer + 6 - out);
}

static void a_damaged_file_is_refused_whatever_is_damaged(void **state)
{
    (void)state;
    char file[200];
    const size_t n = small_file(file, false);
    struct td_tzif tzif;
    assert_true(td_tzif_parse(td_slice_n(file, n), &tzif));
    assert_int_equal(tzif.count, 1);
    assert_int_equal(tzif.at[0], 100);
    td_tzif_release(&tzif);
    for (size_t cut = 0; cut < n; cut++) {
        assert_false(td_tzif_parse(td_slice_n(file, cut), &tzif));
    }
    for (size_t i = 0; i < n; i++) {
        for (int bit = 0; bit < 8; bit++) { /* must not crash; may be sound by chance */
            file[i] = (char)(file[i] ^ (1 << bit));
            if (td_tzif_parse(td_slice_n(file, n), &tzif)) {
                td_tzif_release(&tzif);
            }
            file[i] = (char)(file[i] ^ (1 << bit));
        }
    }
}

static void a_file_that_counts_leap_seconds_is_refused(void **state)
{
    (void)state;
    char file[200];
    struct td_tzif tzif;
    assert_false(td_tzif_parse(td_slice_n(file, small_file(file, true)), &tzif));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ordinary_times_have_one_instant),
        cmocka_unit_test(in_a_gap_the_first_valid_instant_counts),
        cmocka_unit_test(in_an_overlap_the_first_occurrence_counts),
        cmocka_unit_test(past_the_table_the_footer_holds),
        cmocka_unit_test(an_instant_has_its_local_date_and_minute),
        cmocka_unit_test(instants_are_written_with_the_zones_offset),
        cmocka_unit_test(a_zone_is_loaded_once_and_knows_its_name),
        cmocka_unit_test(names_that_are_no_zones_are_refused),
        cmocka_unit_test(footers_of_every_kind_are_read),
        cmocka_unit_test(a_file_that_counts_leap_seconds_is_refused),
        cmocka_unit_test(a_damaged_file_is_refused_whatever_is_damaged),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
