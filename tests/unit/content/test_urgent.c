/* The marks by which an editor says that an entry is urgent. */
#include "support/td_test.h"

#include "content/content.h"

static void assert_entry(const char *source, enum td_source_form form, bool urgent,
                         const char *words)
{
    struct td_story *story = NULL;
    struct td_warnings warnings = {0};
    struct td_err err;
    assert_ok(td_content_parse(td_slice(source), form, "x", &story, &warnings, &err),
              err);
    assert_int_equal(story->entry_count, 1);
    assert_int_equal(story->entries[0].urgent, urgent);
    assert_int_equal(story->entries[0].topic_count, 0);
    assert_slice(story->entries[0].blocks[0].text.words, words);
    td_story_destroy(story);
}

static void marks_are_taken_off(void **state)
{
    (void)state;
    assert_entry("5.32pm !urgent The minister has gone.\n", TD_FORM_PLAIN, true,
                 "The minister has gone.");
    assert_entry("5.32pm: !URGENT: The minister has gone.\n", TD_FORM_PLAIN, true,
                 "The minister has gone.");
    assert_entry("5.32pm !urgent\n\nThe minister has gone.\n", TD_FORM_PLAIN, true,
                 "The minister has gone.");
    assert_entry("---\nkind: live\n---\n\n## 17:32 {.urgent}\n\nThe minister has gone.\n",
                 TD_FORM_MARKDOWN, true, "The minister has gone.");
    assert_entry("---\nkind: live\n---\n\n17:32 !urgent The *minister* has gone.\n",
                 TD_FORM_MARKDOWN, true, "The minister has gone.");
}

static void words_that_look_like_one_stay(void **state)
{
    (void)state;
    assert_entry("5.32pm !urgently needed.\n", TD_FORM_PLAIN, false, "!urgently needed.");
    assert_entry("5.32pm An urgent matter.\n", TD_FORM_PLAIN, false, "An urgent matter.");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(marks_are_taken_off),
        cmocka_unit_test(words_that_look_like_one_stay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
