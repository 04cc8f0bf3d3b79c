/* test_utf8.c: UTF-8 in and out, what is not UTF-8, and the columns of a terminal. */
#include "support/td_test.h"

static void every_code_point_comes_back(void **state)
{
    (void)state;
    for (uint32_t cp = 0; cp <= 0x10FFFF; cp++) {
        char bytes[4];
        const size_t n = td_utf8_put(bytes, cp);
        size_t pos = 0;
        const int32_t back = td_utf8_next(td_slice_n(bytes, n), &pos);
        if (cp >= 0xD800 && cp <= 0xDFFF) {
            assert_int_equal(back, -1);
            assert_int_equal(pos, 1);
            continue;
        }
        if (back != (int32_t)cp || pos != n) {
            fail_msg("U+%04X came back as %d in %zu bytes", cp, back, pos);
        }
    }
}

static void what_is_not_utf8_is_named_by_its_place(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t bad;
    } cases[] = {
        {"ab\xff", 2},           /* never a byte of UTF-8 */
        {"\xc0\xaf", 0},         /* overlong '/' */
        {"a\xe0\x80\xaf", 1},    /* overlong in three */
        {"\xf0\x80\x80\xaf", 0}, /* overlong in four */
        {"\xed\xa0\x80", 0},     /* surrogate */
        {"\xf4\x90\x80\x80", 0}, /* past U+10FFFF */
        {"abc\xe2\x82", 3},      /* cut */
        {"\xe2\x82"
         "a",
         0},                     /* cut by a letter */
        {"\xf8\x90\x80\x80", 0}, /* five bytes long, once */
        {"\x80", 0},             /* continuation alone */
        {"caf\xe9", 3},          /* Latin-1 */
    };
    for (size_t i = 0; i < TD_ARRAY_LEN(cases); i++) {
        size_t bad = 99;
        assert_false(td_utf8_valid(td_slice(cases[i].text), &bad));
        assert_int_equal(bad, cases[i].bad);
        assert_false(td_utf8_valid(td_slice(cases[i].text), NULL));
    }
    assert_true(
        td_utf8_valid(td_slice("\xe2\x80\x9cSo\xe2\x80\x9d \xf0\x9f\x98\x80"), NULL));
    assert_true(td_utf8_valid(td_slice(""), NULL));
}

static void decoding_goes_on_one_byte_behind_a_fault(void **state)
{
    (void)state;
    const struct td_slice s = td_slice("\xe2\x82z");
    size_t pos = 0;
    assert_int_equal(td_utf8_next(s, &pos), -1);
    assert_int_equal(td_utf8_next(s, &pos), -1);
    assert_int_equal(td_utf8_next(s, &pos), 'z');
    assert_int_equal(td_utf8_next(s, &pos), -1);
    assert_int_equal(pos, 3);
}

static void characters_are_counted_not_bytes(void **state)
{
    (void)state;
    assert_int_equal(td_utf8_count(td_slice("caf\xc3\xa9")), 4);
    assert_int_equal(td_utf8_count(td_slice("a\xff\xfe")), 3);
    assert_int_equal(td_utf8_count(td_slice("")), 0);
}

static void columns_are_those_of_a_terminal(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t columns;
    } cases[] = {
        {"", 0},
        {"NHS", 3},
        {"caf\xc3\xa9", 4},
        {"cafe\xcc\x81", 4},                     /* combining acute */
        {"\xe2\x80\x9cyes\xe2\x80\x9d", 5},      /* curly quotes */
        {"\xe6\x97\xa5\xe6\x9c\xac", 4},         /* Japan in kanji */
        {"\xed\x95\x9c", 2},                     /* Hangul syllable */
        {"\xef\xbd\xb1", 1},                     /* half-width katakana */
        {"\xef\xbc\xa1", 2},                     /* full-width A */
        {"\xf0\x9f\x98\x80", 2},                 /* emoji */
        {"\xe2\x9c\x85", 2},                     /* check mark button */
        {"\xe2\x80\x8b", 0},                     /* zero-width space */
        {"\xe2\x80\xa2", 1},                     /* bullet */
        {"\xc2\xa0", 1},                         /* no-break space */
        {"\xd7\xa9\xd6\xb8", 1},                 /* Hebrew letter with a vowel sign */
        {"\xf0\xa0\x80\x80", 2},                 /* CJK extension B */
        {"\xf0\x9f\x87\xac\xf0\x9f\x87\xa7", 2}, /* flag */
        {"a\tb\n", 2},
        {"\xff", 1},
    };
    for (size_t i = 0; i < TD_ARRAY_LEN(cases); i++) {
        const size_t got = td_utf8_width(td_slice(cases[i].text));
        if (got != cases[i].columns) {
            fail_msg("\"%s\": %zu columns, not %zu", cases[i].text, got,
                     cases[i].columns);
        }
    }
}

static void a_visible_form_has_no_control_character(void **state)
{
    (void)state;
    const struct td_slice s = td_slice("\x1b"
                                       "e\xc2\x9b\xff");
    static const char *const expected[] = {"\\x1B", "e", "\\xC2\\x9B", "\\xFF"};
    size_t pos = 0;
    for (size_t i = 0; i < TD_ARRAY_LEN(expected); i++) {
        char out[TD_VISIBLE_MAX];
        const size_t n = td_utf8_visible(s, &pos, out);
        assert_slice(td_slice_n(out, n), expected[i]);
    }
    assert_int_equal(pos, s.len);
}

static void a_cut_leaves_whole_characters(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t most, len;
    } cases[] = {
        {"", 5, 0},
        {"abc", 5, 3},
        {"abc", 2, 2},
        {"a\xc3\xa9", 3, 3},
        {"a\xc3\xa9", 2, 1},
        {"\xe2\x82\xac!", 2, 0},
        {"\xe2\x82\xac!", 3, 3},
        {"\x80\x80\x80", 2, 0},
    };
    for (size_t i = 0; i < TD_ARRAY_LEN(cases); i++)
        assert_int_equal(td_utf8_head(td_slice(cases[i].text), cases[i].most).len,
                         cases[i].len);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cut_leaves_whole_characters),
        cmocka_unit_test(every_code_point_comes_back),
        cmocka_unit_test(what_is_not_utf8_is_named_by_its_place),
        cmocka_unit_test(decoding_goes_on_one_byte_behind_a_fault),
        cmocka_unit_test(characters_are_counted_not_bytes),
        cmocka_unit_test(columns_are_those_of_a_terminal),
        cmocka_unit_test(a_visible_form_has_no_control_character),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
