/*
 * plain.h: pasted text as a briefing: title, standfirst, lead, headed sections, the also-list.
 */
#ifndef TD_CONTENT_PLAIN_H
#define TD_CONTENT_PLAIN_H

#include "content/build.h"

/* Units (at least one) to a briefing; the story begun in build is finished. */
struct td_story *td_plain_read(struct td_build *build, const struct td_units *units,
                               struct td_warnings *warnings);

#endif
