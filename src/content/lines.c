/*
 * lines.c: lines to paragraphs and list items.
 *
 * What a line break means is seen from the lines around it: a greedy wrap breaks only where the next
 * word would not have fitted, so a break is a wrap when the line, with the next line's first word,
 * would be longer than the longest line. No one wraps at over 120 columns. The longest line is that
 * of the page, where sentences are seen to go on over its breaks; else that of the run (which has
 * no blank line) if it has 60 columns, and then a run all of whose lines end a sentence is a run of
 * paragraphs, however long they are.
 */
#include "content/lines.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "content/stamp.h"
#include "content/words.h"

#define PAGE_LEAST 40 /* columns a wrapped page has at least */
#define RUN_LEAST  60
#define WRAP_MOST  120

/* What opens a line, beside words. */
struct marker {
    enum td_unit_kind kind;
    int32_t sign; /* the bullet, or the character behind the number */
    int number;
    bool weak;  /* '-', '*', dashes and numbers stand in sentences too */
    size_t end; /* where the words begin */
};

struct line {
    struct td_slice text;
    int number;
    size_t indent; /* bytes of white space before the text, which is cut off */
    size_t width;  /* characters */
    bool apart;    /* a blank line or nothing stands before it */
    bool wraps;    /* the break behind it looks like a wrap */
    struct marker marker;
};

/* All lines that are not blank. */
struct page {
    struct line *items; /* owned */
    size_t count, cap;
};

/* Lines of the page without a blank line between. */
struct run {
    struct line *items; /* borrowed */
    size_t count;
};

static bool next_line(struct td_slice *rest, int *number, struct td_slice *line)
{
    if (rest->len == 0)
        return false;
    size_t end = 0;
    size_t behind = rest->len;
    for (size_t next = 0; next < rest->len; end = next) {
        const int32_t cp = td_utf8_next(*rest, &next);
        const bool crlf = cp == '\r' && next < rest->len && rest->ptr[next] == '\n';
        if (cp == '\n' || cp == '\r' || cp == 0x2028 || cp == 0x2029) {
            *number += cp < 0x80;
            behind = next + crlf;
            break;
        }
    }
    *line = td_slice_sub(*rest, 0, end);
    *rest = td_slice_sub(*rest, behind, rest->len);
    return true;
}

static bool is_bullet(int32_t cp, bool *weak)
{
    static const int32_t bullets[] = {0x2022, 0x2023, 0x2043, 0x25E6, 0x25CF,
                                      0x25CB, 0x25AA, 0x25AB, 0x25A0, 0x25A1,
                                      0x25BA, 0xB7,   0xF0B7};
    for (size_t i = 0; i < TD_ARRAY_LEN(bullets); i++)
        if (cp == bullets[i])
            return true;
    *weak = true;
    return cp == '*' || cp == '-' || cp == 0x2013 || cp == 0x2014;
}

/* "1." or "1)" and a space. */
static struct marker number_marker(struct td_slice s)
{
    struct marker marker = {.kind = TD_UNIT_NUMBER, .weak = true};
    const size_t first = td_words_skip_blank(s, 0);
    size_t at = first;
    for (; at < s.len && at < first + 3 && s.ptr[at] >= '0' && s.ptr[at] <= '9'; at++)
        marker.number = marker.number * 10 + (s.ptr[at] - '0');
    marker.sign = td_words_at(s, at);
    marker.end = td_words_skip_space(s, at + 1);
    const bool good = at > first && (marker.sign == '.' || marker.sign == ')') &&
                      marker.end > at + 1 && marker.end < s.len;
    return good ? marker : (struct marker){0};
}

/* "* * *" and "- - -" part what stands above from what stands below: no list. */
static bool is_rule(struct td_slice s, int32_t sign)
{
    for (size_t pos = 0; pos < s.len;) {
        const int32_t cp = td_utf8_next(s, &pos);
        if (cp != sign && !td_is_space(cp))
            return false;
    }
    return true;
}

/* The hollow bullet of a word processor arrives as the letter o and a gap. */
static bool is_hollow(struct td_slice s)
{
    return td_slice_starts(s, "o\t") || td_slice_starts(s, "o  ");
}

