/* `tidings check` (check.h). */
#include "app/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/templates.h"
#include "base/file.h"
#include "base/mem.h"

static void found(const struct td_app *app, const char *path, const char *text,
                  struct td_faults *faults)
{
    struct td_fault_at at = {.path = path};
    if (path[0] != '\0')
        at.line = td_config_line(app->config, path);
    td_faults_add(faults, at, "%s", text);
}

/* Both parts of each newsletter's template, with all the partials they use. */
static void check_templates(const struct td_app *app, struct td_faults *faults)
{
    static const char *const parts[] = {"html", "text"};
    struct td_templates *templates =
        td_templates_create(td_app_template_source(app->config));
    for (size_t i = 0; i < app->config->newsletter_count; i++)
        for (size_t p = 0; p < TD_ARRAY_LEN(parts); p++) {
            char name[64];
            char path[64];
            const struct td_template *compiled;
            struct td_err err;
            (void)snprintf(name, sizeof name, "%s.%s",
                           app->config->newsletters[i].template_name, parts[p]);
            (void)snprintf(path, sizeof path, "newsletters[%zu].template", i);
            if (td_templates_get(templates, name, &compiled, &err) != TD_OK)
                found(app, path, err.text, faults);
        }
    td_templates_destroy(templates);
}

static void check_store(struct td_app *app, struct td_faults *faults)
{
    struct td_err err;
    const char *path = app->config->database + strlen("sqlite:");
    char *folder = td_xstrndup(path, (size_t)(td_path_base(path) - path));
    if (td_file_exists(path)) {
        if (td_app_store(app, &err) != TD_OK)
            found(app, "database", err.text, faults);
    } else if (access(folder, W_OK | X_OK) != 0) {
        (void)td_fail_sys(&err, TD_CONFIG, "nothing can be made in %s", folder);
        found(app, "database", err.text, faults);
    }
    free(folder);
}

void td_check(struct td_app *app, struct td_faults *faults)
{
    struct td_err err;
    if (td_config_load(app->dir, app->config_file, &app->config, faults, &err) != TD_OK)
        return;
    check_templates(app, faults);
    if (td_app_keys(app, &err) != TD_OK)
        found(app, "", err.text, faults);
    else
        check_store(app, faults);
    td_faults_sort(faults);
}
