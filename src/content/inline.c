/*
 * inline.c: cutting marked texts, and laying new marks over them.
 */
#include "content/inline.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "content/stamp.h"
#include "content/words.h"

struct marks {
    struct td_mark *items; /* owned */
    size_t count, cap;
};

static void add_mark(struct marks *marks, struct td_mark mark)
{
    marks->items =
        td_vec_grow(marks->items, &marks->cap, marks->count + 1, sizeof *marks->items);
    marks->items[marks->count++] = mark;
}

/* Takes over the marks: copies them into the arena and frees the vector. */
static struct td_text with_marks(struct td_arena *arena, struct td_slice words,
                                 struct marks *marks)
{
    const struct td_text text = {
        .words = words,
        .marks = td_arena_array(arena, marks->items, marks->count, sizeof *marks->items),
        .mark_count = marks->count};
    free(marks->items);
    return text;
}

struct td_text td_text_of(struct td_slice words)
{
    return (struct td_text){.words = words};
}

struct td_text td_text_part(struct td_arena *arena, struct td_text text, size_t from,
                            size_t to)
{
    struct marks kept = {0};
    for (size_t i = 0; i < text.mark_count; i++) {
        struct td_mark mark = text.marks[i];
        mark.from = (mark.from < from ? from : mark.from) - from;
        mark.to = (mark.to > to ? to : mark.to);
        if (mark.to <= mark.from + from)
            continue;
        mark.to -= from;
        add_mark(&kept, mark);
    }
    return with_marks(arena, td_slice_sub(text.words, from, to), &kept);
}

/* The marks that stand around one place, the innermost last. */
struct open_marks {
    size_t *ends; /* owned */
    size_t count, cap;
    size_t taken_to; /* the end of the link or code we are in */
};

static void open_mark(struct open_marks *open, const struct td_mark *mark)
{
    while (open->count > 0 && open->ends[open->count - 1] <= mark->from)
        open->count--;
    open->ends = td_vec_grow(open->ends, &open->cap, open->count + 1, sizeof *open->ends);
    open->ends[open->count++] = mark->to;
    const bool taken = mark->kind == TD_MARK_LINK || mark->kind == TD_MARK_CODE;
    if (taken && mark->to > open->taken_to)
        open->taken_to = mark->to;
}

/* Whether `mark` may be laid where `open` stand, before mark i of the text: inside no link or
 * code, around none, crossing nothing. */
static bool fits(struct open_marks *open, const struct td_text *text, size_t i,
                 const struct td_mark *mark)
{
    while (open->count > 0 && open->ends[open->count - 1] <= mark->from)
        open->count--;
    if (open->taken_to > mark->from)
        return false;
    if (open->count > 0 && open->ends[open->count - 1] < mark->to)
        return false;
    for (; i < text->mark_count && text->marks[i].from < mark->to; i++) {
        const struct td_mark *later = &text->marks[i];
        const bool taken = later->kind == TD_MARK_LINK || later->kind == TD_MARK_CODE;
        if (taken || later->to > mark->to)
            return false;
    }
    return true;
}

/* One sweep over old and new marks, both sorted; new ones that do not fit are left out. */
static struct td_text merge(struct td_arena *arena, struct td_text text,
                            struct marks *added)
{
    struct marks all = {0};
    struct open_marks open = {0};
    size_t i = 0;
    for (size_t n = 0; n < added->count; n++) {
        const struct td_mark *mark = &added->items[n];
        for (; i < text.mark_count &&
               (text.marks[i].from < mark->from ||
                (text.marks[i].from == mark->from && text.marks[i].to >= mark->to));
             i++) {
            open_mark(&open, &text.marks[i]);
            add_mark(&all, text.marks[i]);
        }
        if (fits(&open, &text, i, mark)) {
            open_mark(&open, mark);
            add_mark(&all, *mark);
        }
    }
    for (; i < text.mark_count; i++)
        add_mark(&all, text.marks[i]);
    free(open.ends);
    free(added->items);
    return with_marks(arena, text.words, &all);
}

