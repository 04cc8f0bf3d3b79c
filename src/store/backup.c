/*
 * backup.c: copies, and the quarantine of a database that came out of one (backup.h).
 */
#include "store/backup.h"

#include <stdio.h>

#include "store/driver.h"
#include "store/ledger.h"
#include "store/people.h"

enum td_status td_store_copy(struct td_store *store, const char *path,
                             const struct td_copy_watch *watch, struct td_err *err)
{
    static const struct td_copy_watch nobody;

    if (store->driver->copy == NULL)
        return td_fail(err, TD_CONFIG, "this database is backed up by its own tools");
    return store->driver->copy(store->connection, path, watch ? watch : &nobody, err);
}

enum td_status td_store_examine(struct td_store *store,
                                const struct td_examine_sink *sink, struct td_err *err)
{
    return store->driver->examine != NULL
               ? store->driver->examine(store->connection, sink, err)
               : TD_OK;
}

/* --- ids -------------------------------------------------------------------------------------- */

/* Ids that were given after the backup was taken must not be given again: links and bounces of
 * mail that is out there would act for somebody else. How many were, nobody knows once the old
 * database is lost; this is more than one day gives. */
static int64_t gap_of(struct td_slice kind)
{
    return td_slice_is(kind, "edition") || td_slice_is(kind, "batch") ? 10000 : 1000000;
}

static enum td_status raise(struct td_store *store, struct td_slice kind, int64_t last,
                            struct td_err *err)
{
    struct td_query *query = td_query(store, "id_raise");

    td_bind_text(query, "$kind", kind);
    td_bind_int(query, "$last", last);
    return td_run(query, err);
}

/* Above what `given` says has been given. */
static enum td_status raise_above(struct td_store *store, struct td_store *given,
                                  struct td_err *err)
{
    struct {
        char kind[32];
        int64_t last;
    } counters[64];
    size_t count = 0;
    struct td_query *query = td_query(given, "id_list");
    enum td_status status = TD_OK;
    enum td_step step;

    while ((step = td_step(query, err)) == TD_STEP_ROW &&
           count < TD_ARRAY_LEN(counters)) {
        struct td_slice kind = td_col_text(query, 0);
        (void)snprintf(counters[count].kind, sizeof counters[count].kind, "%.*s",
                       (int)kind.len, kind.ptr);
        counters[count++].last = td_col_int(query, 1) + gap_of(kind);
    }
    td_query_end(query);
    if (step == TD_STEP_ERROR)
        return err->status;
    for (size_t i = 0; status == TD_OK && i < count; i++)
        status = raise(store, td_slice(counters[i].kind), counters[i].last, err);
    return status;
}

/* --- quarantine ------------------------------------------------------------------------------- */

static enum td_status add_restore(struct td_store *store, struct td_restore *restore,
                                  struct td_err *err)
{
    enum td_status status = td_store_next_ids(store, "restore", 1, &restore->id, err);

    if (status != TD_OK)
        return status;
    struct td_query *query = td_query(store, "restore_add");
    td_bind_int(query, "$id", restore->id);
    td_bind_int(query, "$at", restore->at);
    td_bind_int(query, "$taken", restore->taken);
    td_bind_cstr(query, "$source", restore->from);
    return td_run(query, err);
}

enum td_status td_store_quarantine(struct td_store *store, struct td_restore *restore,
                                   struct td_store *replaced, struct td_err *err)
{
    struct td_reaped reaped;
    enum td_status status = td_ledger_take_all(store, &reaped, err);

    if (status == TD_OK)
        status = raise_above(store, store, err);
    if (status == TD_OK && replaced != NULL)
        status = raise_above(store, replaced, err);
    return status == TD_OK ? add_restore(store, restore, err) : status;
}

enum td_status td_store_quarantined(struct td_store *store, struct td_restore *out,
                                    struct td_err *err)
{
    struct td_query *query = td_query(store, "restore_open");
    enum td_status status = td_one(query, err);

    *out = (struct td_restore){0};
    if (status == TD_OK) {
        struct td_slice from = td_col_text(query, 3);
        out->id = td_col_int(query, 0);
        out->at = td_col_int(query, 1);
        out->taken = td_col_int(query, 2);
        (void)snprintf(out->from, sizeof out->from, "%.*s", (int)from.len, from.ptr);
    }
    td_query_end(query);
    return status == TD_NOINPUT ? TD_NO : status;
}

enum td_status td_store_release(struct td_store *store, td_time now, struct td_err *err)
{
    struct td_query *query = td_query(store, "restore_release");

    td_bind_int(query, "$now", now);
    enum td_status status = td_run(query, err);
    return status == TD_OK && td_changes(store) == 0 ? TD_NO : status;
}
