/*
 * frontmatter.c: front matter through a libcyaml schema.
 *
 * All values are read as text and parsed here: libcyaml takes any word but a few for true.
 * libcyaml tells faults only through its log, with a line that is not always the fault's: for an
 * unknown key it is that of the entry before, for a fault of syntax that of the last good value.
 * Both are looked up here.
 */
#include "content/frontmatter.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <cyaml/cyaml.h>

#include "base/buf.h"

#define FRONT_MAX  (16 * 1024)
#define FIRST_LINE 2 /* of the YAML in its source: behind the fence */

/* Topics are text or a list; libcyaml knows no alternatives, so there are two schemas. */
struct document {
    char *title, *subject, *preheader, *standfirst, *kind, *draft;
    char *topics;
    char **topic_list;
    unsigned topic_list_count;
    char **attachments;
    unsigned attachments_count;
};

struct source {
    const char *name;
    struct td_slice yaml;
};

/* The first fault libcyaml spoke of. */
struct fault {
    char text[200];
    char key[40]; /* it stands in; "" where not told */
    int line;     /* of the YAML, from 1; 0: not told */
};

#define TEXT_FIELD(key)                                                                  \
    CYAML_FIELD_STRING_PTR(#key, CYAML_FLAG_POINTER_NULL_STR | CYAML_FLAG_OPTIONAL,      \
                           struct document, key, 0, CYAML_UNLIMITED)
#define TEXT_FIELDS                                                                      \
    TEXT_FIELD(title), TEXT_FIELD(subject), TEXT_FIELD(preheader),                       \
        TEXT_FIELD(standfirst), TEXT_FIELD(kind), TEXT_FIELD(draft)

static const char known_keys[] =
    "title, subject, preheader, standfirst, topics, kind, draft, attachments";

static const cyaml_schema_value_t word_schema = {
    CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 0, CYAML_UNLIMITED),
};

static const cyaml_schema_field_t fields_text[] = {
    TEXT_FIELDS,
    TEXT_FIELD(topics),
    CYAML_FIELD_SEQUENCE("attachments", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL,
                         struct document, attachments, &word_schema, 0, CYAML_UNLIMITED),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t fields_list[] = {
    TEXT_FIELDS,
    CYAML_FIELD_SEQUENCE_COUNT("topics", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL,
                               struct document, topic_list, topic_list_count,
                               &word_schema, 0, CYAML_UNLIMITED),
    CYAML_FIELD_SEQUENCE("attachments", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL,
                         struct document, attachments, &word_schema, 0, CYAML_UNLIMITED),
    CYAML_FIELD_END,
};

static const cyaml_schema_value_t schema_text = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct document, fields_text),
};
static const cyaml_schema_value_t schema_list = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct document, fields_list),
};

__attribute__((format(printf, 3, 0))) static void note_fault(cyaml_log_t level, void *ctx,
                                                             const char *format,
                                                             va_list args)
{
    struct fault *fault = ctx;
    char text[200];
    (void)level;
    vsnprintf(text, sizeof text, format, args);
    const struct td_slice line = td_slice_trim(td_slice(text));
    const size_t at = td_slice_find_str(line, 0, "(line: ");
    const size_t quote = td_slice_find(line, 0, '\'');
    if (at != (size_t)-1 && fault->line == 0) {
        for (size_t i = at + 7; i < line.len && line.ptr[i] >= '0' && line.ptr[i] <= '9';
             i++)
            fault->line = fault->line * 10 + (line.ptr[i] - '0');
        if (td_slice_starts(line, "in mapping field '"))
            snprintf(fault->key, sizeof fault->key, "%.*s",
                     (int)strcspn(line.ptr + quote + 1, "'"), line.ptr + quote + 1);
    } else if (fault->text[0] == '\0' && !td_slice_ends(line, "Backtrace:")) {
        const size_t skip = td_slice_starts(line, "Load: ") ? 6 : 0;
        snprintf(fault->text, sizeof fault->text, "%.*s", (int)(line.len - skip),
                 line.ptr + skip);
    }
}

static cyaml_err_t load(struct td_slice yaml, const cyaml_schema_value_t *schema,
                        struct fault *fault, struct document **out)
{
    const cyaml_config_t config = {
        .log_fn = note_fault,
        .log_ctx = fault,
        .log_level = CYAML_LOG_ERROR,
        .mem_fn = cyaml_mem,
        .flags = CYAML_CFG_NO_ALIAS,
    };
    cyaml_data_t *data = NULL;
    *fault = (struct fault){0};
    *out = NULL;
    const cyaml_err_t error = cyaml_load_data((const uint8_t *)yaml.ptr, yaml.len,
                                              &config, schema, &data, NULL);
    *out = data;
    return error;
}