bool td_url_is_safe(struct td_slice url)
{
    return td_slice_istarts(url, "http://") || td_slice_istarts(url, "https://") ||
           td_slice_istarts(url, "mailto:");
}

static bool ends_url(int32_t cp)
{
    static const int32_t never[] = {'<',    '>',  '"',  '`',    0x201C,
                                    0x201D, 0xAB, 0xBB, 0x200B, 0xFEFF};
    for (size_t i = 0; i < TD_ARRAY_LEN(never); i++)
        if (cp == never[i])
            return true;
    return cp < 0x20 || td_is_space(cp);
}

static bool is_trailing(int32_t cp)
{
    static const char ascii[] = ".,;:!?'*]}";
    return (cp > 0 && cp < 0x80 && strchr(ascii, (int)cp) != NULL) || cp == 0x2018 ||
           cp == 0x2019 || cp == 0x2026 || cp == 0x2013 || cp == 0x2014;
}

static long unclosed(struct td_slice s)
{
    long depth = 0;
    for (size_t i = 0; i < s.len; i++)
        depth += s.ptr[i] == '(' ? 1 : s.ptr[i] == ')' ? -1 : 0;
    return depth;
}

/* The URL without the punctuation of the sentence around it; "(" in a URL keeps its ")". */
static size_t trim_url(struct td_slice words, size_t from, size_t to)
{
    long depth = unclosed(td_slice_sub(words, from, to));
    while (to > from) {
        size_t at = to - 1;
        while (at > from && ((unsigned char)words.ptr[at] & 0xC0) == 0x80)
            at--;
        const int32_t cp = td_words_at(words, at);
        if (cp == ')' && depth < 0)
            depth++;
        else if (!is_trailing(cp))
            break;
        to = at;
    }
    return to;
}

/* Whether something stands behind the scheme that can be a host or an address. */
static bool has_target(struct td_slice rest, bool mail, bool www)
{
    const size_t point = td_slice_find(rest, 0, mail ? '@' : '.');
    if (rest.len == 0 || !(td_is_ascii_alnum((unsigned char)rest.ptr[0]) ||
                           rest.ptr[0] == '[' || (unsigned char)rest.ptr[0] >= 0x80))
        return false;
    return !(mail || www) || (point != (size_t)-1 && point > 0 && point + 1 < rest.len);
}

/* A bare address that begins at pos: sets its mark. False when none does; out->to then is where
 * to go on, so that no text is scanned twice. */
static bool url_at(struct td_arena *arena, struct td_slice words, size_t pos,
                   struct td_mark *out)
{
    static const char *const schemes[] = {"http://", "https://", "mailto:", "www."};
    const struct td_slice rest = td_slice_sub(words, pos, words.len);
    out->to = pos + 1;
    for (size_t i = 0; i < TD_ARRAY_LEN(schemes); i++) {
        if (!td_slice_istarts(rest, schemes[i]))
            continue;
        size_t end = pos;
        for (size_t next = pos;
             next < words.len && !ends_url(td_utf8_next(words, &next));)
            end = next;
        out->to = end;
        end = trim_url(words, pos, end);
        const size_t behind = pos + strlen(schemes[i]);
        const bool www = schemes[i][0] == 'w';
        if (end <= behind ||
            !has_target(td_slice_sub(words, behind, end), schemes[i][0] == 'm', www))
            return false;
        const struct td_slice url = td_slice_sub(words, pos, end);
        *out = (struct td_mark){.kind = TD_MARK_LINK, .from = pos, .to = end, .url = url};
        if (www)
            out->url = td_arena_printf(arena, "http://%.*s", (int)url.len, url.ptr);
        return true;
    }
    return false;
}

struct td_text td_text_link(struct td_arena *arena, struct td_text text)
{
    struct marks found = {0};
    for (size_t pos = 0; pos < text.words.len;) {
        const int c = text.words.ptr[pos] | 0x20;
        const bool begins = c == 'h' || c == 'm' || c == 'w';
        const bool alone =
            pos == 0 || !td_is_ascii_alnum((unsigned char)text.words.ptr[pos - 1]);
        struct td_mark mark = {.to = pos + 1};
        if (begins && alone && url_at(arena, text.words, pos, &mark))
            add_mark(&found, mark);
        pos = mark.to;
    }
    return found.count == 0 ? text : merge(arena, text, &found);
}

