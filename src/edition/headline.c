/*
 * headline.c: first words, first sentences.
 */
#include "edition/headline.h"

#include <string.h>

#include "edition/identity.h"

static bool is_space(int32_t cp)
{
    return cp == ' ' || (cp >= '\t' && cp <= '\r') || cp == 0xA0 || cp == 0x2009 ||
           cp == 0x202F;
}

static bool is_control(int32_t cp)
{
    return cp < 0x20 || (cp >= 0x7F && cp <= 0x9F) || cp == 0x2028 || cp == 0x2029;
}

struct td_slice td_edition_line(struct td_arena *arena, struct td_slice text)
{
    if (text.ptr == NULL)
        return text;
    char *line = td_arena_alloc(arena, text.len + 1);
    size_t len = 0;
    for (size_t pos = 0; pos < text.len;) {
        const size_t at = pos;
        if (is_control(td_utf8_next(text, &pos))) {
            line[len++] = ' ';
            continue;
        }
        memcpy(line + len, text.ptr + at, pos - at);
        len += pos - at;
    }
    return td_slice_trim(td_slice_n(line, len));
}

/* The entry a reader has not seen yet for certain: the first or the last, by how the times run. */
static const struct td_entry *newest(const struct td_story *story)
{
    return &story->entries[td_newest_first(story) ? 0 : story->entry_count - 1];
}

/* The blocks that open the story: the lead's, else those of the first section that has any. */
struct opening {
    const struct td_block *blocks;
    size_t count;
    struct td_slice heading; /* of the section they stand in; absent: none */
};

static struct opening opening_of(const struct td_story *story)
{
    if (story->entry_count > 0) {
        const struct td_entry *entry = newest(story);
        return (struct opening){entry->blocks, entry->block_count, td_slice(NULL)};
    }
    for (size_t i = 0; i < story->section_count; i++) {
        const struct td_section *section = &story->sections[i];
        if (section->block_count > 0)
            return (struct opening){section->blocks, section->block_count,
                                    section->heading.words};
    }
    return (struct opening){0};
}

/* The first text of the blocks that is a heading, or that is none. Absent when there is none. */
static struct td_slice first_text(const struct opening *opening, bool heading)
{
    for (size_t i = 0; i < opening->count; i++) {
        const struct td_block *block = &opening->blocks[i];
        if ((block->type == TD_BLOCK_HEADING) != heading || block->type == TD_BLOCK_IMAGE)
            continue;
        if (block->text.words.len > 0)
            return block->text.words;
        if (block->item_count > 0)
            return block->items[0].words;
    }
    return td_slice(NULL);
}

/* The first words, at most 60 characters; a first word longer than that is cut. */
static struct td_slice first_words(struct td_slice line)
{
    size_t pos = 0;
    size_t last_word = 0;
    for (size_t n = 0; pos < line.len && n < TD_HEADLINE_CHARS; n++) {
        const size_t at = pos;
        if (is_space(td_utf8_next(line, &pos)))
            last_word = at;
    }
    size_t next = pos;
    if (pos == line.len || is_space(td_utf8_next(line, &next)) || last_word == 0)
        return td_slice_trim(td_slice_sub(line, 0, pos));
    return td_slice_trim(td_slice_sub(line, 0, last_word));
}

struct td_slice td_edition_headline(const struct td_story *story)
{
    const struct opening opening = opening_of(story);
    struct td_slice heading = opening.heading;
    if (heading.ptr == NULL)
        heading = first_text(&opening, true);
    const struct td_slice text =
        heading.ptr != NULL ? heading : first_text(&opening, false);
    const struct td_slice line = td_edition_line(story->arena, text);
    return heading.ptr != NULL ? line : first_words(line);
}

static bool is_closing(int32_t cp)
{
    return cp == '"' || cp == '\'' || cp == ')' || cp == ']' || cp == 0x2019 ||
           cp == 0x201D;
}

/* "Dr. Doe", "No. 10", "J. Doe": a full stop behind a short title or an initial ends nothing. */
static bool is_abbreviation(struct td_slice line, size_t stop)
{
    static const char *const words[] = {"mr", "mrs", "ms",  "dr",  "prof", "st", "no",
                                        "vs", "e.g", "i.e", "etc", "cf",   "sir"};
    size_t from = stop;
    while (from > 0 && line.ptr[from - 1] != ' ' && line.ptr[from - 1] != '(')
        from--;
    const struct td_slice word = td_slice_sub(line, from, stop);
    for (size_t i = 0; i < TD_ARRAY_LEN(words); i++)
        if (td_slice_iis(word, words[i]))
            return true;
    return word.len == 1 && word.ptr[0] >= 'A' && word.ptr[0] <= 'Z';
}

/* Up to the first full stop, question or exclamation mark that a space follows, with the closing
 * quotes behind it; all of the line when there is none. */
static struct td_slice first_sentence(struct td_slice line)
{
    for (size_t pos = 0; pos < line.len;) {
        const size_t at = pos;
        const int32_t cp = td_utf8_next(line, &pos);
        if (cp != '.' && cp != '!' && cp != '?')
            continue;
        size_t end = pos;
        for (size_t next = pos; next < line.len; end = next)
            if (!is_closing(td_utf8_next(line, &next)))
                break;
        size_t next = end;
        const bool ends = end == line.len || is_space(td_utf8_next(line, &next));
        if (ends && !(cp == '.' && is_abbreviation(line, at)))
            return td_slice_sub(line, 0, end);
    }
    return line;
}

struct td_slice td_edition_preheader(const struct td_story *story,
                                     struct td_slice previous)
{
    const struct td_slice standfirst = story->standfirst.words;
    if (story->preheader.ptr != NULL)
        return td_edition_line(story->arena, story->preheader);
    if (standfirst.ptr != NULL &&
        !(previous.ptr != NULL && td_slice_eq(standfirst, previous)))
        return td_edition_line(story->arena, standfirst);
    const struct opening opening = opening_of(story);
    struct td_slice text = first_text(&opening, false);
    if (text.ptr == NULL)
        text = first_text(&opening, true);
    const struct td_slice line = td_edition_line(story->arena, text);
    return line.ptr == NULL ? td_slice("") : first_sentence(line);
}
