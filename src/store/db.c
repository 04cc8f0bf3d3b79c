/*
 * db.c: named statements and transactions, over whichever driver the store has.
 */
#include "store/db.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "store/driver.h"

extern const struct td_embedded td_embedded_sql[];

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct td_query *)a)->name, ((const struct td_query *)b)->name);
}

void td_store_load_queries(struct td_store *store)
{
    size_t count = 0;

    while (td_embedded_sql[count].name != NULL)
        count++;
    store->queries = td_xcalloc(count + 1, sizeof *store->queries);
    store->query_count = count;
    for (size_t i = 0; i < count; i++) {
        struct td_query *query = &store->queries[i];
        struct td_slice own = {0};

        query->store = store;
        query->name = td_embedded_sql[i].name;
        if (store->driver->overrides != NULL)
            own = td_embedded_find(store->driver->overrides, query->name);
        query->sql =
            own.ptr != NULL ? own : td_embedded_find(td_embedded_sql, query->name);
    }
    qsort(store->queries, count, sizeof *store->queries, by_name);
}

void td_store_free_queries(struct td_store *store)
{
    for (size_t i = 0; i < store->query_count; i++)
        store->driver->finalize(store->queries[i].statement);
    free(store->queries);
    store->queries = NULL;
    store->query_count = 0;
    memset(store->recent, 0, sizeof store->recent);
}

static struct td_query *find_query(struct td_store *store, const char *name)
{
    struct td_query **recent =
        &store->recent[(uintptr_t)name / sizeof(void *) % TD_RECENT_QUERIES];
    if (*recent != NULL && strcmp((*recent)->name, name) == 0)
        return *recent;
    const struct td_query key = {.name = name};
    *recent = bsearch(&key, store->queries, store->query_count, sizeof *store->queries,
                      by_name);
    if (*recent == NULL)
        TD_PANIC(name);
    return *recent;
}

struct td_query *td_query(struct td_store *store, const char *name)
{
    const struct td_driver *driver = store->driver;
    struct td_query *query = find_query(store, name);

    query->fault.status = TD_OK;
    query->done = false;
    query->active = false;
    if (query->statement != NULL) {
        driver->clear(query->statement);
        return query;
    }
    if (driver->prepare(store->connection, query->sql, &query->statement,
                        &query->fault) != TD_OK)
        (void)td_err_context(&query->fault, "%s", name);
    return query;
}

/* Where to bind, or 0 when the statement could not even be prepared. */
static int param_of(struct td_query *query, const char *param)
{
    if (query->statement == NULL)
        return 0;
    for (size_t i = 0; i < query->param_count; i++)
        if (query->params[i].name == param)
            return query->params[i].index;
    int index = query->store->driver->param(query->statement, param);
    if (index == 0)
        TD_PANIC(param);
    if (query->param_count < TD_PARAMS_KEPT)
        query->params[query->param_count++] = (struct td_param){param, index};
    return index;
}

void td_bind_int(struct td_query *query, const char *param, int64_t value)
{
    int index = param_of(query, param);

    if (index > 0)
        query->store->driver->bind_int(query->statement, index, value);
}

void td_bind_text(struct td_query *query, const char *param, struct td_slice value)
{
    int index = param_of(query, param);
    size_t bad = 0;

    if (index == 0)
        return;
    /* PostgreSQL takes neither; SQLite would keep what nobody can read back as text. */
    if (!td_utf8_valid(value, &bad) || td_slice_find(value, 0, '\0') != (size_t)-1)
        (void)td_fail(&query->fault, TD_DATA,
                      "%s: text for %s is not UTF-8 or holds a NUL", query->name, param);
    else
        query->store->driver->bind_text(query->statement, index, value);
}

void td_bind_cstr(struct td_query *query, const char *param, const char *value)
{
    td_bind_text(query, param, td_slice(value));
}

void td_bind_blob(struct td_query *query, const char *param, struct td_slice value)
{
    int index = param_of(query, param);

    if (index > 0)
        query->store->driver->bind_blob(query->statement, index, value);
}

void td_bind_null(struct td_query *query, const char *param)
{
    td_bind_text(query, param, (struct td_slice){0});
}

void td_bind_or_null(struct td_query *query, const char *param, int64_t value)
{
    if (value != 0)
        td_bind_int(query, param, value);
    else
        td_bind_null(query, param);
}

/* Whether the statement may run now; else fills err. */
static enum td_status may_step(const struct td_query *query, struct td_err *err)
{
    const struct td_store *store = query->store;

    if (query->fault.status != TD_OK) {
        if (err != NULL)
            *err = query->fault;
        return query->fault.status;
    }
    if (query->active)
        return TD_OK;
    if (store->transaction != TD_TX_WRITE && !store->driver->reads_only(query->statement))
        TD_PANIC("a statement that writes, outside td_begin and td_commit");
    /* A full disk makes the database roll back by itself. What follows must not then be kept
     * without what came before. */
    if (store->transaction != TD_TX_NONE &&
        !store->driver->in_transaction(store->connection))
        return td_fail(err, TD_IO,
                       "%s: the transaction was rolled back by an earlier error",
                       query->name);
    return TD_OK;
}

