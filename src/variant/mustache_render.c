/*
 * mustache_render.c: walks a compiled template over a tree of values.
 *
 * Nothing here can run away: nesting, output and the number of steps are bounded, so a template
 * that loops over loops ends in an error.
 */
#include <string.h>

#include "variant/template.h"

#define STEPS_MAX  2000000
#define INDENT_MAX 256

struct render {
    const struct td_partials *partials;
    struct td_buf *out;
    struct td_err *err;
    const struct td_view *stack[TD_TEMPLATE_DEPTH + 2]; /* contexts, the innermost last */
    size_t contexts;
    size_t depth; /* of sections and partials together */
    long steps;
    char indent[INDENT_MAX]; /* before each line of the partial being rendered */
    size_t indent_len;
};

static enum td_status complain(struct render *r, const struct td_template *tpl,
                               const struct td_node *node, const char *why)
{
    if (node->kind == TD_NODE_TEXT)
        return td_fail(r->err, TD_DATA, "%s:%d: %s", tpl->name, node->line, why);
    return td_fail(r->err, TD_DATA, "%s:%d: {{%.*s}}: %s", tpl->name, node->line,
                   (int)node->text.len, node->text.ptr, why);
}

static const struct td_view *find_key(const struct td_view *map, struct td_slice key)
{
    if (map->kind != TD_VIEW_MAP)
        return NULL;
    for (const struct td_view *v = map->first; v != NULL; v = v->next)
        if (td_slice_is(key, v->key))
            return v;
    return NULL;
}

/* The value of a name: its first part from the innermost context that has it, the other parts
 * each from the one before. NULL when there is none. */
static const struct td_view *look_up(const struct render *r, struct td_slice name)
{
    if (td_slice_is(name, "."))
        return r->stack[r->contexts - 1];
    struct td_slice part;
    if (!td_slice_token(&name, ".", &part))
        return NULL;
    const struct td_view *found = NULL;
    for (size_t i = r->contexts; i > 0 && found == NULL; i--)
        found = find_key(r->stack[i - 1], part);
    while (found != NULL && td_slice_token(&name, ".", &part))
        found = find_key(found, part);
    return found;
}

static bool is_truthy(const struct td_view *v)
{
    if (v == NULL || v->kind == TD_VIEW_FALSE)
        return false;
    if (v->kind == TD_VIEW_TEXT)
        return v->text.len > 0;
    return v->kind != TD_VIEW_LIST || v->first != NULL;
}

void td_escape_html(struct td_slice text, struct td_buf *out)
{
    size_t done = 0;
    for (size_t i = 0; i < text.len; i++) {
        const char *as = NULL;
        switch (text.ptr[i]) {
        case '&': as = "&amp;"; break;
        case '<': as = "&lt;"; break;
        case '>': as = "&gt;"; break;
        case '"': as = "&quot;"; break;
        case '\'': as = "&#39;"; break;
        default: continue;
        }
        td_buf_add(out, text.ptr + done, i - done);
        td_buf_add_str(out, as);
        done = i + 1;
    }
    td_buf_add(out, text.ptr + done, text.len - done);
}

static void add_value(struct render *r, const struct td_view *v, bool escape)
{
    if (v == NULL)
        return;
    if (v->kind == TD_VIEW_TRUE)
        td_buf_add_str(r->out, "true");
    else if (v->kind == TD_VIEW_TEXT && escape)
        td_escape_html(v->text, r->out);
    else if (v->kind == TD_VIEW_TEXT)
        td_buf_add_slice(r->out, v->text);
}

/* Literal text; each line of it that begins here is indented. */
static void add_text(struct render *r, struct td_slice text)
{
    if (r->indent_len == 0) {
        td_buf_add_slice(r->out, text);
        return;
    }
    size_t from = 0;
    while (from < text.len) {
        const size_t lf = td_slice_find(text, from, '\n');
        const size_t to = lf == (size_t)-1 ? text.len : lf + 1;
        if (from > 0)
            td_buf_add(r->out, r->indent, r->indent_len);
        td_buf_add(r->out, text.ptr + from, to - from);
        from = to;
    }
}

