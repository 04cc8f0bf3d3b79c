/*
 * test_varint.c: numbers in few bytes go there and back, and damaged ones are refused.
 */
#include "support/td_test.h"

#include "model/varint.h"

static void numbers_go_there_and_back(void **state)
{
    (void)state;
    static const struct {
        int64_t n;
        size_t bytes;
    } cases[] = {
        {0, 1},
        {1, 1},
        {127, 1},
        {128, 2},
        {16383, 2},
        {16384, 3},
        {INT64_MAX, TD_VARINT_MAX},
    };
    struct td_buf buf;
    td_buf_init(&buf, 100);
    for (size_t i = 0; i < TD_ARRAY_LEN(cases); i++) {
        td_buf_clear(&buf);
        td_varint_put(&buf, cases[i].n);
        assert_int_equal(buf.len, cases[i].bytes);
        td_buf_add_char(&buf, 'x');
        struct td_slice rest = td_buf_slice(&buf);
        int64_t n = -1;
        assert_true(td_varint_take(&rest, &n));
        assert_true(n == cases[i].n);
        assert_slice(rest, "x");
    }
    td_buf_release(&buf);
}

static void cut_and_overlong_numbers_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "\x80",
        "\xff\xff",
        "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
    };
    for (size_t i = 0; i < TD_ARRAY_LEN(bad); i++) {
        struct td_slice rest = td_slice(bad[i]);
        int64_t n = -1;
        assert_false(td_varint_take(&rest, &n));
        assert_int_equal(n, -1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_go_there_and_back),
        cmocka_unit_test(cut_and_overlong_numbers_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
