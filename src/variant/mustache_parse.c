/*
 * mustache_parse.c: template text becomes a flat list of nodes; sections know where they end.
 *
 * Standalone tags (alone on their line but for white space) take their whole line with them, as
 * the specification says; that is decided here, so that rendering is a plain walk.
 */
#include "variant/template.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define DELIMITER_MAX 16

struct parser {
    struct td_template *tpl;
    struct td_slice text;
    size_t pos;      /* behind all that became nodes */
    int line;        /* of pos */
    bool line_start; /* nothing of this line became a node yet */
    char open[DELIMITER_MAX + 1];
    char close[DELIMITER_MAX + 1];
    size_t sections[TD_TEMPLATE_DEPTH]; /* those still open: indices of their nodes */
    size_t depth;
};

struct tag {
    char sigil; /* one of "#^/>!=&{", or 0 for a plain value */
    struct td_slice content;
    size_t from, to; /* the tag with its delimiters */
    int line;
};

static enum td_status complain(const struct parser *p, const struct tag *tag,
                               const char *why, struct td_err *err)
{
    const struct td_slice shown = td_slice_sub(p->text, tag->from, tag->to);
    return td_fail(err, TD_DATA, "%s:%d: %.*s: %s", p->tpl->name, tag->line,
                   shown.len > 60 ? 60 : (int)shown.len, shown.ptr, why);
}

static struct td_node *add_node(struct parser *p, enum td_node_kind kind,
                                struct td_slice text)
{
    struct td_template *tpl = p->tpl;
    tpl->nodes = td_vec_grow(tpl->nodes, &tpl->cap, tpl->count + 1, sizeof *tpl->nodes);
    struct td_node *node = &tpl->nodes[tpl->count++];
    *node = (struct td_node){.kind = kind,
                             .line_start = p->line_start,
                             .text = text,
                             .indent = td_slice_n("", 0),
                             .line = p->line};
    p->line_start = false;
    return node;
}

/* Moves pos to `to`, counting lines. */
static void advance(struct parser *p, size_t to)
{
    for (; p->pos < to; p->pos++)
        p->line += p->text.ptr[p->pos] == '\n';
}

