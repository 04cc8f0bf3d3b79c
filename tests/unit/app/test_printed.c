/*
 * The variants that are known to be there: what is kept is found, by whole selection; what is not
 * known is 0, never another's.
 */
#include "support/td_test.h"

#include "app/press/printed.h"

enum { MANY = 20000 };

/* The number in its bits: all differ. */
static struct td_selection selection(unsigned number, enum td_format format)
{
    struct td_selection made = {.format = format};

    for (size_t i = 0; i < sizeof number; i++)
        made.bits[i * 16] = (unsigned char)(number >> 8 * i);
    return made;
}

static void what_is_kept_is_found_by_bits_and_format(void **state)
{
    struct td_printed *printed = td_printed_create();
    struct td_selection html = selection(5, TD_FORMAT_HTML);
    struct td_selection text = selection(5, TD_FORMAT_TEXT);
    struct td_selection none = selection(0, TD_FORMAT_HTML);

    (void)state;
    assert_int_equal(td_printed_find(printed, &none), 0);
    assert_int_equal(td_printed_find(printed, &html), 0);
    td_printed_keep(printed, &html, 7);
    assert_int_equal(td_printed_find(printed, &html), 7);
    assert_int_equal(td_printed_find(printed, &text), 0);
    td_printed_keep(printed, &text, 8);
    assert_int_equal(td_printed_find(printed, &html), 7);
    assert_int_equal(td_printed_find(printed, &text), 8);
    td_printed_destroy(printed);
    td_printed_destroy(NULL);
}

/* Two thousand, as a large edition has, are all remembered, or nearly. */
static void a_few_thousand_are_remembered(void **state)
{
    struct td_printed *printed = td_printed_create();
    int known = 0;

    (void)state;
    for (unsigned i = 0; i < 2000; i++) {
        struct td_selection made = selection(i, TD_FORMAT_HTML);
        td_printed_keep(printed, &made, i + 1);
    }
    for (unsigned i = 0; i < 2000; i++) {
        struct td_selection made = selection(i, TD_FORMAT_HTML);
        known += td_printed_find(printed, &made) == i + 1;
    }
    assert_in_range(known, 1980, 2000);
    td_printed_destroy(printed);
}

static void more_than_fit_are_forgotten_but_never_mixed_up(void **state)
{
    struct td_printed *printed = td_printed_create();
    int known = 0;

    (void)state;
    for (unsigned i = 0; i < MANY; i++) {
        struct td_selection made = selection(i, TD_FORMAT_HTML);
        td_printed_keep(printed, &made, i + 1);
        assert_int_equal(td_printed_find(printed, &made), i + 1);
    }
    for (unsigned i = 0; i < MANY; i++) {
        struct td_selection made = selection(i, TD_FORMAT_HTML);
        int64_t found = td_printed_find(printed, &made);
        assert_true(found == 0 || found == i + 1);
        known += found != 0;
    }
    assert_in_range(known, 3000, 4096);
    td_printed_destroy(printed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_kept_is_found_by_bits_and_format),
        cmocka_unit_test(a_few_thousand_are_remembered),
        cmocka_unit_test(more_than_fit_are_forgotten_but_never_mixed_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
