/* test_window.c: windows of domain groups: their arithmetic, and what it does against a server. */
#include "support/td_test.h"

#include "base/rand.h"
#include "delivery/window.h"

#define MOST (20 * TD_WINDOW_ONE)

static void a_round_of_successes_adds_one(void **state)
{
    (void)state;
    int64_t window = 5 * TD_WINDOW_ONE;
    for (int i = 0; i < 5; i++)
        window = td_window_after(window, MOST, TD_FEEDBACK_SUCCESS);
    assert_in_range(window, 5900, 6000);
}

static void a_trouble_takes_one_and_a_slow_down_half(void **state)
{
    (void)state;
    assert_int_equal(td_window_after(5500, MOST, TD_FEEDBACK_TROUBLE), 4500);
    assert_int_equal(td_window_after(MOST, MOST, TD_FEEDBACK_SLOW_DOWN), MOST / 2);
}

/* Whatever is said, in whatever order. */
static void a_window_stays_between_one_and_the_most(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 200; seed++) {
        struct td_rand rand = td_rand_seeded(seed);
        int64_t most = (int64_t)(1 + td_rand_below(&rand, 1000)) * TD_WINDOW_ONE;
        int64_t window = most;
        for (int i = 0; i < 500; i++) {
            enum td_feedback said = (enum td_feedback)td_rand_below(&rand, 3);
            int64_t after = td_window_after(window, most, said);
            bool ok = after >= TD_WINDOW_ONE && after <= most &&
                      (said == TD_FEEDBACK_SUCCESS ? after >= window : after <= window);
            if (!ok)
                fail_msg("seed %llu: %lld after %lld of %lld", (unsigned long long)seed,
                         (long long)after, (long long)window, (long long)most);
            window = after;
        }
    }
}

/* A server that takes five at once and says 421 to all beyond: how many are put off. */
static void it_stays_near_what_a_server_takes(void **state)
{
    (void)state;
    int64_t window = MOST;
    int put_off = 0;
    int sent = 0;
    for (int round = 0; round < 400; round++) {
        int64_t at_once = window / TD_WINDOW_ONE;
        for (int64_t i = 0; i < at_once; i++) {
            bool refused = i >= 5;
            put_off += refused;
            sent += !refused;
            window = td_window_after(window, MOST,
                                     refused ? TD_FEEDBACK_TROUBLE : TD_FEEDBACK_SUCCESS);
        }
    }
    assert_true(sent > 1600);
    assert_true(put_off * 100 < 20 * (put_off + sent));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_round_of_successes_adds_one),
        cmocka_unit_test(a_trouble_takes_one_and_a_slow_down_half),
        cmocka_unit_test(a_window_stays_between_one_and_the_most),
        cmocka_unit_test(it_stays_near_what_a_server_takes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