static void unload(const cyaml_schema_value_t *schema, struct document *document)
{
    const cyaml_config_t config = {.mem_fn = cyaml_mem};
    cyaml_free(&config, schema, document, 0);
}

/* The line (from 1) of the YAML that begins with this key, or 0. The last one, for doubled keys. */
static int line_of_key(struct td_slice yaml, struct td_slice key)
{
    struct td_slice line;
    int found = 0;
    for (int number = 1; td_slice_line(&yaml, &line); number++) {
        line = td_slice_trim(line);
        if (line.len > 0 && (line.ptr[0] == '"' || line.ptr[0] == '\''))
            line = td_slice_sub(line, 1, line.len);
        if (key.len > 0 && td_slice_eq(td_slice_sub(line, 0, key.len), key) &&
            (line.len == key.len || strchr(":\"' \t", line.ptr[key.len]) != NULL))
            found = number;
    }
    return found;
}

/* A fault of syntax stands in the first line with which no beginning of the YAML parses. */
static int line_of_syntax_fault(struct td_slice yaml)
{
    int last_good = 0;
    int number = 0;
    struct td_slice rest = yaml;
    for (struct td_slice line; td_slice_line(&rest, &line);) {
        struct fault fault;
        struct document *document;
        const struct td_slice part = td_slice_sub(yaml, 0, yaml.len - rest.len);
        const cyaml_err_t error = load(part, &schema_text, &fault, &document);
        unload(&schema_text, document);
        number++;
        if (error != CYAML_ERR_LIBYAML_PARSER)
            last_good = number;
    }
    return last_good + 1;
}

/* What libcyaml said, in an editor's words where it can be, with the line of the fault. */
static enum td_status fail_yaml(const struct source *source, cyaml_err_t error,
                                const struct fault *fault, struct td_err *err)
{
    static const char unknown[] = "Unexpected key: ";
    static const char doubled[] = "Mapping field already seen: ";
    const char *said = fault->text[0] != '\0' ? fault->text : cyaml_strerror(error);
    const size_t skip = sizeof unknown - 1;
    int line = fault->line != 0 ? fault->line : 1;
    if (error == CYAML_ERR_LIBYAML_PARSER) {
        line = line_of_syntax_fault(source->yaml);
    } else if (strncmp(said, unknown, skip) == 0) {
        line = line_of_key(source->yaml, td_slice(said + skip));
        return td_fail(err, TD_DATA,
                       "%s:%d: front matter: unknown key \"%s\" (known: %s)",
                       source->name, line + FIRST_LINE - 1, said + skip, known_keys);
    } else if (strncmp(said, doubled, sizeof doubled - 1) == 0) {
        line = line_of_key(source->yaml, td_slice(said + sizeof doubled - 1));
    } else if (fault->key[0] != '\0') {
        return td_fail(err, TD_DATA, "%s:%d: front matter: %s: %s", source->name,
                       line + FIRST_LINE - 1, fault->key, said);
    }
    return td_fail(err, TD_DATA, "%s:%d: front matter: %s", source->name,
                   line + FIRST_LINE - 1, said);
}

static enum td_status fail_at(const struct source *source, const char *key,
                              const char *value, const char *wanted, struct td_err *err)
{
    return td_fail(err, TD_DATA, "%s:%d: front matter: %s: %s (not \"%s\")", source->name,
                   line_of_key(source->yaml, td_slice(key)) + FIRST_LINE - 1, key, wanted,
                   value);
}

static enum td_status read_kind(const struct source *source, const char *value,
                                enum td_front_kind *out, struct td_err *err)
{
    if (value == NULL || *value == '\0')
        *out = TD_FRONT_UNSAID;
    else if (strcmp(value, "briefing") == 0)
        *out = TD_FRONT_BRIEFING;
    else if (strcmp(value, "live") == 0)
        *out = TD_FRONT_LIVE;
    else if (strcmp(value, "alert") == 0)
        *out = TD_FRONT_ALERT;
    else
        return fail_at(source, "kind", value, "briefing, live or alert", err);
    return TD_OK;
}

static enum td_status read_draft(const struct source *source, const char *value,
                                 bool *out, struct td_err *err)
{
    const struct td_slice word = td_slice(value != NULL ? value : "");
    *out = td_slice_iis(word, "true") || td_slice_iis(word, "yes");
    if (*out || word.len == 0 || td_slice_iis(word, "false") || td_slice_iis(word, "no"))
        return TD_OK;
    return fail_at(source, "draft", value, "yes or no", err);
}

