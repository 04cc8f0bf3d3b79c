/*
 * textpart.h: the words of an edition as the text part shows them: wrapped, headings underlined,
 * lists hanging, links numbered. Made from the sections, not by stripping HTML.
 */
#ifndef TD_VARIANT_TEXTPART_H
#define TD_VARIANT_TEXTPART_H

#include "model/story.h"
#include "variant/wrap.h"

/* The links of one section or entry, in order of their numbers; borrowed from the story. */
struct td_links {
    struct td_slice *urls; /* owned */
    size_t count;
    size_t cap;
};

void td_links_release(struct td_links *links);

/* Words with "[n]" behind each link whose words are not its URL, wrapped. A URL that came before
 * keeps its number. */
void td_text_words(const struct td_text *text, const struct td_margin *margin,
                   struct td_links *links, struct td_buf *out);

/* A heading and a line of `rule` as wide beneath it. */
void td_text_heading(const struct td_text *text, char rule, struct td_links *links,
                     struct td_buf *out);

/*
 * Blocks, apart by empty lines, then "[n] URL" lines. `stamp` (may be empty) stands in a margin
 * of `margin` columns before the first line; all other lines are indented so far. The text does
 * not begin or end with an empty line and ends with LF.
 */
struct td_text_part {
    const struct td_block *blocks;
    size_t block_count;
    struct td_slice stamp;
    size_t margin;
};
void td_text_blocks(const struct td_text_part *part, struct td_links *links,
                    struct td_buf *out);

#endif
