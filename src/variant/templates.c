/*
 * templates.c: loads and compiles each template once, with all it includes.
 */
#include "variant/templates.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "variant/template.h"

#define TEMPLATE_MAX ((size_t)256 << 10)

struct td_templates {
    struct td_template_source source;
    struct td_template **items; /* owned */
    size_t count;
    size_t cap;
};

struct td_templates *td_templates_create(struct td_template_source source)
{
    struct td_templates *templates = td_xcalloc(1, sizeof *templates);
    templates->source = source;
    return templates;
}

void td_templates_destroy(struct td_templates *templates)
{
    if (templates == NULL)
        return;
    for (size_t i = 0; i < templates->count; i++)
        td_template_destroy(templates->items[i]);
    free(templates->items);
    free(templates);
}

static const struct td_template *find(void *context, struct td_slice name)
{
    const struct td_templates *templates = context;
    for (size_t i = 0; i < templates->count; i++)
        if (td_slice_is(name, templates->items[i]->name))
            return templates->items[i];
    return NULL;
}

/* A name is a file name without a path: letters, digits, '.', '-', '_', not beginning with '.'. */
static bool is_name(struct td_slice name)
{
    static const char allowed[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
    for (size_t i = 0; i < name.len; i++)
        if (name.ptr[i] == '\0' || strchr(allowed, name.ptr[i]) == NULL)
            return false;
    return name.len > 0 && name.len < 100 && name.ptr[0] != '.';
}

/* NAME.html escapes, NAME.text does not; nothing else is a template. */
static bool escape_of(struct td_slice name, enum td_escape *escape)
{
    *escape = td_slice_ends(name, ".html") ? TD_ESCAPE_HTML : TD_ESCAPE_NONE;
    return td_slice_ends(name, ".html") || td_slice_ends(name, ".text");
}

static enum td_status load(struct td_templates *templates, struct td_slice name,
                           struct td_err *err);

/* Every partial must be there, and must escape as its user does. */
static enum td_status load_partials(struct td_templates *templates,
                                    const struct td_template *tpl, struct td_err *err)
{
    for (size_t i = 0; i < tpl->count; i++) {
        const struct td_node *node = &tpl->nodes[i];
        if (node->kind != TD_NODE_PARTIAL)
            continue;
        enum td_escape escape;
        if (!is_name(node->text) || !escape_of(node->text, &escape) ||
            escape != tpl->escape)
            return td_fail(err, TD_DATA,
                           "%s:%d: {{> %.*s}}: expected the name of a .%s template",
                           tpl->name, node->line, (int)node->text.len, node->text.ptr,
                           tpl->escape == TD_ESCAPE_HTML ? "html" : "text");
        const enum td_status status = load(templates, node->text, err);
        if (status != TD_OK && err != NULL)
            td_err_context(err, "%s:%d: {{> %.*s}}", tpl->name, node->line,
                           (int)node->text.len, node->text.ptr);
        if (status != TD_OK)
            return status;
    }
    return TD_OK;
}

/* The template and all it includes are loaded, or nothing is. A template that includes itself
 * finds itself here already; the bound on depth ends it when rendering. */
static enum td_status load(struct td_templates *templates, struct td_slice name,
                           struct td_err *err)
{
    if (find(templates, name) != NULL)
        return TD_OK;
    char c_name[100];
    enum td_escape escape;
    struct td_template *tpl = NULL;
    memcpy(c_name, name.ptr, name.len);
    c_name[name.len] = '\0';
    escape_of(name, &escape);
    struct td_buf text;
    td_buf_init(&text, TEMPLATE_MAX);
    enum td_status status =
        templates->source.load(templates->source.context, c_name, &text, err);
    size_t bad = 0;
    if (status == TD_OK && td_buf_full(&text))
        status = td_fail(err, TD_DATA, "%s: a template has at most %zu bytes", c_name,
                         text.max);
    if (status == TD_OK && !td_utf8_valid(td_buf_slice(&text), &bad))
        status = td_fail(err, TD_DATA, "%s: not UTF-8 at byte %zu", c_name, bad);
    if (status == TD_OK)
        status = td_template_compile(c_name, td_buf_slice(&text), escape, &tpl, err);
    td_buf_release(&text);
    if (status != TD_OK)
        return status;
    const size_t before = templates->count;
    templates->items = td_vec_grow(templates->items, &templates->cap, before + 1,
                                   sizeof(struct td_template *));
    templates->items[templates->count++] = tpl;
    status = load_partials(templates, tpl, err);
    while (status != TD_OK && templates->count > before)
        td_template_destroy(templates->items[--templates->count]);
    return status;
}

enum td_status td_templates_get(struct td_templates *templates, const char *name,
                                const struct td_template **out, struct td_err *err)
{
    enum td_escape escape;
    const struct td_slice wanted = td_slice(name);
    if (!is_name(wanted) || !escape_of(wanted, &escape))
        return td_fail(err, TD_DATA,
                       "%s: expected the name of a template, NAME.html or NAME.text",
                       name);
    const enum td_status status = load(templates, wanted, err);
    if (status == TD_OK)
        *out = find(templates, wanted);
    return status;
}

enum td_status td_templates_render(struct td_templates *templates, const char *name,
                                   const struct td_view *view, struct td_buf *out,
                                   struct td_err *err)
{
    const struct td_template *tpl = NULL;
    const enum td_status status = td_templates_get(templates, name, &tpl, err);
    if (status != TD_OK)
        return status;
    const struct td_partials partials = {.find = find, .context = templates};
    return td_template_render(tpl, view, &partials, out, err);
}