static void add_text(struct parser *p, size_t to)
{
    if (to > p->pos) {
        add_node(p, TD_NODE_TEXT, td_slice_sub(p->text, p->pos, to));
        p->line_start = p->text.ptr[to - 1] == '\n';
    }
    advance(p, to);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Where the line of `at` begins, when only white space stands before `at` in it. */
static bool blank_before(const struct parser *p, size_t at, size_t *start)
{
    while (at > p->pos && is_blank(p->text.ptr[at - 1]))
        at--;
    *start = at;
    return at == 0 || p->text.ptr[at - 1] == '\n';
}

/* Where the next line begins, when only white space stands behind `at` in this one. */
static bool blank_behind(const struct parser *p, size_t at, size_t *next)
{
    while (at < p->text.len && is_blank(p->text.ptr[at]))
        at++;
    if (at < p->text.len && p->text.ptr[at] == '\r')
        at++;
    *next = at < p->text.len ? at + 1 : at;
    return at == p->text.len || p->text.ptr[at] == '\n';
}

static enum td_status no_end(struct parser *p, struct tag *tag, struct td_err *err)
{
    tag->to = tag->from + strlen(p->open);
    return complain(p, tag, "the tag is not closed", err);
}

/* Reads the tag that opens at `at`. */
static enum td_status read_tag(struct parser *p, size_t at, struct tag *tag,
                               struct td_err *err)
{
    size_t from = at + strlen(p->open);
    while (from < p->text.len && is_blank(p->text.ptr[from]))
        from++;
    *tag = (struct tag){.from = at, .to = from, .line = p->line};
    for (size_t i = p->pos; i < at; i++)
        tag->line += p->text.ptr[i] == '\n';
    const char first = from < p->text.len ? p->text.ptr[from] : '\0';
    char end[DELIMITER_MAX + 2] = "";
    if (first != '\0' && strchr("#^/>!=&{<$", first) != NULL) {
        tag->sigil = first;
        from++;
    }
    if (first == '{' || first == '=')
        end[0] = first == '{' ? '}' : '=';
    memcpy(end + strlen(end), p->close, strlen(p->close) + 1);
    const size_t to = td_slice_find_str(p->text, from, end);
    if (to == (size_t)-1)
        return no_end(p, tag, err);
    tag->content = td_slice_trim(td_slice_sub(p->text, from, to));
    tag->to = to + strlen(end);
    if (tag->sigil == '<' || tag->sigil == '$')
        return complain(p, tag, "inheritance is not supported", err);
    if (tag->sigil == '!' || tag->sigil == '=')
        return TD_OK;
    if (tag->content.len == 0)
        return complain(p, tag, "a tag needs a name", err);
    for (size_t i = 0; i < tag->content.len; i++)
        if (is_blank(tag->content.ptr[i]) || tag->content.ptr[i] == '\n')
            return complain(p, tag, "a name has no white space in it", err);
    return TD_OK;
}

static enum td_status set_delimiters(struct parser *p, const struct tag *tag,
                                     struct td_err *err)
{
    struct td_slice rest = tag->content;
    struct td_slice open, close, more;
    if (!td_slice_token(&rest, " \t\r\n", &open) ||
        !td_slice_token(&rest, " \t\r\n", &close) ||
        td_slice_token(&rest, " \t\r\n", &more))
        return complain(p, tag, "expected two delimiters", err);
    if (open.len > DELIMITER_MAX || close.len > DELIMITER_MAX ||
        td_slice_find(tag->content, 0, '=') != (size_t)-1)
        return complain(p, tag, "delimiters are short and hold no '='", err);
    memcpy(p->open, open.ptr, open.len);
    p->open[open.len] = '\0';
    memcpy(p->close, close.ptr, close.len);
    p->close[close.len] = '\0';
    return TD_OK;
}

static enum td_status open_section(struct parser *p, const struct tag *tag, bool inverted,
                                   struct td_err *err)
{
    if (p->depth == TD_TEMPLATE_DEPTH)
        return complain(p, tag, "sections nest too deep", err);
    p->sections[p->depth++] = p->tpl->count;
    add_node(p, inverted ? TD_NODE_INVERTED : TD_NODE_SECTION, tag->content);
    return TD_OK;
}

static enum td_status close_section(struct parser *p, const struct tag *tag,
                                    struct td_err *err)
{
    if (p->depth == 0)
        return complain(p, tag, "closes a section that is not open", err);
    struct td_node *open = &p->tpl->nodes[p->sections[--p->depth]];
    if (!td_slice_eq(open->text, tag->content))
        return td_fail(err, TD_DATA,
                       "%s:%d: {{/%.*s}}: the section open here is %.*s (line %d)",
                       p->tpl->name, tag->line, (int)tag->content.len, tag->content.ptr,
                       (int)open->text.len, open->text.ptr, open->line);
    open->end = p->tpl->count;
    return TD_OK;
}

static enum td_status add_tag(struct parser *p, const struct tag *tag,
                              struct td_slice indent, struct td_err *err)
{
    switch (tag->sigil) {
    case '#': return open_section(p, tag, false, err);
    case '^': return open_section(p, tag, true, err);
    case '/': return close_section(p, tag, err);
    case '=': return set_delimiters(p, tag, err);
    case '!': return TD_OK;
    case '>': add_node(p, TD_NODE_PARTIAL, tag->content)->indent = indent; return TD_OK;
    case '{':
    case '&': add_node(p, TD_NODE_RAW, tag->content); return TD_OK;
    default: add_node(p, TD_NODE_VALUE, tag->content); return TD_OK;
    }
}

/* The text before the next tag, and the tag. */
static enum td_status parse_step(struct parser *p, struct td_err *err)
{
    const size_t at = td_slice_find_str(p->text, p->pos, p->open);
    if (at == (size_t)-1) {
        add_text(p, p->text.len);
        return TD_OK;
    }
    struct tag tag;
    enum td_status status = read_tag(p, at, &tag, err);
    if (status != TD_OK)
        return status;
    size_t start = at, next = tag.to;
    const bool can_stand_alone = tag.sigil != '\0' && strchr("#^/>!=", tag.sigil) != NULL;
    const bool alone =
        can_stand_alone && blank_before(p, at, &start) && blank_behind(p, tag.to, &next);
    add_text(p, alone ? start : at);
    advance(p, at);
    if (alone)
        p->line_start = false; /* such a line puts nothing out by itself */
    status = add_tag(p, &tag, td_slice_sub(p->text, alone ? start : at, at), err);
    advance(p, alone ? next : tag.to);
    if (alone)
        p->line_start = true;
    return status;
}

enum td_status td_template_compile(const char *name, struct td_slice text,
                                   enum td_escape escape, struct td_template **out,
                                   struct td_err *err)
{
    struct td_template *tpl = td_xcalloc(1, sizeof *tpl);
    tpl->name = td_xstrdup(name);
    tpl->text = td_xmalloc(text.len + 1);
    if (text.len > 0)
        memcpy(tpl->text, text.ptr, text.len);
    tpl->escape = escape;
    struct parser p = {.tpl = tpl,
                       .text = td_slice_n(tpl->text, text.len),
                       .line = 1,
                       .line_start = true,
                       .open = "{{",
                       .close = "}}"};
    enum td_status status = TD_OK;
    while (status == TD_OK && p.pos < p.text.len)
        status = parse_step(&p, err);
    if (status == TD_OK && p.depth > 0) {
        const struct td_node *open = &tpl->nodes[p.sections[p.depth - 1]];
        status = td_fail(err, TD_DATA, "%s:%d: {{%c%.*s}}: the section is never closed",
                         name, open->line, open->kind == TD_NODE_INVERTED ? '^' : '#',
                         (int)open->text.len, open->text.ptr);
    }
    if (status != TD_OK) {
        td_template_destroy(tpl);
        return status;
    }
    *out = tpl;
    return TD_OK;
}

void td_template_destroy(struct td_template *tpl)
{
    if (tpl == NULL)
        return;
    free(tpl->name);
    free(tpl->text);
    free(tpl->nodes);
    free(tpl);
}
