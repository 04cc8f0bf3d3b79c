/*
 * plain.c: which of the lines that could be headings are some.
 *
 * A heading has text under it, so what counts is the row: lines of that form which follow each
 * other. One alone with text under it is a heading. Of two, the terser is: over a longer one as over
 * its first paragraph, or else the second, and the first only lacks its full stop. More are a list
 * without bullets, and so is every row that a colon introduces.
 */
#include "content/plain.h"

#include <stdlib.h>

#include "base/mem.h"
#include "content/heading.h"
#include "content/inline.h"
#include "content/words.h"

/* A standfirst is a first paragraph of at most this many characters. One without a full stop, and
 * with text under it, is told from a heading by its length: the first heading of a briefing
 * without standfirst and lead would have to be terser. */
#define STANDFIRST_CHARS    120
#define FIRST_HEADING_WORDS 4

/* Beside a heading, a line without a full stop is this many times as long, in words. */
#define TERSER 2

enum line_form {
    LINE_TEXT,
    LINE_SHORT, /* has the form of a heading, and is none */
    LINE_HEADING,
};

/* Goes on from the line above: in the middle of its sentence. */
static bool continues(const struct td_units *units, size_t i)
{
    const struct td_slice words = units->items[i].words;
    size_t pos = td_words_skip_blank(words, 0);
    const bool small =
        td_is_lower(td_words_at(words, pos)) && td_is_lower(td_words_at(words, pos + 1));
    return i > 0 && small && !td_words_end_sentence(units->items[i - 1].words);
}

static bool has_form(const struct td_units *units, size_t i)
{
    return td_heading_form(&units->items[i]) && !continues(units, i);
}

static bool is_terser(const struct td_unit *a, const struct td_unit *b)
{
    return td_words_count(a->words) * TERSER <= td_words_count(b->words);
}

/* The heading of the row [from, to), which has text under it; `to` for none. */
static size_t heading_of_row(const struct td_units *units, size_t from, size_t to)
{
    const struct td_unit *first = &units->items[from];
    if (to - from == 1)
        return from;
    /* Short lines without a blank line between them are an address, names, a table. */
    if (to - from > 2 || !first->apart || !first[1].apart)
        return to;
    return is_terser(first, first + 1) ? from : from + 1;
}

/* Decides over the row [from, to). One that opens the also-list ends what stands above. Returns
 * where to go on: behind everything, when the also-list is a row of headlines. */
static size_t settle_row(enum line_form *forms, const struct td_units *units, size_t from,
                         size_t to)
{
    size_t also = from;
    while (also < to && !td_heading_is_also(units->items[also].words))
        also++;
    if (also < to && also + 1 < units->count) {
        forms[also] = LINE_HEADING;
        return also + 1 < to ? units->count : to;
    }
    const bool introduced =
        from > 0 && td_words_last(units->items[from - 1].words) == ':';
    if (to < units->count && !introduced) {
        const size_t heading = heading_of_row(units, from, to);
        forms[heading] = heading < to ? LINE_HEADING : forms[heading];
    }
    return to;
}

/* The form of every unit from `first` on; heap, the caller frees. */
static enum line_form *read_forms(const struct td_units *units, size_t first)
{
    enum line_form *forms = td_xcalloc(units->count, sizeof *forms);
    for (size_t i = first; i < units->count; i++)
        forms[i] = has_form(units, i) ? LINE_SHORT : LINE_TEXT;
    for (size_t from = first; from < units->count;) {
        size_t to = from;
        while (to < units->count && forms[to] == LINE_SHORT)
            to++;
        from = to > from ? settle_row(forms, units, from, to) : from + 1;
    }
    return forms;
}

static bool is_short(const struct td_unit *unit)
{
    const struct td_slice words = unit->words;
    return unit->kind == TD_UNIT_TEXT && words.len <= 4 * STANDFIRST_CHARS &&
           td_utf8_count(words) <= STANDFIRST_CHARS && !td_words_blank(words);
}