enum td_step td_step(struct td_query *query, struct td_err *err)
{
    if (query->done)
        return TD_STEP_DONE;
    if (may_step(query, err) != TD_OK)
        return TD_STEP_ERROR;
    query->active = true;
    enum td_step step = query->store->driver->step(query->statement, err);
    if (step == TD_STEP_ROW)
        return step;
    if (step == TD_STEP_ERROR && err != NULL)
        (void)td_err_context(err, "%s", query->name);
    td_query_end(query);
    return step;
}

void td_query_end(struct td_query *query)
{
    if (query->active)
        query->store->driver->end(query->statement);
    query->active = false;
    query->done = true;
}

enum td_status td_run(struct td_query *query, struct td_err *err)
{
    struct td_err own = {0};
    enum td_step step;

    do
        step = td_step(query, &own);
    while (step == TD_STEP_ROW);
    if (step == TD_STEP_DONE)
        return TD_OK;
    if (err != NULL)
        *err = own;
    return own.status;
}

enum td_status td_one(struct td_query *query, struct td_err *err)
{
    struct td_err own = {0};

    switch (td_step(query, &own)) {
    case TD_STEP_ROW: return TD_OK;
    case TD_STEP_DONE: return TD_NOINPUT;
    case TD_STEP_ERROR: break;
    }
    if (err != NULL)
        *err = own;
    return own.status;
}

enum td_status td_store_number(struct td_query *query, int64_t *out, struct td_err *err)
{
    *out = 0;
    enum td_status status = td_one(query, err);
    if (status == TD_OK)
        *out = td_col_int(query, 0);
    td_query_end(query);
    return status == TD_NOINPUT ? TD_OK : status;
}

int64_t td_col_int(struct td_query *query, int column)
{
    return query->active ? query->store->driver->col_int(query->statement, column) : 0;
}

struct td_slice td_col_text(struct td_query *query, int column)
{
    return query->active ? query->store->driver->col_text(query->statement, column)
                         : (struct td_slice){0};
}

struct td_slice td_col_blob(struct td_query *query, int column)
{
    return query->active ? query->store->driver->col_blob(query->statement, column)
                         : (struct td_slice){0};
}

bool td_col_is_null(struct td_query *query, int column)
{
    return !query->active || query->store->driver->col_is_null(query->statement, column);
}

int64_t td_changes(struct td_store *store)
{
    return store->driver->changes(store->connection);
}

/* A statement still giving rows would keep the transaction from ending. */
static void end_all(struct td_store *store)
{
    for (size_t i = 0; i < store->query_count; i++)
        if (store->queries[i].active)
            td_query_end(&store->queries[i]);
}

enum td_status td_begin(struct td_store *store, struct td_err *err)
{
    if (store->transaction != TD_TX_NONE)
        TD_PANIC("td_begin inside a transaction");
    enum td_status status = td_commit_lock_take(&store->lock, err);
    if (status != TD_OK)
        return status;
    status = store->driver->script(store->connection, store->driver->begin, err);
    if (status != TD_OK)
        td_commit_lock_drop(&store->lock);
    else
        store->transaction = TD_TX_WRITE;
    return status;
}

enum td_status td_commit(struct td_store *store, struct td_err *err)
{
    if (store->transaction != TD_TX_WRITE)
        TD_PANIC("td_commit without td_begin");
    if (store->commits_to_crash > 0 && --store->commits_to_crash == 0)
        _exit(99);
    end_all(store);
    enum td_status status;
    if (!store->driver->in_transaction(store->connection))
        status =
            td_fail(err, TD_IO, "the transaction was rolled back by an earlier error");
    else
        status = store->driver->script(store->connection, "COMMIT", err);
    if (status != TD_OK) {
        td_rollback(store);
        return status;
    }
    store->transaction = TD_TX_NONE;
    td_commit_lock_drop(&store->lock);
    return TD_OK;
}

void td_rollback(struct td_store *store)
{
    if (store->transaction != TD_TX_WRITE)
        return;
    end_all(store);
    if (store->driver->in_transaction(store->connection))
        (void)store->driver->script(store->connection, "ROLLBACK", NULL);
    td_id_cache_clear(&store->prefs);
    td_id_cache_clear(&store->replies);
    td_id_cache_clear(&store->groups);
    store->prefs_ids = (struct td_id_range){0};
    store->transaction = TD_TX_NONE;
    td_commit_lock_drop(&store->lock);
}

enum td_status td_begin_read(struct td_store *store, struct td_err *err)
{
    if (store->transaction != TD_TX_NONE)
        TD_PANIC("td_begin_read inside a transaction");
    enum td_status status =
        store->driver->script(store->connection, store->driver->begin_read, err);
    if (status == TD_OK)
        store->transaction = TD_TX_READ;
    return status;
}

void td_end_read(struct td_store *store)
{
    if (store->transaction != TD_TX_READ)
        return;
    end_all(store);
    (void)store->driver->script(store->connection, "COMMIT", NULL);
    store->transaction = TD_TX_NONE;
}
