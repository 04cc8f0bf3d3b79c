/* `tidings db migrate|backup|compact|verify`, and the rows of all of `db`. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/keep/backup.h"
#include "app/keep/retention.h"
#include "app/keep/verify.h"
#include "base/file.h"
#include "base/stop.h"
#include "cli/commands.h"
#include "cli/db.h"

void td_db_show_copied(void *context, int64_t done, int64_t total)
{
    (void)context;
    td_progress("copying pages", done, total);
}

char *td_db_path(const struct td_run_context *run, size_t operand)
{
    char *path = td_path_join(run->app->dir, run->args->operands[operand]);
    size_t len = strlen(path);
    while (len > 1 && path[len - 1] == '/')
        path[--len] = '\0';
    return path;
}

/* --- migrate ---------------------------------------------------------------------------------- */

static enum td_status run_migrate(struct td_run_context *run, struct td_err *err)
{
    struct td_store *store = NULL;
    int newest = td_store_schema_newest();
    int from = 0;
    bool dry = td_args_has(run->args, "dry-run");
    enum td_status status = td_app_keys(run->app, err);
    if (status != TD_OK)
        return status;
    status = td_store_open_read(&store, run->app->config->database, err);
    if (status == TD_OK)
        from = td_store_schema(store);
    td_store_close(store);
    if (status == TD_NOINPUT && !dry) /* a new one is made */
        status = TD_OK;
    if (status == TD_OK && !dry)
        status = td_app_store(run->app, err);
    if (status != TD_OK)
        return status;
    struct td_json *json = td_json_object();
    td_json_set_int(json, "from", from);
    td_json_set_int(json, "to", newest);
    td_json_set_bool(json, "dry_run", dry);
    td_print_json_take(run->out, json);
    if (from == newest)
        td_printf(run->out, "schema %d, the newest\n", newest);
    else
        td_printf(run->out, "schema %d %s %d\n", from,
                  dry ? "would be brought to" : "is now", newest);
    return TD_OK;
}

/* --- backup ----------------------------------------------------------------------------------- */

static void print_backup(struct td_run_context *run, const char *target,
                         const struct td_json *manifest)
{
    const struct td_json *left = td_json_get(manifest, "left_out");
    const struct td_json *files = td_json_get(manifest, "files");
    td_print_visible(run->out, td_slice(target));
    td_printf(run->out, ": schema %lld, %zu files\n",
              (long long)td_json_int_or(td_json_get(manifest, "schema"), 0),
              td_json_count(files));
    for (size_t i = 0; i < td_json_count(left); i++) {
        const struct td_json *item = td_json_at(left, i);
        td_printf(run->out, "not in it: ");
        td_print_visible(run->out, td_json_str(td_json_get(item, "path")));
        td_printf(run->out, " (");
        td_print_visible(run->out, td_json_str(td_json_get(item, "why")));
        td_printf(run->out, ")\n");
    }
    if (!td_args_has(run->args, "without-keys"))
        td_printf(run->out, "It holds secret keys: keep it where nobody else reads.\n");
}

static enum td_status run_backup(struct td_run_context *run, struct td_err *err)
{
    struct td_json *manifest = NULL;
    char *target = td_db_path(run, 0);
    struct td_backup_options options = {
        .target = target,
        .without_keys = td_args_has(run->args, "without-keys"),
        .watch = {td_db_show_copied, NULL},
    };
    enum td_status status = td_backup(run->app, &options, &manifest, err);
    td_progress_end();
    if (status == TD_OK) {
        print_backup(run, target, manifest);
        td_json_set_cstr(manifest, "backup", target);
        td_print_json_take(run->out, manifest);
    }
    free(target);
    return status;
}

/* --- compact ---------------------------------------------------------------------------------- */

