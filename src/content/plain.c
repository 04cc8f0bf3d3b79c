/*
 * plain.c: what is a heading, and what is not.
 *
 * A heading is a short line that stands alone, does not close like a sentence, and has text under
 * it. Short lines of other kinds that daily briefings are full of are known by their form: "Read
 * more here", bylines, dates, lines with an address, times.
 */
#include "content/plain.h"

#include <string.h>

#include "content/inline.h"
#include "content/stamp.h"
#include "content/words.h"

/* Characters and words a heading may have; a question must be shorter to be one. */
#define HEADING_CHARS  80
#define HEADING_WORDS  12
#define QUESTION_CHARS 60

/* A standfirst is a first paragraph of at most this many characters. Without a full stop, and with
 * text under it, it is told from a heading by its length: headings are terser. */
#define STANDFIRST_CHARS    120
#define FIRST_HEADING_WORDS 8

static struct td_slice word_at(struct td_slice s, size_t *pos)
{
    const size_t from = td_words_skip_space(s, *pos);
    size_t to = from;
    for (size_t next = from; next < s.len && !td_is_space(td_utf8_next(s, &next));)
        to = next;
    *pos = to;
    return td_slice_sub(s, from, to);
}

static struct td_slice last_word(struct td_slice s)
{
    struct td_slice last = td_slice_sub(s, 0, 0);
    for (size_t pos = 0; pos < s.len;) {
        const struct td_slice word = word_at(s, &pos);
        if (word.len == 0)
            break;
        last = word;
    }
    return last;
}

static bool is_one_of(struct td_slice word, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (td_slice_iis(word, list[i]))
            return true;
    return false;
}

bool td_heading_is_also(struct td_slice heading)
{
    size_t pos = 0;
    const bool also = td_slice_iis(word_at(heading, &pos), "also");
    struct td_slice second = word_at(heading, &pos);
    if (second.len > 0 && second.ptr[second.len - 1] == ':')
        second.len--;
    return also && (td_slice_iis(second, "on") || td_slice_iis(second, "today"));
}

/* "Read the full story here", "Click here to …", "More to follow". */
static bool is_pointer(struct td_slice words)
{
    static const char *const verbs[] = {
        "read",     "click",    "see",       "find",  "watch",  "listen", "sign", "book",
        "register", "download", "subscribe", "visit", "follow", "get",    "view"};
    static const char *const objects[] = {"more", "here", "the", "our",
                                          "up",   "full", "this"};
    size_t pos = 0;
    const struct td_slice first = word_at(words, &pos);
    const struct td_slice second = word_at(words, &pos);
    if (td_slice_iis(first, "more"))
        return td_slice_iis(second, "to") && td_slice_iis(last_word(words), "follow");
    if (!is_one_of(first, verbs, TD_ARRAY_LEN(verbs)))
        return false;
    const bool here =
        td_slice_iis(last_word(words), "here") || td_slice_iis(second, "here");
    const bool more = td_slice_iis(first, "read") && td_slice_iis(second, "more");
    return more || (here && (td_slice_iis(second, "it") ||
                             is_one_of(second, objects, TD_ARRAY_LEN(objects))));
}

/* "By Jo Doe", "By Jo Doe and Al Roe": names behind By, nothing else. */
static bool is_byline(struct td_slice words)
{
    size_t pos = 0;
    if (!td_slice_iis(word_at(words, &pos), "by"))
        return false;
    size_t names = 0;
    for (struct td_slice word = word_at(words, &pos); word.len > 0;
         word = word_at(words, &pos)) {
        const int first = (unsigned char)word.ptr[0];
        if (!(first >= 'A' && first <= 'Z') && first < 0x80 && !td_slice_is(word, "and"))
            return false;
        names++;
    }
    return names >= 2;
}

/* "Friday 20 November 2026", "20 November": a month's name with a day's number beside it. */
static bool is_date(struct td_slice words)
{
    static const char *const months[] = {"january",   "february", "march",    "april",
                                         "may",       "june",     "july",     "august",
                                         "september", "october",  "november", "december"};
    bool month = false;
    bool day = false;
    size_t others = 0;
    for (size_t pos = 0; pos < words.len;) {
        struct td_slice word = word_at(words, &pos);
        while (word.len > 0 && word.ptr[word.len - 1] == ',')
            word.len--;
        if (word.len == 0)
            break;
        if (is_one_of(word, months, TD_ARRAY_LEN(months)))
            month = true;
        else if (word.ptr[0] >= '0' && word.ptr[0] <= '9')
            day = true;
        else if (!td_slice_ends(word, "day"))
            others++;
    }
    return month && day && others == 0;
}

static bool has_address(struct td_slice words)
{
    return td_slice_find_str(words, 0, "://") != (size_t)-1 ||
           td_slice_find_str(words, 0, "www.") != (size_t)-1 ||
           td_slice_find(words, 0, '@') != (size_t)-1;
}

static bool has_letter(struct td_slice words)
{
    for (size_t i = 0; i < words.len; i++) {
        const int c = (unsigned char)words.ptr[i] | 0x20;
        if ((c >= 'a' && c <= 'z') || c >= 0xE0)
            return true;
    }
    return false;
}

