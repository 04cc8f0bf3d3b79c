/*
 * An address in text: found however it is written, and not inside another.
 */
#include "support/td_test.h"

#include "app/people/needle.h"

#define NOWHERE ((size_t)-1)

static size_t find(const char *address, const char *text, bool whole)
{
    struct td_needle needle = {0};
    size_t len = 0;

    td_needle_add(&needle, td_slice(address));
    return td_needle_find(&needle, td_slice(text), 0, whole, &len);
}

static void an_address_is_found_whatever_stands_around_it(void **state)
{
    static const char *const texts[] = {
        "ann@example.org",     "<ANN@Example.ORG>", "to=ann@example.org,",
        "\"ann@example.org\"", "ann@example.org.",  "(ann@example.org)",
        "a@b ann@example.org", "ann@example.org\n", "mailto:ann@example.org?subject=x",
        "'ann@example.org'"};

    (void)state;
    for (size_t i = 0; i < TD_ARRAY_LEN(texts); i++)
        if (find("Ann@example.org", texts[i], true) == NOWHERE)
            fail_msg("not found in %s", texts[i]);
}

static void part_of_a_longer_address_is_another_address(void **state)
{
    static const char *const texts[] = {"joann@example.org", "x.ann@example.org",
                                        "x+ann@example.org", "ann@example.org.uk",
                                        "ann@example.orgs",  "ann@example.org-x.net"};

    (void)state;
    for (size_t i = 0; i < TD_ARRAY_LEN(texts); i++) {
        if (find("ann@example.org", texts[i], true) != NOWHERE)
            fail_msg("found in %s", texts[i]);
        assert_int_not_equal(find("ann@example.org", texts[i], false), NOWHERE);
    }
    assert_int_equal(find("ann@example.org", "ann@example.com @ ann@", false), NOWHERE);
    assert_int_equal(find("ann@example.org", "@", false), NOWHERE);
}

static void every_way_of_writing_an_international_address_counts(void **state)
{
    (void)state;
    assert_int_equal(
        find("ann@m\xc3\xbcnchen.example", "ann@xn--mnchen-3ya.example", true), 0);
    assert_int_equal(
        find("ann@m\xc3\xbcnchen.example", "ann@m\xc3\xbcnchen.example", true), 0);
}

static void each_occurrence_is_replaced_and_all_else_stays(void **state)
{
    struct td_needle needle = {0};
    struct td_buf out;

    (void)state;
    td_buf_init(&out, 1000);
    td_needle_add(&needle, td_slice("ann@example.org"));
    assert_true(td_needle_replace(
        &needle, td_slice("<ann@example.org> joann@example.org ANN@example.org!"), true,
        "[-]", &out));
    assert_string_equal(out.ptr, "<[-]> joann@example.org [-]!");
    td_buf_clear(&out);
    assert_true(
        td_needle_replace(&needle, td_slice("3-ann@example.org.csv"), false, "x", &out));
    assert_string_equal(out.ptr, "3-x.csv");
    td_buf_clear(&out);
    assert_false(td_needle_replace(&needle, td_slice("nothing"), true, "x", &out));
    assert_int_equal(out.len, 0);
    td_buf_release(&out);
}

static void a_text_without_an_at_is_no_needle(void **state)
{
    struct td_needle needle = {0};

    (void)state;
    td_needle_add(&needle, td_slice("ann"));
    td_needle_add(&needle, td_slice(""));
    assert_int_equal(needle.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_is_found_whatever_stands_around_it),
        cmocka_unit_test(part_of_a_longer_address_is_another_address),
        cmocka_unit_test(every_way_of_writing_an_international_address_counts),
        cmocka_unit_test(each_occurrence_is_replaced_and_all_else_stays),
        cmocka_unit_test(a_text_without_an_at_is_no_needle),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