static enum td_status run_compact(struct td_run_context *run, struct td_err *err)
{
    struct td_retained done;
    struct td_retention_options options = {
        .dry_run = td_args_has(run->args, "dry-run"),
        .stop = td_stop_catch(),
    };
    enum td_status status = td_retention_run(run->app, &options, &done, err);
    if (status != TD_OK)
        return status;
    const struct {
        const char *key, *words;
        int64_t count;
    } rows[] = {
        {"messages", "messages compacted", done.messages},
        {"editions", "editions they were of", done.editions},
        {"expired", "of the messages had waited until now, and expired", done.expired},
        {"attempts", "attempts forgotten", done.attempts},
        {"replies", "replies nobody refers to", done.replies},
        {"variants", "mails of editions without messages", done.variants},
        {"bounce_mails", "mails that came back", done.bounce_mails},
        {"bounces", "judgements on such mails", done.bounces},
        {"senders", "dead senders", done.senders},
        {"files", "files of people, taken in or refused", done.files},
    };
    struct td_json *json = td_json_object();
    td_json_set_bool(json, "dry_run", options.dry_run);
    td_json_set_bool(json, "complete", !done.stopped);
    for (size_t i = 0; i < TD_ARRAY_LEN(rows); i++) {
        td_json_set_int(json, rows[i].key, rows[i].count);
        td_printf(run->out, "%10lld %s\n", (long long)rows[i].count, rows[i].words);
    }
    td_print_json_take(run->out, json);
    return done.stopped ? TD_AGAIN : TD_OK;
}

/* --- verify ----------------------------------------------------------------------------------- */

struct verdicts {
    struct td_run_context *run;
    struct td_json *checks;
    int64_t faults;
};

static void print_check(void *context, const struct td_verified *verified)
{
    struct verdicts *verdicts = context;
    struct td_printer *out = verdicts->run->out;
    struct td_json *json = td_json_object();
    bool ok = verified->count == 0;
    verdicts->faults += !ok;
    td_json_append_take(verdicts->checks, json);
    td_json_set_cstr(json, "check", verified->check);
    td_json_set_bool(json, "ok", ok);
    td_json_set_int(json, "count", verified->count);
    td_json_set_cstr(json, "words", verified->words);
    td_json_set_str(json, "example", verified->example);
    if (ok) {
        td_printf(out, "ok       %s\n", verified->check);
        return;
    }
    td_printf(out, "WRONG    %s: %lld %s: ", verified->check, (long long)verified->count,
              verified->words);
    td_print_visible(out, verified->example);
    td_printf(out, "\n");
}

/* The database as URL, of the operand (a file, or a backup's folder: then *folder names it, to be freed)
 * or the configuration. */
static enum td_status name_for_verify(struct td_run_context *run, struct td_buf *url,
                                      char **folder, struct td_err *err)
{
    if (run->args->operand_count == 0) {
        enum td_status status = td_app_config(run->app, err);
        if (status == TD_OK)
            td_buf_add_str(url, run->app->config->database);
        return status;
    }
    char *path = td_db_path(run, 0);
    char *inside = td_path_join(path, TD_BACKUP_DATABASE);
    bool is_folder = td_file_exists(inside);
    td_buf_addf(url, "sqlite:%s", is_folder ? inside : path);
    free(inside);
    if (is_folder)
        *folder = path;
    else
        free(path);
    return TD_OK;
}

/* TD_DATA: it is there, and so damaged that it cannot be opened. */
static enum td_status open_for_verify(const char *url, struct td_store **store,
                                      struct td_err *err)
{
    const char *path = strchr(url, ':') + 1;
    enum td_status status = td_store_open_read(store, url, err);
    if (status == TD_OK && td_store_schema(*store) != td_store_schema_newest())
        return td_fail(err, TD_CONFIG,
                       "%s has schema %d, this tidings looks at %d: tidings db migrate",
                       url, td_store_schema(*store), td_store_schema_newest());
    bool damaged = status == TD_IO || status == TD_SOFTWARE;
    return damaged && access(path, R_OK) == 0 ? TD_DATA : status;
}

static void print_verified(struct verdicts *verdicts, struct td_store *store,
                           const int64_t counts[TD_COUNT_KINDS])
{
    struct td_printer *out = verdicts->run->out;
    struct td_json *json = td_json_object();
    struct td_json *rows = td_json_object();
    td_json_set_bool(json, "ok", verdicts->faults == 0);
    if (store)
        td_json_set_int(json, "schema", td_store_schema(store));
    else
        td_json_set_null(json, "schema");
    td_json_set_take(json, "checks", verdicts->checks);
    for (int kind = 0; kind < TD_COUNT_KINDS; kind++) {
        const char *name = td_count_name((enum td_count_kind)kind);
        if (counts[kind] == TD_COUNT_UNREADABLE) {
            td_json_set_null(rows, name);
            td_printf(out, "%8s %s\n", "?", name);
        } else {
            td_json_set_int(rows, name, counts[kind]);
            td_printf(out, "%8lld %s\n", (long long)counts[kind], name);
        }
    }
    td_json_set_take(json, "rows", rows);
    td_print_json_take(out, json);
}