static struct marker read_marker(struct td_slice s)
{
    struct marker marker = {.kind = TD_UNIT_BULLET};
    size_t behind = td_words_skip_blank(s, 0);
    marker.sign = td_utf8_next(s, &behind);
    if (!is_bullet(marker.sign, &marker.weak) && !is_hollow(s))
        return number_marker(s);
    marker.end = td_words_skip_space(s, behind);
    const bool good = (marker.end > behind || !marker.weak) && !is_rule(s, marker.sign);
    return good ? marker : (struct marker){0};
}

static void add_line(struct page *page, struct td_slice text, int number, bool apart)
{
    const size_t indent = td_words_skip_space(text, 0);
    struct line line = {.text = td_slice_sub(text, indent, text.len),
                        .number = number,
                        .indent = indent,
                        .width = td_utf8_count(text),
                        .apart = apart};
    line.marker = read_marker(line.text);
    page->items =
        td_vec_grow(page->items, &page->cap, page->count + 1, sizeof *page->items);
    page->items[page->count++] = line;
}

static size_t first_word_width(struct td_slice s)
{
    size_t width = 0;
    for (size_t pos = 0; pos < s.len; width++)
        if (td_is_space(td_utf8_next(s, &pos)))
            break;
    return width;
}

static size_t widest_of(const struct line *lines, size_t count, size_t least)
{
    size_t widest = least;
    for (size_t i = 0; i < count; i++)
        if (lines[i].width > widest && td_words_count(lines[i].text) > 1)
            widest = lines[i].width;
    return widest;
}

/* Whether the next line's first word would not have fitted behind this line. */
static bool is_full(const struct line *line, size_t widest)
{
    return line->width <= WRAP_MOST &&
           line->width + 1 + first_word_width(line[1].text) > widest;
}

/* The width the page was wrapped at, seen from a sentence that goes on in a small letter behind a
 * full line; 0: none. */
static size_t width_of(const struct page *page)
{
    const size_t widest = widest_of(page->items, page->count, PAGE_LEAST);
    for (size_t i = 0; widest <= WRAP_MOST && i + 1 < page->count; i++) {
        const struct line *line = &page->items[i];
        if (!line[1].apart && is_full(line, widest) &&
            !td_words_end_sentence(line->text) &&
            td_is_lower(td_words_at(line[1].text, 0)))
            return widest;
    }
    return 0;
}

/* Decides for every break of the run whether it is a wrap; width is the page's, or 0. */
static void find_wraps(struct run *run, size_t width)
{
    const size_t widest =
        width > 0 ? width : widest_of(run->items, run->count, RUN_LEAST);
    bool inside_sentence = width > 0;
    for (size_t i = 0; i + 1 < run->count; i++) {
        struct line *line = &run->items[i];
        line->wraps = is_full(line, widest);
        inside_sentence |= line->wraps && !td_words_end_sentence(line->text);
    }
    for (size_t i = 0; i < run->count && !inside_sentence; i++)
        run->items[i].wraps = false;
}

static bool same_marker(const struct line *a, const struct line *b)
{
    return a->marker.kind != TD_UNIT_TEXT && a->marker.kind == b->marker.kind &&
           a->marker.sign == b->marker.sign;
}

/* Whether line i of the run begins a unit; `open` is the kind of the unit before it. */
static bool begins_unit(const struct run *run, size_t i, enum td_unit_kind open)
{
    const struct line *line = &run->items[i];
    const struct line *before = line - 1;
    const int32_t last = td_words_last(before->text);
    /* A wrapped sentence may go on with a dash, a number or a time. */
    const bool midsentence =
        before->wraps && last != ':' && !td_words_end_sentence(before->text);
    if (line->marker.kind != TD_UNIT_TEXT) {
        const bool listed = same_marker(line, before) ||
                            (i + 1 < run->count && same_marker(line, line + 1));
        return !line->marker.weak || listed || open != TD_UNIT_TEXT || !midsentence;
    }
    struct td_stamp stamp;
    if (td_stamp_read(line->text, &stamp) == TD_STAMP_FOUND && !stamp.loose)
        return !midsentence;
    if (open != TD_UNIT_TEXT)
        return line->indent == 0 && !before->wraps;
    return !before->wraps || (line->indent > 1 && before->indent == 0);
}

