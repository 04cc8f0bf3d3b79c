/* test_mem.c: memory that is always there, and growing arrays. */
#include "support/td_test.h"

#include <stdlib.h>

#include "base/mem.h"

static void no_bytes_are_still_a_block(void **state)
{
    (void)state;
    void *a = td_xmalloc(0);
    void *b = td_xcalloc(0, 8);
    assert_non_null(a);
    assert_non_null(b);
    a = td_xrealloc(a, 0);
    assert_non_null(a);
    free(a);
    free(b);
}

static void copies_end_at_the_length_or_the_nul(void **state)
{
    (void)state;
    char *whole = td_xstrdup("tidings");
    char *part = td_xstrndup("tidings", 4);
    char *shorter = td_xstrndup("ti", 400);
    assert_string_equal(whole, "tidings");
    assert_string_equal(part, "tidi");
    assert_string_equal(shorter, "ti");
    free(whole);
    free(part);
    free(shorter);
}

static void an_array_grows_by_doubling_and_keeps_its_items(void **state)
{
    (void)state;
    int *items = NULL;
    size_t cap = 0;
    size_t moves = 0;
    for (size_t count = 0; count < 1000; count++) {
        const size_t before = cap;
        items = td_vec_grow(items, &cap, count + 1, sizeof *items);
        moves += cap != before;
        assert_true(cap > count);
        items[count] = (int)count;
    }
    assert_true(moves <= 10);
    for (size_t i = 0; i < 1000; i++) {
        assert_int_equal(items[i], i);
    }
    free(items);
}

static void an_array_that_has_room_stays_where_it_is(void **state)
{
    (void)state;
    size_t cap = 0;
    char *items = td_vec_grow(NULL, &cap, 100, 1);
    const size_t before = cap;
    assert_ptr_equal(td_vec_grow(items, &cap, before, 1), items);
    assert_int_equal(cap, before);
    free(items);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_bytes_are_still_a_block),
        cmocka_unit_test(copies_end_at_the_length_or_the_nul),
        cmocka_unit_test(an_array_grows_by_doubling_and_keeps_its_items),
        cmocka_unit_test(an_array_that_has_room_stays_where_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
