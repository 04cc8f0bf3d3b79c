/*
 * sample.h: editions made by hand, and the templates of the source tree, for tests of stage 3.
 */
#ifndef TD_TEST_SAMPLE_H
#define TD_TEST_SAMPLE_H

#include "base/file.h"
#include "support/td_test.h"
#include "variant/compose.h"
#include "variant/slots.h"

#define LITERAL(s)                                                                       \
    {                                                                                    \
        (s), sizeof(s) - 1                                                               \
    }
#define WORDS(s)                                                                         \
    {                                                                                    \
        .words = LITERAL(s)                                                              \
    }

static inline enum td_status sample_load(void *context, const char *name,
                                         struct td_buf *out, struct td_err *err)
{
    (void)context;
    char path[512];
    snprintf(path, sizeof path, "%s/templates/mail/%s.mustache", TD_SOURCE_DIR, name);
    return td_file_read(path, 1 << 20, out, err);
}

static inline struct td_templates *sample_templates(void)
{
    return td_templates_create((struct td_template_source){.load = sample_load});
}

static inline struct td_newsletter sample_newsletter(void)
{
    return (struct td_newsletter){
        .name = "daily",
        .title = "Health Daily",
        .from_name = "Health Daily",
        .from_address = "daily@news.example",
        .reply_to = "editor@news.example",
        .list_id = "daily.news.example",
        .language = "en-GB",
        .subject = "{{newsletter}}: {{headline}}",
        .greeting = "Dear {{name}},",
        .greeting_fallback = "Good morning,",
        .postal_address = "1 Example Street\nLondon EX1 2MP",
        .company = "Example News Ltd, registered in England no. 00000000",
        .zone = "Europe/London",
        .template_name = "daily",
    };
}

static inline struct td_slot_values sample_values(void)
{
    struct td_slot_values v = {.to_name = td_slice("Ann Example")};
    v.values[TD_SLOT_TO] = td_slice("ann@example.org");
    v.values[TD_SLOT_MESSAGE_ID] = td_slice("12-345@news.example");
    v.values[TD_SLOT_DATE] = td_slice("Fri, 20 Nov 2026 07:00:00 +0000");
    v.values[TD_SLOT_UNSUBSCRIBE_HEADER] = td_slice("https://news.example/u/abcdef");
    v.values[TD_SLOT_GREETING] = td_slice("Dear Ann,");
    v.values[TD_SLOT_UNSUBSCRIBE] = td_slice("https://news.example/u/abcdef");
    v.values[TD_SLOT_PREFERENCES] = td_slice("https://news.example/p/abcdef?a=1&b=2");
    v.values[TD_SLOT_VIEW] = td_slice("https://news.example/v/abcdef");
    v.values[TD_SLOT_ADDRESS] = td_slice("Ann@example.org");
    return v;
}

/* An edition with what it points to; parts show what the story has, with no topics. */
struct sample {
    struct td_newsletter newsletter;
    struct td_story story;
    struct td_part parts[16];
    struct td_edition edition;
};

static inline void sample_finish(struct sample *s, const char *subject)
{
    struct td_story *story = &s->story;
    const bool live = story->kind == TD_STORY_LIVE;
    const size_t count = live ? story->entry_count : story->section_count;
    for (size_t i = 0; i < count; i++)
        s->parts[i] = (struct td_part){.section = live ? NULL : &story->sections[i],
                                       .entry = live ? &story->entries[i] : NULL,
                                       .counts = true};
    s->edition = (struct td_edition){
        .newsletter = &s->newsletter,
        .story = story,
        .date = {2026, 11, 20},
        .slug = "2026-11-20",
        .class_ = TD_CLASS_ISSUE,
        .subject = td_slice(subject),
        .preheader = td_slice("What the morning brought"),
        .parts = s->parts,
        .part_count = count,
    };
}

static const struct td_mark sample_lead_marks[] = {
    {.kind = TD_MARK_STRONG, .from = 4, .to = 14},
    {.kind = TD_MARK_LINK,
     .from = 42,
     .to = 52,
     .url = LITERAL("https://hsj.example/a?b=1&c=2")},
};
static const struct td_block sample_lead[] = {
    {.type = TD_BLOCK_PARAGRAPH,
     .line = 3,
     .text = {.words = LITERAL(
                  "The ambulances wait outside hospitals, as the report says again. "
                  ".A line may begin with a dot, and £20m is not ASCII."),
              .marks = sample_lead_marks,
              .mark_count = 2}},
    {.type = TD_BLOCK_PARAGRAPH, .line = 5, .text = WORDS("From here on it is quieter.")},
};

