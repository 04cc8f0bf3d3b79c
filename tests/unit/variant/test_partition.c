/* test_partition.c: who sees what, and that readers who see the same share a key. */
#include "support/td_test.h"

#include "variant/partition.h"

/* lead (all), topic 0, topics 1 and 2, also (all, does not count) */
static const struct td_part parts[] = {
    {.topics = 0, .counts = true},
    {.topics = 1, .counts = true},
    {.topics = 6, .counts = true},
    {.topics = 0, .counts = false},
};

static struct td_selection select_parts(const struct td_part *from, size_t count,
                                        uint64_t wanted, enum td_format format)
{
    const struct td_edition edition = {.parts = from, .part_count = count};
    struct td_selection selection;
    td_selection_make(&edition, wanted, format, &selection);
    return selection;
}

static void a_part_is_shown_for_one_of_its_topics_or_to_all(void **state)
{
    (void)state;
    const struct td_selection s = select_parts(parts, 4, 2, TD_FORMAT_HTML);
    assert_true(td_selection_has(&s, 0));
    assert_false(td_selection_has(&s, 1));
    assert_true(td_selection_has(&s, 2));
    assert_true(td_selection_has(&s, 3));
    assert_false(td_selection_has(&s, 4));
    assert_false(td_selection_has(&s, TD_PARTS_MAX + 5));
    assert_false(s.empty);
}

static void an_also_list_alone_is_nothing_to_send(void **state)
{
    (void)state;
    assert_true(select_parts(parts + 1, 3, 8, TD_FORMAT_HTML).empty);
    assert_false(select_parts(parts + 1, 3, 1, TD_FORMAT_HTML).empty);
    assert_true(select_parts(parts, 0, ~UINT64_C(0), TD_FORMAT_HTML).empty);
}

static void those_who_see_the_same_share_a_key(void **state)
{
    (void)state;
    char one[40], other[40];
    const struct td_selection a = select_parts(parts, 4, 2, TD_FORMAT_HTML);
    struct td_selection b = select_parts(parts, 4, 4, TD_FORMAT_HTML);
    assert_true(td_selection_equal(&a, &b));
    td_selection_key(&a, one);
    td_selection_key(&b, other);
    assert_string_equal(one, other);
    b = select_parts(parts, 4, 2, TD_FORMAT_TEXT);
    assert_false(td_selection_equal(&a, &b));
    td_selection_key(&b, other);
    assert_string_not_equal(one, other);
    b = select_parts(parts, 4, 3, TD_FORMAT_HTML);
    assert_false(td_selection_equal(&a, &b));
    td_selection_key(&b, other);
    assert_string_not_equal(one, other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_part_is_shown_for_one_of_its_topics_or_to_all),
        cmocka_unit_test(an_also_list_alone_is_nothing_to_send),
        cmocka_unit_test(those_who_see_the_same_share_a_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
