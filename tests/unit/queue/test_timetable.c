/* Days and hours as instants, over midnight and over both changes of the clock. */
#include "support/td_test.h"

#include <stdlib.h>

#include "queue/timetable.h"

/* "assemble wait release" of the one sending on a date, in UTC. */
static void assert_sending(const char *zone_name, const char *date_text,
                           struct td_hours hours, const char *expected)
{
    struct td_arena *arena = td_arena_create();
    struct td_schedule *schedule = NULL;
    struct td_zone *zone = NULL;
    struct td_sending *sendings = NULL;
    struct td_date date;
    struct td_err err;
    char parts[3][32];
    char text[120];
    assert_true(td_date_parse(td_slice(date_text), &date));
    assert_ok(td_zone_load(&zone, td_slice(zone_name), &err), err);
    assert_ok(td_schedule_parse(arena, "FREQ=DAILY", NULL, &schedule, &err), err);
    assert_int_equal(td_timetable(schedule, zone, hours, date, date, &sendings), 1);
    td_time_format(sendings[0].assemble, parts[0]);
    td_time_format(sendings[0].wait_until, parts[1]);
    td_time_format(sendings[0].release, parts[2]);
    (void)snprintf(text, sizeof text, "%s %s %s", parts[0], parts[1], parts[2]);
    assert_string_equal(text, expected);
    free(sendings);
    td_zone_destroy(zone);
    td_arena_destroy(arena);
}

static void assembles_waits_and_releases(void **state)
{
    (void)state;
    assert_sending("Europe/London", "2026-11-20", (struct td_hours){7 * 60, 30, 25},
                   "2026-11-20T06:30:00Z 2026-11-20T06:55:00Z 2026-11-20T07:00:00Z");
    assert_sending("Europe/London", "2026-11-20", (struct td_hours){7 * 60, 0, 0},
                   "2026-11-20T07:00:00Z 2026-11-20T07:00:00Z 2026-11-20T07:00:00Z");
}

static void hours_may_lie_on_both_sides_of_midnight(void **state)
{
    (void)state;
    assert_sending("Europe/London", "2026-03-01", (struct td_hours){10, 30, 90},
                   "2026-02-28T23:40:00Z 2026-03-01T01:10:00Z 2026-03-01T00:10:00Z");
}

static void follows_the_wall_clock_over_a_change(void **state)
{
    (void)state;
    /* London, 29 March 2026: 01:00 becomes 02:00; 25 October: 02:00 becomes 01:00. */
    assert_sending("Europe/London", "2026-03-29", (struct td_hours){90, 60, 60},
                   "2026-03-29T00:30:00Z 2026-03-29T01:00:00Z 2026-03-29T01:00:00Z");
    assert_sending("Europe/London", "2026-10-25", (struct td_hours){90, 30, 90},
                   "2026-10-25T00:00:00Z 2026-10-25T02:30:00Z 2026-10-25T00:30:00Z");
    /* Lord Howe, 4 October 2026: 02:00 becomes 02:30; 5 April: 02:00 becomes 01:30. */
    assert_sending("Australia/Lord_Howe", "2026-10-04", (struct td_hours){135, 135, 135},
                   "2026-10-03T13:30:00Z 2026-10-03T15:30:00Z 2026-10-03T15:30:00Z");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(assembles_waits_and_releases),
        cmocka_unit_test(hours_may_lie_on_both_sides_of_midnight),
        cmocka_unit_test(follows_the_wall_clock_over_a_change),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
