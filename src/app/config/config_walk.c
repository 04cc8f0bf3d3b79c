/* Faults of a tree against a schema (config_walk.h). */
#include "app/config/config_walk.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <cyaml/cyaml.h>

#include "base/buf.h"

#define FIELDS_MAX 64
#define KEY_SHOWN  60

struct walk {
    struct td_faults *faults;
    struct td_buf path;
};

static void fault(struct walk *walk, int line, const char *what)
{
    struct td_fault_at at = {.line = line, .path = walk->path.ptr};
    td_faults_add(walk->faults, at, "%s", what);
}

static void back_to(struct td_buf *path, size_t len)
{
    path->len = len;
    path->full = false;
    if (path->cap > 0)
        path->ptr[len] = '\0';
}

/* Steps of single letters put in, left out or changed between two words; at most `cap`. */
static size_t distance(struct td_slice a, const char *b, size_t cap)
{
    size_t row[40];
    size_t n = strlen(b);
    if (n >= TD_ARRAY_LEN(row) || a.len > n + cap || n > a.len + cap)
        return cap;
    for (size_t j = 0; j <= n; j++)
        row[j] = j;
    for (size_t i = 1; i <= a.len; i++) {
        size_t corner = row[0];
        row[0] = i;
        for (size_t j = 1; j <= n; j++) {
            size_t change = corner + (a.ptr[i - 1] != b[j - 1]);
            size_t shift = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1;
            corner = row[j];
            row[j] = change < shift ? change : shift;
        }
    }
    return row[n] < cap ? row[n] : cap;
}

static void unknown_key(struct walk *walk, const struct td_yaml *entry,
                        const cyaml_schema_field_t *fields)
{
    const char *near = NULL;
    size_t least = 3; /* further away is another word */
    struct td_buf text;
    td_buf_init(&text, sizeof walk->faults->items[0].text);
    td_buf_add_str(&text, "unknown key; ");
    for (const cyaml_schema_field_t *field = fields; field->key; field++) {
        size_t d = distance(entry->key, field->key, least);
        if (d < least) {
            least = d;
            near = field->key;
        }
    }
    if (near)
        td_buf_addf(&text, "did you mean %s?", near);
    else
        td_buf_add_str(&text, "known here:");
    for (const cyaml_schema_field_t *field = fields; !near && field->key; field++)
        td_buf_addf(&text, "%s %s", field == fields ? "" : ",", field->key);
    fault(walk, entry->line, text.ptr);
    td_buf_release(&text);
}

static const char *kind_name(cyaml_type_e type)
{
    if (type == CYAML_MAPPING)
        return "a map of keys";
    return type == CYAML_SEQUENCE ? "a list" : "one value";
}

static bool fits(const cyaml_schema_value_t *schema, const struct td_yaml *node,
                 struct walk *walk)
{
    char text[100];
    cyaml_type_e is = node->kind == TD_YAML_MAP    ? CYAML_MAPPING
                      : node->kind == TD_YAML_LIST ? CYAML_SEQUENCE
                                                   : CYAML_STRING;
    if (is == schema->type && !node->missing)
        return true;
    if (node->missing)
        (void)snprintf(text, sizeof text, "nothing is written here; %s is wanted",
                       kind_name(schema->type));
    else
        (void)snprintf(text, sizeof text, "%s is wanted here, not %s",
                       kind_name(schema->type), kind_name(is));
    fault(walk, node->line, text);
    return false;
}

static void walk_value(struct walk *walk, const cyaml_schema_value_t *schema,
                       const struct td_yaml *node);

static void walk_map(struct walk *walk, const cyaml_schema_field_t *fields,
                     const struct td_yaml *node)
{
    bool seen[FIELDS_MAX] = {false};
    size_t base = walk->path.len;
    for (const struct td_yaml *entry = node->first; entry; entry = entry->next) {
        size_t i = 0;
        while (fields[i].key && !td_slice_is(entry->key, fields[i].key))
            i++;
        td_buf_add_str(&walk->path, base > 0 ? "." : "");
        td_buf_add_visible(&walk->path, td_slice_sub(entry->key, 0, KEY_SHOWN));
        if (!fields[i].key)
            unknown_key(walk, entry, fields);
        else if (seen[i])
            fault(walk, entry->line, "this key stands here twice");
        else
            walk_value(walk, &fields[i].value, entry);
        if (fields[i].key)
            seen[i] = true;
        back_to(&walk->path, base);
    }
    for (size_t i = 0; fields[i].key; i++) {
        if (seen[i] || fields[i].value.flags & CYAML_FLAG_OPTIONAL)
            continue;
        td_buf_addf(&walk->path, "%s%s", base > 0 ? "." : "", fields[i].key);
        fault(walk, node->line, "this key is missing");
        back_to(&walk->path, base);
    }
}

static void walk_list(struct walk *walk, const cyaml_schema_value_t *schema,
                      const struct td_yaml *node)
{
    char text[100];
    size_t base = walk->path.len;
    size_t count = 0;
    for (const struct td_yaml *entry = node->first; entry; entry = entry->next) {
        td_buf_addf(&walk->path, "[%zu]", count++);
        walk_value(walk, schema->sequence.entry, entry);
        back_to(&walk->path, base);
    }
    if (count >= schema->sequence.min && count <= schema->sequence.max)
        return;
    (void)snprintf(text, sizeof text, "the list has %zu entries; %u to %u are wanted",
                   count, (unsigned)schema->sequence.min, (unsigned)schema->sequence.max);
    fault(walk, node->line, text);
}

static void walk_value(struct walk *walk, const cyaml_schema_value_t *schema,
                       const struct td_yaml *node)
{
    if (schema->type == CYAML_IGNORE || !fits(schema, node, walk))
        return;
    if (schema->type == CYAML_MAPPING)
        walk_map(walk, schema->mapping.fields, node);
    else if (schema->type == CYAML_SEQUENCE)
        walk_list(walk, schema, node);
}

void td_schema_walk(const struct cyaml_schema_value *schema, const struct td_yaml *root,
                    struct td_faults *faults)
{
    struct walk walk = {.faults = faults};
    td_buf_init(&walk.path, 1000);
    walk_value(&walk, schema, root);
    td_buf_release(&walk.path);
}
