/*
 * test_pick.c: parts, headline and preheader of an edition.
 */
#include "edition_fixture.h"

#include "edition/freeze.h"
#include "edition/pick.h"

static const struct td_block lead_blocks[] = {
    FIXTURE_PARAGRAPH(
        "Ambulances wait outside St. Agnes for 5.32 hours, says Dr. Doe of the "
        "“crisis.” Then they leave. And the rest follows."),
    FIXTURE_PARAGRAPH("Second."),
};
static const struct td_block cash_blocks[] = {FIXTURE_PARAGRAPH("The CQC met.")};
static const struct td_block also_blocks[] = {FIXTURE_PARAGRAPH("The ambulance came.")};
static const struct td_slice finance[] = {{"finance", 7}};

struct fixture {
    struct td_story *story;
    struct td_section sections[4];
    struct td_edition edition;
    struct td_err err;
};

/* A lead about ambulances, a section named finance, one about the CQC, an also-list. */
static int setup(void **state)
{
    static struct fixture fixture;
    struct td_arena *arena = td_arena_create();
    fixture = (struct fixture){
        .story = td_arena_alloc(arena, sizeof *fixture.story),
        .sections =
            {
                {.role = TD_ROLE_LEAD,
                 .blocks = lead_blocks,
                 .block_count = 2,
                 .line = 3},
                {.role = TD_ROLE_SECTION,
                 .heading = fixture_text("Cash crunch"),
                 .topics = finance,
                 .topic_count = 1,
                 .blocks = cash_blocks,
                 .block_count = 1},
                {.role = TD_ROLE_SECTION,
                 .heading = fixture_text("Rated"),
                 .blocks = cash_blocks,
                 .block_count = 1},
                {.role = TD_ROLE_ALSO,
                 .heading = fixture_text("Also today"),
                 .blocks = also_blocks,
                 .block_count = 1},
            },
    };
    *fixture.story = (struct td_story){
        .kind = TD_STORY_BRIEFING,
        .standfirst = fixture_text("What to\nread."),
        .sections = fixture.sections,
        .section_count = 4,
        .arena = arena,
    };
    *state = &fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;
    td_story_destroy(fixture->story);
    return 0;
}

static enum td_status pick(struct fixture *fixture, const char *previous)
{
    const struct td_pick_input input = {
        .newsletter = &fixture_newsletter,
        .story = fixture->story,
        .date = {2026, 11, 20},
        .slug = "2026-11-20",
        .previous_standfirst = td_slice(previous),
    };
    return td_edition_pick(&input, &fixture->edition, &fixture->err);
}

static void parts_stand_in_the_order_of_the_source_with_their_topics(void **state)
{
    struct fixture *fixture = *state;
    assert_ok(pick(fixture, NULL), fixture->err);
    const struct td_edition *edition = &fixture->edition;
    static const uint64_t topics[] = {0, 8, 2, 0};
    assert_int_equal(edition->part_count, 4);
    for (size_t i = 0; i < 4; i++) {
        assert_ptr_equal(edition->parts[i].section, &fixture->sections[i]);
        assert_int_equal(edition->parts[i].topics, topics[i]);
        assert_int_equal(edition->parts[i].counts, i != 3);
    }
    assert_int_equal(edition->class_, TD_CLASS_ISSUE);
    assert_string_equal(edition->slug, "2026-11-20");
}

static void an_empty_lead_makes_no_part(void **state)
{
    struct fixture *fixture = *state;
    fixture->sections[0].block_count = 0;
    assert_ok(pick(fixture, NULL), fixture->err);
    assert_int_equal(fixture->edition.part_count, 3);
    assert_slice(fixture->edition.headline, "Cash crunch");
}

static void topics_named_for_an_also_list_count(void **state)
{
    struct fixture *fixture = *state;
    fixture->sections[3].topics = finance;
    fixture->sections[3].topic_count = 1;
    assert_ok(pick(fixture, NULL), fixture->err);
    assert_int_equal(fixture->edition.parts[3].topics, 8);
}

