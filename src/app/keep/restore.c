/* `db restore`, `db release` (restore.h). */
#include "app/keep/restore.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/instance/audit.h"
#include "app/keep/backup.h"
#include "app/keep/backup_files.h"
#include "app/keep/verify.h"
#include "base/file.h"
#include "base/mem.h"
#include "store/commitlock.h"

#define MANIFEST_MOST ((size_t)16 * 1024 * 1024)
#define PATH_MOST     4200

struct restoring {
    struct td_app *app;
    const struct td_restore_options *options;
    struct td_restored *out;
    struct td_json *manifest; /* owned; NULL for a database by itself */
    char *database;           /* owned: the backup's */
    char *fresh;              /* owned: the new one until it takes its place */
    const char *place;        /* where it is to be; borrowed */
    int daemon;               /* the lock that a daemon would hold; -1 */
};

static char *add(const char *path, const char *suffix)
{
    struct td_buf name;
    td_buf_init(&name, 2 * PATH_MOST);
    td_buf_addf(&name, "%s%s", path, suffix);
    return td_buf_detach(&name);
}

static enum td_status open_file(struct td_store **out, const char *path, bool to_write,
                                struct td_err *err)
{
    char *url = add("sqlite:", path);
    enum td_status status =
        to_write ? td_store_open(out, url, err) : td_store_open_read(out, url, err);
    free(url);
    return status;
}

/* --- the backup ------------------------------------------------------------------------------- */

static enum td_status read_manifest(struct restoring *r, struct td_err *err)
{
    struct td_buf text;
    char *path = td_path_join(r->options->source, TD_BACKUP_MANIFEST);
    td_buf_init(&text, MANIFEST_MOST);
    enum td_status status = td_file_read(path, MANIFEST_MOST, &text, err);
    if (status == TD_OK && td_json_parse(td_buf_slice(&text), &r->manifest, err) != TD_OK)
        status = td_err_context(err, "%s", path);
    if (status == TD_OK && !td_time_parse(td_json_str(td_json_get(r->manifest, "taken")),
                                          &r->out->restore.taken))
        status = td_fail(err, TD_DATA, "%s does not say when it was taken", path);
    td_buf_release(&text);
    free(path);
    return status;
}

static enum td_status find_backup(struct restoring *r, struct td_err *err)
{
    struct stat st;
    const char *source = r->options->source;
    (void)snprintf(r->out->restore.from, sizeof r->out->restore.from, "%s", source);
    if (stat(source, &st) != 0)
        return td_fail_sys(err, TD_NOINPUT, "%s", source);
    if (!S_ISDIR(st.st_mode)) {
        r->database = td_xstrdup(source);
        r->out->restore.taken = (td_time)st.st_mtime * TD_SECOND;
        return TD_OK;
    }
    r->database = td_path_join(source, TD_BACKUP_DATABASE);
    return read_manifest(r, err);
}

static void refuse_files(void *context, const struct td_verified *verified)
{
    struct td_err *err = context;
    if (verified->count > 0)
        (void)td_fail(err, TD_DATA, "the backup is damaged: %lld %s: %.*s",
                      (long long)verified->count, verified->words,
                      (int)verified->example.len, verified->example.ptr);
}

static enum td_status put_files(struct restoring *r, struct td_err *err)
{
    struct td_err damage = {0};
    if (r->manifest)
        td_verify_files(r->options->source,
                        (struct td_verify_sink){refuse_files, &damage});
    if (damage.status != TD_OK) {
        *err = damage;
        return damage.status;
    }
    struct td_json *files = td_json_array();
    struct td_json *left = td_json_array();
    struct td_carry carry = {
        .from = r->options->source,
        .to = r->app->dir,
        .only_missing = true,
        .files = files,
        .left_out = left,
    };
    enum td_status status = td_carry_tree(&carry, "conf", err);
    if (status == TD_OK)
        status = td_carry_tree(&carry, "templates", err);
    if (status == TD_OK)
        status = td_app_config(r->app, err);
    if (status == TD_OK) { /* where the database goes */
        char *path = td_xstrdup(strchr(r->app->config->database, ':') + 1);
        char *name = strrchr(path, '/');
        *name = '\0';
        status = td_dir_make(path, 0700, err);
        free(path);
    }
    r->out->files = (int64_t)td_json_count(files);
    td_json_destroy(files);
    td_json_destroy(left);
    return status;
}

/* The hash of a key in a list of td_backup_keys; absent when it is not in it. */
static struct td_slice hash_of(const struct td_json *keys, struct td_slice name)
{
    for (size_t i = 0; i < td_json_count(keys); i++)
        if (td_slice_eq(td_json_str(td_json_get(td_json_at(keys, i), "name")), name))
            return td_json_str(td_json_get(td_json_at(keys, i), "sha256"));
    return (struct td_slice){0};
}

