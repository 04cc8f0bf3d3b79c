/* test_enclosures.c: files beneath a folder are read, and nothing outside it (standards Q9). */
#include "support/td_test.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/press/enclosures.h"
#include "base/file.h"

struct ctx {
    char top[64];
    char root[80];
};

static char *in(const char *dir, const char *name)
{
    return td_path_join(dir, name);
}

static void put(const char *dir, const char *name, const char *text)
{
    struct td_err err = {0};
    char *path = in(dir, name);
    assert_ok(td_file_write(path, td_slice(text), 0600, &err), err);
    free(path);
}

static void link_to(const char *target, const char *dir, const char *name)
{
    char *path = in(dir, name);
    assert_int_equal(symlink(target, path), 0);
    free(path);
}

static int setup(void **state)
{
    struct ctx *ctx = calloc(1, sizeof *ctx);
    assert_non_null(ctx);
    (void)snprintf(ctx->top, sizeof ctx->top, "/tmp/td-enclosures-XXXXXX");
    assert_non_null(mkdtemp(ctx->top));
    (void)snprintf(ctx->root, sizeof ctx->root, "%s/root", ctx->top);
    assert_int_equal(mkdir(ctx->root, 0700), 0);
    char *sub = in(ctx->root, "sub");
    assert_int_equal(mkdir(sub, 0700), 0);
    free(sub);
    put(ctx->top, "secret", "outside");
    put(ctx->root, "a.txt", "inside");
    put(ctx->root, "sub/b.txt", "deeper");
    link_to("../secret", ctx->root, "out");
    link_to("..", ctx->root, "up");
    link_to("a.txt", ctx->root, "within");
    char sibling[96];
    (void)snprintf(sibling, sizeof sibling, "%s/root-two", ctx->top);
    assert_int_equal(mkdir(sibling, 0700), 0);
    put(sibling, "c.txt", "beside");
    link_to("../root-two/c.txt", ctx->root, "beside");
    *state = ctx;
    return 0;
}

static int teardown(void **state)
{
    static const char *const made[] = {"root/out",    "root/up",    "root/within",
                                       "root/beside", "root/a.txt", "root/sub/b.txt",
                                       "root/sub",    "root",       "root-two/c.txt",
                                       "root-two",    "secret",     ""};
    struct ctx *ctx = *state;
    for (size_t i = 0; i < TD_ARRAY_LEN(made); i++) {
        char *path = in(ctx->top, made[i]);
        assert_int_equal(remove(path), 0);
        free(path);
    }
    free(ctx);
    return 0;
}

static void assert_read(const struct ctx *ctx, const char *name, const char *expected)
{
    struct td_buf out;
    struct td_err err = {0};
    td_buf_init(&out, 100);
    const enum td_status status = td_read_beneath(ctx->root, name, &out, &err);
    if (expected != NULL) {
        assert_ok(status, err);
        assert_string_equal(out.ptr, expected);
    } else {
        if (status != TD_DATA)
            fail_msg("%s was read", name);
        assert_int_equal(out.len, 0);
    }
    td_buf_release(&out);
}

static void files_beneath_the_folder_are_read(void **state)
{
    assert_read(*state, "a.txt", "inside");
    assert_read(*state, "sub/b.txt", "deeper");
    assert_read(*state, "./sub/./b.txt", "deeper");
    assert_read(*state, "within", "inside");
}

static void nothing_outside_it_is(void **state)
{
    const struct ctx *ctx = *state;
    char absolute[96];
    (void)snprintf(absolute, sizeof absolute, "%s/a.txt", ctx->root);
    assert_read(ctx, absolute, NULL);
    assert_read(ctx, "../secret", NULL);
    assert_read(ctx, "sub/../../secret", NULL);
    assert_read(ctx, "sub/../a.txt", NULL);
    assert_read(ctx, "..\\secret", NULL);
    assert_read(ctx, "out", NULL);
    assert_read(ctx, "up/secret", NULL);
    assert_read(ctx, "beside", NULL);
    assert_read(ctx, "sub", NULL);
    assert_read(ctx, ".", NULL);
    assert_read(ctx, "", NULL);
    assert_read(ctx, "not-there", NULL);
    assert_read(ctx, "/etc/passwd", NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(files_beneath_the_folder_are_read, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(nothing_outside_it_is, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
