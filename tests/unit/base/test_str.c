/* test_str.c: slices: absent and empty, comparing, searching, lines, fields, numbers. */
#include "support/td_test.h"

#define NONE ((size_t)-1)

static void absent_is_not_empty(void **state)
{
    (void)state;
    const struct td_slice absent = td_slice(NULL);
    const struct td_slice empty = td_slice("");
    assert_null(absent.ptr);
    assert_non_null(empty.ptr);
    assert_true(td_slice_eq(absent, absent));
    assert_false(td_slice_eq(absent, empty));
    assert_false(td_slice_ieq(empty, absent));
    assert_true(td_slice_cmp(absent, empty) < 0);
    assert_true(td_slice_cmp(empty, absent) > 0);
    assert_int_equal(td_slice_cmp(absent, absent), 0);
    assert_null(td_slice_sub(absent, 0, 5).ptr);
}

static void a_part_is_clamped_to_the_whole(void **state)
{
    (void)state;
    const struct td_slice s = td_slice("briefing");
    assert_slice(td_slice_sub(s, 0, 5), "brief");
    assert_slice(td_slice_sub(s, 5, 100), "ing");
    assert_slice(td_slice_sub(s, 100, 200), "");
    assert_slice(td_slice_sub(s, 4, 2), "");
}

static void comparing_looks_at_bytes_and_folds_ascii_letters_only(void **state)
{
    (void)state;
    assert_true(td_slice_is(td_slice_n("abcd", 3), "abc"));
    assert_false(td_slice_is(td_slice("abc"), "abd"));
    assert_false(td_slice_is(td_slice("abc"), "ABC"));
    assert_true(td_slice_iis(td_slice("List-ID"), "list-id"));
    assert_false(td_slice_iis(td_slice("\xc3\x89"), "\xc3\xa9"));
    assert_false(td_slice_iis(td_slice("a{"), "a["));
    assert_true(td_slice_cmp(td_slice("a"), td_slice("ab")) < 0);
    assert_true(td_slice_cmp(td_slice("\xff"), td_slice("a")) > 0);
    assert_int_equal(td_slice_cmp(td_slice("ab"), td_slice("ab")), 0);
    assert_true(td_slice_starts(td_slice("abc"), "ab"));
    assert_false(td_slice_starts(td_slice("a"), "ab"));
    assert_true(td_slice_istarts(td_slice("ALSO today"), "also"));
    assert_true(td_slice_ends(td_slice("a.md"), ".md"));
    assert_false(td_slice_ends(td_slice("md"), ".md"));
}

static void searching_finds_the_first_at_or_after(void **state)
{
    (void)state;
    const struct td_slice s = td_slice_n("aab aab", 6); /* the last b is outside */
    assert_int_equal(td_slice_find(s, 0, 'b'), 2);
    assert_int_equal(td_slice_find(s, 2, 'b'), 2);
    assert_int_equal(td_slice_find(s, 3, 'b'), NONE);
    assert_int_equal(td_slice_find(s, 99, 'a'), NONE);
    assert_int_equal(td_slice_find_str(s, 0, "ab"), 1);
    assert_int_equal(td_slice_find_str(s, 2, "ab"), NONE);
    assert_int_equal(td_slice_find_str(s, 0, ""), 0);
    assert_int_equal(td_slice_find_str(td_slice(NULL), 0, "a"), NONE);
    assert_int_equal(td_slice_find_slice(s, 0, td_slice("ab")), 1);
    assert_int_equal(td_slice_find_slice(s, 2, td_slice("ab")), NONE);
    assert_int_equal(td_slice_find_slice(s, s.len + 1, td_slice("")), NONE);
    assert_int_equal(td_slice_find_slice(td_slice(NULL), 0, td_slice("a")), NONE);
}

static void trimming_keeps_no_break_spaces(void **state)
{
    (void)state;
    assert_slice(td_slice_trim(td_slice(" \t\r\n\f\vx y \n")), "x y");
    assert_slice(td_slice_trim(td_slice("\xc2\xa0x\xc2\xa0")), "\xc2\xa0x\xc2\xa0");
    assert_slice(td_slice_trim(td_slice("  ")), "");
}

static void lines_end_at_lf_or_crlf(void **state)
{
    (void)state;
    struct td_slice rest = td_slice("one\r\n\ntwo\rx\nlast\r");
    struct td_slice line;
    static const char *const expected[] = {"one", "", "two\rx", "last\r"};
    for (size_t i = 0; i < TD_ARRAY_LEN(expected); i++) {
        assert_true(td_slice_line(&rest, &line));
        assert_slice(line, expected[i]);
    }
    assert_false(td_slice_line(&rest, &line));
    rest = td_slice("end\n");
    assert_true(td_slice_line(&rest, &line));
    assert_false(td_slice_line(&rest, &line));
}

static void fields_are_never_empty(void **state)
{
    (void)state;
    struct td_slice rest = td_slice(" ;finance; -quality  ;");
    struct td_slice field;
    assert_true(td_slice_token(&rest, " ;", &field));
    assert_slice(field, "finance");
    assert_true(td_slice_token(&rest, " ;", &field));
    assert_slice(field, "-quality");
    assert_false(td_slice_token(&rest, " ;", &field));
}

static void whole_numbers_only(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t value;
    } good[] = {
        {"0", 0},
        {"007", 7},
        {"-12", -12},
        {"9223372036854775807", INT64_MAX},
        {"-9223372036854775808", INT64_MIN},
    };
    for (size_t i = 0; i < TD_ARRAY_LEN(good); i++) {
        int64_t n = 1;
        assert_true(td_slice_int64(td_slice(good[i].text), &n));
        assert_true(n == good[i].value);
    }
    static const char *const bad[] = {
        "",
        "-",
        "+1",
        "1 ",
        " 1",
        "1x",
        "0x1",
        "1.0",
        "--1",
        "9223372036854775808",
        "-9223372036854775809",
        "99999999999999999999999",
    };
    for (size_t i = 0; i < TD_ARRAY_LEN(bad); i++) {
        int64_t n = 42;
        assert_false(td_slice_int64(td_slice(bad[i]), &n));
        assert_int_equal(n, 42);
    }
}

static void control_characters_are_found_but_not_words_of_any_language(void **state)
{
    (void)state;
    assert_int_equal(td_slice_find_control(td_slice("caf\xc3\xa9 \xf0\x9f\x98\x80")),
                     NONE);
    assert_int_equal(td_slice_find_control(td_slice("a\nBcc: x")), 1);
    assert_int_equal(td_slice_find_control(td_slice("a\x7f")), 1);
    assert_int_equal(td_slice_find_control(td_slice("ab\xc2\x85")), 2);
    assert_int_equal(td_slice_find_control(td_slice("a\xe2\x80\xa8")), 1);
    assert_int_equal(td_slice_find_control(td_slice("a\xe2\x80\xa9")), 1);
    assert_int_equal(td_slice_find_control(td_slice_n("a\0b", 3)), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(absent_is_not_empty),
        cmocka_unit_test(a_part_is_clamped_to_the_whole),
        cmocka_unit_test(comparing_looks_at_bytes_and_folds_ascii_letters_only),
        cmocka_unit_test(searching_finds_the_first_at_or_after),
        cmocka_unit_test(trimming_keeps_no_break_spaces),
        cmocka_unit_test(lines_end_at_lf_or_crlf),
        cmocka_unit_test(fields_are_never_empty),
        cmocka_unit_test(whole_numbers_only),
        cmocka_unit_test(control_characters_are_found_but_not_words_of_any_language),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
