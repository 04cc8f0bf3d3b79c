/*
 * Bodies in and out of their stored form.
 */
#include "support/td_test.h"

#include "store/deflate.h"

struct bodies {
    struct td_buf plain, packed, back;
};

static int make(void **state)
{
    static struct bodies bodies;

    td_buf_init(&bodies.plain, (size_t)1 << 20);
    td_buf_init(&bodies.packed, (size_t)1 << 20);
    td_buf_init(&bodies.back, (size_t)1 << 20);
    *state = &bodies;
    return 0;
}

static int drop(void **state)
{
    struct bodies *b = *state;

    td_buf_release(&b->plain);
    td_buf_release(&b->packed);
    td_buf_release(&b->back);
    return 0;
}

static void a_body_comes_back_as_it_was(void **state)
{
    struct bodies *b = *state;
    struct td_err err = {0};

    for (int i = 0; i < 20000; i++)
        td_buf_addf(&b->plain, "line %d of a briefing\r\n", i * i);
    td_deflate(td_buf_slice(&b->plain), &b->packed);
    assert_true(b->packed.len < b->plain.len / 3);
    assert_ok(td_inflate(td_buf_slice(&b->packed), &b->back, &err), err);
    assert_int_equal(b->back.len, b->plain.len);
    assert_memory_equal(b->back.ptr, b->plain.ptr, b->plain.len);
}

static void an_empty_body_is_a_body(void **state)
{
    struct bodies *b = *state;
    struct td_err err = {0};

    td_deflate(td_slice(""), &b->packed);
    assert_true(b->packed.len > 0);
    assert_ok(td_inflate(td_buf_slice(&b->packed), &b->back, &err), err);
    assert_int_equal(b->back.len, 0);
}

static void every_cut_and_every_flipped_byte_is_noticed(void **state)
{
    struct bodies *b = *state;
    struct td_err err = {0};

    td_buf_add_str(&b->plain,
                   "Ambulances wait longer, says the board, and nobody is surprised.");
    td_deflate(td_buf_slice(&b->plain), &b->packed);
    for (size_t n = 0; n < b->packed.len; n++) {
        td_buf_clear(&b->back);
        assert_int_equal(td_inflate(td_slice_n(b->packed.ptr, n), &b->back, &err),
                         TD_DATA);
    }
    for (size_t i = 0; i < b->packed.len; i++) {
        td_buf_clear(&b->back);
        b->packed.ptr[i] = (char)(b->packed.ptr[i] ^ 0x55);
        assert_int_equal(td_inflate(td_buf_slice(&b->packed), &b->back, &err), TD_DATA);
        b->packed.ptr[i] = (char)(b->packed.ptr[i] ^ 0x55);
    }
    td_buf_add_char(&b->packed, 'x'); /* something behind the end */
    td_buf_clear(&b->back);
    assert_int_equal(td_inflate(td_buf_slice(&b->packed), &b->back, &err), TD_DATA);
    assert_string_equal(err.text, "a stored body is damaged");
}

static void a_body_larger_than_its_reader_takes_is_refused(void **state)
{
    struct bodies *b = *state;
    struct td_err err = {0};
    struct td_buf small;

    td_buf_add_repeat(&b->plain, 'a', 100000);
    td_deflate(td_buf_slice(&b->plain), &b->packed);
    td_buf_init(&small, 99999);
    assert_int_equal(td_inflate(td_buf_slice(&b->packed), &small, &err), TD_DATA);
    assert_string_equal(err.text, "a stored body is larger than 99999 bytes");
    td_buf_release(&small);
}

#define BODY_TEST(name) cmocka_unit_test_setup_teardown(name, make, drop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BODY_TEST(a_body_comes_back_as_it_was),
        BODY_TEST(an_empty_body_is_a_body),
        BODY_TEST(every_cut_and_every_flipped_byte_is_noticed),
        BODY_TEST(a_body_larger_than_its_reader_takes_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
