/* test_buf.c: the growing string: its maximum, its NUL, and handing it over. */
#include "support/td_test.h"

#include <stdlib.h>

#include "base/buf.h"

static void a_new_buffer_is_an_empty_string(void **state)
{
    (void)state;
    struct td_buf buf;
    td_buf_init(&buf, 10);
    assert_string_equal(buf.ptr, "");
    assert_slice(td_buf_slice(&buf), "");
    td_buf_add(&buf, NULL, 0);
    td_buf_add_slice(&buf, td_slice(NULL));
    td_buf_addf(&buf, "%s", "");
    td_buf_clear(&buf);
    assert_int_equal(buf.cap, 0);
    td_buf_release(&buf);
}

static void everything_is_appended_in_order(void **state)
{
    (void)state;
    struct td_buf buf;
    td_buf_init(&buf, 1000);
    td_buf_add_str(&buf, "a");
    td_buf_add_slice(&buf, td_slice_n("bcd", 2));
    td_buf_add_char(&buf, 'd');
    td_buf_add_repeat(&buf, '-', 3);
    td_buf_add_cp(&buf, 0x20AC);
    td_buf_addf(&buf, "%d %s", 7, "x");
    assert_slice(td_buf_slice(&buf), "abcd---\xe2\x82\xac"
                                     "7 x");
    assert_int_equal(strlen(buf.ptr), buf.len);
    td_buf_clear(&buf);
    assert_string_equal(buf.ptr, "");
    td_buf_add_str(&buf, "again");
    assert_string_equal(buf.ptr, "again");
    td_buf_release(&buf);
    assert_string_equal(buf.ptr, "");
}

static void past_the_maximum_it_keeps_what_it_had(void **state)
{
    (void)state;
    struct td_buf buf;
    td_buf_init(&buf, 5);
    td_buf_add_str(&buf, "12345");
    assert_false(td_buf_full(&buf));
    td_buf_add_str(&buf, "6");
    assert_true(td_buf_full(&buf));
    td_buf_addf(&buf, "%d", 7);
    td_buf_add_repeat(&buf, 'x', 1);
    assert_slice(td_buf_slice(&buf), "12345");
    assert_string_equal(buf.ptr, "12345");
    td_buf_clear(&buf);
    td_buf_add_str(&buf, "123");
    td_buf_addf(&buf, "%s", "456"); /* there is room for it, and it may not be used */
    assert_true(td_buf_full(&buf));
    assert_string_equal(buf.ptr, "123");
    td_buf_clear(&buf);
    assert_false(td_buf_full(&buf));
    td_buf_addf(&buf, "%s", "123456");
    assert_true(td_buf_full(&buf));
    td_buf_add_char(&buf, 'x'); /* a gap in the text would be worse than its end */
    assert_slice(td_buf_slice(&buf), "");
    td_buf_release(&buf);
}

static void it_grows_over_many_appends(void **state)
{
    (void)state;
    struct td_buf buf;
    td_buf_init(&buf, 1000000);
    for (int i = 0; i < 100000; i++) {
        td_buf_addf(&buf, "%d,", i % 10);
    }
    assert_int_equal(buf.len, 200000);
    assert_true(td_slice_ends(td_buf_slice(&buf), "8,9,"));
    td_buf_release(&buf);
}

static void control_bytes_are_made_visible(void **state)
{
    (void)state;
    struct td_buf buf;
    td_buf_init(&buf, 100);
    td_buf_add_visible(&buf, td_slice_n("a\0\x1b[\xc3\xa9\xe9", 7));
    assert_slice(td_buf_slice(&buf), "a\\x00\\x1B[\xc3\xa9\\xE9");
    td_buf_release(&buf);
}

static void detaching_hands_the_string_over(void **state)
{
    (void)state;
    struct td_buf buf;
    td_buf_init(&buf, 100);
    td_buf_add_str(&buf, "mine");
    char *text = td_buf_detach(&buf);
    assert_string_equal(text, "mine");
    assert_string_equal(buf.ptr, "");
    free(text);
    text = td_buf_detach(&buf);
    assert_string_equal(text, "");
    free(text);
    td_buf_add_str(&buf, "still good");
    assert_string_equal(buf.ptr, "still good");
    td_buf_release(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_buffer_is_an_empty_string),
        cmocka_unit_test(everything_is_appended_in_order),
        cmocka_unit_test(past_the_maximum_it_keeps_what_it_had),
        cmocka_unit_test(it_grows_over_many_appends),
        cmocka_unit_test(control_bytes_are_made_visible),
        cmocka_unit_test(detaching_hands_the_string_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