static enum td_status render_nodes(struct render *r, const struct td_template *tpl,
                                   size_t from, size_t to);

static enum td_status render_in(struct render *r, const struct td_template *tpl,
                                size_t index, const struct td_view *context)
{
    r->stack[r->contexts++] = context;
    const enum td_status status = render_nodes(r, tpl, index + 1, tpl->nodes[index].end);
    r->contexts--;
    return status;
}

static enum td_status render_section(struct render *r, const struct td_template *tpl,
                                     size_t index)
{
    const struct td_node *node = &tpl->nodes[index];
    const struct td_view *v = look_up(r, node->text);
    if (node->kind == TD_NODE_INVERTED)
        return is_truthy(v) ? TD_OK : render_nodes(r, tpl, index + 1, node->end);
    if (!is_truthy(v))
        return TD_OK;
    if (v->kind != TD_VIEW_LIST)
        return render_in(r, tpl, index, v);
    enum td_status status = TD_OK;
    for (const struct td_view *item = v->first; item != NULL && status == TD_OK;
         item = item->next)
        status = render_in(r, tpl, index, item);
    return status;
}

static enum td_status render_partial(struct render *r, const struct td_template *tpl,
                                     const struct td_node *node)
{
    if (r->partials == NULL)
        return TD_OK;
    const struct td_template *partial =
        r->partials->find(r->partials->context, node->text);
    if (partial == NULL)
        return TD_OK;
    const size_t before = r->indent_len;
    if (before + node->indent.len > sizeof r->indent)
        return complain(r, tpl, node, "partials are indented too far");
    memcpy(r->indent + before, node->indent.ptr, node->indent.len);
    r->indent_len += node->indent.len;
    const enum td_status status = render_nodes(r, partial, 0, partial->count);
    r->indent_len = before;
    return status;
}

static enum td_status render_node(struct render *r, const struct td_template *tpl,
                                  size_t index)
{
    const struct td_node *node = &tpl->nodes[index];
    if (r->steps++ == STEPS_MAX)
        return complain(r, tpl, node, "the template takes too many steps");
    if (td_buf_full(r->out))
        return complain(r, tpl, node, "the output is too large");
    if (node->line_start)
        td_buf_add(r->out, r->indent, r->indent_len);
    switch (node->kind) {
    case TD_NODE_TEXT: add_text(r, node->text); return TD_OK;
    case TD_NODE_VALUE:
        add_value(r, look_up(r, node->text), tpl->escape == TD_ESCAPE_HTML);
        return TD_OK;
    case TD_NODE_RAW: add_value(r, look_up(r, node->text), false); return TD_OK;
    case TD_NODE_SECTION:
    case TD_NODE_INVERTED:
    case TD_NODE_PARTIAL: break;
    }
    if (r->depth == TD_TEMPLATE_DEPTH)
        return complain(r, tpl, node, "sections and partials nest too deep");
    r->depth++;
    const enum td_status status = node->kind == TD_NODE_PARTIAL
                                      ? render_partial(r, tpl, node)
                                      : render_section(r, tpl, index);
    r->depth--;
    return status;
}

static enum td_status render_nodes(struct render *r, const struct td_template *tpl,
                                   size_t from, size_t to)
{
    size_t i = from;
    while (i < to) {
        const enum td_status status = render_node(r, tpl, i);
        if (status != TD_OK)
            return status;
        const struct td_node *node = &tpl->nodes[i];
        const bool has_children =
            node->kind == TD_NODE_SECTION || node->kind == TD_NODE_INVERTED;
        i = has_children ? node->end : i + 1;
    }
    return TD_OK;
}

enum td_status td_template_render(const struct td_template *tpl,
                                  const struct td_view *view,
                                  const struct td_partials *partials, struct td_buf *out,
                                  struct td_err *err)
{
    struct render r = {.partials = partials, .out = out, .err = err, .contexts = 1};
    r.stack[0] = view;
    const enum td_status status = render_nodes(&r, tpl, 0, tpl->count);
    if (status == TD_OK && td_buf_full(out))
        return td_fail(err, TD_DATA, "%s: the output is too large", tpl->name);
    return status;
}
