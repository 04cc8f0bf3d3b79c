/* test_file.c: files are read with a bound, written whole or not at all; paths. */
#include "support/td_test.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

struct ctx {
    char *dir;
    char *path; /* a file in it that does not exist yet */
    struct td_buf buf;
    struct td_err err;
};

static int setup(void **state)
{
    struct ctx *ctx = calloc(1, sizeof *ctx);
    char template[] = "/tmp/td-test-file-XXXXXX";
    ctx->dir = strdup(mkdtemp(template));
    ctx->path = td_path_join(ctx->dir, "a.txt");
    td_buf_init(&ctx->buf, 1000000);
    *state = ctx;
    return 0;
}

static void remove_all(const char *dir)
{
    struct td_names names;
    if (td_dir_list(dir, &names, NULL) == TD_OK) {
        for (size_t i = 0; i < names.count; i++) {
            char *path = td_path_join(dir, names.items[i]);
            if (unlink(path) != 0) {
                remove_all(path);
            }
            free(path);
        }
        td_names_free(&names);
    }
    (void)rmdir(dir);
}

static int teardown(void **state)
{
    struct ctx *ctx = *state;
    td_buf_release(&ctx->buf);
    remove_all(ctx->dir);
    free(ctx->dir);
    free(ctx->path);
    free(ctx);
    return 0;
}

