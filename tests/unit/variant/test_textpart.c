/* test_textpart.c: words as a terminal shows them. */
#include "support/td_test.h"

#include <stdlib.h>

#include "variant/textpart.h"

#define WORDS(s)                                                                         \
    {                                                                                    \
        .words = {(s), sizeof(s) - 1 }                                                   \
    }

static char shown[20000];

static const char *keep(struct td_buf *out)
{
    snprintf(shown, sizeof shown, "%s", out->ptr);
    td_buf_release(out);
    return shown;
}

static const char *wrapped(const char *text, const char *first, const char *rest)
{
    struct td_buf out;
    const struct td_margin margin = {.first = td_slice(first), .rest = td_slice(rest)};
    td_buf_init(&out, sizeof shown);
    td_wrap(td_slice(text), &margin, &out);
    return keep(&out);
}

static const char *blocks(const struct td_block *items, size_t count, const char *stamp,
                          size_t margin)
{
    struct td_links links = {0};
    struct td_buf out;
    const struct td_text_part part = {.blocks = items,
                                      .block_count = count,
                                      .stamp = td_slice(stamp),
                                      .margin = margin};
    td_buf_init(&out, sizeof shown);
    td_text_blocks(&part, &links, &out);
    td_links_release(&links);
    return keep(&out);
}

static void lines_are_72_columns_and_words_stay_whole(void **state)
{
    (void)state;
    assert_string_equal(wrapped("123456789 123456789 123456789 123456789 123456789 "
                                "123456789 123456789 12 next",
                                "", ""),
                        "123456789 123456789 123456789 123456789 123456789 123456789 "
                        "123456789 12\nnext\n");
    assert_string_equal(
        wrapped(
            "123456789 123456789 123456789 123456789 123456789 123456789 123456789 123",
            "", ""),
        "123456789 123456789 123456789 123456789 123456789 123456789 123456789\n123\n");
    assert_string_equal(
        wrapped("see https://example.org/a/path/much/longer/than/any/line/could/"
                "ever/be/in/this/text/part now",
                "", ""),
        "see\nhttps://example.org/a/path/much/longer/than/any/line/could/ever/be/"
        "in/this/text/part\nnow\n");
    assert_string_equal(wrapped("  two  spaces\tand a tab  ", "", ""),
                        "two spaces and a tab\n");
    assert_string_equal(wrapped("one\n\ntwo", "> ", "  "), "> one\n  two\n");
    assert_string_equal(wrapped(" \n ", "> ", "  "), "");
}

static void width_is_that_of_the_terminal_not_of_bytes(void **state)
{
    (void)state;
    char text[400] = "";
    for (int i = 0; i < 18; i++)
        memcpy(text + 7 * i, "病院 ", 8);
    /* 14 words of 4 columns and the spaces between them fill 69; one more would be 74 */
    wrapped(text, "", "");
    assert_int_equal(td_utf8_width(td_slice_n(shown, strcspn(shown, "\n"))), 69);
}

static void no_break_spaces_hold_words_together(void **state)
{
    (void)state;
    assert_string_equal(wrapped("123456789 123456789 123456789 123456789 123456789 "
                                "123456789 12345678 £5\xc2\xa0m",
                                "", ""),
                        "123456789 123456789 123456789 123456789 123456789 123456789 "
                        "12345678\n£5\xc2\xa0m\n");
}

static void lists_hang_quotes_are_indented_subheadings_underlined(void **state)
{
    (void)state;
    static const struct td_text items[] = {
        WORDS("One that is long enough to need a second line, which begins beneath its "
              "first"),
        WORDS("Two")};
    const struct td_block all[] = {
        {.type = TD_BLOCK_PARAGRAPH, .text = WORDS("Before.")},
        {.type = TD_BLOCK_LIST, .items = items, .item_count = 2},
        {.type = TD_BLOCK_LIST, .items = items, .item_count = 2, .ordered = true},
        {.type = TD_BLOCK_HEADING, .text = WORDS("Später")},
        {.type = TD_BLOCK_QUOTE, .items = items + 1, .item_count = 1},
        {.type = TD_BLOCK_IMAGE,
         .text = WORDS(""),
         .src = {"https://x.example/i.png", 23}},
    };
    assert_string_equal(
        blocks(all, TD_ARRAY_LEN(all), "", 0),
        "Before.\n\n"
        "  • One that is long enough to need a second line, which begins beneath\n"
        "    its first\n"
        "  • Two\n\n"
        "  1. One that is long enough to need a second line, which begins beneath\n"
        "     its first\n"
        "  2. Two\n\n"
        "Später\n~~~~~~\n\n"
        "    Two\n");
}

static void the_time_stands_in_the_margin_once(void **state)
{
    (void)state;
    const struct td_block all[] = {
        {.type = TD_BLOCK_PARAGRAPH, .text = WORDS("First.")},
        {.type = TD_BLOCK_PARAGRAPH, .text = WORDS("Second.")},
    };
    assert_string_equal(blocks(all, 2, "5.32pm", 9),
                        "5.32pm   First.\n\n         Second.\n");
    assert_string_equal(blocks(NULL, 0, "5.32pm", 9), "5.32pm\n");
}

static void links_are_numbered_unless_their_words_are_the_url(void **state)
{
    (void)state;
    const struct td_slice url = td_slice("https://hsj.example/a/"),
                          other = td_slice("mailto:a@b.c");
    const struct td_mark marks[] = {
        {.kind = TD_MARK_LINK, .from = 0, .to = 3, .url = url},
        {.kind = TD_MARK_STRONG, .from = 4, .to = 7},
        {.kind = TD_MARK_LINK, .from = 4, .to = 7, .url = other},
        {.kind = TD_MARK_LINK, .from = 8, .to = 13, .url = url},
        {.kind = TD_MARK_LINK, .from = 15, .to = 28, .url = url},
        {.kind = TD_MARK_LINK, .from = 29, .to = 34, .url = other},
    };
    const struct td_block block = {
        .type = TD_BLOCK_PARAGRAPH,
        .text = {.words = td_slice("One two three, hsj.example/a a@b.c."),
                 .marks = marks,
                 .mark_count = TD_ARRAY_LEN(marks)}};
    assert_string_equal(blocks(&block, 1, "", 0),
                        "One[1] two[2] three[1], hsj.example/a a@b.c.\n\n"
                        "[1] https://hsj.example/a/\n[2] mailto:a@b.c\n");
}

static void headings_are_underlined_as_wide_as_they_are(void **state)
{
    (void)state;
    struct td_links links = {0};
    struct td_buf out;
    td_buf_init(&out, 1000);
    td_text_heading(&(struct td_text)WORDS("‘Présent’ 病院"), '-', &links, &out);
    assert_string_equal(keep(&out), "‘Présent’ 病院\n--------------\n");
    td_links_release(&links);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_72_columns_and_words_stay_whole),
        cmocka_unit_test(width_is_that_of_the_terminal_not_of_bytes),
        cmocka_unit_test(no_break_spaces_hold_words_together),
        cmocka_unit_test(lists_hang_quotes_are_indented_subheadings_underlined),
        cmocka_unit_test(the_time_stands_in_the_margin_once),
        cmocka_unit_test(links_are_numbered_unless_their_words_are_the_url),
        cmocka_unit_test(headings_are_underlined_as_wide_as_they_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
