/* test_clock.c: the clock starts where it is told, runs on, or stands still. */
#include "support/td_test.h"

#include "base/clock.h"

static void a_shifted_clock_starts_there_and_runs_on(void **state)
{
    (void)state;
    const td_time start = 1000 * TD_DAY;
    const struct td_clock clock = td_clock_starting_at(start);
    const td_time first = td_clock_now(&clock);
    assert_true(first >= start && first < start + TD_MINUTE);
    td_time later = first;
    for (int i = 0; i < 100000000 && later == first; i++) {
        later = td_clock_now(&clock);
    }
    assert_true(later > first);
}

static void the_monotonic_clock_never_goes_back(void **state)
{
    (void)state;
    const struct td_clock clock = td_clock_system();
    td_time before = td_clock_monotonic(&clock);
    const td_time first = before;
    for (int i = 0; i < 100000; i++) {
        const td_time now = td_clock_monotonic(&clock);
        assert_true(now >= before);
        before = now;
    }
    assert_true(before > first);
}

/* A start in the past once made it negative, and differences to "never" overflowed. */
static void the_monotonic_clock_is_never_negative(void **state)
{
    (void)state;
    const struct td_clock clock = td_clock_starting_at(TD_DAY);
    assert_true(td_clock_monotonic(&clock) >= 0);
}

static void a_frozen_clock_moves_only_by_hand(void **state)
{
    (void)state;
    struct td_clock clock = td_clock_frozen(7 * TD_HOUR);
    assert_true(td_clock_now(&clock) == 7 * TD_HOUR);
    const td_time before = td_clock_monotonic(&clock);
    assert_true(td_clock_monotonic(&clock) == before);
    clock.frozen += TD_MINUTE;
    assert_true(td_clock_now(&clock) == 7 * TD_HOUR + TD_MINUTE);
    assert_true(td_clock_monotonic(&clock) - before == TD_MINUTE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_shifted_clock_starts_there_and_runs_on),
        cmocka_unit_test(the_monotonic_clock_never_goes_back),
        cmocka_unit_test(the_monotonic_clock_is_never_negative),
        cmocka_unit_test(a_frozen_clock_moves_only_by_hand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
