/*
 * test_verp.c: a bounce names its message, whatever case its address comes back in; a
 * forged one names nothing.
 */
#include "support/td_test.h"

#include "outcome/verp.h"

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

static void a_token_names_edition_and_subscriber_in_any_case(void **state)
{
    char token[TD_VERP_TOKEN_MAX + 1];
    td_verp_token(*state, 42, 1000000, token);
    int64_t edition = 0;
    int64_t subscriber = 0;
    assert_true(td_verp_read(*state, td_slice(token), &edition, &subscriber));
    assert_int_equal(edition, 42);
    assert_int_equal(subscriber, 1000000);
    for (size_t i = 0; token[i] != '\0'; i++) {
        if (token[i] >= 'a' && token[i] <= 'z')
            token[i] = (char)(token[i] - 'a' + 'A');
    }
    edition = 0;
    assert_true(td_verp_read(*state, td_slice(token), &edition, &subscriber));
    assert_int_equal(edition, 42);
}

static void the_largest_token_fits_a_local_part(void **state)
{
    char token[TD_VERP_TOKEN_MAX + 1];
    td_verp_token(*state, INT64_MAX, INT64_MAX, token);
    int64_t edition = 0;
    int64_t subscriber = 0;
    assert_true(td_verp_read(*state, td_slice(token), &edition, &subscriber));
    assert_true(edition == INT64_MAX && subscriber == INT64_MAX);
    assert_true(strlen("bounce+") + strlen(token) <= 64);
    assert_int_equal(strspn(token, "abcdefghijklmnopqrstuvwxyz234567"), strlen(token));
}

static void forged_tokens_name_nothing(void **state)
{
    struct td_hmac *other = td_hmac_create(td_slice("another key"));
    char token[TD_VERP_TOKEN_MAX + 1];
    td_verp_token(other, 42, 7, token);
    td_hmac_destroy(other);
    int64_t edition = -1;
    int64_t subscriber = -1;
    assert_false(td_verp_read(*state, td_slice(token), &edition, &subscriber));
    static const char *const bad[] = {"", "a", "aeaq", "owner", "aaaaaaaaaaaaaaaaaaaa",
                                      "é"};
    for (size_t i = 0; i < TD_ARRAY_LEN(bad); i++)
        assert_false(td_verp_read(*state, td_slice(bad[i]), &edition, &subscriber));
    assert_int_equal(edition, -1);
    assert_int_equal(subscriber, -1);
}

/* Bounces come back for weeks: an upgrade must still know the tokens of the version
 * before. */
static void the_form_of_a_token_never_changes(void **state)
{
    char token[TD_VERP_TOKEN_MAX + 1];
    td_verp_token(*state, 42, 1000000, token);
    assert_string_equal(token, "aevmbbb53p2jiebvopfxj3jy");
}

static void an_address_holds_its_token_between_delimiter_and_domain(void **state)
{
    (void)state;
    static const struct td_verp_place place = {"bounce", "news.example"};
    static const char *const good[] = {
        "bounce+abc@news.example", "BOUNCE=abc@NEWS.Example", "bounce-abc@news.example"};
    for (size_t i = 0; i < TD_ARRAY_LEN(good); i++) {
        struct td_slice token = {0};
        assert_true(td_verp_find(&place, td_slice(good[i]), &token));
        assert_slice(token, "abc");
    }
    static const char *const bad[] = {"",
                                      "@",
                                      "bounce@news.example",
                                      "bounce+@news.example",
                                      "bounce+abc@news.example.org",
                                      "bounce+abc@other.example",
                                      "xbounce+abc@news.example",
                                      "bounced+abc@news.example",
                                      "bounce_abc@news.example",
                                      "bounce+abc",
                                      "news.example"};
    for (size_t i = 0; i < TD_ARRAY_LEN(bad); i++) {
        struct td_slice token = {0};
        assert_false(td_verp_find(&place, td_slice(bad[i]), &token));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_token_names_edition_and_subscriber_in_any_case),
        cmocka_unit_test(the_largest_token_fits_a_local_part),
        cmocka_unit_test(forged_tokens_name_nothing),
        cmocka_unit_test(the_form_of_a_token_never_changes),
        cmocka_unit_test(an_address_holds_its_token_between_delimiter_and_domain),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
