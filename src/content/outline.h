/*
 * outline.h: the flat outline of a Markdown source, and the story made from it.
 */
#ifndef TD_CONTENT_OUTLINE_H
#define TD_CONTENT_OUTLINE_H

#include "content/build.h"
#include "content/frontmatter.h"

/* A heading or a block, in the order of the source. */
struct td_piece {
    int level;                     /* of a heading, 1 to 6; 0: a block */
    struct td_block block;         /* of a heading only text and line */
    const struct td_slice *topics; /* of a heading: "{.a .b}" behind it */
    size_t topic_count;
};

struct td_outline {
    struct td_piece *pieces; /* owned: td_outline_release */
    size_t count, cap;
    struct td_front front;
    const char *name; /* of the source, for messages */
};

/*
 * Finishes the story begun in build. A leading `# Title` is the title, `##` (and a later `#`) open
 * sections, `###` and deeper are headings inside them. In a live blog, a heading or paragraph that
 * begins with a time opens an entry. TD_DATA for `kind: live` without one.
 */
enum td_status td_outline_read(struct td_build *build, struct td_outline *outline,
                               struct td_warnings *warnings, struct td_story **out,
                               struct td_err *err);

/* "{.a .b}" at the end of a heading becomes its topics and is cut off. Other braces stay words, with
 * a warning when they stand where topics would. */
void td_piece_cut_topics(struct td_piece *piece, struct td_arena *arena,
                         struct td_warnings *warnings);

void td_outline_add(struct td_outline *outline, struct td_piece piece);
void td_outline_release(struct td_outline *outline);

#endif