/* Whether a sentence ends before the last word: then it is no heading but a paragraph. */
static bool has_inner_end(struct td_slice words)
{
    for (size_t pos = 0; pos < words.len;) {
        const struct td_slice word = word_at(words, &pos);
        if (word.len > 3 && td_words_end_sentence(word) &&
            td_words_skip_space(words, pos) < words.len)
            return true;
    }
    return false;
}

/* The form of a heading, whatever stands around it. */
static bool looks_like_heading(const struct td_unit *unit)
{
    const struct td_slice words = unit->words;
    const size_t chars = words.len > 4 * HEADING_CHARS ? words.len : td_utf8_count(words);
    if (unit->kind != TD_UNIT_TEXT || unit->joined || chars > HEADING_CHARS ||
        td_words_count(words) > HEADING_WORDS || !has_letter(words))
        return false;
    const int32_t last = td_words_last(words);
    const bool also = td_heading_is_also(words);
    if (last == ':' && also)
        return true;
    if (last == '?' ? chars > QUESTION_CHARS || has_inner_end(words)
                    : td_words_end_sentence(words))
        return false;
    struct td_stamp stamp;
    return last != ':' && last != ',' && last != ';' && last != '-' && last != 0x2013 &&
           last != 0x2014 && !has_address(words) && !is_pointer(words) &&
           !is_byline(words) && !is_date(words) &&
           (td_stamp_read(words, &stamp) != TD_STAMP_FOUND || stamp.loose);
}

/* A unit that can be the text under a heading. */
static bool is_body(const struct td_units *units, size_t i)
{
    return i < units->count && !looks_like_heading(&units->items[i]);
}

/* One of several short lines that follow each other without a blank line: no heading. */
static bool in_row(const struct td_units *units, size_t i)
{
    return i > 0 && !units->items[i].apart && looks_like_heading(&units->items[i - 1]);
}

static bool is_heading(const struct td_units *units, size_t i)
{
    if (!looks_like_heading(&units->items[i]) || in_row(units, i))
        return false;
    /* What stands right under "Also today" is its list, even if it is a row of headlines. */
    if (td_heading_is_also(units->items[i].words))
        return i + 1 < units->count;
    return is_body(units, i + 1);
}

static bool is_short(const struct td_unit *unit)
{
    const struct td_slice words = unit->words;
    return unit->kind == TD_UNIT_TEXT && words.len <= 4 * STANDFIRST_CHARS &&
           td_utf8_count(words) <= STANDFIRST_CHARS && has_letter(words);
}

static bool is_standfirst(const struct td_units *units)
{
    const struct td_slice words = units->items[0].words;
    if (units->count < 2 || !is_short(&units->items[0]))
        return false;
    if (!is_heading(units, 0))
        return true;
    return td_words_count(words) > FIRST_HEADING_WORDS && !td_heading_is_also(words);
}

/* A title or date above a standfirst, as a page has it: a first line like a heading, then one short
 * sentence, then text that is longer. Were it a heading, the lead would be its section. */
static bool is_titled(const struct td_units *units)
{
    if (units->count < 3 || td_heading_is_also(units->items[0].words))
        return false;
    const struct td_unit *title = &units->items[0];
    const struct td_unit *standfirst = &units->items[1];
    const bool first =
        looks_like_heading(title) || (is_short(title) && is_date(title->words));
    return first && is_short(standfirst) && td_words_end_sentence(standfirst->words) &&
           !looks_like_heading(standfirst) && !is_short(&units->items[2]) &&
           units->items[2].kind == TD_UNIT_TEXT;
}

/* Title and standfirst; returns the first unit behind them. */
static size_t read_head(struct td_build *build, const struct td_units *units)
{
    size_t i = 0;
    if (is_titled(units))
        build->story->title = units->items[i++].words;
    if (i == 1 || is_standfirst(units))
        build->story->standfirst =
            td_text_link(build->arena, td_text_of(units->items[i++].words));
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

struct td_story *td_plain_read(struct td_build *build, const struct td_units *units,
                               struct td_warnings *warnings)
{
    build->story->kind = TD_STORY_BRIEFING;
    size_t i = read_head(build, units);
    td_build_section(
        build, (struct td_section){.role = TD_ROLE_LEAD,
                                   .line = i < units->count ? units->items[i].line : 1});
    size_t from = i; /* of the open section */
    bool also = false;
    bool just_opened = false; /* by "Also today" */
    for (; i < units->count; i++) {
        if (!just_opened && is_heading(units, i)) {
            td_build_units(build, units, from, i);
            open_section(build, &units->items[i]);
            also = td_heading_is_also(units->items[i].words);
            just_opened = also;
            from = i + 1;
            continue;
        }
        if (!also && looks_like_heading(&units->items[i]) && units->items[i].apart)
            warn_bare_heading(&units->items[i], warnings);
        just_opened = false;
    }
    td_build_units(build, units, from, units->count);
    return td_build_finish(build);
}
