/*
 * inline.h: marks over words that stand there already: links for bare URLs, references between
 * the entries of a live blog. Words are never changed.
 */
#ifndef TD_CONTENT_INLINE_H
#define TD_CONTENT_INLINE_H

#include "base/arena.h"
#include "model/story.h"

/* Words without marks. */
struct td_text td_text_of(struct td_slice words);

/* The part [from, to) of a text; marks are moved and cut with it. New marks live in arena. */
struct td_text td_text_part(struct td_arena *arena, struct td_text text, size_t from,
                            size_t to);

/* Adds a link over every bare http://, https://, www. and mailto: address that is not in a link or
 * in code yet. Punctuation that ends a sentence or closes a bracket is no part of it. */
struct td_text td_text_link(struct td_arena *arena, struct td_text text);

/* http, https and mailto are the only links that leave here. */
bool td_url_is_safe(struct td_slice url);

/* What td_text_refer works with: the entries there are, and what it found. */
struct td_refs {
    const bool *known; /* by minute of the day: an entry has this time */
    int *minutes;      /* found and known, in order, no doubles; heap, the caller frees */
    size_t count, cap;
    struct td_warnings *warnings;
    int line; /* of the block, for warnings */
};

/* Marks the times in "(see 1.13pm)", "see 13:13 and 2.05pm" that are times of entries. A time in
 * brackets that no entry has is warned of. */
struct td_text td_text_refer(struct td_arena *arena, struct td_text text,
                             struct td_refs *refs);

#endif