/* With other keys the suppressions of the database would be read as nobody's. */
static enum td_status check_keys(const struct restoring *r, struct td_err *err)
{
    const struct td_json *theirs = r->manifest ? td_json_get(r->manifest, "keys") : NULL;
    struct td_json *ours = td_backup_keys(r->app->config->keys_dir);
    enum td_status status = TD_OK;
    for (size_t i = 0; theirs && i < td_json_count(theirs) && status == TD_OK; i++) {
        const struct td_json *key = td_json_at(theirs, i);
        struct td_slice name = td_json_str(td_json_get(key, "name"));
        struct td_slice there = hash_of(ours, name);
        if (!td_slice_eq(there, td_json_str(td_json_get(key, "sha256"))))
            status =
                td_fail(err, TD_CONFIG,
                        "%s/%.*s is %s of the backup: suppressions, links and bounce "
                        "addresses of "
                        "its database could not be read; put its conf/keys there, or say "
                        "--other-keys",
                        r->app->config->keys_dir, (int)name.len, name.ptr,
                        there.ptr ? "not the one" : "missing, and one");
    }
    td_json_destroy(ours);
    return r->options->other_keys ? TD_OK : status;
}

/* --- the place -------------------------------------------------------------------------------- */

/* Senders hold their lock files as long as they live. */
static enum td_status check_senders(const char *place, struct td_err *err)
{
    struct td_names names = {0};
    char *folder = td_xstrndup(place, (size_t)(td_path_base(place) - place));
    char *prefix = add(td_path_base(place), ".sender-");
    enum td_status status = td_dir_list(folder, &names, err);
    for (size_t i = 0; i < names.count && status == TD_OK; i++) {
        if (!td_slice_starts(td_slice(names.items[i]), prefix))
            continue;
        int fd = -1;
        char *path = td_path_join(folder, names.items[i]);
        status = td_lock_file_try(path, &fd, err);
        if (status == TD_OK && fd < 0)
            status =
                td_fail(err, TD_AGAIN, "a sender is at work (%s): stop it first", path);
        if (fd >= 0) {
            (void)unlink(path);
            (void)close(fd);
        }
        free(path);
    }
    td_names_free(&names);
    free(folder);
    free(prefix);
    return status;
}

static enum td_status check_nobody_works(struct restoring *r, struct td_err *err)
{
    char *lock = add(r->place, ".daemon");
    enum td_status status = td_lock_file_try(lock, &r->daemon, err);
    if (status == TD_OK && r->daemon < 0)
        status = td_fail(err, TD_AGAIN, "the daemon runs on %s: stop it first", r->place);
    free(lock);
    return status == TD_OK ? check_senders(r->place, err) : status;
}

/* What is there now: worth keeping when it has subscribers, or cannot be read at all. */
static enum td_status check_replace(const struct restoring *r, struct td_err *err)
{
    struct td_store *old = NULL;
    struct td_err why;
    int64_t subscribers = -1;
    if (r->options->replace || !td_file_exists(r->place))
        return TD_OK;
    if (open_file(&old, r->place, false, &why) == TD_OK) {
        struct td_query *query = td_query(old, "subscriber_count");
        if (td_one(query, &why) == TD_OK)
            subscribers = td_col_int(query, 0);
        td_query_end(query);
    }
    td_store_close(old);
    if (subscribers == 0)
        return TD_OK;
    if (subscribers < 0)
        return td_fail(err, TD_CANTCREAT,
                       "%s is there and cannot be read (%s); --replace puts it aside",
                       r->place, why.text);
    return td_fail(err, TD_CANTCREAT,
                   "%s is there, with %lld subscribers; --replace puts it aside",
                   r->place, (long long)subscribers);
}

/* A log that somebody else's open database left would be played into the new one. Once we were the
 * last to close it there is none. */
static enum td_status check_closed(const char *place, struct td_err *err)
{
    struct td_store *old = NULL;
    struct td_err ignored;
    if (open_file(&old, place, true, &ignored) == TD_OK)
        td_store_close(old);
    char *log = add(place, "-wal");
    struct stat st;
    bool open = stat(log, &st) == 0 && st.st_size > 0;
    free(log);
    return open ? td_fail(err, TD_AGAIN,
                          "another process has %s open, or it is damaged and has a log "
                          "(%s-wal): end it, or put both aside",
                          place, place)
                : TD_OK;
}

/* The old database gets a second name, then the new one takes over the first: at no moment is there
 * none. */
static enum td_status take_place(struct restoring *r, struct td_err *err)
{
    enum td_status status = TD_OK;
    if (td_file_exists(r->place)) {
        char when[32];
        td_time_format(r->out->restore.at, when);
        (void)snprintf(r->out->aside, sizeof r->out->aside, "%s.replaced-%.19sZ",
                       r->place, when);
        status = check_closed(r->place, err);
        if (status == TD_OK && link(r->place, r->out->aside) != 0)
            status = td_fail_sys(err, TD_CANTCREAT, "%s", r->out->aside);
    }
    return status == TD_OK ? td_file_rename(r->fresh, r->place, err) : status;
}

