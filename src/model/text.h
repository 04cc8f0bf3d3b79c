/*
 * text.h: words with marks over them: the inline content of a paragraph, list item or
 * heading.
 *
 * `words` is what a reader reads, in order, without any markup. A '\n' in it is a line
 * break (Markdown's hard break); of other control characters only the tab occurs. A mark
 * says that a range of it is a link, strong and so on. Marks are sorted by `from`, nest
 * properly and never cross.
 */
#ifndef TD_MODEL_TEXT_H
#define TD_MODEL_TEXT_H

#include "base/str.h"

enum td_mark_kind {
    TD_MARK_LINK, /* url is set: http, https or mailto */
    TD_MARK_STRONG,
    TD_MARK_EMPH,
    TD_MARK_CODE,
    /* live blogs: "1.13pm" in "(see 1.13pm)"; minute is the entry's time */
    TD_MARK_REF,
};

struct td_mark {
    enum td_mark_kind kind;
    size_t from, to;     /* bytes of words, [from, to) */
    struct td_slice url; /* TD_MARK_LINK */
    int minute;          /* TD_MARK_REF */
};

struct td_text {
    struct td_slice words;
    const struct td_mark *marks;
    size_t mark_count;
};

#endif
