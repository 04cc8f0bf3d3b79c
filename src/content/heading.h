/*
 * heading.h: what a line of pasted text is by its form, whatever stands around it.
 */
#ifndef TD_CONTENT_HEADING_H
#define TD_CONTENT_HEADING_H

#include "content/lines.h"

/* Whether a heading opens the also-list: it begins "Also on" or "Also today", in any case, with
 * any white space between, or is an "Also in …", "Also this …" that names today. */
bool td_heading_is_also(struct td_slice heading);

/* A short line that does not close like a sentence and is none of the short lines of other kinds
 * that briefings are full of: pointers, labels, bylines, dates, addresses, times, open quotes.
 * Terse questions, cries and lines that trail off may be headings too. */
bool td_heading_form(const struct td_unit *unit);

/* "Friday 20 November 2026", "20 November", "20/11/2026". */
bool td_line_is_date(struct td_slice words);

/* Made for something else than to be read: "Read more here", "Source: …", "By Jo Doe", a web or
 * mail address. */
bool td_line_is_aside(struct td_slice words);

#endif
