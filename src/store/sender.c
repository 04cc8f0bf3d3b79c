/*
 * sender.c: senders at work, and taking back what the dead ones held (ledger.h).
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "store/driver.h"
#include "store/ledger.h"
#include "store/people.h"

#define HOST_MAX 256

static char *lock_path(const struct td_store *store, int64_t number)
{
    struct td_buf path;

    td_buf_init(&path, strlen(store->path) + 64);
    td_buf_addf(&path, "%s.sender-%lld", store->path, (long long)number);
    return td_buf_detach(&path);
}

static void host_name(char out[HOST_MAX])
{
    if (gethostname(out, HOST_MAX) != 0)
        out[0] = '\0';
    out[HOST_MAX - 1] = '\0';
}

/* The lock is taken before the row is committed: whoever sees the row finds the lock held. */
static enum td_status add_sender(struct td_sender *sender, td_time now,
                                 struct td_err *err)
{
    char host[HOST_MAX];
    enum td_status status =
        td_store_next_ids(sender->store, "sender", 1, &sender->number, err);

    if (status != TD_OK)
        return status;
    char *path = lock_path(sender->store, sender->number);
    status = td_lock_file_try(path, &sender->lock, err);
    if (status == TD_OK && sender->lock < 0)
        status = td_fail(err, TD_CONFLICT, "another process holds %s", path);
    free(path);
    if (status != TD_OK)
        return status;
    host_name(host);
    sender->until = now + TD_LEASE;
    struct td_query *query = td_query(sender->store, "sender_add");
    td_bind_int(query, "$id", sender->number);
    td_bind_cstr(query, "$host", host);
    td_bind_int(query, "$pid", getpid());
    td_bind_int(query, "$started", now);
    td_bind_int(query, "$until", sender->until);
    return td_run(query, err);
}

/* Without its lock a sender counts as dead. */
static void release_lock(struct td_sender *sender)
{
    if (sender->lock < 0)
        return;
    char *path = lock_path(sender->store, sender->number);
    (void)unlink(path);
    free(path);
    (void)close(sender->lock);
    sender->lock = -1;
}

enum td_status td_sender_start(struct td_sender *out, struct td_store *store, td_time now,
                               struct td_err *err)
{
    *out = (struct td_sender){.store = store, .lock = -1};
    enum td_status status = td_begin(store, err);
    if (status != TD_OK)
        return status;
    status = add_sender(out, now, err);
    if (status == TD_OK)
        status = td_commit(store, err);
    if (status != TD_OK) {
        td_rollback(store);
        release_lock(out);
        out->number = 0;
    }
    return status;
}

enum td_status td_sender_renew(struct td_sender *sender, td_time now, struct td_err *err)
{
    struct td_query *query = td_query(sender->store, "sender_renew");

    td_bind_int(query, "$id", sender->number);
    td_bind_int(query, "$until", now + TD_LEASE);
    enum td_status status = td_run(query, err);
    if (status != TD_OK)
        return status;
    if (td_changes(sender->store) == 0)
        return td_fail(err, TD_CONFLICT, "sender %lld was taken for dead",
                       (long long)sender->number);
    sender->until = now + TD_LEASE;
    return TD_OK;
}

/* The rows of a sender that a statement picks, and where they go. */
struct sweep {
    const char *statement;
    enum td_state from, to;
};

static enum td_status sweep(struct td_store *store, int64_t sender,
                            const struct sweep *what, int64_t *moved, struct td_err *err)
{
    if (!td_state_may_move(what->from, what->to))
        TD_PANIC("a move that the table of states forbids");
    struct td_query *query = td_query(store, what->statement);
    td_bind_int(query, "$sender", sender);
    td_bind_int(query, "$from", what->from);
    td_bind_int(query, "$to", what->to);
    enum td_status status = td_run(query, err);
    if (status == TD_OK)
        *moved += td_changes(store);
    return status;
}

static enum td_status run_for(struct td_store *store, const char *name, int64_t sender,
                              struct td_err *err)
{
    struct td_query *query = td_query(store, name);

    td_bind_int(query, "$sender", sender);
    return td_run(query, err);
}

/* A sender's rows go back to what they were, its own row goes. resend: what is in doubt is sent
 * again where the edition says so. */
