/*
 * test_retry.c: five minutes, doubling to an hour, never past the deadline.
 */
#include "support/td_test.h"

#include "outcome/retry.h"

static void waits_double_up_to_an_hour(void **state)
{
    (void)state;
    struct td_policy policy = td_policy_default();
    policy.jitter_percent = 0;
    static const int minutes[] = {5, 10, 20, 40, 60, 60, 60};
    struct td_rand rand = td_rand_seeded(1);
    for (int i = 0; i < (int)TD_ARRAY_LEN(minutes); i++) {
        td_time at = 0;
        assert_true(td_retry_at(&policy, i, TD_DAY, 2 * TD_DAY, &rand, &at));
        assert_int_equal(at, TD_DAY + minutes[i] * TD_MINUTE);
    }
    td_time at = 0;
    assert_true(td_retry_at(&policy, 2000000000, TD_DAY, 2 * TD_DAY, &rand, &at));
    assert_int_equal(at, TD_DAY + TD_HOUR);
}

static void jitter_spreads_both_ways_and_stays_in_bounds(void **state)
{
    (void)state;
    struct td_policy policy = td_policy_default();
    struct td_rand rand = td_rand_seeded(1);
    bool earlier = false;
    bool later = false;
    for (int i = 0; i < 1000; i++) {
        td_time at = 0;
        assert_true(td_retry_at(&policy, 0, 0, TD_DAY, &rand, &at));
        assert_in_range(at, 270 * TD_SECOND, 330 * TD_SECOND);
        earlier = earlier || at < 280 * TD_SECOND;
        later = later || at > 320 * TD_SECOND;
    }
    assert_true(earlier && later);
}

static void there_is_no_try_at_or_past_the_deadline(void **state)
{
    (void)state;
    struct td_policy policy = td_policy_default();
    policy.jitter_percent = 0;
    struct td_rand rand = td_rand_seeded(1);
    td_time at = -1;
    assert_false(td_retry_at(&policy, 0, 0, 5 * TD_MINUTE, &rand, &at));
    assert_false(td_retry_at(&policy, 0, TD_HOUR, TD_MINUTE, &rand, &at));
    assert_int_equal(at, -1);
    assert_true(td_retry_at(&policy, 0, 0, 5 * TD_MINUTE + 1, &rand, &at));
    assert_int_equal(at, 5 * TD_MINUTE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(waits_double_up_to_an_hour),
        cmocka_unit_test(jitter_spreads_both_ways_and_stays_in_bounds),
        cmocka_unit_test(there_is_no_try_at_or_past_the_deadline),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
