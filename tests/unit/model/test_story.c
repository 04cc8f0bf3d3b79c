/*
 * test_story.c: warnings are kept whole, counted and bounded; a story goes with its
 * arena.
 */
#include "support/td_test.h"

#include "model/story.h"

static void warnings_past_the_limit_are_counted(void **state)
{
    (void)state;
    struct td_warnings warnings = {0};
    for (int i = 1; i <= TD_WARNINGS_MAX + 7; i++)
        td_warn_at(&warnings, i, "thing %d", i);
    assert_int_equal(warnings.count, TD_WARNINGS_MAX);
    assert_int_equal(warnings.dropped, 7);
    assert_int_equal(warnings.items[1].line, 2);
    assert_string_equal(warnings.items[1].text, "thing 2");
}

static void a_long_warning_is_cut_between_characters(void **state)
{
    (void)state;
    for (int shift = 0; shift < 4; shift++) {
        struct td_warnings warnings = {0};
        char words[400];
        size_t n = (size_t)shift;
        memset(words, 'x', n);
        for (; n + 4 < sizeof words; n += 4)
            memcpy(words + n, "😀", 4);
        words[n] = '\0';
        td_warn_at(&warnings, 1, "%s", words);
        struct td_slice text = td_slice(warnings.items[0].text);
        assert_true(td_utf8_valid(text, NULL));
        assert_true(text.len > 190);
    }
}

static void a_story_goes_with_its_arena(void **state)
{
    (void)state;
    td_story_destroy(NULL);
    struct td_arena *arena = td_arena_create();
    struct td_story *story = td_arena_alloc(arena, sizeof *story);
    story->arena = arena;
    td_story_destroy(story); /* the sanitizer tells of a leak or a double free */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(warnings_past_the_limit_are_counted),
        cmocka_unit_test(a_long_warning_is_cut_between_characters),
        cmocka_unit_test(a_story_goes_with_its_arena),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
