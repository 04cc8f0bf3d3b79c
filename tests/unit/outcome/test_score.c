/*
 * test_score.c: how much of what came back is enough.
 */
#include "support/td_test.h"

#include "outcome/score.h"

#define DAY(n)    (TD_DAY * 20000 + (n)*TD_DAY + 9 * TD_HOUR)
#define HARD      TD_BOUNCE_HARD
#define SOFT      TD_BOUNCE_SOFT
#define COMPLAINT TD_BOUNCE_COMPLAINT

struct given {
    int day;
    enum td_bounce_kind kind;
    bool disputed;
};

/* The score on the day of the last one. delivered: the day; -1 never. */
static struct td_score score_of(const struct td_score_policy *policy,
                                const struct given *given, size_t count, int delivered)
{
    struct td_score_event events[40];
    for (size_t i = 0; i < count; i++)
        events[i] = (struct td_score_event){(int64_t)i + 1, DAY(given[i].day),
                                            given[i].kind, given[i].disputed};
    return td_score(policy, events, count, delivered < 0 ? 0 : DAY(delivered),
                    DAY(given[count - 1].day));
}

#define SCORE(policy, delivered, ...)                                                    \
    score_of((policy), (const struct given[]){__VA_ARGS__},                              \
             sizeof((const struct given[]){__VA_ARGS__}) / sizeof(struct given),         \
             (delivered))

static struct td_score_policy wants(int hard, int soft)
{
    struct td_score_policy policy = td_score_policy_default();
    policy.hard_limit = hard;
    policy.soft_limit = soft;
    return policy;
}

static void the_first_hard_one_is_enough_by_default(void **state)
{
    (void)state;
    struct td_score_policy policy = td_score_policy_default();
    struct td_score score = SCORE(&policy, -1, {0, HARD, false});
    assert_true(score.suspend);
    assert_int_equal(score.evidence, 1);
}

static void a_day_counts_once(void **state)
{
    (void)state;
    struct td_score_policy policy = wants(2, 100);
    struct td_score one = SCORE(&policy, -1, {0, HARD, false}, {0, HARD, false});
    assert_false(one.suspend);
    assert_int_equal(one.hard, 1);
    assert_int_equal(one.evidence, 0);
    struct td_score two =
        SCORE(&policy, -1, {0, HARD, false}, {0, HARD, false}, {1, HARD, false});
    assert_true(two.suspend);
    assert_int_equal(two.evidence, 3);
}

static void disputed_ones_never_suspend_at_once(void **state)
{
    (void)state;
    struct td_score_policy policy = td_score_policy_default();
    struct td_score score = SCORE(&policy, -1, {0, HARD, true}, {1, HARD, true});
    assert_false(score.suspend);
    assert_int_equal(score.hard, 0);
    assert_int_equal(score.soft, 2);
}

static void soft_ones_need_both_number_and_days(void **state)
{
    (void)state;
    struct td_score_policy policy = wants(1, 3);
    assert_false(
        SCORE(&policy, -1, {0, SOFT, false}, {1, SOFT, false}, {2, SOFT, false}).suspend);
    assert_false(SCORE(&policy, -1, {0, SOFT, false}, {14, SOFT, false}).suspend);
    assert_true(SCORE(&policy, -1, {0, SOFT, false}, {7, SOFT, false}, {14, SOFT, false})
                    .suspend);
    assert_false(SCORE(&policy, -1, {0, SOFT, false}, {7, SOFT, false}, {13, SOFT, false})
                     .suspend);
}

static void a_delivery_clears_soft_ones_and_no_hard_one(void **state)
{
    (void)state;
    struct td_score_policy policy = wants(2, 3);
    struct td_score soft =
        SCORE(&policy, 1, {0, SOFT, false}, {7, SOFT, false}, {14, SOFT, false});
    assert_false(soft.suspend);
    assert_int_equal(soft.soft, 2);
    assert_true(SCORE(&policy, 1, {0, HARD, false}, {7, HARD, false}).suspend);
}

static void what_is_stale_is_forgotten(void **state)
{
    (void)state;
    struct td_score_policy policy = wants(2, 100);
    assert_false(SCORE(&policy, -1, {0, HARD, false}, {60, HARD, false}).suspend);
    assert_true(SCORE(&policy, -1, {1, HARD, false}, {60, HARD, false}).suspend);
}

static void a_complaint_suspends_at_once_and_does_not_go_stale(void **state)
{
    (void)state;
    struct td_score_policy policy = wants(20, 100);
    assert_true(SCORE(&policy, -1, {0, COMPLAINT, false}).suspend);
    struct td_score late = SCORE(&policy, 50, {0, COMPLAINT, false}, {300, SOFT, false});
    assert_true(late.suspend && late.complained);
    assert_int_equal(late.evidence, 1);
}

static void nothing_is_nothing(void **state)
{
    (void)state;
    struct td_score_policy policy = td_score_policy_default();
    assert_false(td_score(&policy, NULL, 0, 0, DAY(0)).suspend);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_hard_one_is_enough_by_default),
        cmocka_unit_test(a_day_counts_once),
        cmocka_unit_test(disputed_ones_never_suspend_at_once),
        cmocka_unit_test(soft_ones_need_both_number_and_days),
        cmocka_unit_test(a_delivery_clears_soft_ones_and_no_hard_one),
        cmocka_unit_test(what_is_stale_is_forgotten),
        cmocka_unit_test(a_complaint_suspends_at_once_and_does_not_go_stale),
        cmocka_unit_test(nothing_is_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
