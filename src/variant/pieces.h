/*
 * pieces.h: words with marks as a flat list a template can walk.
 *
 * Each piece is a map with one key: run (words), break, link (with url), end_link, strong,
 * end_strong, emph, end_emph, code, end_code. So all HTML stands in templates, and all words are
 * escaped there.
 */
#ifndef TD_VARIANT_PIECES_H
#define TD_VARIANT_PIECES_H

#include "model/text.h"
#include "variant/mustache.h"

/* Where a reference leads: the anchor ("at-1313") of the entry of that minute, or NULL when it is
 * not in this mail: then the words stand without a link. */
struct td_anchors {
    const char *(*find)(const void *context, int minute);
    const void *context;
};

/* TD_DATA for words that are not UTF-8 and for links that are not http, https or mailto. anchors
 * may be NULL. */
enum td_status td_pieces(const struct td_text *text, const struct td_anchors *anchors,
                         struct td_arena *arena, struct td_view **out,
                         struct td_err *err);

/* Whether a URL may stand in a mail: http, https or mailto, no control characters or space. */
bool td_url_allowed(struct td_slice url);

#endif
