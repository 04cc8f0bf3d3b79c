/*
 * view.h: an edition and a selection as the tree of values that mail templates walk.
 *
 *   language, direction ("ltr", "rtl"), subject, preheader, newsletter, date
 *   greeting (when the newsletter greets), unsubscribe, preferences, web_view, address: slots
 *   company, company_lines, postal [{line}], postal_lines
 *   theme {accent, page, paper, ink, quiet, rule, tint, each also with _dark; text_font, label_font}
 *   logo {src, alt, width}                         when the theme has one
 *   contents {items [{anchor, title}], lines}      when more than four sections are shown
 *   title {pieces, lines}, standfirst {pieces, lines}, masthead [{line, lines}]
 *   sections [{anchor, lead, also, heading {pieces, lines}, blocks, lines}]
 *   entries [{anchor, stamp, blocks, lines}]
 *
 * A block is a map with one of paragraph {pieces, first}, list {items, ordered, unordered},
 * quote {items}, subheading {pieces}, image {src, alt, width}; items are [{pieces}]; pieces are those
 * of pieces.h. `lines` is the text part's form of the same words (textpart.h), ready wrapped,
 * without a line end behind it. What is absent is not set.
 */
#ifndef TD_VARIANT_VIEW_H
#define TD_VARIANT_VIEW_H

#include "variant/compose.h"

/* Everything in *out lives in the arena or is borrowed from the input. TD_DATA with slug and line
 * for content that cannot stand in a mail. */
enum td_status td_view_make(const struct td_compose_input *input, struct td_arena *arena,
                            struct td_view **out, struct td_err *err);

#endif
