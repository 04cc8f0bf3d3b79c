/*
 * mention.h: the addresses a failure notice speaks of, and the words about each.
 */
#ifndef TD_OUTCOME_MENTION_H
#define TD_OUTCOME_MENTION_H

#include "outcome/notice.h"

/* All that one of the patterns finds in the text: the first that finds any. host is that of the
 * notice's sender, for patterns that find local parts alone. */
size_t td_mentions_by_patterns(struct td_arena *arena, const struct td_patterns *patterns,
                               struct td_slice text, struct td_slice host,
                               struct td_mention *out);

/* Those that a header field lists, with the words about them in the text. */
size_t td_mentions_by_field(struct td_arena *arena, struct td_slice value,
                            struct td_slice text, struct td_mention *out);

#endif
