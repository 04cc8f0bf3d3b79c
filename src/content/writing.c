/*
 * writing.c: stories as Markdown.
 */
#include "content/writing.h"

#include <string.h>

#include "content/words.h"

/* Where the lines of a block begin. */
struct place {
    struct td_buf *out;
    const char *indent; /* of every line but the first */
    bool one_line;      /* line ends become spaces */
};

static bool is_punctuation(char c)
{
    return c != '\0' && strchr("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", c) != NULL;
}

static void write_words(const struct place *place, struct td_slice words)
{
    for (size_t i = 0; i < words.len; i++) {
        const char c = words.ptr[i];
        if (c == '\n' && !place->one_line) {
            td_buf_addf(place->out, "\\\n%s", place->indent);
            continue;
        }
        if (is_punctuation(c))
            td_buf_add_char(place->out, '\\');
        td_buf_add_char(place->out, c == '\n' ? ' ' : c);
    }
}

/* An address in angle brackets. */
static void write_url(struct td_slice url, struct td_buf *out)
{
    td_buf_add_str(out, "](<");
    for (size_t i = 0; i < url.len; i++) {
        const char c = url.ptr[i];
        if (c == '<' || c == '>' || c == '\\' || c == '&')
            td_buf_addf(out, c == '&' ? "\\%c" : "%%%02X", c);
        else
            td_buf_add_char(out, c);
    }
    td_buf_add_str(out, ">)");
}

static bool is_edge(int32_t cp)
{
    return cp == -1 || td_is_space(cp);
}

/* Whether stars around [from, to) are sure to be read as such: words inside, white space outside. */
static bool can_stress(struct td_slice words, const struct td_mark *mark)
{
    if (mark->from >= mark->to || words.ptr[mark->to - 1] == '\n')
        return false;
    const int32_t first = td_words_at(words, mark->from);
    const char last = words.ptr[mark->to - 1];
    const bool inside = !td_is_space(first) && !is_punctuation((char)first) &&
                        (unsigned char)last < 0x80 && !is_punctuation(last) &&
                        last != ' ';
    const bool before = mark->from == 0 || words.ptr[mark->from - 1] == ' ';
    return inside && before && is_edge(td_words_at(words, mark->to));
}

static const char *sign_of(struct td_slice words, const struct td_mark *mark)
{
    if (mark->kind == TD_MARK_STRONG && can_stress(words, mark))
        return "**";
    if (mark->kind == TD_MARK_EMPH && can_stress(words, mark))
        return "*";
    return "";
}

/* The marks that lie in [from, to), from the n-th on, over the words there. Marks nest. */
static size_t write_range(const struct place *place, const struct td_text *text, size_t n,
                          size_t from, size_t to)
{
    while (n < text->mark_count && text->marks[n].from < to) {
        const struct td_mark *mark = &text->marks[n];
        const char *sign = sign_of(text->words, mark);
        write_words(place, td_slice_sub(text->words, from, mark->from));
        td_buf_add_str(place->out, mark->kind == TD_MARK_LINK ? "[" : sign);
        n = write_range(place, text, n + 1, mark->from, mark->to);
        if (mark->kind == TD_MARK_LINK)
            write_url(mark->url, place->out);
        else
            td_buf_add_str(place->out, sign);
        from = mark->to;
    }
    write_words(place, td_slice_sub(text->words, from, to));
    return n;
}

static void write_text(const struct place *place, const struct td_text *text)
{
    (void)write_range(place, text, 0, 0, text->words.len);
}

void td_write_line(const struct td_text *text, struct td_buf *out)
{
    const struct place place = {.out = out, .indent = "", .one_line = true};
    write_text(&place, text);
}

static void write_list(const struct td_block *block, struct td_buf *out)
{
    const bool quote = block->type == TD_BLOCK_QUOTE;
    const struct place place = {.out = out, .indent = quote ? "> " : "  "};
    for (size_t i = 0; i < block->item_count; i++) {
        if (quote)
            td_buf_add_str(out, i > 0 ? ">\n> " : "> ");
        else if (block->ordered)
            td_buf_addf(out, "%zu. ", i + 1);
        else
            td_buf_add_str(out, "- ");
        const struct place numbered = {.out = out, .indent = "    "};
        write_text(block->ordered ? &numbered : &place, &block->items[i]);
        td_buf_add_char(out, '\n');
    }
}

static void write_image(const struct td_block *block, struct td_buf *out)
{
    if (!td_slice_istarts(block->src, "https://") &&
        !td_slice_istarts(block->src, "http://"))
        return;
    td_buf_add_str(out, "![");
    td_write_line(&block->text, out);
    write_url(block->src, out);
    td_buf_add_char(out, '\n');
}

void td_write_blocks(const struct td_block *blocks, size_t count, struct td_buf *out)
{
    const struct place place = {.out = out, .indent = ""};
    for (size_t i = 0; i < count; i++) {
        td_buf_add_char(out, '\n');
        switch (blocks[i].type) {
        case TD_BLOCK_PARAGRAPH:
            write_text(&place, &blocks[i].text);
            td_buf_add_char(out, '\n');
            break;
        case TD_BLOCK_HEADING:
            td_buf_add_str(out, "### ");
            td_write_line(&blocks[i].text, out);
            td_buf_add_char(out, '\n');
            break;
        case TD_BLOCK_LIST:
        case TD_BLOCK_QUOTE: write_list(&blocks[i], out); break;
        case TD_BLOCK_IMAGE: write_image(&blocks[i], out); break;
        }
    }
}
