/* A YAML file as a tree that knows its lines (yamltree.h). */
#include "app/config/yamltree.h"

#include <string.h>
#include <yaml.h>

#define DEPTH_MAX 16

struct reader {
    yaml_parser_t parser;
    yaml_event_t event; /* the one at hand; have_event tells if it is to be freed */
    bool have_event;
    struct td_arena *arena;
    int line; /* of the fault */
    struct td_err *err;
};

static enum td_status refuse(struct reader *r, const char *why)
{
    r->line = (int)r->event.start_mark.line + 1;
    return td_fail(r->err, TD_CONFIG, "%s", why);
}

/* libyaml marks what it cannot decode by a byte offset, everything else by a line. */
static enum td_status parser_fault(struct reader *r, struct td_slice text)
{
    const yaml_parser_t *p = &r->parser;
    const char *why = p->problem ? p->problem : "cannot be read";
    if (p->error != YAML_READER_ERROR) {
        r->line = (int)p->problem_mark.line + 1;
        return td_fail(r->err, TD_CONFIG, "not YAML: %s%s%s", why, p->context ? " " : "",
                       p->context ? p->context : "");
    }
    r->line = 1;
    for (size_t i = 0; i < text.len && i < p->problem_offset; i++)
        r->line += text.ptr[i] == '\n';
    return td_fail(r->err, TD_CONFIG, "not YAML text: %s", why);
}

static enum td_status next_event(struct reader *r, struct td_slice text)
{
    if (r->have_event)
        yaml_event_delete(&r->event);
    r->have_event = yaml_parser_parse(&r->parser, &r->event) != 0;
    if (!r->have_event)
        return parser_fault(r, text);
    if (r->event.type == YAML_ALIAS_EVENT)
        return refuse(r, "an alias (*name) is not allowed here: write the value out");
    return TD_OK;
}

static enum td_status check_plain(struct reader *r)
{
    const yaml_char_t *anchor = NULL;
    const yaml_char_t *tag = NULL;
    if (r->event.type == YAML_SCALAR_EVENT) {
        anchor = r->event.data.scalar.anchor;
        tag = r->event.data.scalar.tag;
    } else if (r->event.type == YAML_SEQUENCE_START_EVENT) {
        anchor = r->event.data.sequence_start.anchor;
        tag = r->event.data.sequence_start.tag;
    } else if (r->event.type == YAML_MAPPING_START_EVENT) {
        anchor = r->event.data.mapping_start.anchor;
        tag = r->event.data.mapping_start.tag;
    }
    if (anchor)
        return refuse(r, "an anchor (&name) is not allowed here");
    if (tag)
        return refuse(r, "a tag (!name) is not allowed here");
    return TD_OK;
}

static struct td_slice scalar_text(struct reader *r)
{
    const char *bytes = (const char *)r->event.data.scalar.value;
    return td_arena_copy(r->arena, td_slice_n(bytes, r->event.data.scalar.length));
}

static enum td_status read_node(struct reader *r, struct td_slice text, int depth,
                                struct td_yaml *out);

/* Makes the next entry of a list or map and reads it; the event at hand begins it. */
static enum td_status read_entry(struct reader *r, struct td_slice text, int depth,
                                 struct td_yaml *parent, struct td_yaml ***tail)
{
    struct td_yaml *entry = td_arena_alloc(r->arena, sizeof *entry);
    int key_line = 0;
    if (parent->kind == TD_YAML_MAP) {
        if (r->event.type != YAML_SCALAR_EVENT)
            return refuse(r, "a key must be a plain word");
        enum td_status status = check_plain(r);
        key_line = (int)r->event.start_mark.line + 1;
        entry->key = scalar_text(r);
        if (status == TD_OK)
            status = next_event(r, text);
        if (status != TD_OK)
            return status;
    }
    enum td_status status = read_node(r, text, depth, entry);
    if (key_line > 0)
        entry->line = key_line;
    **tail = entry;
    *tail = &entry->next;
    return status == TD_OK ? next_event(r, text) : status;
}