static enum td_status verify(struct td_run_context *run, const char *url,
                             const char *folder, struct td_err *err)
{
    struct td_store *store = NULL;
    int64_t counts[TD_COUNT_KINDS];
    struct verdicts verdicts = {run, td_json_array(), 0};
    struct td_verify_sink sink = {print_check, &verdicts};
    struct td_err why = {0};
    enum td_status status = open_for_verify(url, &store, &why);
    if (status == TD_OK)
        status = td_verify(store, sink, counts, &why);
    if (status == TD_DATA) {
        td_verify_unreadable(sink, &why);
        for (int kind = 0; kind < TD_COUNT_KINDS; kind++)
            counts[kind] = TD_COUNT_UNREADABLE;
        status = TD_OK;
    }
    if (status == TD_OK && folder)
        td_verify_files(folder, sink);
    if (status == TD_OK)
        print_verified(&verdicts, store, counts);
    else
        td_json_destroy(verdicts.checks);
    td_store_close(store);
    if (status != TD_OK)
        *err = why;
    return status != TD_OK ? status : verdicts.faults == 0 ? TD_OK : TD_NO;
}

static enum td_status run_verify(struct td_run_context *run, struct td_err *err)
{
    struct td_buf url;
    char *folder = NULL;
    td_buf_init(&url, 8192);
    enum td_status status = name_for_verify(run, &url, &folder, err);
    if (status == TD_OK)
        status = verify(run, url.ptr, folder, err);
    free(folder);
    td_buf_release(&url);
    return status;
}

/* --- the commands ----------------------------------------------------------------------------- */

static const struct td_option migrate_options[] = {
    {"dry-run", NULL, "say what would be done"},
    {NULL, NULL, NULL},
};

static const struct td_option backup_options[] = {
    {"without-keys", NULL, "leave secret files out (the manifest names them)"},
    {NULL, NULL, NULL},
};

static const struct td_option restore_options[] = {
    {"replace", NULL, "put the database that is there aside, under another name"},
    {"files", NULL, "also conf/ and templates/, where they are missing"},
    {"other-keys", NULL, "though conf/keys is not that of the backup"},
    {"dry-run", NULL, "examine the backup and list; change nothing"},
    {NULL, NULL, NULL},
};

static const struct td_option compact_options[] = {
    {"dry-run", NULL, "count what would go; change nothing"},
    {NULL, NULL, NULL},
};

static const struct td_option release_options[] = {
    {"dry-run", NULL, "list what would go out; change nothing"},
    {NULL, NULL, NULL},
};

const struct td_command td_commands_db[] = {
    {
        .name = "db migrate",
        .operands = "",
        .summary = "Bring the database to the schema of this version",
        .details = "Every command that opens the database does so too.",
        .options = migrate_options,
        .run = run_migrate,
    },
    {
        .name = "db backup",
        .operands = "DIR",
        .operands_min = 1,
        .operands_max = 1,
        .summary = "Back up the database, configuration and keys while senders run",
        .details =
            "Makes DIR with tidings.db, conf/, templates/ and manifest.json, which "
            "names all that is\n"
            "in it and all that is not. The copy is examined before it counts.",
        .options = backup_options,
        .run = run_backup,
    },
    {
        .name = "db restore",
        .operands = "BACKUP",
        .operands_min = 1,
        .operands_max = 1,
        .summary = "Put a backup in the place of the database; nothing is sent yet",
        .details = "BACKUP is what `db backup` made, or a database file. What was on its "
                   "way when it was taken\n"
                   "is in doubt. All that waits is listed, and no message leaves, old or "
                   "new, until `db release`.",
        .options = restore_options,
        .run = td_cmd_db_restore,
    },
    {
        .name = "db release",
        .operands = "",
        .summary = "Let a restored database send",
        .options = release_options,
        .run = td_cmd_db_release,
    },
    {
        .name = "db compact",
        .operands = "",
        .summary = "Forget what retention says is to be forgotten",
        .details =
            "Attempts, then messages (how each ended stays), mails and replies "
            "nobody refers to, as\n"
            "`retention:` in the configuration says. The daemon does it once a day. "
            "Senders may run.",
        .options = compact_options,
        .run = run_compact,
    },
    {
        .name = "db verify",
        .operands = "[BACKUP]",
        .operands_max = 1,
        .summary = "Look whether the database, or a backup, is whole",
        .details = "Pages, references, the states of messages, what belongs together. "
                   "Exit code 0, or 1 with a\n"
                   "line for each fault. Changes nothing; senders may run.",
        .run = run_verify,
    },
    {0},
};
