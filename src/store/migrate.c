/*
 * migrate.c: numbered migrations (migrations/NNNN-name.sql), forward only, each in a transaction.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "store/driver.h"

extern const struct td_embedded td_embedded_migrations[];

/* The number in front of the first '-'; migration files are named by us. */
static int number_of(const char *name)
{
    const char *dash = strchr(name, '-');
    int64_t number = 0;

    if (dash == NULL ||
        !td_slice_int64(td_slice_n(name, (size_t)(dash - name)), &number) || number < 1 ||
        number > 9999)
        TD_PANIC(name);
    return (int)number;
}

int td_store_schema_newest(void)
{
    int newest = 0;

    for (const struct td_embedded *m = td_embedded_migrations; m->name != NULL; m++)
        if (number_of(m->name) > newest)
            newest = number_of(m->name);
    return newest;
}

int td_store_schema(struct td_store *store)
{
    return store->schema;
}

/* migrations/NNNN-* with this number, or NULL. */
static const struct td_embedded *migration(const struct td_store *store, int number)
{
    for (const struct td_embedded *m = store->driver->migrations; m->name != NULL; m++)
        if (number_of(m->name) == number)
            return m;
    return NULL;
}

static enum td_status read_schema(struct td_store *store, struct td_err *err)
{
    struct td_query *query = td_query(store, "schema_number");
    enum td_status status = td_one(query, err);

    if (status == TD_OK)
        store->schema = (int)td_col_int(query, 0);
    td_query_end(query);
    return status;
}

static enum td_status apply(struct td_store *store, int number, struct td_err *err)
{
    const struct td_embedded *m = migration(store, number);

    if (m == NULL)
        TD_PANIC("a migration number is missing");
    enum td_status status =
        store->driver->script(store->connection, (const char *)m->data, err);
    if (status != TD_OK)
        return status;
    struct td_clock clock = td_clock_system();
    struct td_query *query = td_query(store, "schema_applied");
    td_bind_int(query, "$number", number);
    td_bind_cstr(query, "$name", m->name);
    td_bind_int(query, "$applied", td_clock_now(&clock));
    status = td_run(query, err);
    if (status == TD_OK)
        store->schema = number;
    return status;
}

/* One transaction for each: a crash leaves a schema that has a number. Another process may have
 * been faster while we waited for the lock: the number is read again inside. */
static enum td_status step_up(struct td_store *store, struct td_err *err)
{
    enum td_status status = td_begin(store, err);

    if (status != TD_OK)
        return status;
    status = read_schema(store, err);
    if (status == TD_OK && store->schema < td_store_schema_newest())
        status = apply(store, store->schema + 1, err);
    if (status == TD_OK)
        return td_commit(store, err);
    td_rollback(store);
    return status;
}

/* The table of migrations is there before the first of them. */
static enum td_status make_table(struct td_store *store, struct td_err *err)
{
    return store->driver->script(store->connection,
                                 "CREATE TABLE IF NOT EXISTS schema_migration ("
                                 " number INTEGER PRIMARY KEY,"
                                 " name TEXT NOT NULL,"
                                 " applied BIGINT NOT NULL)",
                                 err);
}

static enum td_status too_new(const struct td_store *store, struct td_err *err)
{
    return td_fail(err, TD_CONFIG,
                   "%s has schema %d, this tidings knows up to %d: it was written "
                   "by a newer one",
                   store->path, store->schema, td_store_schema_newest());
}

enum td_status td_store_read_schema(struct td_store *store, struct td_err *err)
{
    enum td_status status = read_schema(store, err);

    if (status == TD_OK && store->schema > td_store_schema_newest())
        return too_new(store, err);
    return status;
}

static enum td_status climb(struct td_store *store, struct td_err *err)
{
    const struct td_driver *driver = store->driver;
    enum td_status status = driver->script(store->connection, driver->loose, err);

    while (status == TD_OK && store->schema < td_store_schema_newest())
        status = step_up(store, err);
    if (status == TD_OK)
        status = driver->script(store->connection, driver->strict, err);
    return status;
}

enum td_status td_store_migrate(struct td_store *store, struct td_err *err)
{
    struct td_err own = {0};
    int newest = td_store_schema_newest();
    enum td_status status = make_table(store, &own);

    if (status == TD_OK)
        status = read_schema(store, &own);
    if (status == TD_OK && store->schema < newest)
        status = climb(store, &own);
    if (status == TD_OK && store->schema > newest)
        status = too_new(store, &own);
    else if (status != TD_OK)
        (void)td_err_context(&own, "%s: migrating from schema %d", store->path,
                             store->schema);
    if (status != TD_OK && err != NULL)
        *err = own;
    return status;
}
