/*
 * test_prefs.c: topics as people write them, as we keep them, and as bits; formats and
 * cadences.
 */
#include "support/td_test.h"

#include "model/prefs.h"

static const struct td_topic topics[] = {
    {.name = "workforce", .title = "Workforce"},
    {.name = "finance", .title = "Finance"},
    {.name = "mental-health", .title = "Mental health"},
};
static const struct td_newsletter daily = {
    .name = "daily",
    .topics = topics,
    .topic_count = TD_ARRAY_LEN(topics),
};
#define WORKFORCE     1U
#define FINANCE       2U
#define MENTAL_HEALTH 4U

static const struct {
    const char *written;
    const char *canonical;
    uint64_t mask;
} cases[] = {
    {"", "", WORKFORCE | FINANCE | MENTAL_HEALTH},
    {"  ", "", WORKFORCE | FINANCE | MENTAL_HEALTH},
    {" ALL ", "", WORKFORCE | FINANCE | MENTAL_HEALTH},
    {"finance", "finance", FINANCE},
    {"workforce;finance", "finance workforce", FINANCE | WORKFORCE},
    {"Workforce, FINANCE ;finance", "finance workforce", FINANCE | WORKFORCE},
    {"mental-health", "mental-health", MENTAL_HEALTH},
    {"-finance", "-finance", WORKFORCE | MENTAL_HEALTH},
    {"-workforce -finance -workforce", "-finance -workforce", MENTAL_HEALTH},
    {"-workforce -finance -mental-health", "-finance -mental-health -workforce", 0},
};

static void topics_have_one_canonical_form_and_its_bits(void **state)
{
    (void)state;
    for (size_t i = 0; i < TD_ARRAY_LEN(cases); i++) {
        struct td_buf out;
        td_buf_init(&out, TD_TOPICS_TEXT_MAX);
        struct td_err err = {0};
        assert_ok(td_topics_canonical(td_slice(cases[i].written), &daily, &out, &err),
                  err);
        assert_string_equal(out.ptr, cases[i].canonical);
        assert_true(td_topics_mask(td_buf_slice(&out), &daily) == cases[i].mask);
        td_buf_release(&out);
    }
}

static const struct {
    const char *written;
    const char *reason;
} bad[] = {
    {"finance -workforce", "mixed"},
    {"-finance workforce", "mixed"},
    {"sport", "no topic \"sport\""},
    {"-sport", "no topic \"sport\""},
    {"-", "no topic \"\""},
    {"all finance", "no topic \"all\""},
    {"--finance", "no topic \"-finance\""},
};

static void wishes_that_say_nothing_clear_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < TD_ARRAY_LEN(bad); i++) {
        struct td_buf out;
        td_buf_init(&out, TD_TOPICS_TEXT_MAX);
        struct td_err err = {0};
        assert_int_equal(
            td_topics_canonical(td_slice(bad[i].written), &daily, &out, &err), TD_DATA);
        assert_contains(err.text, bad[i].reason);
        assert_int_equal(out.len, 0);
        td_buf_release(&out);
    }
}

static void topics_the_newsletter_gave_up_are_passed_over(void **state)
{
    (void)state;
    assert_true(td_topics_mask(td_slice("finance sport"), &daily) == FINANCE);
    assert_true(td_topics_mask(td_slice("-sport -finance"), &daily) ==
                (WORKFORCE | MENTAL_HEALTH));
    /* They wanted sport only: not everything else instead. */
    assert_true(td_topics_mask(td_slice("sport"), &daily) == 0);
}

static void sixty_four_topics_have_sixty_four_bits(void **state)
{
    (void)state;
    char names[TD_TOPICS_MAX][8];
    struct td_topic many[TD_TOPICS_MAX];
    memset(many, 0, sizeof many);
    for (int i = 0; i < TD_TOPICS_MAX; i++) {
        snprintf(names[i], sizeof names[i], "t%d", i);
        many[i].name = names[i];
    }
    struct td_newsletter wide = {
        .name = "wide", .topics = many, .topic_count = TD_TOPICS_MAX};
    assert_true(td_topics_mask(td_slice(""), &wide) == UINT64_MAX);
    assert_true(td_topics_mask(td_slice("t63"), &wide) == UINT64_C(1) << 63);
    assert_true(td_topics_mask(td_slice("-t63"), &wide) == UINT64_MAX >> 1);
    struct td_newsletter none = {.name = "none"};
    assert_true(td_topics_mask(td_slice(""), &none) == 0);
}

static void formats_and_cadences_come_back_from_their_names(void **state)
{
    (void)state;
    enum td_format format;
    assert_true(td_format_parse(td_slice("HTML"), &format) && format == TD_FORMAT_HTML);
    assert_true(td_format_parse(td_slice("text"), &format) && format == TD_FORMAT_TEXT);
    assert_false(td_format_parse(td_slice("pdf"), &format));
    assert_string_equal(td_format_name(TD_FORMAT_HTML), "html");
    assert_string_equal(td_format_name(TD_FORMAT_TEXT), "text");
    for (unsigned i = TD_CADENCE_EACH; i <= TD_CADENCE_WEEKLY; i++) {
        enum td_cadence cadence;
        assert_true(
            td_cadence_parse(td_slice(td_cadence_name((enum td_cadence)i)), &cadence));
        assert_int_equal(cadence, i);
    }
    enum td_cadence cadence;
    assert_false(td_cadence_parse(td_slice("hourly"), &cadence));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(topics_have_one_canonical_form_and_its_bits),
        cmocka_unit_test(wishes_that_say_nothing_clear_are_refused),
        cmocka_unit_test(topics_the_newsletter_gave_up_are_passed_over),
        cmocka_unit_test(sixty_four_topics_have_sixty_four_bits),
        cmocka_unit_test(formats_and_cadences_come_back_from_their_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
