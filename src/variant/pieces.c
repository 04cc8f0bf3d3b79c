/* pieces.c: marks over words become a sequence of opening, words, closing. */
#include "variant/pieces.h"

#define NESTED_MAX 16

struct walk {
    const struct td_text *text;
    const struct td_anchors *anchors;
    struct td_arena *arena;
    struct td_view *list;
    size_t done;                            /* bytes of words already out */
    const struct td_mark *open[NESTED_MAX]; /* the innermost last */
    size_t depth;
};

bool td_url_allowed(struct td_slice url)
{
    for (size_t i = 0; i < url.len; i++)
        if (url.ptr[i] == ' ' || url.ptr[i] == '\\')
            return false;
    return (td_slice_istarts(url, "https://") || td_slice_istarts(url, "http://") ||
            td_slice_istarts(url, "mailto:")) &&
           td_slice_find_control(url) == (size_t)-1 && td_utf8_valid(url, NULL);
}

static void add_flag(struct walk *w, const char *key)
{
    struct td_view *piece = td_view_map(w->arena);
    td_view_set(piece, key, td_view_flag(w->arena, true));
    td_view_add(w->list, piece);
}

static void add_link(struct walk *w, struct td_slice url)
{
    struct td_view *piece = td_view_map(w->arena);
    struct td_view *link = td_view_map(w->arena);
    td_view_set(link, "url", td_view_text(w->arena, url));
    td_view_set(piece, "link", link);
    td_view_add(w->list, piece);
}

static void add_words(struct walk *w, size_t to)
{
    struct td_slice rest = td_slice_sub(w->text->words, w->done, to);
    while (rest.len > 0) {
        const size_t lf = td_slice_find(rest, 0, '\n');
        const size_t n = lf == (size_t)-1 ? rest.len : lf;
        if (n > 0) {
            struct td_view *piece = td_view_map(w->arena);
            td_view_set(piece, "run", td_view_text(w->arena, td_slice_sub(rest, 0, n)));
            td_view_add(w->list, piece);
        }
        if (lf != (size_t)-1)
            add_flag(w, "break");
        rest = td_slice_sub(rest, lf == (size_t)-1 ? n : n + 1, rest.len);
    }
    w->done = to > w->done ? to : w->done;
}

/* The anchor a reference leads to, or NULL. */
static const char *anchor_of(const struct walk *w, const struct td_mark *mark)
{
    return w->anchors ? w->anchors->find(w->anchors->context, mark->minute) : NULL;
}

static void open_mark(struct walk *w, const struct td_mark *mark)
{
    switch (mark->kind) {
    case TD_MARK_LINK: add_link(w, mark->url); break;
    case TD_MARK_STRONG: add_flag(w, "strong"); break;
    case TD_MARK_EMPH: add_flag(w, "emph"); break;
    case TD_MARK_CODE: add_flag(w, "code"); break;
    case TD_MARK_REF:
        add_link(w, td_arena_printf(w->arena, "#%s", anchor_of(w, mark)));
        break;
    }
    w->open[w->depth++] = mark;
}

static void close_marks(struct walk *w, size_t until)
{
    while (w->depth > 0 && w->open[w->depth - 1]->to <= until) {
        const struct td_mark *mark = w->open[--w->depth];
        add_words(w, mark->to);
        switch (mark->kind) {
        case TD_MARK_LINK:
        case TD_MARK_REF: add_flag(w, "end_link"); break;
        case TD_MARK_STRONG: add_flag(w, "end_strong"); break;
        case TD_MARK_EMPH: add_flag(w, "end_emph"); break;
        case TD_MARK_CODE: add_flag(w, "end_code"); break;
        }
    }
}

static bool in_link(const struct walk *w)
{
    for (size_t i = 0; i < w->depth; i++)
        if (w->open[i]->kind == TD_MARK_LINK || w->open[i]->kind == TD_MARK_REF)
            return true;
    return false;
}

/* Links do not nest in HTML, and a reference to an entry that is not here is only words. */
static bool is_shown(const struct walk *w, const struct td_mark *mark)
{
    const bool is_link = mark->kind == TD_MARK_LINK || mark->kind == TD_MARK_REF;
    if (mark->from >= mark->to || mark->from < w->done || w->depth == NESTED_MAX)
        return false;
    if (is_link && in_link(w))
        return false;
    return mark->kind != TD_MARK_REF || anchor_of(w, mark) != NULL;
}

enum td_status td_pieces(const struct td_text *text, const struct td_anchors *anchors,
                         struct td_arena *arena, struct td_view **out, struct td_err *err)
{
    struct walk w = {
        .text = text, .anchors = anchors, .arena = arena, .list = td_view_list(arena)};
    if (!td_utf8_valid(text->words, NULL))
        return td_fail(err, TD_DATA, "words that are not UTF-8");
    for (size_t i = 0; i < text->mark_count; i++) {
        const struct td_mark *mark = &text->marks[i];
        if (mark->kind == TD_MARK_LINK && !td_url_allowed(mark->url))
            return td_fail(err, TD_DATA, "%.*s: a link goes to http, https or mailto",
                           (int)(mark->url.len > 200 ? 200 : mark->url.len),
                           mark->url.ptr);
        close_marks(&w, mark->from);
        if (!is_shown(&w, mark))
            continue;
        add_words(&w, mark->from);
        open_mark(&w, mark);
    }
    close_marks(&w, text->words.len);
    add_words(&w, text->words.len);
    *out = w.list;
    return TD_OK;
}
