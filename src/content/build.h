/*
 * build.h: putting a story together, part by part, in the order of the source.
 */
#ifndef TD_CONTENT_BUILD_H
#define TD_CONTENT_BUILD_H

#include "content/lines.h"
#include "model/story.h"

/* A growing array of one kind of thing; owned, made of heap memory. */
struct td_build_vec {
    void *items;
    size_t count, cap;
};

struct td_build {
    struct td_story *story; /* in arena */
    struct td_arena *arena;
    struct td_build_vec sections, entries, masthead;
    struct td_build_vec blocks; /* of the part that is open */
};

/* A new story in an arena of its own, with nothing in it. */
void td_build_begin(struct td_build *build);

/* Opens the next part; what is added then belongs to it. The blocks of `head` are filled later. */
void td_build_section(struct td_build *build, struct td_section head);
void td_build_entry(struct td_build *build, struct td_entry head);
void td_build_masthead(struct td_build *build, struct td_slice line);

void td_build_block(struct td_build *build, struct td_block block);
void td_build_paragraph(struct td_build *build, struct td_text text, int line);

/* Units [from, to) as blocks: neighbouring items become one list. */
void td_build_units(struct td_build *build, const struct td_units *units, size_t from,
                    size_t to);

/* The finished story, the caller's from now on; build is empty. */
struct td_story *td_build_finish(struct td_build *build);

/* Gives up: frees everything. Fine after td_build_finish. */
void td_build_discard(struct td_build *build);

#endif
