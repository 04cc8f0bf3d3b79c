/* Stories written as Markdown read as the same words, with the same links, again. */
#include "support/td_test.h"

#include "base/file.h"
#include "content/content.h"
#include "content/writing.h"

static struct td_story *parse(struct td_slice source, enum td_source_form form)
{
    struct td_story *story = NULL;
    struct td_warnings warnings = {0};
    struct td_err err;
    assert_ok(td_content_parse(source, form, "x", &story, &warnings, &err), err);
    return story;
}

static void add_text(const struct td_text *text, struct td_buf *out)
{
    td_buf_add_slice(out,
                     td_slice_trim(text->words)); /* Markdown has no space at an end */
    for (size_t i = 0; i < text->mark_count; i++)
        if (text->marks[i].kind == TD_MARK_LINK)
            td_buf_addf(out, " <%.*s %zu-%zu>", (int)text->marks[i].url.len,
                        text->marks[i].url.ptr, text->marks[i].from, text->marks[i].to);
}

/* Everything a reader reads, as text. */
static void add_story(const struct td_story *story, struct td_buf *out)
{
    for (size_t i = 0; i < story->section_count; i++) {
        const struct td_section *section = &story->sections[i];
        td_buf_addf(out, "== ");
        add_text(&section->heading, out);
        for (size_t k = 0; k < section->block_count; k++) {
            const struct td_block *block = &section->blocks[k];
            td_buf_addf(out, "\n%d:", (int)block->type);
            add_text(&block->text, out);
            for (size_t n = 0; n < block->item_count; n++) {
                td_buf_add_str(out, "\n- ");
                add_text(&block->items[n], out);
            }
        }
        td_buf_add_char(out, '\n');
    }
}

static void write_story(const struct td_story *story, struct td_buf *out)
{
    td_buf_add_str(out, "---\nkind: briefing\n---\n");
    for (size_t i = 0; i < story->section_count; i++) {
        if (story->sections[i].heading.words.len > 0) {
            td_buf_add_str(out, "\n## ");
            td_write_line(&story->sections[i].heading, out);
            td_buf_add_char(out, '\n');
        }
        td_write_blocks(story->sections[i].blocks, story->sections[i].block_count, out);
    }
}

static void assert_round_trip(struct td_slice source, enum td_source_form form)
{
    struct td_story *story = parse(source, form);
    struct td_buf written;
    struct td_buf before;
    struct td_buf after;
    td_buf_init(&written, TD_SOURCE_MAX);
    td_buf_init(&before, TD_SOURCE_MAX);
    td_buf_init(&after, TD_SOURCE_MAX);
    write_story(story, &written);
    struct td_story *again = parse(td_buf_slice(&written), TD_FORM_MARKDOWN);
    add_story(story, &before);
    add_story(again, &after);
    assert_string_equal(before.ptr, after.ptr);
    td_story_destroy(story);
    td_story_destroy(again);
    td_buf_release(&written);
    td_buf_release(&before);
    td_buf_release(&after);
}

static void words_stay_words(void **state)
{
    (void)state;
    static const char *const sources[] = {
        "Plain words, and more of them; that is all.",
        "1. is no list, - nor is this, # nor this a heading, > nor a quotation",
        "\\* stars \\*, \\_underlines\\_, \\`ticks\\`, \\[brackets\\](not a link), "
        "\\<b\\>, &amp;amp;",
        "A **strong** word, an *emphatic one*, both ***at once***, and `code`.",
        "Odd stress: **\"quoted\"**, a**b**c, *é*, **ends with a stop.** and on",
        "[a link](https://x.example/a?b=c&d=(e)) and [one *with* "
        "stress](https://y.example/).",
        "Bare: https://x.example/path?q=1, www.y.example and mailto:a@x.example.",
        "A line\\\nand another\\\nand a third.",
        "- one\n- two [x](https://x.example/)\n- three",
        "1. one\n2. two\n3. three",
        "> a quotation\n>\n> of two paragraphs",
        "Words.\n\n### A heading *below*\n\nMore words.",
        "17:32 A time that begins a paragraph.\n\n16:00 And another.",
        "![A picture](https://x.example/p.png)\n\nWords.",
    };
    for (size_t i = 0; i < TD_ARRAY_LEN(sources); i++) {
        char source[600];
        (void)snprintf(
            source, sizeof source,
            "---\nkind: briefing\n---\n\nLead.\n\n## A [heading] & more {.x}\n\n%s\n",
            sources[i]);
        assert_round_trip(td_slice(source), TD_FORM_MARKDOWN);
    }
}

static void so_do_samples(void **state)
{
    (void)state;
    struct td_names names;
    struct td_err err;
    char dir[4096];
    size_t tried = 0;
    (void)snprintf(dir, sizeof dir, "%s/tests/data/briefings", TD_SOURCE_DIR);
    assert_ok(td_dir_list(dir, &names, &err), err);
    for (size_t i = 0; i < names.count; i++) {
        struct td_buf bytes;
        char path[8192];
        enum td_source_form form;
        if (!td_slice_starts(td_slice(names.items[i]), "briefing-") ||
            !td_source_form_of(names.items[i], &form))
            continue;
        (void)snprintf(path, sizeof path, "%s/%s", dir, names.items[i]);
        td_buf_init(&bytes, TD_SOURCE_MAX);
        assert_ok(td_file_read(path, TD_SOURCE_MAX, &bytes, &err), err);
        assert_round_trip(td_buf_slice(&bytes), form);
        td_buf_release(&bytes);
        tried++;
    }
    assert_true(tried > 20);
    td_names_free(&names);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_stay_words),
        cmocka_unit_test(so_do_samples),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