/* --- the new database ------------------------------------------------------------------------- */

static void remember_finding(void *context, const char *what, struct td_slice words)
{
    struct td_err *first = context;
    if (first->status == TD_OK)
        (void)td_fail(first, TD_DATA, "%s: %.*s", what, (int)words.len, words.ptr);
}

/* What cannot be read though it is there is damaged, or no database. */
static enum td_status call_damaged(const struct restoring *r, enum td_status status,
                                   struct td_err *err)
{
    bool damaged = status == TD_IO || status == TD_SOFTWARE;
    if (!damaged || access(r->database, R_OK) != 0)
        return status;
    struct td_err why = *err;
    return td_fail(err, TD_DATA, "the backup is damaged: %s", why.text);
}

static enum td_status examine(struct td_store *store, struct td_err *err)
{
    struct td_err first = {0};
    struct td_examine_sink sink = {remember_finding, &first};
    enum td_status status = td_store_examine(store, &sink, err);
    if (status == TD_OK && first.status != TD_OK)
        status = td_fail(err, TD_DATA, "the backup is damaged: %s", first.text);
    return status;
}

static void clear_fresh(const struct restoring *r)
{
    static const char *const suffixes[] = {"", "-wal", "-shm", "-journal", ".lock"};
    for (size_t i = 0; i < TD_ARRAY_LEN(suffixes); i++) {
        char *path = add(r->fresh, suffixes[i]);
        (void)unlink(path);
        free(path);
    }
}

static enum td_status copy_in(struct restoring *r, struct td_err *err)
{
    struct td_store *backup = NULL;
    enum td_status status = open_file(&backup, r->database, false, err);
    if (status == TD_OK)
        status = examine(backup, err);
    status = call_damaged(r, status, err);
    if (status == TD_OK)
        status = td_store_copy(backup, r->fresh, &r->options->watch, err);
    td_store_close(backup);
    return status;
}

/* In one transaction: a new database is in quarantine, or is none. */
static enum td_status prepare(struct restoring *r, struct td_store *replaced,
                              struct td_err *err)
{
    struct td_app *app = r->app;
    enum td_status status = td_begin(app->store, err);
    if (status == TD_OK)
        status = td_store_quarantine(app->store, &r->out->restore, replaced, err);
    if (status == TD_OK)
        status =
            td_audit_command(app, "db restore", td_slice(r->options->source), 0, err);
    if (status == TD_OK)
        status = td_commit(app->store, err);
    td_rollback(app->store);
    return status;
}

static enum td_status make_fresh(struct restoring *r, struct td_waiting_sink sink,
                                 struct td_err *err)
{
    struct td_store *replaced = NULL;
    struct td_err ignored;
    enum td_status status = copy_in(r, err);
    if (status == TD_OK)
        status = open_file(&r->app->store, r->fresh, true, err);
    if (status != TD_OK)
        return status;
    (void)open_file(&replaced, r->place, false, &ignored); /* if it can be read */
    status = prepare(r, replaced, err);
    td_store_close(replaced);
    r->out->schema = td_store_schema(r->app->store);
    if (status == TD_OK)
        status = td_waiting_list(r->app->store, r->out->restore.at, sink, err);
    td_store_close(r->app->store); /* leaves one file without a log */
    r->app->store = NULL;
    return status;
}

static enum td_status restore(struct restoring *r, struct td_waiting_sink sink,
                              struct td_err *err)
{
    enum td_status status = find_backup(r, err);
    if (status == TD_OK && r->options->files && !r->options->dry_run)
        status = put_files(r, err);
    if (status == TD_OK)
        status = td_app_keys(r->app, err);
    if (status == TD_OK)
        status = check_keys(r, err);
    if (status != TD_OK)
        return status;
    r->place = strchr(r->app->config->database, ':') + 1;
    r->fresh = add(r->place, ".restoring");
    status = check_replace(r, err);
    if (status == TD_OK)
        status = check_nobody_works(r, err);
    if (status != TD_OK)
        return status;
    clear_fresh(r); /* of a run that was cut short */
    status = make_fresh(r, sink, err);
    if (status == TD_OK && !r->options->dry_run)
        status = take_place(r, err);
    clear_fresh(r);
    return status;
}

enum td_status td_restore(struct td_app *app, const struct td_restore_options *options,
                          struct td_restored *out, struct td_waiting_sink sink,
                          struct td_err *err)
{
    struct restoring r = {.app = app, .options = options, .out = out, .daemon = -1};
    *out = (struct td_restored){.restore.at = td_clock_now(&app->clock)};
    enum td_status status = restore(&r, sink, err);
    if (r.daemon >= 0)
        (void)close(r.daemon);
    td_json_destroy(r.manifest);
    free(r.database);
    free(r.fresh);
    return status;
}
