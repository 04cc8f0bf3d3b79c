/*
 * pick.h: stage 2: a story becomes a dated edition: its parts in order with their topics, its
 * headline, subject and preheader (design 12).
 */
#ifndef TD_EDITION_PICK_H
#define TD_EDITION_PICK_H

#include "edition/headline.h"
#include "model/edition.h"

/*
 * `previous_standfirst` is that of the newsletter's last edition (absent: none): a standfirst that
 * is the same every day makes no preheader.
 *
 * Parts stand in the order of the source; a lead without text makes none. out->subject is that of
 * the front matter, absent when it gives none: the caller then sets it (the newsletter's template
 * over out->headline). out->hash is the caller's to fill (edition/freeze.h) once the subject
 * stands. Everything in *out lives in the story's arena or is borrowed. *out is untouched on
 * failure.
 *
 * TD_DATA: a topic the newsletter does not have ("line N: …"; the caller adds the file), no text.
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

#endif