static struct td_slice copy_text(struct td_arena *arena, const char *text)
{
    const struct td_slice trimmed = td_slice_trim(td_slice(text));
    return trimmed.len == 0 ? td_slice(NULL) : td_arena_copy(arena, trimmed);
}

static size_t add_topics(struct td_arena *arena, const char *text,
                         struct td_slice *topics)
{
    struct td_slice rest = td_slice(text);
    struct td_slice word;
    size_t count = 0;
    while (td_slice_token(&rest, " ,;\t\r\n", &word)) {
        if (word.ptr[0] == '.')
            word = td_slice_sub(word, 1, word.len);
        if (topics != NULL)
            topics[count] = td_arena_copy(arena, word);
        count++;
    }
    return count;
}

static void copy_topics(struct td_arena *arena, const struct document *document,
                        struct td_front *front)
{
    char *const single[] = {document->topics};
    const bool list = document->topic_list != NULL;
    char *const *texts = list ? document->topic_list : single;
    const size_t count = list ? document->topic_list_count : document->topics != NULL;
    for (size_t i = 0; i < count; i++)
        front->topic_count += add_topics(arena, texts[i], NULL);
    struct td_slice *topics = td_arena_alloc(arena, front->topic_count * sizeof *topics);
    front->topics = topics;
    for (size_t i = 0; i < count; i++)
        topics += add_topics(arena, texts[i], topics);
}

static void copy_attachments(struct td_arena *arena, const struct document *document,
                             struct td_front *front)
{
    const size_t count = document->attachments_count;
    struct td_slice *paths = td_arena_alloc(arena, (count + 1) * sizeof *paths);
    for (size_t i = 0; i < count; i++)
        paths[i] = copy_text(arena, document->attachments[i]);
    for (size_t i = 0; i < count; i++)
        if (paths[i].ptr != NULL)
            paths[front->attachment_count++] = paths[i];
    front->attachments = paths;
}

static enum td_status take(struct td_arena *arena, const struct source *source,
                           const struct document *document, struct td_front *front,
                           struct td_err *err)
{
    front->title = copy_text(arena, document->title);
    front->subject = copy_text(arena, document->subject);
    front->preheader = copy_text(arena, document->preheader);
    front->standfirst = copy_text(arena, document->standfirst);
    copy_topics(arena, document, front);
    copy_attachments(arena, document, front);
    const enum td_status status = read_kind(source, document->kind, &front->kind, err);
    return status != TD_OK ? status
                           : read_draft(source, document->draft, &front->draft, err);
}

static enum td_status read_yaml(struct td_arena *arena, const struct source *source,
                                struct td_front *front, struct td_err *err)
{
    const cyaml_schema_value_t *schema = &schema_text;
    struct document *document;
    struct fault fault;
    cyaml_err_t error = load(source->yaml, schema, &fault, &document);
    if (error != CYAML_OK && error != CYAML_ERR_LIBYAML_PARSER) {
        schema = &schema_list;
        error = load(source->yaml, schema, &fault, &document);
    }
    if (error != CYAML_OK)
        return fail_yaml(source, error, &fault, err);
    enum td_status status = TD_OK;
    if (document != NULL)
        status = take(arena, source, document, front, err);
    unload(schema, document);
    return status;
}

static bool is_fence(struct td_slice line, bool closing)
{
    while (line.len > 0 && strchr(" \t\r", line.ptr[line.len - 1]) != NULL)
        line.len--;
    return td_slice_is(line, "---") || (closing && td_slice_is(line, "..."));
}

enum td_status td_front_read(struct td_arena *arena, struct td_slice source,
                             const char *name, struct td_front *front,
                             struct td_slice *body, struct td_err *err)
{
    struct td_slice rest = source;
    struct td_slice line;
    *front = (struct td_front){0};
    *body = source;
    if (!td_slice_line(&rest, &line) || !is_fence(line, false))
        return TD_OK;
    const struct td_slice yaml = rest;
    front->lines = 1;
    while (td_slice_line(&rest, &line)) {
        front->lines++;
        if (!is_fence(line, true))
            continue;
        const size_t len = (size_t)(line.ptr - yaml.ptr);
        const struct source here = {.name = name, .yaml = td_slice_sub(yaml, 0, len)};
        if (len > FRONT_MAX)
            return td_fail(err, TD_DATA, "%s:1: front matter larger than %d KB", name,
                           FRONT_MAX / 1024);
        *body = rest;
        return read_yaml(arena, &here, front, err);
    }
    return td_fail(err, TD_DATA,
                   "%s:1: the front matter that begins here is not closed by ---", name);
}
