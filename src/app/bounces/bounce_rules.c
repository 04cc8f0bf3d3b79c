/* An instance's bounce rules (bounce_rules.h). */
#include "app/bounces/bounce_rules.h"

#include <stdlib.h>

#include "base/embed.h"
#include "base/file.h"

#define FILE_NAME "bounce-rules.yaml"

extern const struct td_embedded td_embedded_conf[];

enum td_status td_bounce_rules_load(const char *path, struct td_bounce_rules **out,
                                    struct td_err *err)
{
    struct td_buf text;
    td_buf_init(&text, TD_BOUNCE_RULES_BYTES_MAX);
    enum td_status status = td_file_read(path, TD_BOUNCE_RULES_BYTES_MAX, &text, err);
    if (status == TD_OK)
        status = td_bounce_rules_create(out, td_buf_slice(&text), path, err);
    td_buf_release(&text);
    return status;
}

enum td_status td_app_bounce_rules(struct td_app *app, const struct td_bounce_rules **out,
                                   struct td_err *err)
{
    enum td_status status = TD_OK;
    if (app->bounce_rules == NULL) {
        char *path = td_path_join(app->dir ? app->dir : ".", "conf/" FILE_NAME);
        if (td_file_exists(path))
            status = td_bounce_rules_load(path, &app->bounce_rules, err);
        else
            status = td_bounce_rules_create(&app->bounce_rules,
                                            td_embedded_find(td_embedded_conf, FILE_NAME),
                                            FILE_NAME " (built in)", err);
        free(path);
    }
    if (out != NULL)
        *out = app->bounce_rules;
    return status;
}
