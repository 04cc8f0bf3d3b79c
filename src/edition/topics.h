/*
 * topics.h: which topics a part of an edition is about: named by the editor, else found by the
 * newsletter's keyword rules.
 */
#ifndef TD_EDITION_TOPICS_H
#define TD_EDITION_TOPICS_H

#include "model/edition.h"

/*
 * Topics of one section or entry as bits of newsletter->topics: those it names; if it names none,
 * those the story names; if none, every topic one of whose keywords occurs as whole words in its
 * heading or blocks, in the singular or with an s, hyphens as good as spaces (case folded; a
 * keyword in capitals, as "CQC", must match exactly).
 * A named topic the newsletter does not have is TD_DATA with the line.
 */
struct td_topics_input {
    const struct td_newsletter *newsletter;
    const struct td_story *story;
    const struct td_slice *named;
    size_t named_count;
    const struct td_text *heading; /* NULL: none */
    const struct td_block *blocks;
    size_t block_count;
    int line;
};
enum td_status td_topics_of(const struct td_topics_input *input, uint64_t *mask,
                            struct td_err *err);

#endif
