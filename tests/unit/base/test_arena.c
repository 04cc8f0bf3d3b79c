/* test_arena.c: zeroed, aligned, independent pieces that end together. */
#include "support/td_test.h"

#include "base/arena.h"

static int setup(void **state)
{
    *state = td_arena_create();
    return 0;
}

static int teardown(void **state)
{
    td_arena_destroy(*state);
    return 0;
}

static void pieces_are_zeroed_aligned_and_apart(void **state)
{
    unsigned char *pieces[500];
    for (size_t i = 0; i < 500; i++) {
        const size_t size = i * 7 % 300;
        pieces[i] = td_arena_alloc(*state, size);
        assert_int_equal((uintptr_t)pieces[i] % _Alignof(max_align_t), 0);
        for (size_t k = 0; k < size; k++) {
            assert_int_equal(pieces[i][k], 0);
        }
        memset(pieces[i], (int)(i % 256), size);
    }
    for (size_t i = 0; i < 500; i++) {
        for (size_t k = 0; k < i * 7 % 300; k++) {
            assert_int_equal(pieces[i][k], i % 256);
        }
    }
}

static void a_piece_larger_than_any_chunk_is_fine(void **state)
{
    char *big = td_arena_alloc(*state, 10 * 1024 * 1024);
    big[0] = 'a';
    big[10 * 1024 * 1024 - 1] = 'z';
    char *small = td_arena_alloc(*state, 1);
    assert_int_equal(*small, 0);
}

static void copies_are_strings_and_absent_stays_absent(void **state)
{
    const struct td_slice copy = td_arena_copy(*state, td_slice_n("abcdef", 3));
    assert_slice(copy, "abc");
    assert_int_equal(copy.ptr[3], '\0');
    assert_slice(td_arena_copy(*state, td_slice("")), "");
    assert_null(td_arena_copy(*state, td_slice(NULL)).ptr);
    assert_string_equal(td_arena_strdup(*state, "text"), "text");
    assert_slice(td_arena_printf(*state, "%d-%d", 12, 345), "12-345");
}

static void an_array_is_copied_whole(void **state)
{
    const int numbers[] = {3, 1, 4, 1, 5};
    const int *copy = td_arena_array(*state, numbers, 5, sizeof numbers[0]);
    assert_memory_equal(copy, numbers, sizeof numbers);
    assert_ptr_not_equal(copy, numbers);
    assert_null(td_arena_array(*state, numbers, 0, sizeof numbers[0]));
}

static void what_a_reset_arena_gives_is_zeroed(void **state)
{
    static const size_t sizes[] = {8, 3000, 500 * 1024, 40};
    td_arena_reset(*state); /* of nothing */
    for (size_t i = 0; i < 3 * TD_ARRAY_LEN(sizes); i++) {
        const size_t size = sizes[i % TD_ARRAY_LEN(sizes)];
        unsigned char *piece = td_arena_alloc(*state, size);
        for (size_t k = 0; k < size; k++)
            assert_int_equal(piece[k], 0);
        memset(piece, 0xFF, size);
        memset(td_arena_alloc(*state, size), 0xFF, size);
        td_arena_reset(*state);
    }
}

static void destroying_nothing_is_fine(void **state)
{
    (void)state;
    td_arena_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(pieces_are_zeroed_aligned_and_apart, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_piece_larger_than_any_chunk_is_fine, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(copies_are_strings_and_absent_stays_absent, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(an_array_is_copied_whole, setup, teardown),
        cmocka_unit_test_setup_teardown(what_a_reset_arena_gives_is_zeroed, setup,
                                        teardown),
        cmocka_unit_test(destroying_nothing_is_fine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
