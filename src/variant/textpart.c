/* textpart.c: blocks as plain text for a terminal. */
#include "variant/textpart.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"

#define WORDS_MAX  ((size_t)16 << 20)
#define MARGIN_MAX 200

void td_links_release(struct td_links *links)
{
    free(links->urls);
    *links = (struct td_links){0};
}

/* From 1. */
static size_t number_of(struct td_links *links, struct td_slice url)
{
    for (size_t i = 0; i < links->count; i++)
        if (td_slice_eq(links->urls[i], url))
            return i + 1;
    links->urls =
        td_vec_grow(links->urls, &links->cap, links->count + 1, sizeof *links->urls);
    links->urls[links->count] = url;
    return ++links->count;
}

/* A link whose words say where it goes needs no number. */
static bool says_its_url(struct td_slice words, struct td_slice url)
{
    static const char *const schemes[] = {"https://", "http://", "mailto:"};
    words = td_slice_trim(words);
    if (td_slice_eq(words, url))
        return true;
    for (size_t i = 0; i < TD_ARRAY_LEN(schemes); i++) {
        const struct td_slice scheme = td_slice(schemes[i]);
        if (!td_slice_starts(url, schemes[i]))
            continue;
        struct td_slice rest = td_slice_sub(url, scheme.len, url.len);
        if (td_slice_ends(rest, "/") && !td_slice_ends(words, "/"))
            rest.len--;
        return td_slice_eq(words, rest);
    }
    return false;
}

/* The words with link numbers, not yet wrapped. */
static void add_numbered(const struct td_text *text, struct td_links *links,
                         struct td_buf *out)
{
    size_t done = 0;
    for (size_t i = 0; i < text->mark_count; i++) {
        const struct td_mark *mark = &text->marks[i];
        const struct td_slice words = td_slice_sub(text->words, mark->from, mark->to);
        if (mark->kind != TD_MARK_LINK || mark->to < done ||
            says_its_url(words, mark->url))
            continue;
        td_buf_add_slice(out, td_slice_sub(text->words, done, mark->to));
        td_buf_addf(out, "[%zu]", number_of(links, mark->url));
        done = mark->to;
    }
    td_buf_add_slice(out, td_slice_sub(text->words, done, text->words.len));
}

void td_text_words(const struct td_text *text, const struct td_margin *margin,
                   struct td_links *links, struct td_buf *out)
{
    struct td_buf words;
    td_buf_init(&words, WORDS_MAX);
    add_numbered(text, links, &words);
    td_wrap(td_buf_slice(&words), margin, out);
    td_buf_release(&words);
}

/* A line of `rule` as wide as the widest line from `from` on, behind `indent` columns. */
static void underline(size_t from, size_t indent, char rule, struct td_buf *out)
{
    const size_t widest = td_widest_line(td_slice_sub(td_buf_slice(out), from, out->len));
    if (widest <= indent)
        return;
    td_buf_add_repeat(out, ' ', indent);
    td_buf_add_repeat(out, rule, widest - indent);
    td_buf_add_char(out, '\n');
}

void td_text_heading(const struct td_text *text, char rule, struct td_links *links,
                     struct td_buf *out)
{
    const struct td_margin none = {0};
    const size_t from = out->len;
    td_text_words(text, &none, links, out);
    underline(from, 0, rule, out);
}

struct layout {
    size_t indent;         /* columns before every line */
    struct td_slice stamp; /* stands in them once */
    struct td_links *links;
    struct td_buf *out;
};

/* Text behind a bullet; further lines hang beneath its first word. */
static void add_text(struct layout *l, const struct td_text *text, const char *bullet)
{
    struct td_buf first, rest;
    td_buf_init(&first, MARGIN_MAX);
    td_buf_init(&rest, MARGIN_MAX);
    const size_t width = td_utf8_width(l->stamp);
    td_buf_add_slice(&first, l->stamp);
    td_buf_add_repeat(&first, ' ', width < l->indent ? l->indent - width : 0);
    td_buf_add_str(&first, bullet);
    td_buf_add_repeat(&rest, ' ', td_utf8_width(td_buf_slice(&first)));
    const struct td_margin margin = {.first = td_buf_slice(&first),
                                     .rest = td_buf_slice(&rest)};
    const size_t before = l->out->len;
    td_text_words(text, &margin, l->links, l->out);
    if (l->out->len > before)
        l->stamp.len = 0;
    td_buf_release(&first);
    td_buf_release(&rest);
}

static void add_items(struct layout *l, const struct td_block *block)
{
    for (size_t i = 0; i < block->item_count; i++) {
        char number[32];
        snprintf(number, sizeof number, "%3zu. ", i + 1);
        if (block->type == TD_BLOCK_QUOTE && i > 0)
            td_buf_add_char(l->out, '\n');
        const char *bullet = block->ordered ? number : "  • ";
        add_text(l, &block->items[i], block->type == TD_BLOCK_QUOTE ? "    " : bullet);
    }
}

static void add_block(struct layout *l, const struct td_block *block)
{
    const size_t from = l->out->len;
    switch (block->type) {
    case TD_BLOCK_PARAGRAPH:
    case TD_BLOCK_IMAGE: add_text(l, &block->text, ""); break;
    case TD_BLOCK_HEADING:
        add_text(l, &block->text, "");
        underline(from, l->indent, '~', l->out);
        break;
    case TD_BLOCK_LIST:
    case TD_BLOCK_QUOTE: add_items(l, block); break;
    }
}

static void cut(struct td_buf *out, size_t len)
{
    if (out->cap > 0)
        out->ptr[len] = '\0';
    out->len = len;
}

static void add_urls(const struct layout *l)
{
    if (l->links->count > 0 && l->out->len > 0)
        td_buf_add_char(l->out, '\n');
    for (size_t i = 0; i < l->links->count; i++) {
        td_buf_add_repeat(l->out, ' ', l->indent);
        td_buf_addf(l->out, "[%zu] ", i + 1);
        td_buf_add_slice(l->out, l->links->urls[i]);
        td_buf_add_char(l->out, '\n');
    }
}

void td_text_blocks(const struct td_text_part *part, struct td_links *links,
                    struct td_buf *out)
{
    struct layout l = {
        .indent = part->margin, .stamp = part->stamp, .links = links, .out = out};
    const size_t start = out->len;
    for (size_t i = 0; i < part->block_count; i++) {
        const size_t gap = out->len;
        if (gap > start)
            td_buf_add_char(out, '\n');
        const size_t before = out->len;
        add_block(&l, &part->blocks[i]);
        if (out->len == before)
            cut(out, gap); /* nothing to show, so no empty line either */
    }
    if (l.stamp.len > 0) {
        td_buf_add_slice(out, l.stamp);
        td_buf_add_char(out, '\n');
    }
    add_urls(&l);
}
