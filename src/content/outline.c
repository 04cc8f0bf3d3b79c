/*
 * outline.c: headings and blocks become sections, or entries.
 */
#include "content/outline.h"

#include <stdlib.h>

#include "base/mem.h"
#include "content/heading.h"
#include "content/inline.h"
#include "content/live.h"
#include "content/words.h"

void td_outline_add(struct td_outline *outline, struct td_piece piece)
{
    outline->pieces = td_vec_grow(outline->pieces, &outline->cap, outline->count + 1,
                                  sizeof *outline->pieces);
    outline->pieces[outline->count++] = piece;
}

void td_outline_release(struct td_outline *outline)
{
    free(outline->pieces);
    outline->pieces = NULL;
    outline->count = outline->cap = 0;
}

/* The attributes of a heading, as ".a .b", ".a, .b", ".a.b" and "#id .a": topics are taken, an id says
 * nothing here. False when there is anything else. */
static bool read_attributes(struct td_piece *piece, struct td_slice inside,
                            struct td_slice *topics)
{
    struct td_slice word;
    while (td_slice_token(&inside, " \t,", &word)) {
        if (word.len < 2 || (word.ptr[0] != '.' && word.ptr[0] != '#'))
            return false;
        const bool id = word.ptr[0] == '#';
        struct td_slice name;
        for (bool first = true; td_slice_token(&word, ".", &name); first = false)
            if (!id || !first)
                topics[piece->topic_count++] = name;
    }
    piece->topics = topics;
    return true;
}

void td_piece_cut_topics(struct td_piece *piece, struct td_arena *arena,
                         struct td_warnings *warnings)
{
    struct td_text *text = &piece->block.text;
    const struct td_slice words = td_slice_trim(text->words);
    size_t open = words.len;
    while (open > 0 && words.ptr[open - 1] != '{')
        open--;
    if (open == 0 || !td_slice_ends(words, "}"))
        return;
    const struct td_slice inside = td_slice_sub(words, open, words.len - 1);
    struct td_slice *topics = td_arena_alloc(arena, inside.len * sizeof *topics);
    if (!read_attributes(piece, inside, topics)) {
        piece->topic_count = 0;
        td_warn_at(warnings, piece->block.line,
                   "topics are written {.topic .topic}: {%.*s} is shown as it is",
                   (int)inside.len, inside.ptr);
        return;
    }
    size_t end = (size_t)(words.ptr - text->words.ptr) + open - 1;
    while (end > 0 && td_slice_trim(td_slice_sub(text->words, end - 1, end)).len == 0)
        end--;
    *text = td_text_part(arena, *text, 0, end);
}

/* A heading inside a section. */
static void add_heading(struct td_build *build, struct td_text text, int line)
{
    td_build_block(
        build, (struct td_block){.type = TD_BLOCK_HEADING, .text = text, .line = line});
}

/* What the front matter says, and the leading `# Title`; returns the first piece behind it. */
static size_t take_head(struct td_story *story, const struct td_outline *outline)
{
    const struct td_front *front = &outline->front;
    story->title = front->title;
    story->subject = front->subject;
    story->preheader = front->preheader;
    story->standfirst = td_text_of(front->standfirst);
    story->topics = front->topics;
    story->topic_count = front->topic_count;
    story->attachments = front->attachments;
    story->attachment_count = front->attachment_count;
    story->draft = front->draft;
    story->alert = front->kind == TD_FRONT_ALERT;
    if (outline->count == 0 || outline->pieces[0].level != 1)
        return 0;
    const struct td_piece *first = &outline->pieces[0];
    const struct td_slice words = first->block.text.words;
    if (front->title.ptr != NULL && !td_slice_eq(front->title, words))
        return 0;
    story->title = words;
    if (story->topic_count == 0) {
        story->topics = first->topics;
        story->topic_count = first->topic_count;
    }
    return 1;
}

