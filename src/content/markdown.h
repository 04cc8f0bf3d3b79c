/*
 * markdown.h: CommonMark with YAML front matter. cmark-gfm stays in markdown.c.
 */
#ifndef TD_CONTENT_MARKDOWN_H
#define TD_CONTENT_MARKDOWN_H

#include "model/story.h"

/*
 * bytes are UTF-8 without forbidden characters (content.c). TD_DATA with name and line for front
 * matter that does not parse, or `kind: live` without an entry. Raw HTML stays as literal text,
 * with a warning; comments and the targets of links that are not http, https or mailto are left
 * out, with a warning. *out is the caller's, untouched on failure.
 */
enum td_status td_markdown_read(struct td_slice bytes, const char *name,
                                struct td_story **out, struct td_warnings *warnings,
                                struct td_err *err);

#endif
