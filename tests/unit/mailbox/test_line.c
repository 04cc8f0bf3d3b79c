/*
 * test_line.c: what a mail server says is read, and what it does not say is not.
 */
#include "support/td_test.h"

#include "mailbox/line.h"

static void a_fetched_mail_has_a_uid_and_a_size_in_any_order(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "* 3 FETCH (UID 17 RFC822.SIZE 2048)",
        "* 3 FETCH (RFC822.SIZE 2048 FLAGS (\\Seen $Junk) UID 17)\r",
        "* 3 fetch (flags () uid 17 rfc822.size 2048)",
    };
    for (size_t i = 0; i < TD_ARRAY_LEN(lines); i++) {
        struct td_imap_fetched got;
        assert_true(td_imap_fetched(td_slice(lines[i]), &got));
        assert_int_equal(got.number, 3);
        assert_int_equal(got.uid, 17);
        assert_int_equal(got.size, 2048);
    }
}

static void other_lines_fetch_nothing(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "",
        "*",
        "* 3",
        "* 3 FETCH",
        "* 3 FETCH (RFC822.SIZE 2048)",
        "* 3 FETCH (UID)",
        "* 3 FETCH (UID 0)",
        "* 3 FETCH (UID -1)",
        "* 3 FETCH (UID 4294967296)",
        "* 3 FETCH (UID 99999999999999999999)",
        "* x FETCH (UID 1)",
        "+ 3 FETCH (UID 1)",
        "* 3 EXPUNGE",
    };
    for (size_t i = 0; i < TD_ARRAY_LEN(lines); i++) {
        struct td_imap_fetched got;
        assert_false(td_imap_fetched(td_slice(lines[i]), &got));
    }
}

static void recent_mails_are_not_taken_for_all_of_them(void **state)
{
    (void)state;
    int64_t exists = -1;
    assert_true(td_imap_exists(td_slice("* 7 EXISTS\r"), &exists));
    assert_false(td_imap_exists(td_slice("* 2 RECENT"), &exists));
    assert_false(td_imap_exists(td_slice("* 12345678901 EXISTS"), &exists));
    assert_int_equal(exists, 7);
}

static void a_validity_is_a_number_over_zero(void **state)
{
    (void)state;
    int64_t validity = -1;
    assert_true(td_imap_validity(td_slice("* OK [UIDVALIDITY 1795601952] UIDs valid"),
                                 &validity));
    assert_false(td_imap_validity(td_slice("* OK [UIDVALIDITY 0] no"), &validity));
    assert_false(td_imap_validity(td_slice("* OK [UIDVALIDITY x]"), &validity));
    assert_false(td_imap_validity(td_slice("* OK [UIDVALIDITY 5"), &validity));
    assert_false(td_imap_validity(td_slice("* OK [UIDNEXT 5]"), &validity));
    assert_int_equal(validity, 1795601952);
}

static void a_pop3_list_names_numbers_and_sizes(void **state)
{
    (void)state;
    int64_t number = 0;
    int64_t size = 0;
    assert_true(td_pop3_listed(td_slice("3 2048\r"), &number, &size));
    assert_int_equal(number, 3);
    assert_int_equal(size, 2048);
    static const char *const others[] = {"",    "+OK",  ".",   "3",
                                         "0 5", "-1 5", "a b", "3 x"};
    for (size_t i = 0; i < TD_ARRAY_LEN(others); i++)
        assert_false(td_pop3_listed(td_slice(others[i]), &number, &size));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fetched_mail_has_a_uid_and_a_size_in_any_order),
        cmocka_unit_test(other_lines_fetch_nothing),
        cmocka_unit_test(recent_mails_are_not_taken_for_all_of_them),
        cmocka_unit_test(a_validity_is_a_number_over_zero),
        cmocka_unit_test(a_pop3_list_names_numbers_and_sizes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
