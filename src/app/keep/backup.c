/* `db backup` (backup.h). */
#include "app/keep/backup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "app/keep/backup_files.h"
#include "app/config/yamltree.h"
#include "base/crypto.h"
#include "base/file.h"
#include "base/mem.h"
#include "store/ledger.h"

#define MANIFEST_MOST ((size_t)16 * 1024 * 1024)
#define KEY_MOST      4096
#define FORMAT        1

/* --- keys ------------------------------------------------------------------------------------- */

static void add_key(const char *keys_dir, const char *name, struct td_json *list)
{
    struct td_buf text;
    struct td_buf hex;
    unsigned char hash[TD_SHA256_LEN];
    struct td_err ignored;
    char *path = td_path_join(keys_dir, name);
    td_buf_init(&text, KEY_MOST);
    td_buf_init(&hex, 2 * sizeof hash);
    if (td_file_read(path, KEY_MOST, &text, &ignored) == TD_OK) {
        struct td_json *json = td_json_object();
        td_sha256(td_slice_trim(td_buf_slice(&text)), hash);
        td_hex(&hex, hash, sizeof hash);
        td_json_set_cstr(json, "name", name);
        td_json_set_str(json, "sha256", td_buf_slice(&hex));
        td_json_append_take(list, json);
        explicit_bzero(text.ptr, text.cap);
    }
    td_buf_release(&text);
    td_buf_release(&hex);
    free(path);
}

struct td_json *td_backup_keys(const char *keys_dir)
{
    struct td_json *list = td_json_array();
    struct td_names names = {0};
    struct td_err ignored;
    if (td_dir_list(keys_dir, &names, &ignored) == TD_OK)
        for (size_t i = 0; i < names.count; i++)
            if (td_slice_ends(td_slice(names.items[i]), ".key"))
                add_key(keys_dir, names.items[i], list);
    td_names_free(&names);
    return list;
}

/* --- what is left out ------------------------------------------------------------------------- */

/* Every file that the configuration names and that lies elsewhere, whatever its key is called. */
static void leave_named(const struct td_carry *carry, const struct td_yaml *yaml)
{
    for (; yaml; yaml = yaml->next) {
        if (yaml->kind != TD_YAML_SCALAR) {
            leave_named(carry, yaml->first);
            continue;
        }
        struct stat st;
        char *name = td_xstrndup(yaml->value.ptr ? yaml->value.ptr : "", yaml->value.len);
        char *path = td_path_join(carry->from, name);
        bool inside =
            strncmp(name, "conf/", 5) == 0 || strncmp(name, "templates/", 10) == 0;
        if (strchr(name, '/') && !inside && stat(path, &st) == 0 && S_ISREG(st.st_mode))
            td_carry_leave(carry, name, "named in the configuration; lies elsewhere");
        free(path);
        free(name);
    }
}

static void leave_rest(const struct td_app *app, const struct td_carry *carry)
{
    if (app->config_file)
        td_carry_leave(carry, app->config_file, "the configuration given by -c");
    td_carry_leave(carry, "briefings/", "editions hold the sources they were made from");
    td_carry_leave(carry, "subscribers/", "what was taken in stands in the database");
    leave_named(carry, app->config->source);
}

/* --- the backup ------------------------------------------------------------------------------- */

struct backup {
    struct td_app *app;
    const struct td_backup_options *options;
    char *folder; /* owned: the target, under its name for the time being */
    char *copy;   /* owned: the database in it */
    struct td_json *manifest;
    struct td_json *files, *left_out; /* of the manifest */
};

struct findings {
    int64_t count;
    char first[300];
};

static void note_finding(void *context, const char *what, struct td_slice words)
{
    struct findings *findings = context;
    if (findings->count++ == 0)
        (void)snprintf(findings->first, sizeof findings->first, "%s: %.*s", what,
                       (int)words.len, words.ptr);
}

static void note_states(struct td_json *manifest, const int64_t counts[TD_STATE_COUNT])
{
    struct td_json *states = td_json_object();
    for (int i = 0; i < TD_STATE_COUNT; i++)
        if (counts[i] > 0)
            td_json_set_int(states, td_state_name((enum td_state)i), counts[i]);
    td_json_set_take(manifest, "states", states);
}