static enum td_status take_from(struct td_store *store, int64_t sender, bool resend,
                                struct td_reaped *out, struct td_err *err)
{
    /* In this order: what was tried before is deferred, the rest of the leased is queued. */
    static const struct sweep sweeps[] = {
        {"reap_leased_tried", TD_LEASED, TD_DEFERRED},
        {"reap_leased", TD_LEASED, TD_QUEUED},
        {"reap_on_wire", TD_ON_WIRE, TD_IN_DOUBT},
        {"reap_resend", TD_IN_DOUBT, TD_QUEUED},
    };
    size_t count = resend ? TD_ARRAY_LEN(sweeps) : TD_ARRAY_LEN(sweeps) - 1;
    int64_t moved[TD_ARRAY_LEN(sweeps)] = {0};
    enum td_status status = TD_OK;

    for (size_t i = 0; status == TD_OK && i < count; i++)
        status = sweep(store, sender, &sweeps[i], &moved[i], err);
    if (status == TD_OK)
        status = run_for(store, "reap_release", sender, err);
    if (status == TD_OK)
        status = run_for(store, "grant_remove", sender, err);
    if (status == TD_OK)
        status = run_for(store, "sender_remove", sender, err);
    if (status != TD_OK)
        return status;
    out->senders++;
    out->returned += moved[0] + moved[1];
    out->in_doubt += moved[2] - moved[3];
    out->resent += moved[3];
    return TD_OK;
}

enum td_status td_sender_stop(struct td_sender *sender, struct td_err *err)
{
    struct td_reaped reaped = {0};
    enum td_status status = td_begin(sender->store, err);

    if (status == TD_OK)
        status = take_from(sender->store, sender->number, true, &reaped, err);
    if (status == TD_OK)
        status = td_commit(sender->store, err);
    td_rollback(sender->store);
    release_lock(sender);
    return status;
}

/* Whether this sender is dead for certain: its lock file is free. A free one is taken away. */
static enum td_status lock_is_free(struct td_store *store, int64_t number, bool *out,
                                   struct td_err *err)
{
    char *path = lock_path(store, number);
    int fd = -1;
    enum td_status status = td_lock_file_try(path, &fd, err);

    *out = fd >= 0;
    if (fd >= 0) {
        (void)unlink(path);
        (void)close(fd);
    }
    free(path);
    return status;
}

struct dead {
    int64_t *items; /* owned */
    size_t count, cap;
};

static void add_dead(struct dead *dead, int64_t number)
{
    dead->items =
        td_vec_grow(dead->items, &dead->cap, dead->count + 1, sizeof *dead->items);
    dead->items[dead->count++] = number;
}

static enum td_status find_dead(struct td_store *store, td_time now, struct dead *dead,
                                struct td_err *err)
{
    struct td_query *query = td_query(store, "sender_list");
    char host[HOST_MAX];
    enum td_step step;

    host_name(host);
    while ((step = td_step(query, err)) == TD_STEP_ROW) {
        int64_t number = td_col_int(query, 0);
        bool gone = td_col_int(query, 2) <= now;
        if (td_slice_is(td_col_text(query, 1), host)) {
            bool released = false;
            enum td_status status = lock_is_free(store, number, &released, err);
            if (status != TD_OK)
                return status;
            gone = gone || released;
        }
        if (gone)
            add_dead(dead, number);
    }
    return step == TD_STEP_DONE ? TD_OK : err->status;
}

enum td_status td_ledger_reap(struct td_store *store, td_time now, struct td_reaped *out,
                              struct td_err *err)
{
    struct dead dead = {0};
    struct td_err own = {0};

    *out = (struct td_reaped){0};
    enum td_status status = find_dead(store, now, &dead, &own);
    for (size_t i = 0; status == TD_OK && i < dead.count; i++)
        status = take_from(store, dead.items[i], true, out, &own);
    free(dead.items);
    if (status != TD_OK && err != NULL)
        *err = own;
    return status;
}

enum td_status td_ledger_take_all(struct td_store *store, struct td_reaped *out,
                                  struct td_err *err)
{
    struct dead all = {0};
    struct td_query *query = td_query(store, "sender_list");
    struct td_err own = {0};
    enum td_step step;

    *out = (struct td_reaped){0};
    while ((step = td_step(query, &own)) == TD_STEP_ROW)
        add_dead(&all, td_col_int(query, 0));
    enum td_status status = step == TD_STEP_DONE ? TD_OK : own.status;
    for (size_t i = 0; status == TD_OK && i < all.count; i++)
        status = take_from(store, all.items[i], false, out, &own);
    free(all.items);
    if (status != TD_OK && err != NULL)
        *err = own;
    return status;
}