static void a_standfirst_alone_is_no_edition(void **state)
{
    struct fixture *fixture = *state;
    fixture->story->section_count = 1;
    fixture->sections[0].block_count = 0;
    fixture->edition.slug = "before";
    assert_int_equal(pick(fixture, NULL), TD_DATA);
    assert_contains(fixture->err.text, "only a standfirst");
    assert_string_equal(fixture->edition.slug, "before");
}

static void the_headline_is_the_leads_first_words_cut_at_a_word(void **state)
{
    struct fixture *fixture = *state;
    static const struct {
        const char *words, *headline;
    } cases[] = {
        {"Ambulances wait outside the hospital for five hours and more, again",
         "Ambulances wait outside the hospital for five hours and"},
        {"Ambulances wait outside the hospital for five hours and more",
         "Ambulances wait outside the hospital for five hours and more"},
        {"Ambulances wait outside the hospital for five hours and mor\u00E9 x",
         "Ambulances wait outside the hospital for five hours and mor\u00E9"},
        {"A\ttab.", "A tab."},
        {"Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamte",
         "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunte"},
    };
    for (size_t i = 0; i < TD_ARRAY_LEN(cases); i++) {
        const struct td_block block = {.text = fixture_text(cases[i].words)};
        fixture->sections[0].blocks = &block;
        fixture->sections[0].block_count = 1;
        assert_slice(td_edition_headline(fixture->story), cases[i].headline);
    }
}

static void a_heading_in_the_lead_is_the_headline(void **state)
{
    struct fixture *fixture = *state;
    const struct td_block blocks[] = {
        lead_blocks[0],
        {.type = TD_BLOCK_HEADING,
         .text = fixture_text("A heading, however long it may be, is not cut")},
    };
    fixture->sections[0].blocks = blocks;
    assert_slice(td_edition_headline(fixture->story),
                 "A heading, however long it may be, is not cut");
}

static void the_headline_of_a_live_blog_is_that_of_its_newest_entry(void **state)
{
    struct fixture *fixture = *state;
    const struct td_block early = {.text = fixture_text("Good morning.")};
    const struct td_block late = {.text = fixture_text("Good night.")};
    struct td_entry entries[] = {
        {.minute = 500, .blocks = &early, .block_count = 1},
        {.minute = 1200, .blocks = &late, .block_count = 1},
    };
    fixture->story->kind = TD_STORY_LIVE;
    fixture->story->section_count = 0;
    fixture->story->entries = entries;
    fixture->story->entry_count = 2;
    assert_slice(td_edition_headline(fixture->story), "Good night.");
    entries[0].minute = 1300;
    assert_slice(td_edition_headline(fixture->story), "Good morning.");
    assert_ok(pick(fixture, NULL), fixture->err);
    assert_int_equal(fixture->edition.part_count, 2);
    assert_ptr_equal(fixture->edition.parts[0].entry, &entries[0]);
}

static void the_preheader_is_said_or_the_standfirst_or_the_first_sentence(void **state)
{
    struct fixture *fixture = *state;
    static const char sentence[] =
        "Ambulances wait outside St. Agnes for 5.32 hours, says Dr. "
        "Doe of the “crisis.”";
    assert_ok(pick(fixture, NULL), fixture->err);
    assert_slice(fixture->edition.preheader, "What to read.");
    assert_ok(pick(fixture, "Another."), fixture->err);
    assert_slice(fixture->edition.preheader, "What to read.");
    assert_ok(pick(fixture, "What to\nread."), fixture->err);
    assert_slice(fixture->edition.preheader, sentence);
    fixture->story->standfirst = (struct td_text){0};
    assert_ok(pick(fixture, NULL), fixture->err);
    assert_slice(fixture->edition.preheader, sentence);
    fixture->story->preheader = td_slice("Said\r\nso ");
    assert_ok(pick(fixture, NULL), fixture->err);
    assert_slice(fixture->edition.preheader, "Said  so");
}