/* A briefing with every kind of block, two links, and an also-list. */
static inline void sample_briefing(struct sample *s)
{
    static const struct td_text items[] = {
        WORDS("First thing, which runs on and on until the line is full and has to be "
              "wrapped "
              "beneath its first word"),
        WORDS("Second & <last> thing")};
    static const struct td_text quoted[] = {WORDS("We are “very” concerned.")};
    static const struct td_mark bare[] = {{.kind = TD_MARK_LINK,
                                           .from = 4,
                                           .to = 23,
                                           .url = LITERAL("https://hsj.example")}};
    static const struct td_block present[] = {
        {.type = TD_BLOCK_LIST, .line = 9, .items = items, .item_count = 2},
        {.type = TD_BLOCK_QUOTE, .line = 12, .items = quoted, .item_count = 1},
        {.type = TD_BLOCK_HEADING, .line = 14, .text = WORDS("A smaller heading")},
        {.type = TD_BLOCK_LIST,
         .line = 15,
         .items = items,
         .item_count = 2,
         .ordered = true},
    };
    static const struct td_block also[] = {
        {.type = TD_BLOCK_PARAGRAPH,
         .line = 20,
         .text = {.words = LITERAL("See https://hsj.example for more."),
                  .marks = bare,
                  .mark_count = 1}}};
    static const struct td_section sections[] = {
        {.role = TD_ROLE_LEAD, .blocks = sample_lead, .block_count = 2, .line = 3},
        {.role = TD_ROLE_SECTION,
         .heading = WORDS("‘Present’ & correct"),
         .blocks = present,
         .block_count = 4,
         .line = 7},
        {.role = TD_ROLE_ALSO,
         .heading = WORDS("Also on hsj.example today"),
         .blocks = also,
         .block_count = 1,
         .line = 18},
    };
    *s = (struct sample){.newsletter = sample_newsletter()};
    s->story = (struct td_story){.kind = TD_STORY_BRIEFING,
                                 .standfirst = WORDS("The must-read stories and debate."),
                                 .sections = sections,
                                 .section_count = 3};
    sample_finish(s, "Health Daily: ‘Present’ & correct");
}

/* A live blog: two masthead lines, three entries, one reference. */
static inline void sample_live(struct sample *s)
{
    static const struct td_slice masthead[] = {LITERAL("Live logo"),
                                               LITERAL("Live logo")};
    static const struct td_mark marks[] = {
        {.kind = TD_MARK_REF, .from = 26, .to = 32, .minute = 793},
        {.kind = TD_MARK_REF, .from = 37, .to = 43, .minute = 60}};
    static const struct td_block third[] = {
        {.type = TD_BLOCK_PARAGRAPH,
         .line = 5,
         .text = {.words = LITERAL(
                      "The union questioned (see 1.13pm and 1.00am) the plan, at some "
                      "length, so that the entry wraps."),
                  .marks = marks,
                  .mark_count = 2}},
        {.type = TD_BLOCK_PARAGRAPH, .line = 7, .text = WORDS("A second paragraph.")},
    };
    static const struct td_block second[] = {
        {.type = TD_BLOCK_PARAGRAPH,
         .line = 9,
         .text = WORDS("Civil servants should spend a month.")}};
    static const struct td_block first[] = {
        {.type = TD_BLOCK_PARAGRAPH, .line = 11, .text = WORDS("Good morning.")}};
    static const struct td_entry entries[] = {
        {.minute = 964,
         .stamp = LITERAL("4.04pm"),
         .blocks = third,
         .block_count = 2,
         .line = 5},
        {.minute = 793,
         .stamp = LITERAL("1.13pm"),
         .blocks = second,
         .block_count = 1,
         .line = 9},
        {.minute = 793,
         .stamp = LITERAL("1.13pm:"),
         .blocks = first,
         .block_count = 1,
         .line = 11},
    };
    *s = (struct sample){.newsletter = sample_newsletter()};
    s->newsletter.template_name = "live";
    s->newsletter.greeting = NULL;
    s->story = (struct td_story){.kind = TD_STORY_LIVE,
                                 .masthead = masthead,
                                 .masthead_count = 2,
                                 .entries = entries,
                                 .entry_count = 3};
    sample_finish(s, "Health Live");
}

static inline enum td_status sample_compose(const struct sample *s, enum td_format format,
                                            struct td_variant *out, struct td_err *err)
{
    struct td_selection selection;
    struct td_templates *templates = sample_templates();
    td_selection_make(&s->edition, ~UINT64_C(0), format, &selection);
    const struct td_compose_input input = {.edition = &s->edition,
                                           .selection = &selection,
                                           .templates = templates,
                                           .zone_date = "Friday 20 November 2026"};
    const enum td_status status = td_compose(&input, out, err);
    td_templates_destroy(templates);
    return status;
}

#endif
