/*
 * story.h: what an editor wrote, as values: a briefing of sections or a live blog of
 * entries.
 *
 * A story and all it points to live in its arena and are never changed after parsing.
 */
#ifndef TD_MODEL_STORY_H
#define TD_MODEL_STORY_H

#include "base/arena.h"
#include "base/err.h"
#include "model/text.h"

enum td_story_kind { TD_STORY_BRIEFING, TD_STORY_LIVE };
enum td_section_role { TD_ROLE_LEAD, TD_ROLE_SECTION, TD_ROLE_ALSO };
enum td_block_type {
    TD_BLOCK_PARAGRAPH,
    TD_BLOCK_LIST,
    TD_BLOCK_QUOTE,   /* Markdown only: each item is one paragraph of it */
    TD_BLOCK_HEADING, /* Markdown only: a ### heading inside a section */
    /* Markdown only: an image alone in its paragraph; text is the alt text */
    TD_BLOCK_IMAGE,
};

struct td_block {
    enum td_block_type type;
    struct td_text text;         /* paragraph, heading, image */
    const struct td_text *items; /* list, quote */
    size_t item_count;
    bool ordered;        /* list: numbered */
    struct td_slice src; /* image: the path or URL as written */
    int line;            /* of the source file, from 1 */
};

struct td_section {
    enum td_section_role role;
    struct td_text heading; /* words absent: none (the lead) */
    /* as written, without the dot; none: to be found by rules */
    const struct td_slice *topics;
    size_t topic_count;
    const struct td_block *blocks;
    size_t block_count;
    int line;
};

/* An entry's identity is (live blog, time, n-th of that minute from the oldest):
 * design 10. */
struct td_entry {
    int minute;            /* 0..1439 */
    struct td_slice stamp; /* as written: "5.32pm" */
    const struct td_slice *topics;
    size_t topic_count;
    bool urgent; /* marked so by the editor: goes out at once to those who asked for it */
    const int *refs; /* minutes of the entries it points to, in order, no doubles */
    size_t ref_count;
    const struct td_block *blocks;
    size_t block_count;
    int line;
};

struct td_story {
    enum td_story_kind kind;
    struct td_slice title; /* absent when not given; likewise the next four */
    struct td_slice subject;
    struct td_slice preheader;
    struct td_text standfirst;
    const struct td_slice *topics; /* of the whole story: for sections that name none */
    size_t topic_count;
    const struct td_slice *attachments; /* paths as written, of files for everyone */
    size_t attachment_count;
    bool draft;
    bool alert; /* `kind: alert`: sent ahead of issues */
    /* briefing: the first is the lead, heading absent */
    const struct td_section *sections;
    size_t section_count;
    /* live blog: lines before the first entry, in order */
    const struct td_slice *masthead;
    size_t masthead_count;
    const struct td_entry *entries; /* live blog: in file order */
    size_t entry_count;
    struct td_arena *arena; /* owned */
};

/* A thing worth telling the editor that does not stop the parse. */
struct td_warning {
    int line;
    char text[200];
};

/* Up to TD_WARNINGS_MAX are kept; `dropped` counts the rest. */
#define TD_WARNINGS_MAX 50
struct td_warnings {
    struct td_warning items[TD_WARNINGS_MAX];
    size_t count;
    size_t dropped;
};

__attribute__((format(printf, 3, 4))) void td_warn_at(struct td_warnings *warnings,
                                                      int line, const char *format, ...);

void td_story_destroy(struct td_story *story); /* NULL is fine */

#endif
