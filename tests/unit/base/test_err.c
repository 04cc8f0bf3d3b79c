/* test_err.c: messages are one printable line, statuses have names and exit codes. */
#include "support/td_test.h"

#include <errno.h>

static void a_failure_carries_status_and_text(void **state)
{
    (void)state;
    struct td_err err = {0};
    assert_int_equal(td_fail(&err, TD_CONFIG, "%s:%d: unknown key", "a.yaml", 3),
                     TD_CONFIG);
    assert_int_equal(err.status, TD_CONFIG);
    assert_int_equal(err.sys, 0);
    assert_string_equal(err.text, "a.yaml:3: unknown key");
}

static void the_caller_may_not_want_the_text(void **state)
{
    (void)state;
    assert_int_equal(td_fail(NULL, TD_IO, "lost"), TD_IO);
    assert_int_equal(td_fail_sys(NULL, TD_OS, "lost"), TD_OS);
}

static void a_system_failure_says_what_the_system_said(void **state)
{
    (void)state;
    struct td_err err = {0};
    errno = ENOENT;
    assert_int_equal(td_fail_sys(&err, TD_NOINPUT, "conf/%s", "x"), TD_NOINPUT);
    assert_int_equal(err.sys, ENOENT);
    assert_string_equal(err.text, "conf/x: No such file or directory");
}

static void context_goes_before_the_text_and_keeps_errno(void **state)
{
    (void)state;
    struct td_err err = {0};
    errno = EACCES;
    (void)td_fail_sys(&err, TD_IO, "key");
    assert_int_equal(td_err_context(&err, "relay %d", 2), TD_IO);
    assert_string_equal(err.text, "relay 2: key: Permission denied");
    assert_int_equal(err.sys, EACCES);
}

static void control_bytes_and_bad_bytes_are_shown(void **state)
{
    (void)state;
    struct td_err err = {0};
    (void)td_fail(&err, TD_DATA, "%s", "a\r\nb\x1b[2J \xff caf\xc3\xa9 \xc2\x9b");
    assert_string_equal(err.text, "a\\x0D\\x0Ab\\x1B[2J \\xFF caf\xc3\xa9 \\xC2\\x9B");
}

static void a_long_text_is_cut_between_characters(void **state)
{
    (void)state;
    char long_text[2001];
    for (size_t i = 0; i < 2000; i += 2) {
        memcpy(long_text + i, "\xc3\xa9", 2);
    }
    long_text[2000] = '\0';
    struct td_err err = {0};
    (void)td_fail(&err, TD_DATA, "%s", long_text);
    assert_true(td_utf8_valid(td_slice(err.text), NULL));
    assert_int_equal(strlen(err.text), 510);
    (void)td_err_context(&err, "x");
    assert_true(td_utf8_valid(td_slice(err.text), NULL));
    assert_null(strstr(err.text, "\\x"));
}

static void every_status_has_a_name_of_its_own_and_an_exit_code(void **state)
{
    (void)state;
    static const struct {
        enum td_status status;
        const char *name;
        int exit;
    } cases[] = {
        {TD_OK, "ok", 0},
        {TD_NO, "no", 1},
        {TD_CONFLICT, "conflict", 75},
        {TD_USAGE, "usage", 64},
        {TD_DATA, "data", 65},
        {TD_NOINPUT, "noinput", 66},
        {TD_UNAVAILABLE, "unavailable", 69},
        {TD_SOFTWARE, "software", 70},
        {TD_OS, "os", 71},
        {TD_CANTCREAT, "cantcreat", 73},
        {TD_IO, "io", 74},
        {TD_AGAIN, "again", 75},
        {TD_NOPERM, "noperm", 77},
        {TD_CONFIG, "config", 78},
    };
    for (size_t i = 0; i < TD_ARRAY_LEN(cases); i++) {
        assert_string_equal(td_status_name(cases[i].status), cases[i].name);
        assert_int_equal(td_status_exit(cases[i].status), cases[i].exit);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_failure_carries_status_and_text),
        cmocka_unit_test(the_caller_may_not_want_the_text),
        cmocka_unit_test(a_system_failure_says_what_the_system_said),
        cmocka_unit_test(context_goes_before_the_text_and_keeps_errno),
        cmocka_unit_test(control_bytes_and_bad_bytes_are_shown),
        cmocka_unit_test(a_long_text_is_cut_between_characters),
        cmocka_unit_test(every_status_has_a_name_of_its_own_and_an_exit_code),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
