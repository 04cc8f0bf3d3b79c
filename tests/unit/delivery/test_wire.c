/* test_wire.c: the look at a message before it is sent, beside a plain one written for reading. */
#include "support/td_test.h"

#include "base/rand.h"
#include "delivery/fifo.h"
#include "delivery/wire.h"

static struct td_wire plainly(struct td_slice data)
{
    struct td_wire wire = {0};
    for (size_t i = 0; i < data.len; i++) {
        char c = data.ptr[i];
        bool after_cr = i > 0 && data.ptr[i - 1] == '\r';
        bool at_start = i == 0 || data.ptr[i - 1] == '\n';
        if (c == '\0' || (c == '\n') != after_cr)
            wire.bare = true;
        if (c == '.' && at_start)
            wire.dots = true;
        if (c & 0x80)
            wire.eightbit = true;
    }
    if (data.len > 0 && data.ptr[data.len - 1] != '\n')
        wire.bare = true;
    return wire;
}

static void assert_seen(struct td_slice text)
{
    struct td_wire want = plainly(text);
    struct td_wire got = td_wire_look(text);
    assert_int_equal(got.bare, want.bare);
    assert_int_equal(got.dots, want.dots);
    assert_int_equal(got.eightbit, want.eightbit);
}

/* Random texts over the bytes that matter. */
static void the_fast_look_sees_what_a_plain_one_sees(void **state)
{
    (void)state;
    static const char letters[] = "aab.\r\n\r\n\r\n";
    struct td_rand rand = td_rand_seeded(20261120);
    int bare = 0;
    for (int round = 0; round < 20000; round++) {
        char text[300];
        size_t n = td_rand_below(&rand, sizeof text - 2);
        size_t len = 0;
        while (len < n) {
            size_t pick = td_rand_below(&rand, sizeof letters - 1);
            text[len++] = letters[pick];
            if (letters[pick] == '\r' && td_rand_below(&rand, 60) > 0)
                text[len++] = '\n';
            else if (letters[pick] == '\n' && td_rand_below(&rand, 60) > 0)
                len--;
        }
        if (td_rand_below(&rand, 20) == 0 && len > 0)
            text[td_rand_below(&rand, len)] = (char)(td_rand_below(&rand, 2) ? 0 : 0xc3);
        bare += plainly(td_slice_n(text, len)).bare;
        assert_seen(td_slice_n(text, len));
    }
    assert_in_range(bare, 4000, 19500); /* the texts are of both kinds */
}

/* One wrong byte anywhere in a text of several blocks of the fast pass and a rest. */
static void one_byte_is_seen_wherever_it_stands(void **state)
{
    (void)state;
    static const char wrong[] = {'\0', '\r', '\n', '.', (char)0x80};
    char text[1500];
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = i % 60 == 58 ? '\r' : i % 60 == 59 ? '\n' : 'a';
    assert_false(td_wire_look(td_slice_n(text, sizeof text)).bare);
    for (size_t i = 0; i < sizeof text; i++) {
        const char right = text[i];
        for (size_t j = 0; j < sizeof wrong; j++) {
            text[i] = wrong[j];
            assert_seen(td_slice_n(text, sizeof text));
        }
        text[i] = right;
    }
}

static void every_leading_dot_is_doubled_and_no_other(void **state)
{
    (void)state;
    struct td_buf out;
    td_buf_init(&out, 1000);
    td_wire_stuff(td_slice(".\r\n..\r\na.\r\n\r\n.x\r\n"), &out);
    assert_slice(td_buf_slice(&out), "..\r\n...\r\na.\r\n\r\n..x\r\n");
    td_buf_release(&out);
}

static void paths_that_could_break_out_of_their_brackets_are_unfit(void **state)
{
    (void)state;
    static const char *const unfit[] = {
        "a@b\r\nRCPT TO:<x@y", "a b@c", "a@b>",       "<a@b", "a\tb@c", "a@b\x7f",
        "\"a\r\n\"@b",         "\"a@b", "\"a\\\n\"@b"};
    static const char *const fit[] = {
        "", "a@b", "\"a b>\"@c", "\"a\\\"b\"@c", "\xc3\xbc@b", "a+b=c@d"};
    for (size_t i = 0; i < TD_ARRAY_LEN(unfit); i++)
        if (td_wire_path_ok(unfit[i]))
            fail_msg("fit: %s", unfit[i]);
    for (size_t i = 0; i < TD_ARRAY_LEN(fit); i++)
        if (!td_wire_path_ok(fit[i]))
            fail_msg("unfit: %s", fit[i]);
}

static void parcels_leave_a_fifo_in_their_order(void **state)
{
    (void)state;
    static struct td_parcel parcels[300];
    struct td_fifo fifo = {0};
    size_t taken = 1;
    for (size_t i = 1; i < 300; i++) {
        td_fifo_add(&fifo, &parcels[i]);
        if (i % 3 == 0)
            assert_ptr_equal(td_fifo_take(&fifo), &parcels[taken++]);
    }
    td_fifo_put_first(&fifo, &parcels[0]);
    assert_ptr_equal(td_fifo_take(&fifo), &parcels[0]);
    while (fifo.count > 0)
        assert_ptr_equal(td_fifo_take(&fifo), &parcels[taken++]);
    assert_int_equal(taken, 300);
    assert_null(td_fifo_take(&fifo));
    td_fifo_release(&fifo);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_fast_look_sees_what_a_plain_one_sees),
        cmocka_unit_test(one_byte_is_seen_wherever_it_stands),
        cmocka_unit_test(every_leading_dot_is_doubled_and_no_other),
        cmocka_unit_test(paths_that_could_break_out_of_their_brackets_are_unfit),
        cmocka_unit_test(parcels_leave_a_fifo_in_their_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
