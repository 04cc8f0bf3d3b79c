/*
 * live.h: what makes a live blog of a text, and what is checked and linked once it is one.
 */
#ifndef TD_CONTENT_LIVE_H
#define TD_CONTENT_LIVE_H

#include "content/build.h"
#include "content/stamp.h"

/* A piece of a source (a paragraph, a heading) that may open an entry. */
struct td_candidate {
    bool opens; /* in: a stamp was read; after td_live_choose: an entry begins here */
    struct td_stamp stamp;
    size_t size;   /* of the piece, in bytes */
    bool sentence; /* the piece ends a sentence, as a masthead does not */
};

/*
 * Decides which candidates are entries, and whether they make the text a live blog: their times
 * must be its structure, so most of the text has to stand in them. One entry is enough (a live blog
 * grows from its first), if only a masthead stands before it; a briefing whose last section is a diary of
 * times is none. A weak stamp ("2.30pm saw …", "1pm Tuesday is …") is an entry only where its time
 * keeps the order of the others; loose ones ("17.32 The …") only where there are several, in order,
 * and no others.
 */
bool td_live_choose(struct td_candidate *candidates, size_t count);

/* Warns of entries that go back and forth in time (midnight may be crossed once), takes the marks of
 * urgent ones off (the topic `urgent`, or "!urgent" before the words) and links the references
 * between entries. Entries must be those of a story that is still the caller's. */
void td_live_settle(struct td_story *story, struct td_warnings *warnings);

/* Pasted text as a live blog when it is one: *out is set, the story begun in build is finished.
 * False: nothing was added to build. */
bool td_live_read(struct td_build *build, const struct td_units *units,
                  struct td_warnings *warnings, struct td_story **out);

#endif