/* The copy as whoever restores it will read it. */
static enum td_status examine_copy(struct backup *backup, struct td_err *err)
{
    struct td_store *store = NULL;
    struct td_buf url;
    struct findings findings = {0};
    struct td_examine_sink sink = {note_finding, &findings};
    int64_t counts[TD_STATE_COUNT];
    td_buf_init(&url, MANIFEST_MOST);
    td_buf_addf(&url, "sqlite:%s", backup->copy);
    enum td_status status = td_store_open_read(&store, url.ptr, err);
    if (status == TD_OK)
        status = td_store_examine(store, &sink, err);
    if (status == TD_OK && findings.count > 0)
        status = td_fail(err, TD_DATA, "the copy is damaged, as the database must be: %s",
                         findings.first);
    if (status == TD_OK)
        status = td_ledger_counts(store, 0, counts, err);
    if (status == TD_OK) {
        td_json_set_int(backup->manifest, "schema", td_store_schema(store));
        note_states(backup->manifest, counts);
    }
    td_store_close(store);
    td_buf_release(&url);
    return status;
}

static enum td_status keep_database(struct backup *backup, struct td_err *err)
{
    struct stat st;
    struct td_json *json = td_json_object();
    enum td_status status =
        td_store_copy(backup->app->store, backup->copy, &backup->options->watch, err);
    if (status == TD_OK)
        status = examine_copy(backup, err);
    td_json_set_cstr(json, "path", TD_BACKUP_DATABASE);
    if (status == TD_OK && stat(backup->copy, &st) == 0)
        td_json_set_int(json, "bytes", (int64_t)st.st_size);
    td_json_append_take(backup->files, json);
    return status;
}

static enum td_status keep_files(struct backup *backup, struct td_err *err)
{
    struct td_carry carry = {
        .from = backup->app->config->dir,
        .to = backup->folder,
        .without_secrets = backup->options->without_keys,
        .files = backup->files,
        .left_out = backup->left_out,
    };
    enum td_status status = td_carry_tree(&carry, "conf", err);
    if (status == TD_OK)
        status = td_carry_tree(&carry, "templates", err);
    leave_rest(backup->app, &carry);
    return status;
}

static enum td_status write_manifest(struct backup *backup, struct td_err *err)
{
    struct td_buf text;
    char *path = td_path_join(backup->folder, TD_BACKUP_MANIFEST);
    td_buf_init(&text, MANIFEST_MOST);
    td_json_write(backup->manifest, true, &text);
    td_buf_add_char(&text, '\n');
    enum td_status status = td_file_create(path, td_buf_slice(&text), 0600, err);
    td_buf_release(&text);
    free(path);
    return status;
}

static enum td_status make(struct backup *backup, struct td_err *err)
{
    char taken[32];
    struct td_json *manifest = backup->manifest;
    td_time_format(td_clock_now(&backup->app->clock), taken);
    td_json_set_int(manifest, "format", FORMAT);
    td_json_set_cstr(manifest, "tidings", TD_VERSION);
    td_json_set_cstr(manifest, "taken", taken);
    td_json_set_cstr(manifest, "domain", backup->app->config->domain);
    if (mkdir(backup->folder, 0700) != 0)
        return td_fail_sys(err, TD_CANTCREAT, "%s", backup->folder);
    enum td_status status = keep_database(backup, err);
    if (status == TD_OK)
        status = keep_files(backup, err);
    td_json_set_take(manifest, "keys", td_backup_keys(backup->app->config->keys_dir));
    td_json_set_take(manifest, "files", backup->files);
    td_json_set_take(manifest, "left_out", backup->left_out);
    if (status == TD_OK)
        status = write_manifest(backup, err);
    if (status == TD_OK)
        status = td_file_rename(backup->folder, backup->options->target, err);
    return status;
}

enum td_status td_backup(struct td_app *app, const struct td_backup_options *options,
                         struct td_json **manifest, struct td_err *err)
{
    struct backup backup = {.app = app, .options = options, .manifest = td_json_object()};
    struct td_buf folder;
    enum td_status status = td_app_store(app, err);
    td_buf_init(&folder, 8192);
    td_buf_addf(&folder, "%s.partial", options->target);
    backup.folder = td_buf_detach(&folder);
    backup.copy = td_path_join(backup.folder, TD_BACKUP_DATABASE);
    backup.files = td_json_array();
    backup.left_out = td_json_array();
    if (status == TD_OK && td_file_exists(options->target))
        status = td_fail(err, TD_CANTCREAT, "%s is there already; nothing was changed",
                         options->target);
    if (status == TD_OK && td_file_exists(backup.folder))
        status = td_fail(err, TD_CANTCREAT,
                         "%s is there: a backup is being made, or one was cut short; "
                         "take it away or choose another name",
                         backup.folder);
    if (status == TD_OK) {
        status = make(&backup, err);
    } else {
        td_json_destroy(backup.files);
        td_json_destroy(backup.left_out);
    }
    free(backup.folder);
    free(backup.copy);
    if (status == TD_OK)
        *manifest = backup.manifest;
    else
        td_json_destroy(backup.manifest);
    return status;
}
