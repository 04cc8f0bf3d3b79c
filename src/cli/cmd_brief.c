/*
 * cmd_brief.c: tidings brief: what the parser sees in a source.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "cli/commands.h"
#include "content/content.h"

/* Columns of the outline for people; longer blocks are cut. */
#define OUTLINE_WIDTH 88

static const char *role_name(enum td_section_role role)
{
    switch (role) {
    case TD_ROLE_LEAD: return "lead";
    case TD_ROLE_SECTION: return "section";
    case TD_ROLE_ALSO: return "also";
    }
    return "";
}

static const char *block_name(enum td_block_type type)
{
    switch (type) {
    case TD_BLOCK_PARAGRAPH: return "paragraph";
    case TD_BLOCK_LIST: return "list";
    case TD_BLOCK_QUOTE: return "quote";
    case TD_BLOCK_HEADING: return "heading";
    case TD_BLOCK_IMAGE: return "image";
    }
    return "";
}

/* ---- JSON (design 12) ---- */

static struct td_json *slices_json(const struct td_slice *items, size_t count)
{
    struct td_json *array = td_json_array();
    for (size_t i = 0; i < count; i++)
        td_json_append_str(array, items[i]);
    return array;
}

static void add_links(struct td_json *links, const struct td_text *text)
{
    for (size_t i = 0; i < text->mark_count; i++)
        if (text->marks[i].kind == TD_MARK_LINK)
            td_json_append_str(links, text->marks[i].url);
}

/* A quote is one text, its paragraphs apart by an empty line. */
static struct td_json *quote_json(const struct td_block *block)
{
    struct td_buf text;
    td_buf_init(&text, SIZE_MAX / 4);
    for (size_t i = 0; i < block->item_count; i++) {
        td_buf_add_str(&text, i > 0 ? "\n\n" : "");
        td_buf_add_slice(&text, block->items[i].words);
    }
    struct td_json *json = td_json_string(td_buf_slice(&text));
    td_buf_release(&text);
    return json;
}

static struct td_json *block_json(const struct td_block *block)
{
    struct td_json *json = td_json_object();
    struct td_json *links = td_json_array();
    td_json_set_cstr(json, "type", block_name(block->type));
    if (block->type == TD_BLOCK_QUOTE) {
        td_json_set_take(json, "text", quote_json(block));
    } else if (block->type == TD_BLOCK_LIST) {
        struct td_json *items = td_json_array();
        for (size_t i = 0; i < block->item_count; i++)
            td_json_append_str(items, block->items[i].words);
        td_json_set_take(json, "items", items);
        td_json_set_bool(json, "ordered", block->ordered);
    } else {
        td_json_set_str(json, "text", block->text.words);
    }
    if (block->type == TD_BLOCK_IMAGE)
        td_json_set_str(json, "src", block->src);
    add_links(links, &block->text);
    for (size_t i = 0; i < block->item_count; i++)
        add_links(links, &block->items[i]);
    if (td_json_count(links) > 0)
        td_json_set_take(json, "links", links);
    else
        td_json_destroy(links);
    td_json_set_int(json, "line", block->line);
    return json;
}

static struct td_json *blocks_json(const struct td_block *blocks, size_t count)
{
    struct td_json *array = td_json_array();
    for (size_t i = 0; i < count; i++)
        td_json_append_take(array, block_json(&blocks[i]));
    return array;
}

static struct td_slice clock_text(int minute, char out[6])
{
    (void)snprintf(out, 6, "%02u:%02u", (unsigned)minute / 60 % 24,
                   (unsigned)minute % 60);
    return td_slice(out);
}

static struct td_json *entry_json(const struct td_entry *entry)
{
    char text[6];
    struct td_json *json = td_json_object();
    struct td_json *refs = td_json_array();
    td_json_set_str(json, "time", clock_text(entry->minute, text));
    td_json_set_take(json, "topics", slices_json(entry->topics, entry->topic_count));
    td_json_set_bool(json, "urgent", entry->urgent);
    for (size_t i = 0; i < entry->ref_count; i++)
        td_json_append_str(refs, clock_text(entry->refs[i], text));
    td_json_set_take(json, "refs", refs);
    td_json_set_take(json, "blocks", blocks_json(entry->blocks, entry->block_count));
    td_json_set_int(json, "line", entry->line);
    return json;
}

