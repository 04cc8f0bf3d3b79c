/* Words of the configuration taken as values, with a fault at their place (config_build.h). */
#include "app/config/config_build.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "app/config/config_value.h"

#define TEXT_MAX       2000
#define LINE_MAX_BYTES 500 /* encoded, it still fits a header */

struct td_place td_place(struct td_builder *builder, const char *list, size_t index)
{
    struct td_place place = {.builder = builder};
    if (list)
        (void)snprintf(place.path, sizeof place.path, "%s[%zu]", list, index);
    return place;
}

static void tell(const struct td_place *place, const char *key, bool warning,
                 const char *text)
{
    char path[128];
    const struct td_builder *builder = place->builder;
    (void)snprintf(path, sizeof path, "%s%s%s", place->path, place->path[0] ? "." : "",
                   key);
    struct td_fault_at at = {
        .warning = warning,
        .line = td_yaml_line(builder->root, path),
        .path = path,
    };
    td_faults_add(builder->faults, at, "%s", text);
}

void td_fault_at(const struct td_place *place, const char *key, const char *format, ...)
{
    char text[sizeof place->builder->faults->items[0].text];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    tell(place, key, false, text);
}

void td_note_at(const struct td_place *place, bool warning, const char *key,
                const char *format, ...)
{
    char text[sizeof place->builder->faults->items[0].text];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    tell(place, key, warning, text);
}

const char *td_take_lines(const struct td_place *place, struct td_word word,
                          const char *otherwise)
{
    if (!word.text)
        return otherwise;
    struct td_slice s = td_slice_trim(td_slice(word.text));
    if (s.len == 0) {
        td_fault_at(place, word.key, "is empty");
        return NULL;
    }
    if (s.len > TEXT_MAX) {
        td_fault_at(place, word.key, "longer than %d bytes", TEXT_MAX);
        return NULL;
    }
    struct td_slice rest = s;
    struct td_slice line;
    while (td_slice_line(&rest, &line))
        if (td_slice_find_control(line) != (size_t)-1) {
            td_fault_at(place, word.key, "has a control character in it");
            return NULL;
        }
    return td_arena_copy(place->builder->config->arena, s).ptr;
}

const char *td_take_line(const struct td_place *place, struct td_word word,
                         const char *otherwise)
{
    const char *text = td_take_lines(place, word, otherwise);
    const char *wrong = NULL;
    if (word.text && text && strpbrk(text, "\r\n"))
        wrong = "must be one line";
    else if (word.text && text && strlen(text) > LINE_MAX_BYTES)
        wrong = "is too long for one line";
    if (wrong) {
        td_fault_at(place, word.key, "%s", wrong);
        return NULL;
    }
    return text;
}

const char *td_take_name(const struct td_place *place, struct td_word word)
{
    struct td_err err;
    if (!word.text)
        return NULL;
    if (td_value_name(word.text, &err) == TD_OK)
        return td_arena_strdup(place->builder->config->arena, word.text);
    td_fault_at(place, word.key, "%s", err.text);
    return NULL;
}

const char *td_take_domain(const struct td_place *place, struct td_word word,
                           const char *otherwise)
{
    struct td_err err;
    const char *domain = NULL;
    if (!word.text)
        return otherwise;
    if (td_value_domain(place->builder->config->arena, word.text, &domain, &err) != TD_OK)
        td_fault_at(place, word.key, "%s", err.text);
    return domain;
}

const char *td_take_address(const struct td_place *place, struct td_word word)
{
    struct td_err err;
    const char *address = NULL;
    if (!word.text)
        return NULL;
    if (td_value_address(place->builder->config->arena, word.text, &address, &err) !=
        TD_OK)
        td_fault_at(place, word.key, "%s", err.text);
    return address;
}

td_time td_take_duration(const struct td_place *place, struct td_word word,
                         td_time otherwise)
{
    td_time duration;
    if (!word.text)
        return otherwise;
    if (td_duration_parse(td_slice(word.text), &duration) && duration > 0)
        return duration;
    td_fault_at(place, word.key,
                "\"%s\" is not a length of time: 90s, 15m, 10h, 1h30m, 3d, 2w",
                word.text);
    return 0;
}

int td_take_int(const struct td_place *place, struct td_word word,
                struct td_bounds bounds)
{
    int64_t n;
    if (!word.text)
        return bounds.otherwise;
    if (td_slice_int64(td_slice(word.text), &n) && n >= bounds.least && n <= bounds.most)
        return (int)n;
    td_fault_at(place, word.key, "\"%s\" is not a whole number from %d to %d", word.text,
                bounds.least, bounds.most);
    return 0;
}

int td_take_choice(const struct td_place *place, struct td_word word,
                   const char *const *choices)
{
    struct td_buf known;
    if (!word.text)
        return 0;
    for (int i = 0; choices[i]; i++)
        if (strcmp(choices[i], word.text) == 0)
            return i;
    td_buf_init(&known, 200);
    for (int i = 0; choices[i]; i++)
        td_buf_addf(&known, "%s%s",
                    i == 0           ? ""
                    : choices[i + 1] ? ", "
                                     : " or ",
                    choices[i]);
    td_fault_at(place, word.key, "\"%s\" is not one of %s", word.text, known.ptr);
    td_buf_release(&known);
    return 0;
}
