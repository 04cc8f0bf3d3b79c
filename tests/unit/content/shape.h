/*
 * shape.h: a story written down line by line, so that a test is a source and what it must become.
 *
 *   ^ standfirst   t title   =  lead   # section {.topic}   + also-list   m masthead   @17:32 >13:13 {.topic}
 *   p paragraph    - item    1 numbered item    > quote    h heading    i image (src)
 *
 * Marks stand in the words: [words](url), *emphasis*, **strong**, `code`, «reference».
 * Warnings follow as "! LINE text".
 */
#ifndef TD_UNIT_CONTENT_SHAPE_H
#define TD_UNIT_CONTENT_SHAPE_H

#include "support/td_test.h"

#include "base/buf.h"
#include "content/content.h"

struct shape_case {
    const char *name;
    const char *source;
    const char
        *shape; /* or what the error's text contains, when it begins with "error: " */
};

static void shape_sign(struct td_buf *out, const struct td_mark *mark, bool opening)
{
    static const char *const signs[][2] = {
        [TD_MARK_LINK] = {"[", "]"}, [TD_MARK_STRONG] = {"**", "**"},
        [TD_MARK_EMPH] = {"*", "*"}, [TD_MARK_CODE] = {"`", "`"},
        [TD_MARK_REF] = {"«", "»"},
    };
    td_buf_add_str(out, signs[mark->kind][opening ? 0 : 1]);
    if (!opening && mark->kind == TD_MARK_LINK)
        td_buf_addf(out, "(%.*s)", (int)mark->url.len, mark->url.ptr);
}

/* Marks are sorted, so those that close at a place are the last of those opened before it. */
static void shape_text(struct td_buf *out, const struct td_text *text)
{
    for (size_t at = 0; at <= text->words.len; at++) {
        for (size_t i = text->mark_count; i-- > 0;)
            if (text->marks[i].to == at)
                shape_sign(out, &text->marks[i], false);
        for (size_t i = 0; i < text->mark_count; i++)
            if (text->marks[i].from == at)
                shape_sign(out, &text->marks[i], true);
        if (at < text->words.len)
            td_buf_add(out, text->words.ptr + at, 1);
    }
}

static void shape_line(struct td_buf *out, const char *sign, const struct td_text *text)
{
    td_buf_addf(out, "%s ", sign);
    shape_text(out, text);
    td_buf_add_char(out, '\n');
}

static void shape_blocks(struct td_buf *out, const struct td_block *blocks, size_t count)
{
    static const char *const signs[] = {
        [TD_BLOCK_PARAGRAPH] = "p", [TD_BLOCK_LIST] = "-",  [TD_BLOCK_QUOTE] = ">",
        [TD_BLOCK_HEADING] = "h",   [TD_BLOCK_IMAGE] = "i",
    };
    for (size_t i = 0; i < count; i++) {
        const struct td_block *block = &blocks[i];
        const char *sign = block->ordered ? "1" : signs[block->type];
        for (size_t k = 0; k < block->item_count; k++)
            shape_line(out, sign, &block->items[k]);
        if (block->type == TD_BLOCK_IMAGE)
            td_buf_addf(out, "i %.*s (%.*s)\n", (int)block->text.words.len,
                        block->text.words.ptr, (int)block->src.len, block->src.ptr);
        else if (block->item_count == 0)
            shape_line(out, sign, &block->text);
    }
}

static void shape_topics(struct td_buf *out, const struct td_slice *topics, size_t count)
{
    for (size_t i = 0; i < count; i++)
        td_buf_addf(out, " {.%.*s}", (int)topics[i].len, topics[i].ptr);
    td_buf_add_char(out, '\n');
}

static void shape_section(struct td_buf *out, const struct td_section *section)
{
    td_buf_add_char(out, "=#+"[section->role]);
    if (section->heading.words.ptr != NULL) {
        td_buf_add_char(out, ' ');
        shape_text(out, &section->heading);
    }
    shape_topics(out, section->topics, section->topic_count);
    shape_blocks(out, section->blocks, section->block_count);
}

static void shape_entry(struct td_buf *out, const struct td_entry *entry)
{
    td_buf_addf(out, "@%02d:%02d", entry->minute / 60, entry->minute % 60);
    for (size_t i = 0; i < entry->ref_count; i++)
        td_buf_addf(out, " >%02d:%02d", entry->refs[i] / 60, entry->refs[i] % 60);
    shape_topics(out, entry->topics, entry->topic_count);
    shape_blocks(out, entry->blocks, entry->block_count);
}

static void shape_story(struct td_buf *out, const struct td_story *story)
{
    if (story->title.ptr != NULL)
        td_buf_addf(out, "t %.*s\n", (int)story->title.len, story->title.ptr);
    if (story->standfirst.words.ptr != NULL)
        shape_line(out, "^", &story->standfirst);
    for (size_t i = 0; i < story->section_count; i++)
        shape_section(out, &story->sections[i]);
    for (size_t i = 0; i < story->masthead_count; i++)
        td_buf_addf(out, "m %.*s\n", (int)story->masthead[i].len, story->masthead[i].ptr);
    for (size_t i = 0; i < story->entry_count; i++)
        shape_entry(out, &story->entries[i]);
}

/* Parses the source; what came of it is appended to out. */
static void shape_of(struct td_slice source, enum td_source_form form, struct td_buf *out)
{
    struct td_story *story = NULL;
    struct td_warnings warnings = {0};
    struct td_err err = {0};
    if (td_content_parse(source, form, "f", &story, &warnings, &err) != TD_OK) {
        assert_null(story);
        td_buf_addf(out, "error: %s\n", err.text);
        return;
    }
    shape_story(out, story);
    for (size_t i = 0; i < warnings.count; i++)
        td_buf_addf(out, "! %d %s\n", warnings.items[i].line, warnings.items[i].text);
    td_story_destroy(story);
}

static void check_shapes(const struct shape_case *cases, size_t count,
                         enum td_source_form form)
{
    for (size_t i = 0; i < count; i++) {
        struct td_buf got;
        td_buf_init(&got, SIZE_MAX / 4);
        shape_of(td_slice(cases[i].source), form, &got);
        if (strcmp(got.ptr, cases[i].shape) != 0)
            fail_msg("%s\n--- source\n%s\n--- expected\n%s--- got\n%s", cases[i].name,
                     cases[i].source, cases[i].shape, got.ptr);
        td_buf_release(&got);
    }
}

#endif
