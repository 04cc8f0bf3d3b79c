/* A copy of the instance to practise in (rehearsal.h). */
#include "app/run/rehearsal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "outcome/verp.h"
#include "store/backup.h"
#include "store/editions.h"
#include "store/ledger.h"

#define COPY_NAME "tidings.db"

void td_people_set_add(struct td_people_set *set, int64_t subscriber)
{
    set->items = td_vec_grow(set->items, &set->cap, set->count + 1, sizeof *set->items);
    set->items[set->count++] = subscriber;
}

void td_people_set_release(struct td_people_set *set)
{
    free(set->items);
    *set = (struct td_people_set){0};
}

/* --- the copy --------------------------------------------------------------------------------- */

/* In $TMPDIR, for a large database may want a disk of its own. */
static enum td_status make_scratch(struct td_rehearsal *r, struct td_err *err)
{
    const char *where = getenv("TMPDIR");
    if (where == NULL || where[0] == '\0')
        where = "/tmp";
    errno = ENAMETOOLONG;
    int len = snprintf(r->dir, sizeof r->dir, "%s/tidings-rehearsal-XXXXXX", where);
    if ((size_t)len < sizeof r->dir && mkdtemp(r->dir) != NULL)
        return TD_OK;
    r->dir[0] = '\0';
    return td_fail_sys(err, TD_CANTCREAT, "a scratch directory in %s", where);
}

static enum td_status copy_database(struct td_rehearsal *r, struct td_app *app,
                                    struct td_err *err)
{
    static const struct td_copy_watch nobody = {NULL, NULL};
    struct td_store *store = NULL;
    enum td_status status = td_app_config(app, err);
    if (status != TD_OK)
        return status;
    status = make_scratch(r, err);
    if (status != TD_OK)
        return status;
    char *path = td_path_join(r->dir, COPY_NAME);
    status = td_store_open_read(&store, app->config->database, err);
    if (status == TD_OK)
        status = td_store_copy(store, path, &nobody, err);
    td_store_close(store);
    free(path);
    return status;
}

/* Every relay keeps its name, limits and rules; where it is and who we are to it is ours. */
static const struct td_relay *tame_relays(const struct td_config *config, int port)
{
    struct td_relay *tame =
        td_arena_alloc(config->arena, config->relay_count * sizeof *tame);
    for (size_t i = 0; i < config->relay_count; i++) {
        tame[i] = config->relays[i];
        tame[i].host = "127.0.0.1";
        tame[i].port = port;
        tame[i].implicit_tls = false;
        tame[i].loopback = true;
        tame[i].tls = TD_TLS_NONE;
        tame[i].ca_file = NULL;
        tame[i].cert_file = NULL;
        tame[i].key_file = NULL;
        tame[i].user = NULL;
        tame[i].password = NULL;
        tame[i].auth = NULL;
        tame[i].token_file = NULL;
        tame[i].token_command = NULL;
    }
    return tame;
}

/* From here on the app knows no database but the copy, and no way out. */
static enum td_status tame(struct td_app *app, const char *dir, int port,
                           struct td_err *err)
{
    enum td_status status = td_app_config(app, err);
    if (status != TD_OK)
        return status;
    struct td_config *config = app->config;
    size_t room = strlen(dir) + sizeof "sqlite:/" COPY_NAME;
    char *database = td_arena_alloc(config->arena, room);
    (void)snprintf(database, room, "sqlite:%s/" COPY_NAME, dir);
    config->database = database;
    config->relays = tame_relays(config, port);
    return TD_OK;
}

enum td_status td_rehearsal_app(const struct td_rehearsal *r, struct td_app *out,
                                struct td_err *err)
{
    td_app_init(out, r->app.dir, r->app.config_file, r->app.clock);
    return tame(out, r->dir, r->app.config->relays[0].port, err);
}

enum td_status td_rehearsal_open(struct td_rehearsal *r, struct td_err *err)
{
    return td_app_store(&r->app, err);
}

void td_rehearsal_close(struct td_rehearsal *r)
{
    td_store_close(r->app.store);
    r->app.store = NULL;
}

/* --- the edition ------------------------------------------------------------------------------ */

/* The sink has no history. */
static enum td_status forget_relays(struct td_store *store, struct td_err *err)
{
    static const char *const names[] = {"rehearsal_relays", "rehearsal_use",
                                        "rehearsal_windows"};
    enum td_status status = TD_OK;
    for (size_t i = 0; i < TD_ARRAY_LEN(names) && status == TD_OK; i++)
        status = td_run(td_query(store, names[i]), err);
    return status;
}

