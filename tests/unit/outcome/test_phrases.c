/*
 * test_phrases.c: phrases and patterns: what they find, and that no text makes them slow.
 */
#include "support/td_test.h"

#include "outcome/pattern.h"
#include "outcome/flatten.h"
#include "outcome/phrases.h"

struct ctx {
    struct td_phrases *phrases;
};

static const char *const phrases[] = {
    "user unknown", "greylist", "user * not found", "存在しません",
    "mailbox full", "^re:",     "n'existe pas",     "не существует"};

static int setup(void **state)
{
    static struct ctx ctx;
    ctx.phrases = td_phrases_create();
    for (size_t i = 0; i < TD_ARRAY_LEN(phrases); i++)
        assert_true(td_phrases_add(ctx.phrases, td_slice(phrases[i]), i));
    td_phrases_seal(ctx.phrases);
    *state = &ctx;
    return 0;
}

static int teardown(void **state)
{
    struct ctx *ctx = *state;
    td_phrases_destroy(ctx->phrases);
    return 0;
}

static struct td_hits found(void **state, const char *text)
{
    struct ctx *ctx = *state;
    char flat[1024];
    struct td_hits hits;
    const size_t n = td_flatten(td_slice(text), flat, sizeof flat);
    td_phrases_find(ctx->phrases, td_slice_n(flat, n), &hits);
    return hits;
}

static void a_phrase_begins_a_word_and_may_end_within_one(void **state)
{
    struct td_hits hits = found(state, "550 Greylisted. superuser unknown");
    assert_true(td_hit(&hits, 1));
    assert_false(td_hit(&hits, 0));
}

static void a_phrase_crosses_a_line_end_and_its_code(void **state)
{
    struct td_hits hits = found(state, "550-5.1.1 user\r\n550 5.1.1 unknown");
    assert_true(td_hit(&hits, 0));
}

static void addresses_are_no_words(void **state)
{
    struct td_hits hits = found(state, "550 mailbox@x.example full <mailbox full>");
    assert_false(td_hit(&hits, 4));
    hits = found(state, "user oak@x.example was not found");
    assert_true(td_hit(&hits, 2));
}

static void scripts_without_spaces_write_beside_addresses(void **state)
{
    struct td_hits hits = found(state, "宛先<oak@x.example>は存在しません。");
    assert_true(td_hit(&hits, 3));
    char flat[64];
    assert_true(td_flatten(td_slice("an oak@x.example（不）de"), flat, sizeof flat) > 0);
    assert_string_equal(flat, "an （不） ");
}

/* Heads that begin alike stand in one bucket: each that the text begins with is to be found, whatever
 * stands between them in order. */
static void phrases_that_begin_alike_are_all_found(void **state)
{
    (void)state;
    static const char *const alike[] = {
        "mail",
        "mailbox",
        "mailbox * full",
        "mailbox is",
        "mailbox is temporarily full",
        "mailbox is temporarily gone",
        "mailbox over",
        "mailbag",
        "mai",
        "full",
        "gone",
        "mailbox is temporarily busy",
        "mailbox * ,",
        "mailbox * ;",
    };
    static const bool wanted[] = {true,  true, true, true, true,  true, false,
                                  false, true, true, true, false, true, false};
    struct td_phrases *some = td_phrases_create();
    struct td_hits hits;
    for (size_t i = 0; i < TD_ARRAY_LEN(alike); i++)
        assert_true(td_phrases_add(some, td_slice(alike[i]), i));
    td_phrases_seal(some);
    td_phrases_find(
        some, td_slice("a mailbox is temporarily gone, mailbox is temporarily full"),
        &hits);
    for (size_t i = 0; i < TD_ARRAY_LEN(alike); i++)
        assert_int_equal(td_hit(&hits, i), wanted[i]);
    td_phrases_find(some, td_slice("to mail"), &hits);
    assert_true(td_hit(&hits, 0));
    assert_false(td_hit(&hits, 1));
    td_phrases_find(some, td_slice("mai"), &hits);
    assert_true(td_hit(&hits, 8));
    assert_false(td_hit(&hits, 0));
    assert_true(td_phrases_begin(some, td_slice("MAIL")));
    assert_true(td_phrases_begin(some, td_slice("Fully")));
    assert_false(td_phrases_begin(some, td_slice("ful")));
    td_phrases_destroy(some);
}

static void an_address_may_leave_json_and_cuts_no_more_than_its_word(void **state)
{
    (void)state;
    char flat[64];
    (void)td_flatten(td_slice("A  {\"To\":\"oak@x.example\"}\r\n\tB"), flat, sizeof flat);
    assert_string_equal(flat, "a {\"to\":\"oak@x.example\"} b ");
    (void)td_flatten(td_slice("to <Oak@x.example>, x<y <z\n554 5.1.1 end"), flat,
                     sizeof flat);
    assert_string_equal(flat, "to x<y end ");
    char little[12];
    (void)td_flatten(td_slice("by oak@x.example.net now"), little, sizeof little);
    assert_string_equal(little, "by xample. ");
}

