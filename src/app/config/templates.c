/* An instance's templates (app/config/templates.h). */
#include "app/config/templates.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/embed.h"
#include "base/file.h"

#define TEMPLATE_MAX ((size_t)1024 * 1024)

extern const struct td_embedded td_embedded_templates[];
extern const struct td_embedded td_embedded_web_templates[];

/* Letters, digits and ".-_", none of them a dot at the start: a name cannot leave the folder. */
static bool is_template_name(struct td_slice name)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        bool word =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!word && c != '-' && c != '_' && c != '.')
            return false;
    }
    return name.len > 0 && name.len <= 100 && name.ptr[0] != '.';
}

static char *own_path(const char *dir, const char *name)
{
    char file[160];
    (void)snprintf(file, sizeof file, "%s.mustache", name);
    return td_path_join(dir, file);
}

static enum td_status load_from(const char *dir, const struct td_embedded *built_in,
                                const char *name, struct td_buf *out, struct td_err *err)
{
    if (!is_template_name(td_slice(name)))
        return td_fail(err, TD_NOINPUT, "\"%s\" is not the name of a template", name);
    char *path = own_path(dir, name);
    enum td_status status = TD_OK;
    if (td_file_exists(path)) {
        status = td_file_read(path, TEMPLATE_MAX, out, err);
    } else {
        struct td_slice text = td_embedded_find(built_in, name);
        if (text.ptr)
            td_buf_add_slice(out, text);
        else
            status =
                td_fail(err, TD_NOINPUT,
                        "there is no template %s: not built in, and no %s", name, path);
    }
    free(path);
    return status;
}

static enum td_status load(void *context, const char *name, struct td_buf *out,
                           struct td_err *err)
{
    const struct td_config *config = context;
    return load_from(config->templates_dir, td_embedded_templates, name, out, err);
}

static enum td_status load_web(void *context, const char *name, struct td_buf *out,
                               struct td_err *err)
{
    const struct td_config *config = context;
    return load_from(config->web_templates_dir, td_embedded_web_templates, name, out,
                     err);
}

struct td_template_source td_app_web_template_source(struct td_config *config)
{
    return (struct td_template_source){.load = load_web, .context = config};
}

struct td_template_source td_app_template_source(struct td_config *config)
{
    return (struct td_template_source){.load = load, .context = config};
}

enum td_status td_app_template_exists(const struct td_config *config, const char *name,
                                      struct td_err *err)
{
    static const char *const kinds[] = {"html", "text"};
    for (size_t i = 0; i < TD_ARRAY_LEN(kinds); i++) {
        char full[128];
        (void)snprintf(full, sizeof full, "%s.%s", name, kinds[i]);
        char *path = own_path(config->templates_dir, full);
        bool there = td_file_exists(path) ||
                     td_embedded_find(td_embedded_templates, full).ptr != NULL;
        enum td_status status = TD_OK;
        if (!there)
            status =
                td_fail(err, TD_NOINPUT,
                        "there is no template %s: not built in, and no %s", full, path);
        free(path);
        if (status != TD_OK)
            return status;
    }
    return TD_OK;
}