/* Whatever was at work when the copy was made is not at work in it; nothing else is sent. */
static enum td_status clear_stage(struct td_rehearsal *r, struct td_err *err)
{
    struct td_store *store = r->app.store;
    struct td_reaped reaped;
    enum td_status status = td_begin(store, err);
    if (status == TD_OK)
        status = td_ledger_take_all(store, &reaped, err);
    if (status == TD_OK)
        status = td_store_release(store, td_clock_now(&r->app.clock), err);
    if (status == TD_OK || status == TD_NO) {
        struct td_query *query = td_query(store, "rehearsal_hold");
        td_bind_int(query, "$edition", r->assembled.edition);
        status = td_run(query, err);
    }
    if (status == TD_OK)
        status = td_store_edition_release(store, r->assembled.edition, err);
    if (status == TD_OK)
        status = forget_relays(store, err);
    if (status == TD_OK)
        status = td_commit(store, err);
    td_rollback(store);
    return status;
}

/* Whose message waits now, and when the first may go. */
static enum td_status take_stock(struct td_rehearsal *r, struct td_err *err)
{
    struct td_query *query = td_query(r->app.store, "rehearsal_rows");
    enum td_step step;
    int64_t first = INT64_MAX;
    td_bind_int(query, "$edition", r->assembled.edition);
    while ((step = td_step(query, err)) == TD_STEP_ROW) {
        enum td_state state = (enum td_state)td_col_int(query, 1);
        if (state != TD_QUEUED && state != TD_DEFERRED)
            continue;
        td_people_set_add(&r->waiting, td_col_int(query, 0));
        if (td_col_int(query, 2) < first)
            first = td_col_int(query, 2);
    }
    if (step != TD_STEP_DONE)
        return err->status;
    if (r->waiting.count == 0)
        return td_fail(err, TD_NOINPUT,
                       "no message of %s %s waits: there is nothing to rehearse",
                       r->newsletter->name, r->assembled.slug);
    r->app.clock = td_clock_starting_at(first * TD_SECOND);
    return TD_OK;
}

enum td_status td_rehearsal_begin(struct td_rehearsal *out, struct td_app *app,
                                  const struct td_rehearsal_options *options,
                                  struct td_err *err)
{
    struct td_assemble_options assemble = {.date = options->date, .name = options->name};
    *out = (struct td_rehearsal){0};
    td_app_init(&out->app, app->dir, app->config_file, app->clock);
    enum td_status status = copy_database(out, app, err);
    if (status == TD_OK)
        status = tame(&out->app, out->dir, options->port, err);
    if (status == TD_OK)
        status = td_rehearsal_open(out, err);
    if (status == TD_OK)
        status = td_app_newsletter(&out->app, options->newsletter, &out->newsletter, err);
    assemble.newsletter = out->newsletter;
    if (status == TD_OK)
        status = td_assemble(&out->app, &assemble, &out->assembled, err);
    if (status == TD_OK)
        status = clear_stage(out, err);
    if (status == TD_OK)
        status = take_stock(out, err);
    td_rehearsal_close(out);
    return status;
}

/* The database, its log, its locks: plain files, no folders. */
static void remove_scratch(const char *dir)
{
    struct td_names names = {0};
    struct td_err err;
    if (dir[0] == '\0')
        return;
    if (td_dir_list(dir, &names, &err) == TD_OK)
        for (size_t i = 0; i < names.count; i++) {
            char *path = td_path_join(dir, names.items[i]);
            (void)unlink(path);
            free(path);
        }
    td_names_free(&names);
    (void)rmdir(dir);
}

void td_rehearsal_end(struct td_rehearsal *r)
{
    char dir[sizeof r->dir];
    memcpy(dir, r->dir, sizeof dir);
    td_people_set_release(&r->waiting);
    td_people_set_release(&r->doubted);
    td_app_release(&r->app);
    *r = (struct td_rehearsal){0};
    remove_scratch(dir);
}

/* --- on the way ------------------------------------------------------------------------------- */

enum td_status td_rehearsal_next(struct td_rehearsal *r, td_time *when,
                                 struct td_err *err)
{
    struct td_query *query = td_query(r->app.store, "rehearsal_next");
    td_bind_int(query, "$edition", r->assembled.edition);
    enum td_status status = td_one(query, err);
    if (status == TD_OK && td_col_is_null(query, 0))
        status = TD_NO;
    if (status == TD_OK)
        *when = td_col_int(query, 0) * TD_SECOND;
    td_query_end(query);
    return status;
}

bool td_rehearsal_whose(struct td_rehearsal *r, struct td_slice sender,
                        int64_t *subscriber)
{
    const struct td_config *config = r->app.config;
    const struct td_verp_place place = {config->bounce_local, config->bounce_domain};
    struct td_slice token;
    int64_t edition = 0;
    return td_verp_find(&place, sender, &token) &&
           td_verp_read(r->app.keys.verp_all[0], token, &edition, subscriber) &&
           edition == r->assembled.edition;
}
