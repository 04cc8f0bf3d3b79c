/* When an edition goes out and when its readers get it. */
#include "support/td_test.h"

#include "queue/due.h"

static const struct td_date friday = {2026, 11, 20};

static td_time at(const char *text)
{
    td_time t = 0;
    assert_true(td_time_parse(td_slice(text), &t));
    return t;
}

static struct td_zone *zone_of(const char *name)
{
    struct td_zone *zone = NULL;
    struct td_err err;
    assert_ok(td_zone_load(&zone, td_slice(name), &err), err);
    return zone;
}

static void goes_out_at_its_hour_or_at_once_when_that_is_past(void **state)
{
    (void)state;
    struct td_zone *london = zone_of("Europe/London");
    td_time early = at("2026-11-20T05:00:00Z");
    td_time late = at("2026-11-20T09:30:00Z");
    td_time planned = td_planned_at(london, friday, 7 * 60, early);
    assert_int_equal(planned, at("2026-11-20T07:00:00Z"));
    assert_int_equal(td_release_at(planned, early), planned);
    assert_int_equal(td_release_at(planned, late), late);
    assert_int_equal(td_planned_at(london, friday, -1, late), late);
    td_zone_destroy(london);
}

static void a_readers_own_hour_is_the_first_at_or_after_the_plan(void **state)
{
    (void)state;
    struct td_zone *tokyo = zone_of("Asia/Tokyo");
    struct td_release release = {at("2026-11-20T07:00:00Z"), at("2026-11-20T07:00:00Z")};
    assert_int_equal(td_due_at(tokyo, -1, release), release.released);
    assert_int_equal(td_due_at(tokyo, 18 * 60, release), at("2026-11-20T09:00:00Z"));
    assert_int_equal(td_due_at(tokyo, 7 * 60, release), at("2026-11-20T22:00:00Z"));
    td_zone_destroy(tokyo);
}

/* Assembled at 07:00:00.3: whose hour is 07:00 is served now, not tomorrow. */
static void a_moment_late_is_not_a_day_late(void **state)
{
    (void)state;
    struct td_zone *london = zone_of("Europe/London");
    struct td_release release = {at("2026-11-20T07:00:00Z"),
                                 at("2026-11-20T07:00:00.3Z")};
    assert_int_equal(td_due_at(london, 7 * 60, release), release.released);
    assert_int_equal(td_due_at(london, 8 * 60, release), at("2026-11-20T08:00:00Z"));
    td_zone_destroy(london);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(goes_out_at_its_hour_or_at_once_when_that_is_past),
        cmocka_unit_test(a_readers_own_hour_is_the_first_at_or_after_the_plan),
        cmocka_unit_test(a_moment_late_is_not_a_day_late),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
