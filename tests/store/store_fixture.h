/*
 * store_fixture.h: a store in a directory of its own, taken away afterwards.
 */
#ifndef TD_TEST_STORE_FIXTURE_H
#define TD_TEST_STORE_FIXTURE_H

#include "support/td_test.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "store/store.h"

struct ctx {
    char dir[64];
    char path[96];
    char url[128];
    struct td_store *store; /* open */
    struct td_err err;
};

static inline struct td_store *open_store(struct ctx *t)
{
    struct td_store *store = NULL;

    assert_ok(td_store_open(&store, t->url, &t->err), t->err);
    return store;
}

static inline int make_dir(void **state)
{
    struct ctx *t = td_xcalloc(1, sizeof *t);

    (void)snprintf(t->dir, sizeof t->dir, "/tmp/td-store-XXXXXX");
    assert_non_null(mkdtemp(t->dir));
    (void)snprintf(t->path, sizeof t->path, "%s/t.db", t->dir);
    (void)snprintf(t->url, sizeof t->url, "sqlite:%s", t->path);
    *state = t;
    return 0;
}

static inline int make_store(void **state)
{
    (void)make_dir(state);
    ((struct ctx *)*state)->store = open_store(*state);
    return 0;
}

static inline int drop_store(void **state)
{
    struct ctx *t = *state;
    struct td_names names = {0};

    td_store_close(t->store);
    (void)chmod(t->dir, 0700);
    assert_ok(td_dir_list(t->dir, &names, &t->err), t->err);
    for (size_t i = 0; i < names.count; i++) {
        char *path = td_path_join(t->dir, names.items[i]);
        (void)unlink(path);
        free(path);
    }
    td_names_free(&names);
    (void)rmdir(t->dir);
    free(t);
    return 0;
}

/* SQL as an operator would run it beside us, on a connection of its own. */
static inline void sql(const struct ctx *t, const char *text)
{
    sqlite3 *db = NULL;
    char *message = NULL;

    assert_int_equal(sqlite3_open(t->path, &db), SQLITE_OK);
    (void)sqlite3_busy_timeout(db, 5000);
    if (sqlite3_exec(db, text, NULL, NULL, &message) != SQLITE_OK)
        fail_msg("%s: %s", text, message);
    (void)sqlite3_close(db);
}

static inline int add_row(void *out, int columns, char **values, char **names)
{
    struct td_buf *buf = out;

    (void)names;
    if (buf->len > 0)
        td_buf_add_char(buf, ' ');
    for (int i = 0; i < columns; i++)
        td_buf_addf(buf, "%s%s", i > 0 ? "|" : "", values[i] != NULL ? values[i] : "-");
    return 0;
}

/* All rows as "a|b c|d", NULL as "-". */
static inline void assert_sql(const struct ctx *t, const char *text, const char *expected)
{
    sqlite3 *db = NULL;
    struct td_buf buf;

    td_buf_init(&buf, 65536);
    assert_int_equal(sqlite3_open(t->path, &db), SQLITE_OK);
    (void)sqlite3_busy_timeout(db, 5000);
    if (sqlite3_exec(db, text, add_row, &buf, NULL) != SQLITE_OK)
        fail_msg("%s: %s", text, sqlite3_errmsg(db));
    (void)sqlite3_close(db);
    if (strcmp(buf.ptr, expected) != 0)
        fail_msg("%s gives \"%s\", not \"%s\"", text, buf.ptr, expected);
    td_buf_release(&buf);
}

#define STORE_TEST(name) cmocka_unit_test_setup_teardown(name, make_store, drop_store)

#endif
