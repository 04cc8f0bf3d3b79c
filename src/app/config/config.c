/* Reading conf/tidings.yaml (config.h). */
#include "app/config/config.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/config/config_build.h"
#include "base/file.h"

#define FILE_SIZE_MAX ((size_t)1024 * 1024)

void td_faults_add(struct td_faults *faults, struct td_fault_at at, const char *format,
                   ...)
{
    char raw[1000];
    struct td_buf text;
    va_list args;
    if (at.warning)
        faults->warnings++;
    else
        faults->errors++;
    if (faults->count == TD_FAULTS_MAX)
        return;
    struct td_fault *fault = &faults->items[faults->count++];
    va_start(args, format);
    (void)vsnprintf(raw, sizeof raw, format, args);
    va_end(args);
    td_buf_init(&text, sizeof raw * 4);
    td_buf_add_visible(&text, td_slice(raw));
    *fault = (struct td_fault){.line = at.line, .warning = at.warning};
    (void)snprintf(fault->path, sizeof fault->path, "%s", at.path ? at.path : "");
    memcpy(fault->text, text.ptr,
           td_utf8_head(td_buf_slice(&text), sizeof fault->text - 1).len);
    td_buf_release(&text);
}

void td_faults_sort(struct td_faults *faults)
{
    for (size_t i = 1; i < faults->count; i++) {
        struct td_fault moving = faults->items[i];
        size_t j = i;
        for (; j > 0 && faults->items[j - 1].line > moving.line; j--)
            faults->items[j] = faults->items[j - 1];
        faults->items[j] = moving;
    }
}

static enum td_status first_error(const struct td_faults *faults, const char *file,
                                  struct td_err *err)
{
    char line[20] = "";
    size_t i = 0;
    while (i < faults->count && faults->items[i].warning)
        i++;
    if (i == faults->count) /* all 64 kept are warnings */
        return td_fail(err, TD_CONFIG, "%s: %zu errors", file, faults->errors);
    const struct td_fault *fault = &faults->items[i];
    if (fault->line > 0)
        (void)snprintf(line, sizeof line, ":%d", fault->line);
    return td_fail(err, TD_CONFIG, "%s%s: %s%s%s", file, line, fault->path,
                   fault->path[0] ? ": " : "", fault->text);
}

static struct td_slice without_mark(struct td_slice text)
{
    static const char byte_order_mark[] = "\xef\xbb\xbf";
    size_t from = td_slice_starts(text, byte_order_mark) ? strlen(byte_order_mark) : 0;
    return td_slice_sub(text, from, text.len);
}

/* The steps of form and schema; false when there is an error. */
static bool read_raw(struct td_config *config, struct td_slice text,
                     struct td_faults *faults, struct td_raw_config **out)
{
    struct td_err err;
    int line;
    if (td_yaml_parse(config->arena, text, &config->source, &line, &err) != TD_OK)
        td_faults_add(faults, (struct td_fault_at){.line = line}, "%s", err.text);
    else if (!config->source)
        td_faults_add(faults, (struct td_fault_at){.line = 1}, "the file is empty");
    else
        td_schema_check(config->source, faults);
    if (faults->errors == 0)
        *out = td_raw_load(text, faults);
    return faults->errors == 0;
}

static void read_config(struct td_config *config, struct td_faults *faults)
{
    struct td_buf text;
    struct td_err err;
    struct td_raw_config *raw = NULL;
    td_buf_init(&text, FILE_SIZE_MAX);
    enum td_status status = td_file_read(config->file, FILE_SIZE_MAX, &text, &err);
    if (status == TD_NOINPUT)
        td_faults_add(
            faults, (struct td_fault_at){0},
            "there is no such file; `tidings init DIR` makes a directory with one, "
            "and -C names the directory to work in");
    else if (status != TD_OK)
        td_faults_add(faults, (struct td_fault_at){0}, "%s", err.text);
    else if (read_raw(config, without_mark(td_buf_slice(&text)), faults, &raw)) {
        struct td_builder builder = {
            .raw = raw, .root = config->source, .faults = faults, .config = config};
        td_config_build(&builder);
    }
    td_raw_free(raw);
    td_buf_release(&text);
    td_faults_sort(faults);
}

/* The directory by its full path, so that what it names holds wherever a process stands. */
static enum td_status set_paths(struct td_config *config, const char *dir,
                                const char *file, struct td_err *err)
{
    char *full = realpath(dir, NULL);
    if (!full)
        return td_fail_sys(err, TD_CONFIG, "%s", dir);
    config->dir = td_arena_strdup(config->arena, full);
    free(full);
    char *path = file ? NULL : td_path_join(dir, TD_CONFIG_FILE);
    config->file = td_arena_strdup(config->arena, file ? file : path);
    free(path);
    return TD_OK;
}

enum td_status td_config_load(const char *dir, const char *file, struct td_config **out,
                              struct td_faults *faults, struct td_err *err)
{
    struct td_arena *arena = td_arena_create();
    struct td_config *config = td_arena_alloc(arena, sizeof *config);
    struct td_err why;
    *faults = (struct td_faults){0};
    config->arena = arena;
    enum td_status status = set_paths(config, dir, file, &why);
    if (status != TD_OK) {
        td_faults_add(faults, (struct td_fault_at){0}, "%s", why.text);
        (void)td_fail(err, status, "%s", why.text);
    } else {
        read_config(config, faults);
        if (faults->errors > 0)
            status = first_error(faults, config->file, err);
    }
    if (status == TD_OK)
        *out = config;
    else
        td_config_destroy(config);
    return status;
}

void td_config_destroy(struct td_config *config)
{
    if (!config)
        return;
    for (size_t i = 0; i < config->dkim_key_count; i++)
        td_sign_key_destroy(config->dkim_keys[i].key);
    td_arena_destroy(config->arena);
}

const struct td_newsletter *td_config_newsletter(const struct td_config *config,
                                                 struct td_slice name)
{
    for (size_t i = 0; i < config->newsletter_count; i++)
        if (td_slice_is(name, config->newsletters[i].name))
            return &config->newsletters[i];
    return NULL;
}

bool td_config_remote(const struct td_config *config)
{
    for (size_t i = 0; i < config->relay_count; i++)
        if (!config->relays[i].loopback)
            return true;
    return false;
}

int td_config_line(const struct td_config *config, const char *path)
{
    return td_yaml_line(config->source, path);
}
