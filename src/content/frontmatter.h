/*
 * frontmatter.h: the YAML front matter of a Markdown source.
 */
#ifndef TD_CONTENT_FRONTMATTER_H
#define TD_CONTENT_FRONTMATTER_H

#include "base/arena.h"
#include "base/err.h"

enum td_front_kind { TD_FRONT_UNSAID, TD_FRONT_BRIEFING, TD_FRONT_LIVE, TD_FRONT_ALERT };

/* Strings live in the arena; absent ones were not given, or given empty. */
struct td_front {
    struct td_slice title, subject, preheader, standfirst;
    const struct td_slice
        *topics; /* "a b", "a, b" and [a, b] alike; a leading dot is dropped */
    size_t topic_count;
    const struct td_slice *attachments; /* a list of paths */
    size_t attachment_count;
    enum td_front_kind kind;
    bool draft;
    int lines; /* of the source, both fences included; 0: it has no front matter */
};

/*
 * Reads front matter when the first line of source is "---", up to the next "---" or "..."; *body is
 * what stands behind. TD_DATA as "name:LINE: …": fence not closed, not YAML, not a mapping, unknown or
 * doubled key, wrong value, over 16 KB.
 */
enum td_status td_front_read(struct td_arena *arena, struct td_slice source,
                             const char *name, struct td_front *front,
                             struct td_slice *body, struct td_err *err);

#endif