static void a_gap_has_an_end(void **state)
{
    struct td_hits hits =
        found(state, "user 1234567890 1234567890 1234567890 1234567890 1234567890 "
                     "1234567890 1234567890 1234567890 1234567890 not found");
    assert_false(td_hit(&hits, 2));
}

static void other_scripts_need_no_spaces(void **state)
{
    struct td_hits hits = found(state, "宛先は存在しませんgreylist");
    assert_true(td_hit(&hits, 3));
    assert_false(td_hit(&hits, 1)); /* no word of its own */
}

static void letters_fold_beyond_ascii(void **state)
{
    struct td_hits hits = found(state, "НЕ СУЩЕСТВУЕТ");
    assert_true(td_hit(&hits, 7));
    char flat[64];
    assert_true(td_flatten(td_slice("Échec ÖDE Łódź Ý × Ж"), flat, sizeof flat) > 0);
    assert_string_equal(flat, "échec öde łódź ý × ж ");
}

static void signs_of_typographers_are_plain(void **state)
{
    struct td_hits hits = found(state, "n’existe\xC2\xA0pas");
    assert_true(td_hit(&hits, 6));
    hits = found(state, "mail\xE2\x80\x8B"
                        "box full");
    assert_true(td_hit(&hits, 4));
}

static void a_sign_in_front_is_the_beginning(void **state)
{
    const struct ctx *ctx = *state;
    struct td_hits hits;
    td_phrases_find(ctx->phrases, td_slice("^re: greylist"), &hits);
    assert_true(td_hit(&hits, 5));
    td_phrases_find(ctx->phrases, td_slice("greylist ^re: "), &hits);
    assert_false(td_hit(&hits, 5));
}

static void hits_are_counted_in_order(void **state)
{
    struct td_hits hits = found(state, "mailbox full, user unknown");
    assert_int_equal(td_hits_next(&hits, 0), 0);
    assert_int_equal(td_hits_next(&hits, 1), 4);
    assert_int_equal(td_hits_next(&hits, 5), TD_PHRASE_IDS_MAX);
}

static void short_phrases_are_refused(void **state)
{
    struct ctx *ctx = *state;
    assert_false(td_phrases_add(ctx->phrases, td_slice("ab"), 1));
    assert_false(td_phrases_add(ctx->phrases, td_slice("ab * cdef"), 1));
}

static void flattening_keeps_within_its_room(void **state)
{
    (void)state;
    char flat[8];
    assert_true(td_flatten(td_slice("abcdefghijklmnop qrs"), flat, sizeof flat) < 8);
    assert_int_equal(strlen(flat), 7);
}

/* The first branch fails after two million steps, the second would match at once: it is given up in
 * between. */
static void a_pattern_gives_up_on_a_hostile_text(void **state)
{
    (void)state;
    struct td_pattern *pattern = NULL;
    struct td_err err;
    struct td_match match;
    const struct td_slice text = td_slice("aaaaaaaaaaaaaaaaaaaaa b");
    assert_int_equal(td_pattern_create(&pattern, td_slice("^(a+)+c|^a+ b"), &err), TD_OK);
    assert_false(td_pattern_find(pattern, text, 0, &match));
    td_pattern_destroy(pattern);
}

static void a_pattern_that_is_none_says_where(void **state)
{
    (void)state;
    struct td_pattern *pattern = NULL;
    struct td_err err;
    assert_int_equal(td_pattern_create(&pattern, td_slice("ab[c"), &err), TD_CONFIG);
    assert_non_null(strstr(err.text, "at character 5"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_phrase_begins_a_word_and_may_end_within_one),
        cmocka_unit_test(a_phrase_crosses_a_line_end_and_its_code),
        cmocka_unit_test(addresses_are_no_words),
        cmocka_unit_test(scripts_without_spaces_write_beside_addresses),
        cmocka_unit_test(phrases_that_begin_alike_are_all_found),
        cmocka_unit_test(an_address_may_leave_json_and_cuts_no_more_than_its_word),
        cmocka_unit_test(a_gap_has_an_end),
        cmocka_unit_test(other_scripts_need_no_spaces),
        cmocka_unit_test(letters_fold_beyond_ascii),
        cmocka_unit_test(signs_of_typographers_are_plain),
        cmocka_unit_test(a_sign_in_front_is_the_beginning),
        cmocka_unit_test(hits_are_counted_in_order),
        cmocka_unit_test(short_phrases_are_refused),
        cmocka_unit_test(flattening_keeps_within_its_room),
        cmocka_unit_test(a_pattern_gives_up_on_a_hostile_text),
        cmocka_unit_test(a_pattern_that_is_none_says_where),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