static void note_ref(struct td_refs *refs, int minute)
{
    for (size_t i = 0; i < refs->count; i++)
        if (refs->minutes[i] == minute)
            return;
    refs->minutes =
        td_vec_grow(refs->minutes, &refs->cap, refs->count + 1, sizeof *refs->minutes);
    refs->minutes[refs->count++] = minute;
}

/* Behind a time: the next one after a comma, "and" or "&"; else false. */
static bool next_listed(struct td_slice words, size_t *pos)
{
    size_t at = *pos;
    if (td_words_at(words, at) == ',')
        at++;
    at = td_words_skip_space(words, at);
    if (td_slice_istarts(td_slice_sub(words, at, words.len), "and"))
        at = td_words_skip_space(words, at + 3);
    else if (td_words_at(words, at) == '&')
        at = td_words_skip_space(words, at + 1);
    const bool moved = at > *pos;
    *pos = at;
    return moved;
}

/* The times from pos on; returns the position behind the last. */
static size_t refer_times(struct td_slice words, size_t pos, bool bracketed,
                          struct td_refs *refs, struct marks *found)
{
    struct td_stamp_time time;
    size_t end = pos;
    do {
        if (td_stamp_time_at(words, pos, &time) != TD_STAMP_FOUND ||
            (time.loose && !refs->known[time.minute]))
            break;
        end = time.end;
        if (refs->known[time.minute]) {
            note_ref(refs, time.minute);
            add_mark(found, (struct td_mark){.kind = TD_MARK_REF,
                                             .from = pos,
                                             .to = time.end,
                                             .minute = time.minute});
        } else if (bracketed) {
            td_warn_at(refs->warnings, refs->line,
                       "no entry has the time \"%.*s\" referred to",
                       (int)(time.end - pos), words.ptr + pos);
        }
        pos = time.end;
    } while (next_listed(words, &pos));
    return end;
}

/* Behind "see": where the times begin, over what may stand between, as in "see also our post at
 * 1.13pm", "see below, 1.13pm". */
static size_t skip_to_time(struct td_slice words, size_t pos)
{
    static const char *const between[] = {"also", "our",    "the",   "post",  "entry",
                                          "item", "update", "below", "above", "earlier",
                                          "at",   "from",   "story"};
    for (size_t next = pos;; pos = next) {
        const struct td_slice word = td_words_next(words, &next);
        const size_t len =
            word.len - (td_slice_ends(word, ",") || td_slice_ends(word, ":"));
        bool passed = false;
        for (size_t i = 0; i < TD_ARRAY_LEN(between) && !passed; i++)
            passed = td_slice_iis(td_slice_sub(word, 0, len), between[i]);
        if (!passed)
            return td_words_skip_blank(words, pos);
    }
}

struct td_text td_text_refer(struct td_arena *arena, struct td_text text,
                             struct td_refs *refs)
{
    const struct td_slice words = text.words;
    struct marks found = {0};
    for (size_t pos = 0; pos + 3 < words.len; pos++) {
        if (((words.ptr[pos] | 0x20) != 's') ||
            !td_slice_iis(td_slice_sub(words, pos, pos + 3), "see") ||
            (pos > 0 && td_is_ascii_alnum((unsigned char)words.ptr[pos - 1])))
            continue;
        const size_t behind = pos + 3 + (words.ptr[pos + 3] == ':');
        if (!td_is_space(td_words_at(words, behind)))
            continue;
        const size_t at = skip_to_time(words, behind);
        const bool bracketed =
            pos > 0 && (words.ptr[pos - 1] == '(' || words.ptr[pos - 1] == '[');
        const size_t end = refer_times(words, at, bracketed, refs, &found);
        pos = end > at ? end - 1 : pos;
    }
    return found.count == 0 ? text : merge(arena, text, &found);
}
