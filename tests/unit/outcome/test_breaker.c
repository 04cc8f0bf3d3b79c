/* test_breaker.c: when an edition that is being refused is stopped. */
#include "support/td_test.h"

#include "outcome/breaker.h"

static enum td_trip trips(int64_t sent, int64_t refused, int64_t blocked)
{
    struct td_breaker breaker = td_breaker_default();
    struct td_tally tally = {sent, refused, blocked};

    return td_breaker_trips(&breaker, &tally);
}

static void a_quarter_refused_is_borne_and_more_is_not(void **state)
{
    (void)state;
    assert_int_equal(trips(75, 25, 0), TD_TRIP_NOT);
    assert_int_equal(trips(74, 26, 0), TD_TRIP_REFUSED);
}

static void one_in_ten_that_blocks_us_is_borne_and_more_is_not(void **state)
{
    (void)state;
    assert_int_equal(trips(90, 10, 10), TD_TRIP_NOT);
    assert_int_equal(trips(89, 11, 11), TD_TRIP_BLOCKED);
    assert_int_equal(trips(50, 50, 11), TD_TRIP_BLOCKED); /* the graver reason is told */
}

static void a_few_messages_say_nothing(void **state)
{
    (void)state;
    assert_int_equal(trips(0, 49, 49), TD_TRIP_NOT);
    assert_int_equal(trips(0, 50, 50), TD_TRIP_BLOCKED);
    assert_int_equal(trips(0, 0, 0), TD_TRIP_NOT);
}

static void zero_percent_is_never(void **state)
{
    (void)state;
    struct td_breaker breaker = {.after = 1};
    struct td_tally tally = {0, 1000000, 1000000};

    assert_int_equal(td_breaker_trips(&breaker, &tally), TD_TRIP_NOT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_quarter_refused_is_borne_and_more_is_not),
        cmocka_unit_test(one_in_ten_that_blocks_us_is_borne_and_more_is_not),
        cmocka_unit_test(a_few_messages_say_nothing),
        cmocka_unit_test(zero_percent_is_never),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
