/*
 * markdown.c: cmark-gfm's tree to a flat outline. The tree is walked, never rendered: rendering
 * would drop raw HTML with the words in it. CMARK_OPT_SMART is off: it changes quotes and dashes.
 *
 * The walk is cmark's iterator, not recursion, so depth of nesting costs no stack. Containers are
 * flattened: a list's nested items follow their parent's as items of the same list, a second
 * paragraph of an item stays in it behind a line break, a quote keeps its paragraphs.
 */
#include "content/markdown.h"

#include <stdlib.h>
#include <string.h>

#include <cmark-gfm.h>

#include "base/buf.h"
#include "base/mem.h"
#include "content/inline.h"
#include "content/outline.h"
#include "content/words.h"

struct reader {
    struct td_build *build;
    struct td_outline *outline;
    struct td_warnings *warnings;
    int lines_before; /* of front matter */
};

/* A text while it grows. Only the outermost mark of a kind is kept: more say nothing more. */
struct text {
    struct td_buf words;
    struct td_mark *marks; /* owned; sorted by from, as they are opened in order */
    size_t count, cap;
    size_t open[TD_MARK_REF + 1];  /* by kind: depth */
    size_t place[TD_MARK_REF + 1]; /* by kind: the mark that is open */
    int line;                      /* of the source, where we are */
};

static void open_mark(struct text *text, enum td_mark_kind kind, struct td_slice url)
{
    if (text->open[kind]++ > 0)
        return;
    text->marks =
        td_vec_grow(text->marks, &text->cap, text->count + 1, sizeof *text->marks);
    text->place[kind] = text->count;
    text->marks[text->count++] =
        (struct td_mark){.kind = kind, .from = text->words.len, .url = url};
}

static void close_mark(struct text *text, enum td_mark_kind kind)
{
    if (text->open[kind] > 0 && --text->open[kind] == 0)
        text->marks[text->place[kind]].to = text->words.len;
}

static int line_of(const struct reader *reader, cmark_node *node)
{
    return cmark_node_get_start_line(node) + reader->lines_before;
}

static bool is_comment(const char *html)
{
    return td_slice_starts(td_slice_trim(td_slice(html)), "<!--");
}

/* Raw HTML: its tags stay as literal text, so that no word inside is lost; a comment was never
 * meant for readers. */
static void add_html(const struct reader *reader, struct text *text, const char *html)
{
    if (is_comment(html)) {
        td_warn_at(reader->warnings, text->line, "an HTML comment is left out");
        return;
    }
    const struct td_slice shown = td_slice_trim(td_slice(html));
    const size_t end = td_slice_find(shown, 0, '\n');
    td_warn_at(reader->warnings, text->line, "HTML is shown as it is written: %.*s",
               (int)(end == (size_t)-1 ? shown.len : end), shown.ptr);
    for (struct td_slice rest = td_slice(html), line_of_it;
         td_slice_line(&rest, &line_of_it);) {
        td_buf_add_slice(&text->words, line_of_it);
        if (rest.len > 0)
            td_buf_add_char(&text->words, ' ');
    }
    for (const char *c = html; *c != '\0'; c++)
        text->line += *c == '\n';
}

static void enter_link(const struct reader *reader, struct text *text, cmark_node *node)
{
    const char *url = cmark_node_get_url(node);
    if (td_url_is_safe(td_slice(url)))
        open_mark(text, TD_MARK_LINK, td_arena_copy(reader->build->arena, td_slice(url)));
    else
        td_warn_at(reader->warnings, text->line,
                   "only http, https and mailto links are kept, this one is dropped: %s",
                   url);
}

static void add_code(struct text *text, const char *code)
{
    open_mark(text, TD_MARK_CODE, td_slice(NULL));
    td_buf_add_str(&text->words, code);
    close_mark(text, TD_MARK_CODE);
}

static void add_break(struct text *text, char c)
{
    td_buf_add_char(&text->words, c);
    text->line++;
}

