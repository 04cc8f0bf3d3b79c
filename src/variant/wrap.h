/*
 * wrap.h: text as lines of a given width, for the text part.
 */
#ifndef TD_VARIANT_WRAP_H
#define TD_VARIANT_WRAP_H

#include "base/buf.h"

#define TD_TEXT_WIDTH 72

/* What stands before the first line and before the others; both count towards the width. */
struct td_margin {
    struct td_slice first;
    struct td_slice rest;
};

/*
 * Appends text broken at spaces and tabs into lines of at most TD_TEXT_WIDTH columns, each ended
 * by LF; a line feed in the text stays one. Words are never broken: one that is too wide (a URL)
 * has a line of its own. No-break spaces hold words together. Runs of spaces become one. Lines do not end
 * in white space. Text without a word appends nothing.
 */
void td_wrap(struct td_slice text, const struct td_margin *margin, struct td_buf *out);

/* Columns of the widest line. */
size_t td_widest_line(struct td_slice lines);

#endif