static void the_subject_is_that_of_the_front_matter_or_the_callers(void **state)
{
    struct fixture *fixture = *state;
    assert_ok(pick(fixture, NULL), fixture->err);
    assert_null(fixture->edition.subject.ptr);
    fixture->story->subject = td_slice("One\r\nBcc: all");
    fixture->story->alert = true;
    assert_ok(pick(fixture, NULL), fixture->err);
    assert_slice(fixture->edition.subject, "One  Bcc: all");
    assert_int_equal(fixture->edition.class_, TD_CLASS_ALERT);
}

static void an_unknown_topic_stops_the_edition(void **state)
{
    struct fixture *fixture = *state;
    const struct td_slice named[] = {{"sport", 5}};
    fixture->sections[2].topics = named;
    fixture->sections[2].topic_count = 1;
    fixture->sections[2].line = 9;
    assert_int_equal(pick(fixture, NULL), TD_DATA);
    assert_contains(fixture->err.text, "line 9: newsletter daily has no topic \"sport\"");
}

static bool same_hash(const unsigned char a[32], const unsigned char b[32])
{
    return memcmp(a, b, 32) == 0;
}

static void the_hash_is_that_of_what_readers_see(void **state)
{
    struct fixture *fixture = *state;
    unsigned char first[32], again[32];
    assert_ok(pick(fixture, NULL), fixture->err);
    td_edition_hash(&fixture->edition, first);
    fixture->edition.date.day = 21;
    fixture->edition.slug = "other";
    td_edition_hash(&fixture->edition, again);
    assert_true(same_hash(first, again));

    struct td_edition changed = fixture->edition;
    changed.subject = td_slice("New");
    td_edition_hash(&changed, again);
    assert_false(same_hash(first, again));

    changed = fixture->edition;
    changed.part_count = 3;
    td_edition_hash(&changed, again);
    assert_false(same_hash(first, again));

    struct td_block block = cash_blocks[0];
    const struct td_mark mark = {.kind = TD_MARK_STRONG, .from = 0, .to = 3};
    block.text.marks = &mark;
    block.text.mark_count = 1;
    fixture->sections[1].blocks = &block;
    td_edition_hash(&fixture->edition, again);
    assert_false(same_hash(first, again));

    fixture->sections[1].blocks = cash_blocks;
    fixture->sections[1].heading = fixture_text("Cash crunc");
    td_edition_hash(&fixture->edition, again);
    assert_false(same_hash(first, again));
}

/* Moving a character from one value to its neighbour must not go unseen. */
static void the_hash_knows_where_values_end(void **state)
{
    struct fixture *fixture = *state;
    unsigned char first[32], again[32];
    assert_ok(pick(fixture, NULL), fixture->err);
    fixture->edition.subject = td_slice("ab");
    fixture->edition.preheader = td_slice("c");
    td_edition_hash(&fixture->edition, first);
    fixture->edition.subject = td_slice("a");
    fixture->edition.preheader = td_slice("bc");
    td_edition_hash(&fixture->edition, again);
    assert_false(same_hash(first, again));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(parts_stand_in_the_order_of_the_source_with_their_topics),
        TEST(an_empty_lead_makes_no_part),
        TEST(topics_named_for_an_also_list_count),
        TEST(a_standfirst_alone_is_no_edition),
        TEST(the_headline_is_the_leads_first_words_cut_at_a_word),
        TEST(a_heading_in_the_lead_is_the_headline),
        TEST(the_headline_of_a_live_blog_is_that_of_its_newest_entry),
        TEST(the_preheader_is_said_or_the_standfirst_or_the_first_sentence),
        TEST(the_subject_is_that_of_the_front_matter_or_the_callers),
        TEST(an_unknown_topic_stops_the_edition),
        TEST(the_hash_is_that_of_what_readers_see),
        TEST(the_hash_knows_where_values_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
