/*
 * edition_fixture.h: a newsletter with topics. Stories are put together by hand: td_edition does
 * not link the parser.
 */
#ifndef TD_UNIT_EDITION_FIXTURE_H
#define TD_UNIT_EDITION_FIXTURE_H

#include "support/td_test.h"

#include "model/edition.h"

static const char *const fixture_ambulances[] = {"ambulance", "ambulances", "paramedic"};
static const char *const fixture_regulation[] = {"CQC", "care inspectorate"};
static const char *const fixture_mental[] = {"mental health", "children's unit"};

static const struct td_topic fixture_topics[] = {
    {.name = "ambulances",
     .title = "Ambulances",
     .keywords = fixture_ambulances,
     .keyword_count = 3},
    {.name = "regulation",
     .title = "Regulation",
     .keywords = fixture_regulation,
     .keyword_count = 2},
    {.name = "mental-health",
     .title = "Minds",
     .keywords = fixture_mental,
     .keyword_count = 2},
    {.name = "finance", .title = "Finance"},
};

static const struct td_newsletter fixture_newsletter = {
    .name = "daily",
    .title = "Daily",
    .topics = fixture_topics,
    .topic_count = TD_ARRAY_LEN(fixture_topics),
};

static inline struct td_text fixture_text(const char *words)
{
    return (struct td_text){.words = td_slice(words)};
}

#define FIXTURE_PARAGRAPH(said)                                                          \
    {                                                                                    \
        .type = TD_BLOCK_PARAGRAPH, .text = {.words = {said, sizeof said - 1}},          \
        .line = 1                                                                        \
    }

#endif
