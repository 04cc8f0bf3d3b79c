/*
 * test_content_properties.c: whatever is pasted, nothing crashes, no word is lost, doubled or moved, and
 * every story keeps the promises of model/story.h and model/text.h.
 *
 * The words of a generated source are numbered (w1, w2, …) and everything between them is drawn
 * from what means something to a parser. TD_SEED repeats a run; TD_FULL=ON makes it a long one.
 */
#include "support/td_test.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/rand.h"
#include "content/content.h"

static const char *const plain_noise[] = {
    " ",
    " ",
    " ",
    "  ",
    "\n",
    "\n",
    "\n\n",
    "\n\n",
    "\n\n",
    ". ",
    ".\n\n",
    "? ",
    "?\n\n",
    "!\n",
    "…\n\n",
    ":\n",
    "\n• ",
    "\n  • ",
    "\n- ",
    "\n* ",
    "\n– ",
    "\n1. ",
    "\n2. ",
    "\n3) ",
    "\n\n5.32pm ",
    "\n\n4.10pm: ",
    "\n17:32 ",
    "\n\n1pm ",
    "\n\n13.05pm ",
    " 2.30pm ",
    " (see 5.32pm) ",
    " see 17:32 and 4.10pm ",
    "\r\n",
    "\r",
    "\t",
    "\u00A0",
    "\u2028",
    "\u200B",
    " “",
    "” ",
    "‘",
    "’ ",
    " – ",
    "-",
    " https://a.example/",
    " www.b.example ",
    " (",
    ") ",
    "\n\nAlso today\n\n",
    "\n\nAlso on\u00A0x\n\n",
    "\n\nBy Jo Doe\n\n",
    "\n\nRead more here\n\n",
    "\n   ",
    " ",
    " ",
    " ",
};

static const char *const markdown_noise[] = {
    " ",
    " ",
    " ",
    "\n",
    "\n\n",
    "\n\n",
    "  \n",
    "\\\n",
    "\n\n# ",
    "\n\n## ",
    "\n\n### ",
    " {.a .b}\n\n",
    " {.a}\n",
    "\n- ",
    "\n  - ",
    "\n1. ",
    "\n> ",
    "\n>> ",
    "\n\n    ",
    "*",
    "**",
    "_",
    "`",
    "``",
    "](https://a.example) [",
    "![",
    "[",
    "](b.png)",
    "](ftp://c)",
    " <b> ",
    "</b>",
    "\n\n<div>\n",
    "\n---\n",
    "\n===\n",
    "\n```\n",
    "&amp;",
    "\\*",
    "<https://d.example>",
    "|",
    "\n|---|\n",
    "\n\n5.32pm ",
    "\n\n## 4.10pm ",
    " (see 5.32pm) ",
    "\n\n**3pm** ",
    "\n\n## Also on ",
    "\t",
    "\u00A0",
    "\u2028",
};

/* The numbered words of a text, as they come. */
struct numbers {
    unsigned next; /* the one that must come */
    bool bad;
};

static void follow(struct numbers *numbers, struct td_slice words)
{
    for (size_t i = 0; i + 1 < words.len; i++) {
        const bool begins =
            words.ptr[i] == 'w' && words.ptr[i + 1] >= '0' && words.ptr[i + 1] <= '9';
        unsigned n = 0;
        if (!begins)
            continue;
        for (i++; i < words.len && words.ptr[i] >= '0' && words.ptr[i] <= '9'; i++)
            n = n * 10 + (unsigned)(words.ptr[i] - '0');
        i--;
        if (n != numbers->next++)
            numbers->bad = true;
    }
}

/* Marks are sorted, inside the words, never empty, and nest; links are of the three schemes. */
static bool marks_hold(const struct td_text *text)
{
    size_t ends[64];
    size_t open = 0;
    size_t last = 0;
    for (size_t i = 0; i < text->mark_count; i++) {
        const struct td_mark *mark = &text->marks[i];
        while (open > 0 && ends[open - 1] <= mark->from)
            open--;
        if (mark->from < last || mark->from >= mark->to || mark->to > text->words.len ||
            open == TD_ARRAY_LEN(ends) || (open > 0 && ends[open - 1] < mark->to))
            return false;
        if (mark->kind == TD_MARK_LINK && !td_slice_istarts(mark->url, "http://") &&
            !td_slice_istarts(mark->url, "https://") &&
            !td_slice_istarts(mark->url, "mailto:"))
            return false;
        last = mark->from;
        ends[open++] = mark->to;
    }
    return td_utf8_valid(text->words, NULL);
}

static bool blocks_hold(struct numbers *numbers, const struct td_block *blocks,
                        size_t count)
{
    bool good = true;
    int line = 0;
    for (size_t i = 0; i < count; i++) {
        const struct td_block *block = &blocks[i];
        const bool group = block->type == TD_BLOCK_LIST || block->type == TD_BLOCK_QUOTE;
        follow(numbers, block->text.words);
        good &= marks_hold(&block->text) && group == (block->item_count > 0);
        for (size_t k = 0; k < block->item_count; k++) {
            follow(numbers, block->items[k].words);
            good &= marks_hold(&block->items[k]);
        }
        good &= block->line >= line && block->line > 0;
        line = block->line;
    }
    return good;
}

