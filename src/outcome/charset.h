/*
 * charset.h: text of other character sets as UTF-8.
 */
#ifndef TD_OUTCOME_CHARSET_H
#define TD_OUTCOME_CHARSET_H

#include "base/arena.h"

/* The converters that were needed so far: opening one loads a library. One text at a time. */
struct td_charsets;
struct td_charsets *td_charsets_create(void);
void td_charsets_destroy(struct td_charsets *sets); /* NULL is fine */

/* A copy in UTF-8, or text itself where it is that already or the set is unknown. Bytes that mean
 * nothing become '?'. sets NULL: nothing is converted. */
struct td_slice td_charset_utf8(struct td_charsets *sets, struct td_arena *arena,
                                struct td_slice text, struct td_slice charset);

#endif
