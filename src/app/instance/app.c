/* Opening the parts of an instance when they are first asked for (app.h). */
#include "app/instance/app.h"

#include "base/buf.h"

void td_app_init(struct td_app *app, const char *dir, const char *config_file,
                 struct td_clock clock)
{
    *app = (struct td_app){.dir = dir, .config_file = config_file, .clock = clock};
}

void td_app_release(struct td_app *app)
{
    td_store_close(app->store);
    td_keys_release(&app->keys);
    td_zones_destroy(app->zones);
    td_config_destroy(app->config);
    td_bounce_rules_destroy(app->bounce_rules);
    *app = (struct td_app){0};
}

enum td_status td_app_config(struct td_app *app, struct td_err *err)
{
    struct td_faults faults;
    struct td_err first;
    if (app->config)
        return TD_OK;
    enum td_status status =
        td_config_load(app->dir, app->config_file, &app->config, &faults, &first);
    if (status == TD_OK)
        return TD_OK;
    if (faults.errors > 1)
        return td_fail(err, status, "%s (and %zu more: see `tidings check`)", first.text,
                       faults.errors - 1);
    return td_fail(err, status, "%s", first.text);
}

enum td_status td_app_keys(struct td_app *app, struct td_err *err)
{
    enum td_status status = td_app_config(app, err);
    if (status != TD_OK || app->keys_loaded)
        return status;
    status = td_keys_load(app->config->keys_dir, &app->keys, err);
    app->keys_loaded = status == TD_OK;
    return status;
}

enum td_status td_app_store(struct td_app *app, struct td_err *err)
{
    enum td_status status = td_app_keys(app, err);
    if (status != TD_OK || app->store)
        return status;
    return td_store_open(&app->store, app->config->database, err);
}

struct td_zones *td_app_zones(struct td_app *app)
{
    if (!app->zones)
        app->zones = td_zones_create();
    return app->zones;
}

enum td_status td_app_newsletter(struct td_app *app, const char *name,
                                 const struct td_newsletter **out, struct td_err *err)
{
    enum td_status status = td_app_config(app, err);
    if (status != TD_OK)
        return status;
    *out = td_config_newsletter(app->config, td_slice(name));
    if (*out)
        return TD_OK;
    struct td_buf known;
    td_buf_init(&known, 300);
    for (size_t i = 0; i < app->config->newsletter_count; i++)
        td_buf_addf(&known, "%s%s", i > 0 ? ", " : "", app->config->newsletters[i].name);
    status = td_fail(err, TD_NOINPUT, "there is no newsletter \"%s\"; there is %s", name,
                     known.ptr);
    td_buf_release(&known);
    return status;
}

enum td_status td_app_newsletter_by_id(struct td_app *app, int64_t id,
                                       const struct td_newsletter **out,
                                       struct td_err *err)
{
    struct td_query *query = td_query(app->store, "newsletter_name");
    *out = NULL;
    td_bind_int(query, "$id", id);
    enum td_status status = td_one(query, err);
    if (status == TD_NOINPUT)
        status = td_fail(err, TD_NOINPUT, "there is no newsletter %lld", (long long)id);
    if (status == TD_OK) {
        struct td_slice name = td_col_text(query, 0);
        *out = td_config_newsletter(app->config, name);
        if (!*out)
            status = td_fail(err, TD_NOINPUT,
                             "newsletter %.*s is not in the configuration any more",
                             (int)name.len, name.ptr);
    }
    td_query_end(query);
    return status;
}
