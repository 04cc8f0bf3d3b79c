/* test_relay.c: when sessions may be opened, and how long a failing relay is left alone. */
#include "support/td_test.h"

#include "delivery/relay.h"

static size_t may_open(const struct td_relay_health *health, size_t open, size_t opening,
                       td_time now)
{
    struct td_relay_load load = {.most = 64, .open = open, .opening = opening};
    return td_relay_may_open(health, &load, now);
}

static void an_unknown_relay_gets_one_connection(void **state)
{
    (void)state;
    struct td_relay_health health = {0};
    assert_int_equal(may_open(&health, 0, 0, 0), 1);
    assert_int_equal(may_open(&health, 0, 1, 0), 0);
}

static void sessions_multiply_up_to_the_limit(void **state)
{
    (void)state;
    struct td_relay_health health = {0};
    size_t open = 0;
    int rounds = 0;
    for (; open < 64; rounds++)
        open += may_open(&health, open, 0, 0);
    assert_int_equal(open, 64);
    assert_in_range(rounds, 3, 5);
    assert_int_equal(may_open(&health, 64, 0, 0), 0);
    assert_int_equal(may_open(&health, 60, 4, 0), 0);
}

static void handshakes_are_few_at_a_time(void **state)
{
    (void)state;
    struct td_relay_health health = {0};
    struct td_relay_load load = {.most = 64, .open = 20, .opening = 5, .tls = true};
    assert_int_equal(td_relay_may_open(&health, &load, 0), 3);
}

static void a_dead_relay_gets_one_connection_a_pause_from_1_to_60_seconds(void **state)
{
    (void)state;
    static const int pauses[] = {1, 2, 4, 8, 16, 32, 60, 60, 60};
    struct td_relay_health health = {0};
    td_time now = 1000 * TD_SECOND;
    for (size_t i = 0; i < TD_ARRAY_LEN(pauses); i++) {
        assert_int_equal(may_open(&health, 0, 0, now), 1);
        td_relay_failed(&health, now);
        assert_int_equal(may_open(&health, 0, 0, now), 0);
        now += pauses[i] * TD_SECOND;
        assert_int_equal(may_open(&health, 0, 0, now - 1), 0);
    }
}

static void a_hundred_failures_do_not_overflow_the_pause(void **state)
{
    (void)state;
    struct td_relay_health health = {0};
    for (int i = 0; i < 100; i++)
        td_relay_failed(&health, 0);
    assert_int_equal(health.closed_until, 60 * TD_SECOND);
}

static void a_message_served_by_a_new_session_ends_the_trouble(void **state)
{
    (void)state;
    struct td_relay_health health = {0};
    td_relay_failed(&health, 10 * TD_SECOND);
    td_relay_served(&health, 11 * TD_SECOND);
    assert_int_equal(health.failures, 0);
    assert_int_equal(may_open(&health, 1, 0, 10 * TD_SECOND), 4);
}

static void old_sessions_do_not_excuse_a_refused_new_one(void **state)
{
    (void)state;
    struct td_relay_health health = {0};
    td_relay_failed(&health, 10 * TD_SECOND);
    td_relay_served(&health, 9 * TD_SECOND);
    assert_int_equal(may_open(&health, 5, 0, 10 * TD_SECOND), 0);
    assert_int_equal(may_open(&health, 5, 0, 12 * TD_SECOND), 1); /* a probe, no more */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_unknown_relay_gets_one_connection),
        cmocka_unit_test(sessions_multiply_up_to_the_limit),
        cmocka_unit_test(handshakes_are_few_at_a_time),
        cmocka_unit_test(a_dead_relay_gets_one_connection_a_pause_from_1_to_60_seconds),
        cmocka_unit_test(a_hundred_failures_do_not_overflow_the_pause),
        cmocka_unit_test(a_message_served_by_a_new_session_ends_the_trouble),
        cmocka_unit_test(old_sessions_do_not_excuse_a_refused_new_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
