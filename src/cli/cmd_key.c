/* `tidings key`: the keys behind links. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/file.h"
#include "cli/commands.h"

static char *key_path(const struct td_app *app, int id)
{
    char name[TD_TOKEN_KEY_NAME_MAX];
    td_token_key_name(id, name);
    return td_path_join(app->config->keys_dir, name);
}

static enum td_status run_rotate(struct td_run_context *run, struct td_err *err)
{
    int id = 0;
    enum td_status status = td_app_keys(run->app, err);
    if (status == TD_OK)
        status = td_keys_rotate(run->app->config->keys_dir, &run->app->keys, &id, err);
    if (status != TD_OK)
        return status;
    char *path = key_path(run->app, id);
    struct td_json *json = td_json_object();
    td_json_set_int(json, "key", id);
    td_json_set_cstr(json, "file", path);
    td_print_json_take(run->out, json);
    td_printf(run->out,
              "%s signs links from now on. Keep the older ones: mails that people have "
              "need them.\nA running daemon takes it up on SIGHUP.\n",
              path);
    free(path);
    return TD_OK;
}

static const struct td_list_column key_columns[] = {
    {"key", "KEY", TD_CELL_INT},
    {"use", "USE", TD_CELL_TEXT},
    {"made", "MADE", TD_CELL_TEXT},
    {"file", "FILE", TD_CELL_TEXT},
};

/* When the file was written; a copied directory may say otherwise. */
static void list_key(struct td_run_context *run, int id)
{
    char made[32] = "";
    struct stat info;
    char *path = key_path(run->app, id);
    if (stat(path, &info) == 0)
        td_time_format((td_time)info.st_mtime * TD_SECOND, made);
    td_list_int(run->out, id);
    td_list_cstr(run->out, id == run->app->keys.token_newest ? "signs" : "verifies");
    td_list_cstr(run->out, made);
    td_list_cstr(run->out, path);
    free(path);
}

static enum td_status run_list(struct td_run_context *run, struct td_err *err)
{
    enum td_status status = td_app_keys(run->app, err);
    if (status != TD_OK)
        return status;
    td_list_begin(run->out, key_columns, TD_ARRAY_LEN(key_columns));
    for (int id = TD_TOKEN_KEYS_MAX - 1; id >= 0; id--)
        if (run->app->keys.token[id])
            list_key(run, id);
    td_list_end(run->out);
    return TD_OK;
}

const struct td_command td_commands_key[] = {
    {
        .name = "key list",
        .operands = "",
        .summary = "List the keys that links in mails are made with",
        .run = run_list,
    },
    {
        .name = "key rotate",
        .operands = "",
        .summary = "Make a new key for links; old links stay good",
        .details =
            "The highest number signs, all verify. Keep the old files: a link whose "
            "key is gone\nis dead, and links to unsubscribe must not be.",
        .run = run_rotate,
    },
    {0},
};
