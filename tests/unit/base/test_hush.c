/* Secrets out of servers' words. */
#include "support/td_test.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/crypto.h"
#include "base/hush.h"

#define SECRET "s3cret-Wort-42"

static const char *hushed(const char *text, const char *secret)
{
    static char room[600];
    (void)snprintf(room, sizeof room, "%s", text);
    td_hush(room, secret);
    return room;
}

static void words_that_hold_it_are_blotted_out(void **state)
{
    (void)state;
    assert_string_equal(hushed("535 <s3cret-Wort-42> is wrong, s3cret-Wort-42", SECRET),
                        "535 **************** is wrong, **************");
    assert_string_equal(hushed("501 AUTH PLAIN s3cret-Wo", SECRET),
                        "501 AUTH PLAIN *********"); /* cut off */
    assert_string_equal(hushed("535 no: a pass word!", "a pass word"),
                        "535 no: ************");
    assert_string_equal(hushed("535 5.7.8 no", SECRET), "535 5.7.8 no");
    assert_string_equal(hushed("535 \n535 no", ""), "535 \n535 no");
    assert_string_equal(hushed("535 no", NULL), "535 no");
}

/* Whatever stands before it moves it against the groups of three bytes. */
static void in_base64_it_is_found_behind_anything(void **state)
{
    (void)state;
    for (size_t before = 0; before < 7; before++) {
        struct td_buf plain;
        struct td_buf said;
        td_buf_init(&plain, 100);
        td_buf_init(&said, 300);
        td_buf_add(&plain, "\0editor\1", before);
        td_buf_add_str(&plain, SECRET);
        td_buf_add_str(&plain, before % 2 == 0 ? "" : "\1\1");
        td_buf_add_str(&said, "535 what is ");
        td_base64(&said, plain.ptr, plain.len);
        assert_string_equal(hushed(said.ptr, SECRET) + said.len, "");
        assert_memory_equal(hushed(said.ptr, SECRET), "535 what is ****", 16);
        assert_null(strpbrk(hushed(said.ptr, SECRET) + 12, "abcdefghijklmnopqrstuvwxyz"));
        td_buf_release(&plain);
        td_buf_release(&said);
    }
}

static void a_short_one_too(void **state)
{
    (void)state;
    assert_string_equal(hushed("535 AGEAeHk=", "xy"), "535 ********");
    assert_string_equal(hushed("535 xy", "xy"), "535 **");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_that_hold_it_are_blotted_out),
        cmocka_unit_test(in_base64_it_is_found_behind_anything),
        cmocka_unit_test(a_short_one_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