static struct td_slice join(struct td_arena *arena, const struct line *lines,
                            size_t count)
{
    if (count == 1)
        return lines[0].text;
    struct td_buf joined;
    td_buf_init(&joined, SIZE_MAX / 4);
    for (size_t i = 0; i < count; i++) {
        const char end = joined.len == 0 ? ' ' : joined.ptr[joined.len - 1];
        if (end != ' ' && end != '\t')
            td_buf_add_char(&joined, ' ');
        td_buf_add_slice(&joined, lines[i].text);
    }
    const struct td_slice copy = td_arena_copy(arena, td_buf_slice(&joined));
    td_buf_release(&joined);
    return copy;
}

static void add_unit(struct td_units *units, struct td_arena *arena,
                     const struct line *lines, size_t count)
{
    const struct td_slice whole = join(arena, lines, count);
    units->items =
        td_vec_grow(units->items, &units->cap, units->count + 1, sizeof *units->items);
    units->items[units->count++] = (struct td_unit){
        .kind = lines->marker.kind,
        .words = whole,
        .line = lines->number,
        .joined = count > 1,
    };
}

/* The lines of a run become units. */
static void read_run(struct td_units *units, struct td_arena *arena, struct run run,
                     size_t width)
{
    find_wraps(&run, width);
    for (size_t from = 0; from < run.count;) {
        size_t to = from + 1;
        while (to < run.count && !begins_unit(&run, to, run.items[from].marker.kind))
            to++;
        add_unit(units, arena, run.items + from, to - from);
        units->items[units->count - 1].apart = from == 0;
        from = to;
    }
}

/* From unit i on: how many units one list of this kind has. Numbers must count up from 1. */
static size_t list_length(const struct td_units *units, size_t i)
{
    const struct marker first = read_marker(units->items[i].words);
    size_t n = 0;
    for (; i + n < units->count && units->items[i + n].kind == units->items[i].kind;
         n++) {
        const struct marker marker = read_marker(units->items[i + n].words);
        if (marker.kind == TD_UNIT_NUMBER &&
            (marker.sign != first.sign || marker.number != (int)n + 1))
            break;
    }
    return n;
}

/* Cuts the bullets off. A lone dash or number is no list: it stays a paragraph, nothing cut. */
static void settle_lists(struct td_units *units)
{
    for (size_t i = 0; i < units->count;) {
        struct td_unit *unit = &units->items[i];
        if (unit->kind == TD_UNIT_TEXT) {
            i++;
            continue;
        }
        const struct marker marker = read_marker(unit->words);
        const size_t n = list_length(units, i);
        const bool dash = marker.sign == 0x2013 || marker.sign == 0x2014;
        const bool list = n > 1 || (n == 1 && marker.kind == TD_UNIT_BULLET && !dash);
        for (size_t k = 0; k < (n == 0 ? 1 : n); k++, i++) {
            struct td_unit *item = &units->items[i];
            if (list)
                item->words = td_slice_sub(item->words, read_marker(item->words).end,
                                           item->words.len);
            else
                item->kind = TD_UNIT_TEXT;
        }
    }
}

static void read_page(struct page *page, struct td_slice source)
{
    struct td_slice text;
    bool apart = true;
    for (int number = 1, next = 1; next_line(&source, &next, &text); number = next) {
        const bool blank = td_words_blank(text);
        if (!blank)
            add_line(page, text, number, apart);
        apart = blank;
    }
}

void td_units_read(struct td_units *units, struct td_arena *arena, struct td_slice source)
{
    struct page page = {0};
    read_page(&page, source);
    const size_t width = width_of(&page);
    *units = (struct td_units){0};
    for (size_t from = 0; from < page.count;) {
        size_t to = from + 1;
        while (to < page.count && !page.items[to].apart)
            to++;
        const struct run run = {.items = page.items + from, .count = to - from};
        read_run(units, arena, run, width);
        from = to;
    }
    free(page.items);
    settle_lists(units);
}

void td_units_release(struct td_units *units)
{
    free(units->items);
    *units = (struct td_units){0};
}
