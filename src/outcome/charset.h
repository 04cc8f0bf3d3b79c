/*
 * charset.h: text of other character sets as UTF-8.
 */
#ifndef TD_OUTCOME_CHARSET_H
#define TD_OUTCOME_CHARSET_H

#include "base/arena.h"

/* A copy in UTF-8, or text itself where it is that already or the set is unknown. Bytes that mean
 * nothing become '?'. */
struct td_slice td_charset_utf8(struct td_arena *arena, struct td_slice text,
                                struct td_slice charset);

#endif
