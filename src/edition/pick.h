/*
 * pick.h: stage 2: a story becomes a dated edition: its parts in order with their topics, its
 * headline, subject and preheader (design 12).
 */
#ifndef TD_EDITION_PICK_H
#define TD_EDITION_PICK_H

#include "model/edition.h"

/*
 * `previous_standfirst` is that of the newsletter's last edition (absent: none): a standfirst that
 * is the same every day makes no preheader. `subject` is the rendered subject template, used when
 * the front matter has none; see td_edition_headline. Everything in *out lives in story's arena or
 * is borrowed. Live blogs are shown newest first as written, or oldest first as written.
 */
struct td_pick_input {
    const struct td_newsletter *newsletter;
    const struct td_story *story;
    struct td_date date;
    const char *slug;
    struct td_slice previous_standfirst;
};
enum td_status td_edition_pick(const struct td_pick_input *input, struct td_edition *out,
                               struct td_err *err);

/* First heading of the lead or first section with one, else the first words of the lead up to 60
 * characters, cut at a word (no dots added). */
struct td_slice td_edition_headline(const struct td_story *story);

#endif