static bool story_holds(struct numbers *numbers, const struct td_story *story)
{
    bool good = true;
    if (story->title.ptr != NULL)
        follow(numbers, story->title);
    follow(numbers, story->standfirst.words);
    for (size_t i = 0; i < story->masthead_count; i++)
        follow(numbers, story->masthead[i]);
    for (size_t i = 0; i < story->section_count; i++) {
        const struct td_section *section = &story->sections[i];
        good &= (section->role == TD_ROLE_LEAD) == (i == 0);
        good &= (section->heading.words.ptr == NULL) == (i == 0);
        good &= marks_hold(&section->heading);
        follow(numbers, section->heading.words);
        good &= blocks_hold(numbers, section->blocks, section->block_count);
    }
    for (size_t i = 0; i < story->entry_count; i++) {
        const struct td_entry *entry = &story->entries[i];
        good &= entry->minute >= 0 && entry->minute < 24 * 60;
        good &= blocks_hold(numbers, entry->blocks, entry->block_count);
    }
    good &= (story->kind == TD_STORY_LIVE) == (story->entry_count > 0);
    good &= (story->kind == TD_STORY_LIVE) == (story->section_count == 0);
    return good;
}

static unsigned generate(struct td_rand *rand, const char *const *noise, size_t kinds,
                         struct td_buf *out)
{
    const unsigned count = (unsigned)td_rand_below(rand, 60) + 1;
    for (unsigned n = 1; n <= count; n++) {
        td_buf_addf(out, "w%u", n);
        td_buf_add_str(
            out, td_rand_below(rand, 3) == 0 ? noise[td_rand_below(rand, kinds)] : " ");
        if (td_rand_below(rand, 8) == 0)
            td_buf_add_str(out, noise[td_rand_below(rand, kinds)]);
    }
    return count;
}

static uint64_t seed_of_run(void)
{
    const char *given = getenv("TD_SEED");
    int64_t seed = 20261120;
    if (given != NULL)
        (void)td_slice_int64(td_slice(given), &seed);
    return (uint64_t)seed;
}

static int rounds(void)
{
    const char *full = getenv("TD_FULL");
    return full != NULL && strcmp(full, "ON") == 0 ? 500000 : 5000;
}

static void check_words(const char *const *noise, size_t kinds, enum td_source_form form)
{
    const uint64_t seed = seed_of_run();
    for (int i = 0; i < rounds(); i++) {
        struct td_rand rand = td_rand_seeded(seed + (uint64_t)i);
        struct td_story *story = NULL;
        struct td_warnings warnings = {0};
        struct td_err err = {0};
        struct td_buf source;
        td_buf_init(&source, 1 << 20);
        const unsigned count = generate(&rand, noise, kinds, &source);
        assert_ok(
            td_content_parse(td_buf_slice(&source), form, "f", &story, &warnings, &err),
            err);
        struct numbers numbers = {.next = 1};
        const bool good = story_holds(&numbers, story);
        if (!good || numbers.bad || numbers.next != count + 1)
            fail_msg("TD_SEED=%llu: %s, %u of %u words:\n%s",
                     (unsigned long long)seed + (unsigned)i,
                     good ? "words" : "a broken promise", numbers.next - 1, count,
                     source.ptr);
        td_story_destroy(story);
        td_buf_release(&source);
    }
}

static void pasted_text_keeps_every_word_in_order(void **state)
{
    (void)state;
    check_words(plain_noise, TD_ARRAY_LEN(plain_noise), TD_FORM_PLAIN);
}

static void markdown_keeps_every_word_in_order(void **state)
{
    (void)state;
    check_words(markdown_noise, TD_ARRAY_LEN(markdown_noise), TD_FORM_MARKDOWN);
}

/* Bytes of any kind: a story that holds, or an error that names the file. */
static void any_bytes_give_a_story_or_an_error(void **state)
{
    (void)state;
    const uint64_t seed = seed_of_run();
    for (int i = 0; i < rounds(); i++) {
        struct td_rand rand = td_rand_seeded(seed + (uint64_t)i);
        char bytes[300];
        const size_t len = td_rand_below(&rand, sizeof bytes);
        const uint64_t kinds = td_rand_below(&rand, 2) == 0 ? 256 : 96;
        for (size_t k = 0; k < len; k++)
            bytes[k] = (char)(td_rand_below(&rand, kinds) + (kinds == 96 ? 32 : 0));
        for (size_t k = 0; kinds == 96 && k < len; k++)
            bytes[k] = bytes[k] == 127 ? '\n' : bytes[k];
        struct td_story *story = NULL;
        struct td_warnings warnings = {0};
        struct td_err err = {0};
        struct numbers numbers = {.next = 1};
        const enum td_source_form form = i % 2 == 0 ? TD_FORM_PLAIN : TD_FORM_MARKDOWN;
        const enum td_status status = td_content_parse(td_slice_n(bytes, len), form,
                                                       "name", &story, &warnings, &err);
        if (status == TD_OK)
            assert_true(story_holds(&numbers, story));
        else
            assert_true(status == TD_DATA && strncmp(err.text, "name:", 5) == 0);
        td_story_destroy(story);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pasted_text_keeps_every_word_in_order),
        cmocka_unit_test(markdown_keeps_every_word_in_order),
        cmocka_unit_test(any_bytes_give_a_story_or_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
