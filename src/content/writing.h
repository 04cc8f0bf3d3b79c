/*
 * writing.h: the way back: blocks of a story as Markdown that reads as the same words again.
 *
 * Every mark of punctuation is escaped, so no word can become markup. Links stay; strong, emphasis and code
 * stay where Markdown can say them and are left out where it cannot. Images stay when they are on the
 * web.
 */
#ifndef TD_CONTENT_WRITING_H
#define TD_CONTENT_WRITING_H

#include "base/buf.h"
#include "model/story.h"

/* The words of a text on one line. */
void td_write_line(const struct td_text *text, struct td_buf *out);

/* Blocks, each behind an empty line. Headings are of the level below sections. */
void td_write_blocks(const struct td_block *blocks, size_t count, struct td_buf *out);

#endif