/* Reads the node that the event at hand begins; afterwards the event at hand is its last. */
static enum td_status read_node(struct reader *r, struct td_slice text, int depth,
                                struct td_yaml *out)
{
    struct td_yaml **tail = &out->first;
    enum td_status status = check_plain(r);
    if (status == TD_OK && depth > DEPTH_MAX)
        status = refuse(r, "nested too deep");
    if (status != TD_OK)
        return status;
    out->line = (int)r->event.start_mark.line + 1;
    if (r->event.type == YAML_SCALAR_EVENT) {
        out->kind = TD_YAML_SCALAR;
        out->value = scalar_text(r);
        out->missing =
            out->value.len == 0 && r->event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
        if (memchr(out->value.ptr, '\0', out->value.len))
            return refuse(r, "a NUL character in a value");
        return TD_OK;
    }
    bool map = r->event.type == YAML_MAPPING_START_EVENT;
    out->kind = map ? TD_YAML_MAP : TD_YAML_LIST;
    status = next_event(r, text);
    while (status == TD_OK &&
           r->event.type != (map ? YAML_MAPPING_END_EVENT : YAML_SEQUENCE_END_EVENT))
        status = read_entry(r, text, depth + 1, out, &tail);
    return status;
}

static enum td_status read_file(struct reader *r, struct td_slice text,
                                const struct td_yaml **out)
{
    struct td_yaml *root = td_arena_alloc(r->arena, sizeof *root);
    enum td_status status = next_event(r, text); /* stream start */
    if (status == TD_OK)
        status = next_event(r, text); /* document start */
    if (status != TD_OK || r->event.type == YAML_STREAM_END_EVENT)
        return status;
    status = next_event(r, text);
    if (status == TD_OK)
        status = read_node(r, text, 1, root);
    if (status == TD_OK)
        status = next_event(r, text); /* document end */
    if (status == TD_OK)
        status = next_event(r, text); /* stream end */
    if (status == TD_OK && r->event.type != YAML_STREAM_END_EVENT)
        status = refuse(r, "a second document (---) is not allowed here");
    if (status == TD_OK)
        *out = root;
    return status;
}

enum td_status td_yaml_parse(struct td_arena *arena, struct td_slice text,
                             const struct td_yaml **out, int *line, struct td_err *err)
{
    struct reader r = {.arena = arena, .err = err};
    *out = NULL;
    *line = 0;
    if (!yaml_parser_initialize(&r.parser))
        return td_fail(err, TD_SOFTWARE, "libyaml cannot be started");
    yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&r.parser, (const unsigned char *)text.ptr, text.len);
    enum td_status status = read_file(&r, text, out);
    if (r.have_event)
        yaml_event_delete(&r.event);
    yaml_parser_delete(&r.parser);
    *line = r.line;
    return status;
}

/* One step of a path from node: "[2]", "name" or ".name". Takes it off *path. */
static const struct td_yaml *step(const struct td_yaml *node, struct td_slice *path)
{
    const struct td_yaml *entry = node->first;
    if (td_slice_starts(*path, "[")) {
        size_t end = td_slice_find(*path, 0, ']');
        int64_t index;
        if (end == (size_t)-1 || !td_slice_int64(td_slice_sub(*path, 1, end), &index))
            return NULL;
        *path = td_slice_sub(*path, end + 1, path->len);
        while (entry && index-- > 0)
            entry = entry->next;
        return entry;
    }
    if (td_slice_starts(*path, "."))
        *path = td_slice_sub(*path, 1, path->len);
    size_t end = 0;
    while (end < path->len && path->ptr[end] != '.' && path->ptr[end] != '[')
        end++;
    while (entry && !td_slice_eq(entry->key, td_slice_sub(*path, 0, end)))
        entry = entry->next;
    *path = td_slice_sub(*path, end, path->len);
    return entry;
}

const struct td_yaml *td_yaml_find(const struct td_yaml *root, const char *path)
{
    struct td_slice rest = td_slice(path);
    while (root && rest.len > 0)
        root = step(root, &rest);
    return root;
}

int td_yaml_line(const struct td_yaml *root, const char *path)
{
    struct td_slice rest = td_slice(path);
    int line = root ? root->line : 0;
    while (root && rest.len > 0) {
        root = step(root, &rest);
        line = root ? root->line : line;
    }
    return line;
}
