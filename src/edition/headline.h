/*
 * headline.h: the lines that stand above an edition in a list of mails (design 12).
 */
#ifndef TD_EDITION_HEADLINE_H
#define TD_EDITION_HEADLINE_H

#include "model/story.h"

#define TD_HEADLINE_CHARS 60

/* What a subject template calls headline: the first heading of the lead, else its first words up to
 * 60 characters, cut at a word (no dots added). Without a lead: the first section's heading. In a
 * live blog the lead is its newest entry. One line, in the story's arena. */
struct td_slice td_edition_headline(const struct td_story *story);

/* Front matter, else the standfirst unless it is `previous` (that of the last edition), else the
 * first sentence of the lead (its heading when it has no text). May be empty. One line. */
struct td_slice td_edition_preheader(const struct td_story *story,
                                     struct td_slice previous);

/* The text on one line: control characters and line ends as spaces, none at the ends. Absent stays
 * absent. */
struct td_slice td_edition_line(struct td_arena *arena, struct td_slice text);

#endif
