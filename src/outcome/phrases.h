/*
 * phrases.h: many phrases looked for in one pass.
 *
 * Text and phrases are flat: lower case, words apart by one space (flatten.h). A phrase begins at
 * the start of a word and may end within one ("greylist" finds "greylisted"). A "*" in it stands
 * for up to TD_PHRASE_GAP bytes: "user * unknown". One that begins with another sign than a letter
 * is looked for at the start of the text alone.
 */
#ifndef TD_OUTCOME_PHRASES_H
#define TD_OUTCOME_PHRASES_H

#include <stdint.h>

#include "base/str.h"

#define TD_PHRASE_GAP     80
#define TD_PHRASE_IDS_MAX 512

/* The ids whose phrases were found. */
struct td_hits {
    uint64_t bits[TD_PHRASE_IDS_MAX / 64];
};
static inline bool td_hit(const struct td_hits *hits, size_t id)
{
    return (hits->bits[id / 64] >> (id % 64) & 1U) != 0;
}
/* The first id at or after `from` that was found; TD_PHRASE_IDS_MAX: none. */
size_t td_hits_next(const struct td_hits *hits, size_t from);

struct td_phrases;
struct td_phrases *td_phrases_create(void);
void td_phrases_destroy(struct td_phrases *phrases); /* NULL is fine */

/* False for a phrase that is shorter than 3 bytes before its first "*". id < TD_PHRASE_IDS_MAX;
 * several phrases may share one. The text is copied. */
bool td_phrases_add(struct td_phrases *phrases, struct td_slice phrase, size_t id);
void td_phrases_seal(struct td_phrases *phrases); /* after the last one, before finding */

void td_phrases_find(const struct td_phrases *phrases, struct td_slice flat,
                     struct td_hits *hits);

/* Whether the text begins with one of the phrases, whatever the case of its letters. */
bool td_phrases_begin(const struct td_phrases *phrases, struct td_slice text);

#endif
