/*
 * identity.h: which entry of a live blog is which, while an editor goes on writing: an entry keeps its
 * number when it is edited, and is not sent again (design 10).
 *
 * An entry is known by its time and by being the n-th of that minute from the oldest. Where a minute
 * has several, equal words decide first: so one that is put in between is seen to be the new one.
 */
#ifndef TD_EDITION_IDENTITY_H
#define TD_EDITION_IDENTITY_H

#include "model/live.h"
#include "model/story.h"

/*
 * Numbers the entries of the story: out[i] is entries[i]. `known` are those numbered before, by seq;
 * new entries get the numbers from `next` on, the oldest first. Returns how many are new.
 */
size_t td_identify(const struct td_story *story, const struct td_numbered *known,
                   size_t known_count, int64_t next, struct td_numbered *out);

/* Whether the newest entry stands first, by how the times run; so it does where nothing says. */
bool td_newest_first(const struct td_story *story);

#endif