/* A short text that is a sentence, or too long for the first heading. */
static bool is_standfirst(const struct td_unit *unit)
{
    if (!is_short(unit) || td_words_last(unit->words) == ':' ||
        td_heading_is_also(unit->words) || td_line_is_aside(unit->words))
        return false;
    return td_words_end_sentence(unit->words) || !td_heading_form(unit) ||
           td_words_count(unit->words) > FIRST_HEADING_WORDS;
}

/* A title above a standfirst, as a page has it: a first line like a heading, then one short text,
 * then text that is longer than a sentence of a standfirst, or that of a standfirst without a full
 * stop longer than its title. Were it a heading, the lead would be its section. */
static bool is_titled(const struct td_units *units)
{
    if (units->count < 3)
        return false;
    const struct td_unit *title = &units->items[0];
    if (!td_heading_form(title) || td_words_end_sentence(title->words) ||
        td_heading_is_also(title->words) || !is_standfirst(title + 1) ||
        title[2].kind != TD_UNIT_TEXT)
        return false;
    return td_words_end_sentence(title[1].words)
               ? !is_short(title + 2)
               : td_words_count(title->words) < td_words_count(title[1].words);
}

/* Title and standfirst; returns the first unit behind them. */
static size_t read_head(struct td_build *build, const struct td_units *units)
{
    const struct td_unit *first = units->items;
    size_t i = 0;
    if (units->count > 1 && first->kind == TD_UNIT_TEXT &&
        (td_line_is_date(first->words) || is_titled(units)))
        build->story->title = first[i++].words;
    if (i + 1 >= units->count)
        return i;
    /* Terse as it is, a first line over a heading is no heading. */
    const bool over_heading = i == 0 && has_form(units, 0) && has_form(units, 1) &&
                              !td_heading_is_also(first->words);
    if (is_standfirst(&first[i]) || over_heading)
        build->story->standfirst =
            td_text_link(build->arena, td_text_of(first[i++].words));
    return i;
}

static void open_section(struct td_build *build, const struct td_unit *unit)
{
    const bool also = td_heading_is_also(unit->words);
    td_build_section(build,
                     (struct td_section){.role = also ? TD_ROLE_ALSO : TD_ROLE_SECTION,
                                         .heading = td_text_of(unit->words),
                                         .line = unit->line});
}

static void warn_bare_heading(const struct td_unit *unit, struct td_warnings *warnings)
{
    td_warn_at(
        warnings, unit->line,
        "\"%.*s\" looks like a heading but has no text under it: taken as a paragraph",
        (int)unit->words.len, unit->words.ptr);
}

/* A line that an editor may have meant as a heading: not one of a row, an item, a first paragraph. */
static bool is_bare_heading(const struct td_units *units, const enum line_form *forms,
                            size_t i)
{
    return forms[i] == LINE_SHORT && units->items[i].apart &&
           (i == 0 || (forms[i - 1] == LINE_TEXT &&
                       td_words_last(units->items[i - 1].words) != ':'));
}

struct td_story *td_plain_read(struct td_build *build, const struct td_units *units,
                               struct td_warnings *warnings)
{
    build->story->kind = TD_STORY_BRIEFING;
    size_t i = read_head(build, units);
    td_build_section(
        build, (struct td_section){.role = TD_ROLE_LEAD,
                                   .line = i < units->count ? units->items[i].line : 1});
    enum line_form *forms = read_forms(units, i);
    size_t from = i; /* of the open section */
    bool also = false;
    for (; i < units->count; i++) {
        if (forms[i] == LINE_HEADING) {
            td_build_units(build, units, from, i);
            open_section(build, &units->items[i]);
            also = td_heading_is_also(units->items[i].words);
            from = i + 1;
        } else if (!also && is_bare_heading(units, forms, i)) {
            warn_bare_heading(&units->items[i], warnings);
        }
    }
    free(forms);
    td_build_units(build, units, from, units->count);
    return td_build_finish(build);
}
