/*
 * content.h: stage 1: sources to stories. Text in, values out; nothing here opens a file.
 */
#ifndef TD_CONTENT_CONTENT_H
#define TD_CONTENT_CONTENT_H

#include "model/story.h"

#define TD_SOURCE_MAX (4 * 1024 * 1024) /* bytes of one source file; more is an error */

/* How a source is written. */
enum td_source_form { TD_FORM_PLAIN, TD_FORM_MARKDOWN };

/*
 * Parses one source file. `name` is its path, used in messages only ("name:LINE: …"); form by its
 * ending is the caller's (td_source_form_of). Plain text is looked at to tell a live blog from a
 * briefing; Markdown says so in its front matter (`kind: live`), or is looked at likewise.
 *
 * TD_DATA with name and line for: not UTF-8, NUL or other forbidden control bytes, empty, too
 * large, front matter that does not parse, more than TD_PARTS_MAX parts. Warnings (times that go
 * back and forth, unknown words, …) are added to *warnings. *out is the caller's
 * (td_story_destroy), untouched on failure.
 */
enum td_status td_content_parse(struct td_slice bytes, enum td_source_form form,
                                const char *name, struct td_story **out,
                                struct td_warnings *warnings, struct td_err *err);

/* By the file name's ending: .md is Markdown, .txt plain; anything else false. */
bool td_source_form_of(const char *path, enum td_source_form *out);

#endif