static void what_was_written_is_read_with_its_mode(void **state)
{
    struct ctx *ctx = *state;
    assert_false(td_file_exists(ctx->path));
    assert_ok(td_file_write(ctx->path, td_slice_n("a\0b\n", 4), 0640, &ctx->err),
              ctx->err);
    assert_ok(td_file_read(ctx->path, 4, &ctx->buf, &ctx->err), ctx->err);
    assert_int_equal(ctx->buf.len, 4);
    assert_memory_equal(ctx->buf.ptr, "a\0b\n", 4);
    struct stat st;
    assert_int_equal(stat(ctx->path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0640);
    assert_true(td_file_exists(ctx->path));
}

static void writing_again_replaces_and_leaves_nothing_beside(void **state)
{
    struct ctx *ctx = *state;
    assert_ok(td_file_write(ctx->path, td_slice("first, longer"), 0644, &ctx->err),
              ctx->err);
    assert_ok(td_file_write(ctx->path, td_slice("second"), 0644, &ctx->err), ctx->err);
    assert_ok(td_file_write(ctx->path, td_slice(""), 0644, &ctx->err), ctx->err);
    assert_ok(td_file_write(ctx->path, td_slice("third"), 0644, &ctx->err), ctx->err);
    assert_ok(td_file_read(ctx->path, 100, &ctx->buf, &ctx->err), ctx->err);
    assert_string_equal(ctx->buf.ptr, "third");
    struct td_names names;
    assert_ok(td_dir_list(ctx->dir, &names, &ctx->err), ctx->err);
    assert_int_equal(names.count, 1);
    td_names_free(&names);
}

static void creating_refuses_a_name_that_is_taken(void **state)
{
    struct ctx *ctx = *state;
    assert_ok(td_file_create(ctx->path, td_slice("mine"), 0644, &ctx->err), ctx->err);
    assert_int_equal(td_file_create(ctx->path, td_slice("theirs"), 0644, &ctx->err),
                     TD_CANTCREAT);
    assert_int_equal(ctx->err.sys, EEXIST);
    assert_ok(td_file_read(ctx->path, 100, &ctx->buf, &ctx->err), ctx->err);
    assert_string_equal(ctx->buf.ptr, "mine");
    struct td_names names;
    assert_ok(td_dir_list(ctx->dir, &names, &ctx->err), ctx->err);
    assert_int_equal(names.count, 1);
    td_names_free(&names);
}

static void a_place_that_is_not_there_cannot_be_written(void **state)
{
    struct ctx *ctx = *state;
    char *path = td_path_join(ctx->dir, "no/such.txt");
    assert_int_equal(td_file_write(path, td_slice("x"), 0644, &ctx->err), TD_CANTCREAT);
    assert_contains(ctx->err.text, "no/such.txt: No such file or directory");
    assert_int_equal(td_file_create(path, td_slice("x"), 0644, &ctx->err), TD_CANTCREAT);
    free(path);
    assert_ok(td_dir_make(ctx->path, 0755, &ctx->err), ctx->err);
    assert_int_equal(td_file_write(ctx->path, td_slice("x"), 0644, &ctx->err),
                     TD_CANTCREAT);
    struct td_names names;
    assert_ok(td_dir_list(ctx->dir, &names, &ctx->err), ctx->err);
    assert_int_equal(names.count, 1);
    td_names_free(&names);
}

static void reading_says_what_is_wrong(void **state)
{
    struct ctx *ctx = *state;
    assert_int_equal(td_file_read(ctx->path, 10, &ctx->buf, &ctx->err), TD_NOINPUT);
    assert_contains(ctx->err.text, "a.txt: No such file");
    assert_int_equal(td_file_read(ctx->dir, 10, &ctx->buf, &ctx->err), TD_DATA);
    assert_contains(ctx->err.text, "not a regular file");
    assert_int_equal(mkfifo(ctx->path, 0600), 0);
    assert_int_equal(td_file_read(ctx->path, 10, &ctx->buf, &ctx->err), TD_DATA);
    assert_contains(ctx->err.text, "not a regular file");
}

static void a_file_over_the_bound_is_refused(void **state)
{
    struct ctx *ctx = *state;
    struct td_buf big;
    td_buf_init(&big, 100000);
    td_buf_add_repeat(&big, 'x', 40000);
    assert_ok(td_file_write(ctx->path, td_buf_slice(&big), 0644, &ctx->err), ctx->err);
    td_buf_release(&big);
    assert_ok(td_file_read(ctx->path, 40000, &ctx->buf, &ctx->err), ctx->err);
    assert_int_equal(ctx->buf.len, 40000);
    assert_int_equal(td_file_read(ctx->path, 39999, &ctx->buf, &ctx->err), TD_DATA);
    assert_contains(ctx->err.text, "larger than 39999 bytes");
    struct td_buf small;
    td_buf_init(&small, 100);
    assert_int_equal(td_file_read(ctx->path, 50000, &small, &ctx->err), TD_DATA);
    td_buf_release(&small);
}

static void of_a_file_over_the_bound_the_start_may_be_had(void **state)
{
    struct ctx *ctx = *state;
    struct td_buf big;
    td_buf_init(&big, 100000);
    td_buf_add_repeat(&big, 'x', 39999);
    td_buf_add_str(&big, "y");
    assert_ok(td_file_write(ctx->path, td_buf_slice(&big), 0644, &ctx->err), ctx->err);
    td_buf_release(&big);
    assert_ok(td_file_read_start(ctx->path, 40001, &ctx->buf, &ctx->err), ctx->err);
    assert_int_equal(ctx->buf.len, 40000);
    td_buf_clear(&ctx->buf);
    assert_ok(td_file_read_start(ctx->path, 39999, &ctx->buf, &ctx->err), ctx->err);
    assert_int_equal(ctx->buf.len, 39999);
    assert_int_equal(ctx->buf.ptr[39998], 'x');
    assert_int_equal(td_file_read_start(ctx->dir, 10, &ctx->buf, &ctx->err), TD_DATA);
}

static void a_dash_reads_standard_input(void **state)
{
    struct ctx *ctx = *state;
    assert_ok(td_file_write(ctx->path, td_slice("piped"), 0644, &ctx->err), ctx->err);
    FILE *file = fopen(ctx->path, "r");
    const int kept = dup(STDIN_FILENO);
    assert_non_null(file);
    (void)dup2(fileno(file), STDIN_FILENO);
    const enum td_status status = td_file_read("-", 100, &ctx->buf, &ctx->err);
    (void)dup2(kept, STDIN_FILENO);
    (void)close(kept);
    (void)fclose(file);
    assert_ok(status, ctx->err);
    assert_string_equal(ctx->buf.ptr, "piped");
}

static void directories_are_made_with_their_parents(void **state)
{
    struct ctx *ctx = *state;
    char *deep = td_path_join(ctx->dir, "x//y/z/");
    assert_ok(td_dir_make(deep, 0700, &ctx->err), ctx->err);
    assert_ok(td_dir_make(deep, 0700, &ctx->err), ctx->err);
    assert_true(td_file_exists(deep));
    free(deep);
    assert_ok(td_file_write(ctx->path, td_slice(""), 0644, &ctx->err), ctx->err);
    char *below = td_path_join(ctx->path, "sub");
    assert_int_equal(td_dir_make(ctx->path, 0700, &ctx->err), TD_CANTCREAT);
    assert_contains(ctx->err.text, "File exists");
    assert_int_equal(td_dir_make(below, 0700, &ctx->err), TD_CANTCREAT);
    assert_int_equal(td_dir_make("", 0700, &ctx->err), TD_CANTCREAT);
    free(below);
}

static void names_in_a_directory_are_sorted(void **state)
{
    struct ctx *ctx = *state;
    static const char *const made[] = {"b", "\xc3\xa9", "a", "B", ".hidden"};
    static const char *const expected[] = {".hidden", "B", "a", "b", "\xc3\xa9"};
    struct td_names names;
    assert_ok(td_dir_list(ctx->dir, &names, &ctx->err), ctx->err);
    assert_int_equal(names.count, 0);
    td_names_free(&names);
    for (size_t i = 0; i < TD_ARRAY_LEN(made); i++) {
        char *path = td_path_join(ctx->dir, made[i]);
        assert_ok(td_file_write(path, td_slice(""), 0644, &ctx->err), ctx->err);
        free(path);
    }
    assert_ok(td_dir_list(ctx->dir, &names, &ctx->err), ctx->err);
    assert_int_equal(names.count, TD_ARRAY_LEN(expected));
    for (size_t i = 0; i < names.count; i++) {
        assert_string_equal(names.items[i], expected[i]);
    }
    td_names_free(&names);
    assert_int_equal(td_dir_list("/no/such/dir", &names, &ctx->err), TD_NOINPUT);
    assert_int_equal(names.count, 0);
}

static void paths_are_joined_and_taken_apart(void **state)
{
    (void)state;
    static const struct {
        const char *dir, *name, *joined;
    } cases[] = {
        {"conf", "keys", "conf/keys"},
        {"conf/", "keys", "conf/keys"},
        {"/", "etc", "/etc"},
        {"", "keys", "keys"},
        {"conf", "/etc/keys", "/etc/keys"},
        {".", "a/b", "./a/b"},
    };
    for (size_t i = 0; i < TD_ARRAY_LEN(cases); i++) {
        char *joined = td_path_join(cases[i].dir, cases[i].name);
        assert_string_equal(joined, cases[i].joined);
        free(joined);
    }
    assert_string_equal(td_path_base("a/b/c.md"), "c.md");
    assert_string_equal(td_path_base("c.md"), "c.md");
    assert_string_equal(td_path_base("a/"), "");
}

#define FILE_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FILE_TEST(what_was_written_is_read_with_its_mode),
        FILE_TEST(writing_again_replaces_and_leaves_nothing_beside),
        FILE_TEST(creating_refuses_a_name_that_is_taken),
        FILE_TEST(a_place_that_is_not_there_cannot_be_written),
        FILE_TEST(reading_says_what_is_wrong),
        FILE_TEST(a_file_over_the_bound_is_refused),
        FILE_TEST(of_a_file_over_the_bound_the_start_may_be_had),
        FILE_TEST(a_dash_reads_standard_input),
        FILE_TEST(directories_are_made_with_their_parents),
        FILE_TEST(names_in_a_directory_are_sorted),
        cmocka_unit_test(paths_are_joined_and_taken_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
