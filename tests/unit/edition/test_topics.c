/*
 * test_topics.c: named topics first, then those of the story, then keywords as whole words.
 */
#include "edition_fixture.h"

#include "edition/topics.h"

enum { AMBULANCES = 1, REGULATION = 2, MENTAL = 4, FINANCE = 8 };

static uint64_t topics_in(const char *heading, const char *words)
{
    const struct td_story story = {0};
    const struct td_text head = fixture_text(heading);
    const struct td_block block = {.text = fixture_text(words)};
    const struct td_topics_input input = {
        .newsletter = &fixture_newsletter,
        .story = &story,
        .heading = heading != NULL ? &head : NULL,
        .blocks = &block,
        .block_count = 1,
    };
    uint64_t mask = 99;
    struct td_err err;
    assert_ok(td_topics_of(&input, &mask, &err), err);
    return mask;
}

static void finds_keywords_as_whole_words(void **state)
{
    (void)state;
    static const struct {
        const char *words;
        uint64_t mask;
    } cases[] = {
        {"The ambulance came.", AMBULANCES},
        {"AMBULANCES: late again", AMBULANCES},
        {"“Ambulance”", AMBULANCES},
        {"The ambulance’s crew", AMBULANCES},
        {"An air-ambulance–", AMBULANCES},
        {"ambulance", AMBULANCES},
        {"The ambulancement of paramedicals", 0},
        {"A paramedic; paramedics", AMBULANCES},
        {"superambulance, ambulanceé, éambulance", 0},
        {"The CQC said", REGULATION},
        {"(CQC)", REGULATION},
        {"the cqc, CQCed, CQC’S", 0},
        {"CQCs; the CQC’s", REGULATION},
        {"Mental-health beds, mental\u2011 health wards", MENTAL},
        {"amb\u00ADulance\u200Bs", AMBULANCES},
        {"paramedicss", 0},
        {"CHILDREN‘S UNITS", MENTAL},
        {"The Care\u00A0 Inspectorate of mental\nhealth", REGULATION | MENTAL},
        {"The mental healthcare plan", 0},
        {"Children’s unit shut", MENTAL},
        {"Finance has no keywords", 0},
        {"", 0},
    };
    for (size_t i = 0; i < TD_ARRAY_LEN(cases); i++) {
        if (topics_in(NULL, cases[i].words) != cases[i].mask)
            fail_msg("\"%s\": %d", cases[i].words, (int)topics_in(NULL, cases[i].words));
        assert_int_equal(topics_in(cases[i].words, "Nothing."), cases[i].mask);
    }
}

static void looks_into_lists_too(void **state)
{
    (void)state;
    const struct td_story story = {0};
    const struct td_text items[] = {fixture_text("One"), fixture_text("Two ambulances")};
    const struct td_block block = {
        .type = TD_BLOCK_LIST, .items = items, .item_count = 2};
    const struct td_topics_input input = {.newsletter = &fixture_newsletter,
                                          .story = &story,
                                          .blocks = &block,
                                          .block_count = 1};
    uint64_t mask = 0;
    assert_int_equal(td_topics_of(&input, &mask, NULL), TD_OK);
    assert_int_equal(mask, AMBULANCES);
}

static void what_the_editor_names_goes_before_keywords(void **state)
{
    (void)state;
    const struct td_slice finance[] = {td_slice("Finance")};
    const struct td_slice both[] = {td_slice("regulation"), td_slice("mental-health")};
    const struct td_block block = {.text = fixture_text("The ambulance came.")};
    struct td_story story = {0};
    struct td_topics_input input = {
        .newsletter = &fixture_newsletter,
        .story = &story,
        .blocks = &block,
        .block_count = 1,
    };
    uint64_t mask = 0;
    story.topics = both;
    story.topic_count = 2;
    assert_int_equal(td_topics_of(&input, &mask, NULL), TD_OK);
    assert_int_equal(mask, REGULATION | MENTAL);
    input.named = finance;
    input.named_count = 1;
    assert_int_equal(td_topics_of(&input, &mask, NULL), TD_OK);
    assert_int_equal(mask, FINANCE);
}

static void an_unknown_topic_is_an_error_with_its_line(void **state)
{
    (void)state;
    const struct td_slice named[] = {td_slice("finance"), td_slice("finances")};
    const struct td_story story = {0};
    const struct td_topics_input input = {.newsletter = &fixture_newsletter,
                                          .story = &story,
                                          .named = named,
                                          .named_count = 2,
                                          .line = 12};
    uint64_t mask = 77;
    struct td_err err;
    assert_int_equal(td_topics_of(&input, &mask, &err), TD_DATA);
    assert_string_equal(err.text,
                        "line 12: newsletter daily has no topic \"finances\" (it has: "
                        "ambulances, regulation, mental-health, finance)");
    assert_int_equal(mask, 77);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_keywords_as_whole_words),
        cmocka_unit_test(looks_into_lists_too),
        cmocka_unit_test(what_the_editor_names_goes_before_keywords),
        cmocka_unit_test(an_unknown_topic_is_an_error_with_its_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