static struct td_json *section_json(const struct td_section *section)
{
    struct td_json *json = td_json_object();
    td_json_set_str(json, "heading", section->heading.words);
    td_json_set_cstr(json, "role", role_name(section->role));
    td_json_set_take(json, "topics", slices_json(section->topics, section->topic_count));
    td_json_set_take(json, "blocks", blocks_json(section->blocks, section->block_count));
    td_json_set_int(json, "line", section->line);
    return json;
}

/* What the front matter said beside title and standfirst. */
static void add_front(struct td_json *json, const struct td_story *story)
{
    td_json_set_str(json, "subject", story->subject);
    td_json_set_str(json, "preheader", story->preheader);
    td_json_set_take(json, "topics", slices_json(story->topics, story->topic_count));
    td_json_set_take(json, "attachments",
                     slices_json(story->attachments, story->attachment_count));
    td_json_set_bool(json, "draft", story->draft);
    td_json_set_bool(json, "alert", story->alert);
}

static struct td_json *story_json(const struct td_story *story)
{
    struct td_json *json = td_json_object();
    struct td_json *parts = td_json_array();
    const bool live = story->kind == TD_STORY_LIVE;
    td_json_set_cstr(json, "kind", live ? "live" : "briefing");
    td_json_set_str(json, "title", story->title);
    td_json_set_str(json, "standfirst", story->standfirst.words);
    if (live)
        td_json_set_take(json, "masthead",
                         slices_json(story->masthead, story->masthead_count));
    for (size_t i = 0; i < story->section_count; i++)
        td_json_append_take(parts, section_json(&story->sections[i]));
    for (size_t i = 0; i < story->entry_count; i++)
        td_json_append_take(parts, entry_json(&story->entries[i]));
    td_json_set_take(json, live ? "entries" : "sections", parts);
    add_front(json, story);
    return json;
}

/* ---- the outline for people ---- */

static void print_cut(struct td_printer *out, const char *indent, struct td_slice words)
{
    struct td_buf line;
    size_t pos = 0;
    td_buf_init(&line, 8 * OUTLINE_WIDTH);
    for (size_t width = 0; pos < words.len && width < OUTLINE_WIDTH; width++) {
        const size_t at = pos;
        const bool breaks = td_utf8_next(words, &pos) == '\n';
        td_buf_add_slice(&line, breaks ? td_slice(" ") : td_slice_sub(words, at, pos));
    }
    td_printf(out, "%s", indent);
    td_print_visible(out, td_buf_slice(&line));
    td_printf(out, "%s\n", pos < words.len ? "…" : "");
    td_buf_release(&line);
}

static void print_items(struct td_printer *out, const struct td_block *block)
{
    for (size_t i = 0; i < block->item_count; i++) {
        char sign[40];
        if (block->ordered)
            (void)snprintf(sign, sizeof sign, "    %zu. ", i + 1);
        else
            (void)snprintf(sign, sizeof sign, "    %s ",
                           block->type == TD_BLOCK_LIST ? "•" : ">");
        print_cut(out, sign, block->items[i].words);
    }
}

static void print_blocks(struct td_printer *out, const struct td_block *blocks,
                         size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct td_block *block = &blocks[i];
        const bool heading = block->type == TD_BLOCK_HEADING;
        if (block->text.words.len > 0)
            print_cut(out, heading ? "    # " : "    ", block->text.words);
        print_items(out, block);
    }
}

static void print_topics(struct td_printer *out, const struct td_slice *topics,
                         size_t count)
{
    for (size_t i = 0; i < count; i++) {
        td_printf(out, " .");
        td_print_visible(out, topics[i]);
    }
}

