/*
 * test_token.c: links act for one subscriber, one newsletter and one purpose, and for no
 * other.
 */
#include "support/td_test.h"

#include <limits.h>

#include "people/token.h"

static int set_up(void **state)
{
    *state = td_hmac_create(td_slice("the key of the tests, 32 bytes.."));
    return 0;
}

static int tear_down(void **state)
{
    td_hmac_destroy(*state);
    return 0;
}

static const struct td_token sample = {
    .purpose = TD_PURPOSE_VIEW,
    .key_id = 3,
    .newsletter = 2,
    .subscriber = 1000000,
    .edition = 77,
};

static void a_token_says_what_it_was_made_for(void **state)
{
    char text[TD_TOKEN_MAX + 1];
    td_token_make(*state, &sample, text);
    struct td_token read = {0};
    assert_int_equal(td_token_key_id(td_slice(text)), 3);
    assert_true(td_token_read(*state, td_slice(text), &read));
    assert_int_equal(read.purpose, TD_PURPOSE_VIEW);
    assert_int_equal(read.key_id, 3);
    assert_int_equal(read.newsletter, 2);
    assert_int_equal(read.subscriber, 1000000);
    assert_int_equal(read.edition, 77);
}

static void the_largest_token_fits(void **state)
{
    struct td_token largest = {
        .purpose = TD_PURPOSE_VIEW,
        .key_id = INT_MAX,
        .newsletter = INT64_MAX,
        .subscriber = INT64_MAX,
        .edition = INT64_MAX,
    };
    char text[TD_TOKEN_MAX + 1];
    td_token_make(*state, &largest, text);
    struct td_token read;
    assert_true(td_token_read(*state, td_slice(text), &read));
    assert_true(read.edition == INT64_MAX && read.key_id == INT_MAX);
}

static void a_token_is_safe_in_a_url_and_short(void **state)
{
    char text[TD_TOKEN_MAX + 1];
    td_token_make(*state, &sample, text);
    assert_int_equal(
        strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"),
        strlen(text));
    assert_true(strlen(text) <= 40);
}

static void tokens_of_another_key_or_none_are_refused(void **state)
{
    char text[TD_TOKEN_MAX + 1];
    struct td_hmac *other = td_hmac_create(td_slice("another key"));
    td_token_make(other, &sample, text);
    td_hmac_destroy(other);
    struct td_token read;
    assert_false(td_token_read(*state, td_slice(text), &read));
    static const char *const bad[] = {"",     "A",   "AQ", "AQMEAgE", "not a token",
                                      "AQ==", "\xff"};
    for (size_t i = 0; i < TD_ARRAY_LEN(bad); i++) {
        assert_false(td_token_read(*state, td_slice(bad[i]), &read));
        assert_int_equal(td_token_key_id(td_slice(bad[i])), -1);
    }
}

/* The wire form is for ever: links in old mail must keep working (standards G6). */
static void the_form_of_a_token_never_changes(void **state)
{
    char text[TD_TOKEN_MAX + 1];
    td_token_make(*state, &sample, text);
    assert_string_equal(text, "AQMEAsCEPU3ebWulBIrclq3LN_oFG96F");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_token_says_what_it_was_made_for),
        cmocka_unit_test(the_largest_token_fits),
        cmocka_unit_test(a_token_is_safe_in_a_url_and_short),
        cmocka_unit_test(tokens_of_another_key_or_none_are_refused),
        cmocka_unit_test(the_form_of_a_token_never_changes),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