static void add_inline(const struct reader *reader, struct text *text, cmark_node *node,
                       bool entering)
{
    const cmark_node_type type = cmark_node_get_type(node);
    if (type == CMARK_NODE_TEXT)
        td_buf_add_str(&text->words, cmark_node_get_literal(node));
    else if (type == CMARK_NODE_SOFTBREAK)
        add_break(text, ' ');
    else if (type == CMARK_NODE_LINEBREAK)
        add_break(text, '\n');
    else if (type == CMARK_NODE_CODE)
        add_code(text, cmark_node_get_literal(node));
    else if (type == CMARK_NODE_HTML_INLINE)
        add_html(reader, text, cmark_node_get_literal(node));
    else if (type == CMARK_NODE_LINK && entering)
        enter_link(reader, text, node);
    else if (type == CMARK_NODE_LINK)
        close_mark(text, TD_MARK_LINK);
    else if (type == CMARK_NODE_EMPH || type == CMARK_NODE_STRONG) {
        const enum td_mark_kind kind =
            type == CMARK_NODE_EMPH ? TD_MARK_EMPH : TD_MARK_STRONG;
        if (entering)
            open_mark(text, kind, td_slice(NULL));
        else
            close_mark(text, kind);
    }
}

/* The words of a leaf block: a paragraph, heading, code or HTML block. */
static void add_leaf(const struct reader *reader, struct text *text, cmark_node *leaf)
{
    const cmark_node_type type = cmark_node_get_type(leaf);
    text->line = line_of(reader, leaf);
    if (type == CMARK_NODE_CODE_BLOCK) {
        add_code(text, cmark_node_get_literal(leaf));
        return;
    }
    if (type == CMARK_NODE_HTML_BLOCK) {
        add_html(reader, text, cmark_node_get_literal(leaf));
        return;
    }
    cmark_iter *iter = cmark_iter_new(leaf);
    for (cmark_event_type event; (event = cmark_iter_next(iter)) != CMARK_EVENT_DONE;) {
        cmark_node *node = cmark_iter_get_node(iter);
        if (node != leaf)
            add_inline(reader, text, node, event == CMARK_EVENT_ENTER);
    }
    cmark_iter_free(iter);
}

static void drop_empty_marks(struct text *text)
{
    size_t kept = 0;
    for (size_t i = 0; i < text->count; i++)
        if (text->marks[i].to > text->marks[i].from)
            text->marks[kept++] = text->marks[i];
    text->count = kept;
}

static void init_text(struct text *text)
{
    *text = (struct text){0};
    td_buf_init(&text->words, SIZE_MAX / 4);
}

/* The grown text as a value in the arena, bare addresses linked; frees what it grew in. */
static struct td_text finish_text(const struct reader *reader, struct text *text)
{
    struct td_arena *arena = reader->build->arena;
    size_t len = text->words.len;
    while (len > 0 && text->words.ptr[len - 1] == '\n')
        len--; /* the end of a code block */
    drop_empty_marks(text);
    const struct td_text grown = {
        .words = td_arena_copy(arena, td_buf_slice(&text->words)),
        .marks = text->marks,
        .mark_count = text->count,
    };
    const struct td_text done = td_text_part(arena, grown, 0, len);
    free(text->marks);
    td_buf_release(&text->words);
    return td_text_link(arena, done);
}

static struct td_text read_leaf(const struct reader *reader, cmark_node *leaf)
{
    struct text text;
    init_text(&text);
    add_leaf(reader, &text, leaf);
    return finish_text(reader, &text);
}

static bool is_leaf(cmark_node *node)
{
    const cmark_node_type type = cmark_node_get_type(node);
    return type == CMARK_NODE_PARAGRAPH || type == CMARK_NODE_HEADING ||
           type == CMARK_NODE_CODE_BLOCK || type == CMARK_NODE_HTML_BLOCK;
}

/* The items of a list or the paragraphs of a quote, while they are gathered. */
struct items {
    struct td_text *texts; /* owned */
    size_t count, cap;
    struct text text; /* of the item that is open */
};

static void close_item(const struct reader *reader, struct items *items)
{
    const struct td_text done = finish_text(reader, &items->text);
    init_text(&items->text);
    if (td_words_blank(done.words))
        return;
    items->texts =
        td_vec_grow(items->texts, &items->cap, items->count + 1, sizeof *items->texts);
    items->texts[items->count++] = done;
}

