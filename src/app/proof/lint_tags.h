/*
 * lint_tags.h: the tags of an HTML part, one after the other: enough to judge our own pages, not a
 * parser of the web's.
 */
#ifndef TD_APP_LINT_TAGS_H
#define TD_APP_LINT_TAGS_H

#include "base/buf.h"

struct td_lint_tag {
    struct td_slice name;       /* "a", as written */
    struct td_slice attributes; /* all that stands behind the name */
    struct td_slice before;     /* what stands between the tag before and this one */
    bool closing;               /* </a> */
};

/* Takes the next tag off *rest. Comments are passed over and cut `before`; the content of <style>
 * and <script> is passed over. False at the end; then *tag has the rest in `before`. */
bool td_lint_next_tag(struct td_slice *rest, struct td_lint_tag *tag);

bool td_lint_tag_is(const struct td_lint_tag *tag, const char *name); /* any case */

/* The value of an attribute, entities as they stand; absent when it is not there, empty when it
 * has none. */
struct td_slice td_lint_attribute(const struct td_lint_tag *tag, const char *name);

/* Appends text with its entities as characters. */
void td_lint_unescape(struct td_slice text, struct td_buf *out);

#endif
