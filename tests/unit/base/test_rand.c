/* test_rand.c: the same seed gives the same numbers, evenly spread; keys differ. */
#include "support/td_test.h"

#include "base/rand.h"

static void the_generator_is_xoroshiro128plusplus(void **state)
{
    (void)state;
    /* The first outputs of the authors' program from the state {1, 2}. */
    static const uint64_t expected[] = {
        UINT64_C(393217),
        UINT64_C(669327710093319),
        UINT64_C(1732421326133921491),
        UINT64_C(11394790081659126983),
        UINT64_C(9555452776773192676),
    };
    struct td_rand rand = {{1, 2}};
    for (size_t i = 0; i < TD_ARRAY_LEN(expected); i++) {
        assert_true(td_rand_next(&rand) == expected[i]);
    }
}

static void a_seed_can_be_replayed(void **state)
{
    (void)state;
    struct td_rand a = td_rand_seeded(42);
    struct td_rand b = td_rand_seeded(42);
    struct td_rand c = td_rand_seeded(43);
    size_t same = 0;
    for (int i = 0; i < 100; i++) {
        const uint64_t x = td_rand_next(&a);
        assert_true(x == td_rand_next(&b));
        same += x == td_rand_next(&c);
    }
    assert_int_equal(same, 0);
}

static void numbers_below_n_are_spread_evenly(void **state)
{
    (void)state;
    struct td_rand rand = td_rand_seeded(1);
    size_t seen[7] = {0};
    for (int i = 0; i < 70000; i++) {
        const uint64_t x = td_rand_below(&rand, 7);
        assert_true(x < 7);
        seen[x]++;
    }
    for (size_t i = 0; i < 7; i++) {
        assert_in_range(seen[i], 9500, 10500);
    }
    assert_int_equal(td_rand_below(&rand, 1), 0);
    /* Of 3/4 of 2^64, low results would come twice as often without the rejection. */
    const uint64_t n = UINT64_C(3) << 62;
    size_t low = 0;
    for (int i = 0; i < 30000; i++) {
        const uint64_t x = td_rand_below(&rand, n);
        assert_true(x < n);
        low += x < n / 3;
    }
    assert_in_range(low, 9500, 10500);
}

static void random_bytes_fill_everything_and_differ(void **state)
{
    (void)state;
    unsigned char a[1000] = {0};
    unsigned char b[1000] = {0};
    td_rand_bytes(a, sizeof a);
    td_rand_bytes(b, sizeof b);
    assert_memory_not_equal(a, b, sizeof a);
    size_t zeroes = 0;
    for (size_t i = 900; i < 1000; i++) {
        zeroes += a[i] == 0;
    }
    assert_true(zeroes < 20);
    struct td_rand c = td_rand_from_system();
    struct td_rand d = td_rand_from_system();
    assert_true(td_rand_next(&c) != td_rand_next(&d));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_generator_is_xoroshiro128plusplus),
        cmocka_unit_test(a_seed_can_be_replayed),
        cmocka_unit_test(numbers_below_n_are_spread_evenly),
        cmocka_unit_test(random_bytes_fill_everything_and_differ),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
