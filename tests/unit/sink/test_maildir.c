/* test_maildir.c: what lands in the Maildir is what came over the wire, whole or not at all. */
#include "support/td_test.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "sink/maildir.h"

static char dir[] = "/tmp/td-maildir-XXXXXX";

static int make_dir(void **state)
{
    (void)state;
    return mkdtemp(dir) == NULL;
}

static int clear_dir(void **state)
{
    (void)state;
    static const char *const parts[] = {"box/new", "box/tmp", "box/cur", "box"};
    for (size_t i = 0; i < TD_ARRAY_LEN(parts); i++) {
        char *part = td_path_join(dir, parts[i]);
        struct td_names names;
        if (td_dir_list(part, &names, NULL) == TD_OK) {
            for (size_t n = 0; n < names.count; n++) {
                char *file = td_path_join(part, names.items[n]);
                (void)unlink(file);
                free(file);
            }
            td_names_free(&names);
        }
        (void)rmdir(part);
        free(part);
    }
    return rmdir(dir);
}

static const struct td_sink_mail *sample(void)
{
    static struct td_sink_mail mail;
    mail.sender = td_slice("b+1@from.example");
    mail.recipients = td_slice("r@to.example\ns@to.example\n");
    mail.content = td_slice("Subject: x\r\n\r\n.\r\n\xff bare\n");
    return &mail;
}

static void a_mail_is_one_file_in_new_with_its_envelope_on_top(void **state)
{
    (void)state;
    struct td_err err;
    struct td_maildir *maildir = NULL;
    char *box = td_path_join(dir, "box");
    char *new = td_path_join(dir, "box/new");
    assert_ok(td_maildir_open(&maildir, box, &err), err);
    for (int i = 0; i < 100; i++)
        assert_ok(td_maildir_add(maildir, sample(), &err), err);
    struct td_names names;
    assert_ok(td_dir_list(new, &names, &err), err);
    assert_int_equal(names.count, 100);
    char *path = td_path_join(new, names.items[0]);
    struct td_buf bytes;
    struct stat status;
    td_buf_init(&bytes, 10000);
    assert_ok(td_file_read(path, 10000, &bytes, &err), err);
    assert_slice(td_buf_slice(&bytes),
                 "Return-Path: <b+1@from.example>\r\nDelivered-To: r@to.example\r\n"
                 "Delivered-To: s@to.example\r\nSubject: x\r\n\r\n.\r\n\xff bare\n");
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    td_names_free(&names);
    char *tmp = td_path_join(dir, "box/tmp");
    assert_ok(td_dir_list(tmp, &names, &err), err);
    assert_int_equal(names.count, 0);
    td_names_free(&names);
    td_buf_release(&bytes);
    td_maildir_close(maildir);
    free(path);
    free(tmp);
    free(new);
    free(box);
}

static void a_mail_that_cannot_be_written_is_an_error_with_its_path(void **state)
{
    (void)state;
    struct td_err err;
    struct td_maildir *maildir = NULL;
    char *box = td_path_join(dir, "box");
    assert_ok(td_maildir_open(&maildir, box, &err), err);
    (void)clear_dir(NULL);
    assert_int_equal(td_maildir_add(maildir, sample(), &err), TD_IO);
    assert_contains(err.text, box);
    td_maildir_close(maildir);
    assert_int_equal(td_maildir_open(&maildir, "/dev/null/box", &err), TD_CANTCREAT);
    free(box);
    assert_int_equal(mkdir(dir, 0700), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mail_is_one_file_in_new_with_its_envelope_on_top),
        cmocka_unit_test(a_mail_that_cannot_be_written_is_an_error_with_its_path),
    };
    return cmocka_run_group_tests(tests, make_dir, clear_dir);
}