static void read_sections(struct td_build *build, const struct td_outline *outline,
                          size_t i, struct td_warnings *warnings)
{
    const bool second_title =
        i == 0 && outline->count > 0 && outline->pieces[0].level == 1;
    td_build_section(build,
                     (struct td_section){
                         .role = TD_ROLE_LEAD,
                         .line = i < outline->count ? outline->pieces[i].block.line : 1});
    if (second_title) {
        td_warn_at(warnings, outline->pieces[0].block.line,
                   "the title is in the front matter: this one is shown as a heading of "
                   "the lead");
        add_heading(build, outline->pieces[0].block.text, outline->pieces[0].block.line);
        i = 1;
    }
    for (; i < outline->count; i++) {
        const struct td_piece *piece = &outline->pieces[i];
        const struct td_text text = piece->block.text;
        if (piece->level == 0) {
            if (td_slice_starts(text.words, "##"))
                td_warn_at(warnings, piece->block.line,
                           "a heading has a space behind ##: this is shown as text");
            td_build_block(build, piece->block);
            continue;
        }
        if (piece->level > 2) {
            add_heading(build, text, piece->block.line);
            continue;
        }
        if (i + 1 == outline->count ||
            (outline->pieces[i + 1].level > 0 && outline->pieces[i + 1].level <= 2))
            td_warn_at(warnings, piece->block.line, "the section \"%.*s\" has no text",
                       (int)text.words.len, text.words.ptr);
        td_build_section(build, (struct td_section){.role = td_heading_is_also(text.words)
                                                                ? TD_ROLE_ALSO
                                                                : TD_ROLE_SECTION,
                                                    .heading = text,
                                                    .topics = piece->topics,
                                                    .topic_count = piece->topic_count,
                                                    .line = piece->block.line});
    }
}

static struct td_candidate *read_candidates(const struct td_outline *outline)
{
    struct td_candidate *candidates = td_xcalloc(outline->count, sizeof *candidates);
    for (size_t i = 0; i < outline->count; i++) {
        const struct td_block *block = &outline->pieces[i].block;
        struct td_candidate *candidate = &candidates[i];
        const bool may =
            outline->pieces[i].level > 0 || block->type == TD_BLOCK_PARAGRAPH;
        candidate->size = block->text.words.len;
        for (size_t k = 0; k < block->item_count; k++)
            candidate->size += block->items[k].words.len;
        candidate->sentence = td_words_end_sentence(block->text.words);
        candidate->opens =
            may && td_stamp_read(block->text.words, &candidate->stamp) == TD_STAMP_FOUND;
    }
    return candidates;
}

static void read_masthead(struct td_build *build, const struct td_block *block)
{
    if (block->text.words.len > 0)
        td_build_masthead(build, block->text.words);
    for (size_t i = 0; i < block->item_count; i++)
        td_build_masthead(build, block->items[i].words);
}

static void open_entry(struct td_build *build, const struct td_piece *piece,
                       const struct td_stamp *stamp)
{
    const struct td_text text = piece->block.text;
    const int line = piece->block.line;
    td_build_entry(build, (struct td_entry){.minute = stamp->minute,
                                            .stamp = stamp->written,
                                            .topics = piece->topics,
                                            .topic_count = piece->topic_count,
                                            .line = line});
    const struct td_text rest =
        td_text_part(build->arena, text, stamp->end, text.words.len);
    if (td_words_blank(rest.words))
        return;
    if (piece->level > 0)
        add_heading(build, rest, line);
    else
        td_build_paragraph(build, rest, line);
}

static void read_entries(struct td_build *build, const struct td_outline *outline,
                         const struct td_candidate *candidates, size_t i)
{
    for (; i < outline->count && !candidates[i].opens; i++)
        read_masthead(build, &outline->pieces[i].block);
    for (; i < outline->count; i++) {
        const struct td_piece *piece = &outline->pieces[i];
        if (candidates[i].opens)
            open_entry(build, piece, &candidates[i].stamp);
        else if (piece->level > 0)
            add_heading(build, piece->block.text, piece->block.line);
        else
            td_build_block(build, piece->block);
    }
}

static bool has_entry(const struct td_candidate *candidates, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (candidates[i].opens)
            return true;
    return false;
}

enum td_status td_outline_read(struct td_build *build, struct td_outline *outline,
                               struct td_warnings *warnings, struct td_story **out,
                               struct td_err *err)
{
    struct td_candidate *candidates = read_candidates(outline);
    const enum td_front_kind kind = outline->front.kind;
    const size_t first = take_head(build->story, outline);
    const bool looks_live = td_live_choose(candidates + first, outline->count - first);
    const bool live = kind == TD_FRONT_LIVE || (kind == TD_FRONT_UNSAID && looks_live);
    enum td_status status = TD_OK;
    if (kind == TD_FRONT_LIVE && !has_entry(candidates + first, outline->count - first))
        status = td_fail(err, TD_DATA,
                         "%s:1: a live blog without an entry (one begins with a time)",
                         outline->name);
    else if (live)
        read_entries(build, outline, candidates, first);
    else
        read_sections(build, outline, first, warnings);
    free(candidates);
    if (status != TD_OK)
        return status;
    build->story->kind = live ? TD_STORY_LIVE : TD_STORY_BRIEFING;
    *out = td_build_finish(build);
    if (live)
        td_live_settle(*out, warnings);
    return TD_OK;
}