static void print_sections(struct td_printer *out, const struct td_story *story)
{
    for (size_t i = 0; i < story->section_count; i++) {
        const struct td_section *section = &story->sections[i];
        td_printf(out, "\n%s", role_name(section->role));
        if (section->heading.words.ptr != NULL) {
            td_printf(out, ": ");
            td_print_visible(out, section->heading.words);
        }
        print_topics(out, section->topics, section->topic_count);
        td_printf(out, "  (line %d)\n", section->line);
        print_blocks(out, section->blocks, section->block_count);
    }
}

static void print_entries(struct td_printer *out, const struct td_story *story)
{
    char text[6];
    for (size_t i = 0; i < story->masthead_count; i++)
        print_cut(out, "masthead: ", story->masthead[i]);
    for (size_t i = 0; i < story->entry_count; i++) {
        const struct td_entry *entry = &story->entries[i];
        td_printf(out, "\n%s", clock_text(entry->minute, text).ptr);
        print_topics(out, entry->topics, entry->topic_count);
        for (size_t k = 0; k < entry->ref_count; k++)
            td_printf(out, "  see %s", clock_text(entry->refs[k], text).ptr);
        td_printf(out, "  (line %d)\n", entry->line);
        print_blocks(out, entry->blocks, entry->block_count);
    }
}

static void print_outline(struct td_printer *out, const struct td_story *story)
{
    if (story->kind == TD_STORY_LIVE)
        td_printf(out, "live blog of %zu %s\n", story->entry_count,
                  story->entry_count == 1 ? "entry" : "entries");
    else
        td_printf(out, "briefing of %zu %s\n", story->section_count,
                  story->section_count == 1 ? "section" : "sections");
    if (story->title.ptr != NULL)
        print_cut(out, "title: ", story->title);
    if (story->standfirst.words.ptr != NULL)
        print_cut(out, "standfirst: ", story->standfirst.words);
    print_sections(out, story);
    print_entries(out, story);
}

/* ---- brief parse ---- */

static void print_warnings(const char *name, const struct td_warnings *warnings)
{
    struct td_buf text;
    td_buf_init(&text, sizeof(struct td_warnings) * 8);
    for (size_t i = 0; i < warnings->count; i++) {
        td_buf_addf(&text, "%s:%d: warning: ", name, warnings->items[i].line);
        td_buf_add_visible(&text, td_slice(warnings->items[i].text));
        td_buf_add_char(&text, '\n');
    }
    if (warnings->dropped > 0)
        td_buf_addf(&text, "%s: %zu more warnings\n", name, warnings->dropped);
    (void)fputs(text.ptr, stderr);
    td_buf_release(&text);
}

static enum td_status read_source(const struct td_app *app, const char *name,
                                  struct td_buf *bytes, struct td_err *err)
{
    char *path = td_path_join(app->dir, name);
    td_buf_init(bytes, TD_SOURCE_MAX + 1);
    const enum td_status status = td_file_read(path, TD_SOURCE_MAX, bytes, err);
    free(path);
    return status;
}

static enum td_status brief_parse(struct td_run_context *run, struct td_err *err)
{
    const char *name = run->args->operands[0];
    struct td_warnings warnings = {0};
    struct td_story *story = NULL;
    enum td_source_form form;
    struct td_buf bytes;
    if (!td_source_form_of(name, &form))
        return td_fail(err, TD_USAGE,
                       "%s: a source ends in .md (Markdown) or .txt (plain text)", name);
    enum td_status status = read_source(run->app, name, &bytes, err);
    if (status == TD_OK)
        status =
            td_content_parse(td_buf_slice(&bytes), form, name, &story, &warnings, err);
    print_warnings(name, &warnings);
    if (status == TD_OK && run->json)
        td_print_json_take(run->out, story_json(story));
    else if (status == TD_OK)
        print_outline(run->out, story);
    td_story_destroy(story);
    td_buf_release(&bytes);
    return status;
}

const struct td_command td_commands_brief[] = {
    {.name = "brief parse",
     .operands = "FILE",
     .operands_min = 1,
     .operands_max = 1,
     .summary = "Show what the parser sees in a briefing or live blog",
     .details =
         "FILE ends in .md (Markdown) or .txt (plain text). Warnings go to stderr as\n"
         "FILE:LINE: warning: ….",
     .run = brief_parse},
    {.name = NULL},
};
