/* test_route.c: which relays a domain group may go by, and how mail is spread over them. */
#include "support/td_test.h"

#include "app/send/route.h"

static const char *const google[] = {"googlemail.com"};
static const char *const inner[] = {".example.org", "example.net"};

static const struct td_relay relays[] = {
    {.name = "a", .weight = 1},
    {.name = "b", .weight = 3},
    {.name = "spare", .weight = 0},
    {.name = "google", .weight = 1, .domains = google, .domain_count = 1},
    {.name = "inner", .weight = 1, .domains = inner, .domain_count = 2},
};
static const struct td_config config = {.relays = relays,
                                        .relay_count = TD_ARRAY_LEN(relays)};

static void a_domain_goes_by_those_that_name_it_all_others_by_those_that_name_none(
    void **state)
{
    (void)state;
    assert_int_equal(td_route_of(&config, td_slice("gmail.com")), 1 << 3);
    assert_int_equal(td_route_of(&config, td_slice("a.example.org")), 1 << 4);
    assert_int_equal(td_route_of(&config, td_slice("example.net")), 1 << 4);
    assert_int_equal(td_route_of(&config, td_slice("a.example.net")), 7);
    assert_int_equal(td_route_of(&config, td_slice("example.org")), 7);
    assert_int_equal(td_route_of(&config, td_slice("")), 7);
}

static void each_gets_a_part_as_large_as_its_weight(void **state)
{
    (void)state;
    int64_t owed[TD_RELAYS_MAX] = {0};
    int picked[TD_ARRAY_LEN(relays)] = {0};
    for (int i = 0; i < 400; i++)
        picked[td_route_pick(&config, 7, owed)]++;
    assert_int_equal(picked[0], 100);
    assert_int_equal(picked[1], 300);
    assert_int_equal(picked[2], 0);
}

static void a_spare_is_for_when_all_others_are_down(void **state)
{
    (void)state;
    int64_t owed[TD_RELAYS_MAX] = {0};
    assert_int_equal(td_route_pick(&config, 1 | 4, owed), 0);
    assert_int_equal(td_route_pick(&config, 4, owed), 2);
    assert_int_equal(td_route_pick(&config, 0, owed), -1);
}

/* Who comes back does not get what it missed. */
static void who_was_down_is_owed_nothing_for_that_time(void **state)
{
    (void)state;
    int64_t owed[TD_RELAYS_MAX] = {0};
    int picked[TD_ARRAY_LEN(relays)] = {0};
    for (int i = 0; i < 1000; i++)
        (void)td_route_pick(&config, 1, owed);
    for (int i = 0; i < 40; i++)
        picked[td_route_pick(&config, 3, owed)]++;
    assert_in_range(picked[1], 29, 31);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            a_domain_goes_by_those_that_name_it_all_others_by_those_that_name_none),
        cmocka_unit_test(each_gets_a_part_as_large_as_its_weight),
        cmocka_unit_test(a_spare_is_for_when_all_others_are_down),
        cmocka_unit_test(who_was_down_is_owed_nothing_for_that_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