static void add_container(const struct reader *reader, cmark_node *container)
{
    const bool list = cmark_node_get_type(container) == CMARK_NODE_LIST;
    struct items items = {0};
    init_text(&items.text);
    cmark_iter *iter = cmark_iter_new(container);
    for (cmark_event_type event; (event = cmark_iter_next(iter)) != CMARK_EVENT_DONE;) {
        cmark_node *node = cmark_iter_get_node(iter);
        if (event != CMARK_EVENT_ENTER)
            continue;
        if (cmark_node_get_type(node) == CMARK_NODE_ITEM && list)
            close_item(reader, &items);
        if (!is_leaf(node))
            continue;
        if (!list)
            close_item(reader, &items);
        else if (items.text.words.len > 0)
            td_buf_add_char(&items.text.words, '\n');
        add_leaf(reader, &items.text, node);
    }
    cmark_iter_free(iter);
    close_item(reader, &items);
    td_buf_release(&items.text.words);
    const struct td_block block = {
        .type = list ? TD_BLOCK_LIST : TD_BLOCK_QUOTE,
        .items = td_arena_array(reader->build->arena, items.texts, items.count,
                                sizeof *items.texts),
        .item_count = items.count,
        .ordered = list && cmark_node_get_list_type(container) == CMARK_ORDERED_LIST,
        .line = line_of(reader, container),
    };
    free(items.texts);
    if (items.count > 0)
        td_outline_add(reader->outline, (struct td_piece){.block = block});
}

/* An image alone in its paragraph, with a source that a mail may show. */
static bool is_image(cmark_node *paragraph)
{
    cmark_node *child = cmark_node_first_child(paragraph);
    if (cmark_node_get_type(paragraph) != CMARK_NODE_PARAGRAPH || child == NULL ||
        cmark_node_get_type(child) != CMARK_NODE_IMAGE || cmark_node_next(child) != NULL)
        return false;
    const struct td_slice url = td_slice(cmark_node_get_url(child));
    const bool scheme = td_slice_find(url, 0, ':') != (size_t)-1;
    return url.len > 0 &&
           (!scheme || (td_url_is_safe(url) && !td_slice_istarts(url, "mailto:")));
}

static void add_leaf_block(const struct reader *reader, cmark_node *leaf)
{
    struct td_piece piece = {.block = {.type = TD_BLOCK_PARAGRAPH,
                                       .text = read_leaf(reader, leaf),
                                       .line = line_of(reader, leaf)}};
    if (cmark_node_get_type(leaf) == CMARK_NODE_HEADING) {
        piece.level = cmark_node_get_heading_level(leaf);
        td_piece_cut_topics(&piece, reader->build->arena, reader->warnings);
    }
    if (is_image(leaf)) {
        piece.block.type = TD_BLOCK_IMAGE;
        piece.block.src =
            td_arena_copy(reader->build->arena,
                          td_slice(cmark_node_get_url(cmark_node_first_child(leaf))));
    } else if (td_words_blank(piece.block.text.words)) {
        return;
    }
    td_outline_add(reader->outline, piece);
}

static void walk(const struct reader *reader, cmark_node *document)
{
    for (cmark_node *node = cmark_node_first_child(document); node != NULL;
         node = cmark_node_next(node)) {
        const cmark_node_type type = cmark_node_get_type(node);
        if (is_leaf(node))
            add_leaf_block(reader, node);
        else if (type == CMARK_NODE_LIST || type == CMARK_NODE_BLOCK_QUOTE)
            add_container(reader, node);
    }
}

/* Line and paragraph separators of word processors would end lines in headers: spaces here. */
static struct td_slice without_separators(struct td_arena *arena, struct td_slice body)
{
    char *bytes = td_arena_alloc(arena, body.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < body.len; i++) {
        const struct td_slice sign = td_slice_sub(body, i, i + 3);
        const bool separator =
            td_slice_is(sign, "\xE2\x80\xA8") || td_slice_is(sign, "\xE2\x80\xA9");
        bytes[len++] = separator ? ' ' : body.ptr[i];
        i += separator ? 2 : 0;
    }
    return td_slice_n(bytes, len);
}

enum td_status td_markdown_read(struct td_slice bytes, const char *name,
                                struct td_story **out, struct td_warnings *warnings,
                                struct td_err *err)
{
    struct td_build build;
    struct td_outline outline = {.name = name};
    struct td_slice body;
    td_build_begin(&build);
    enum td_status status =
        td_front_read(build.arena, bytes, name, &outline.front, &body, err);
    if (status == TD_OK) {
        const struct reader reader = {.build = &build,
                                      .outline = &outline,
                                      .warnings = warnings,
                                      .lines_before = outline.front.lines};
        body = without_separators(build.arena, body);
        cmark_node *document =
            cmark_parse_document(body.ptr, body.len, CMARK_OPT_DEFAULT);
        walk(&reader, document);
        cmark_node_free(document);
        status = td_outline_read(&build, &outline, warnings, out, err);
    }
    td_outline_release(&outline);
    td_build_discard(&build);
    return status;
}
