/*
 * store_fixture.h: a store in a directory of its own, taken away afterwards.
 */
#ifndef TD_TEST_STORE_FIXTURE_H
#define TD_TEST_STORE_FIXTURE_H

#include "support/td_test.h"

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

#define STORE_TEST(name) cmocka_unit_test_setup_teardown(name, make_store, drop_store)

#endif
