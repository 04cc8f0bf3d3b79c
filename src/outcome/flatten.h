/*
 * flatten.h: text as phrases are looked for in it (phrases.h).
 */
#ifndef TD_OUTCOME_FLATTEN_H
#define TD_OUTCOME_FLATTEN_H

#include "base/str.h"

/*
 * Writes letters (Latin, Cyrillic) in lower case, one space between words and at the end, without the
 * reply codes that begin a line, without addresses (which may hold any word) and what else begins
 * with '<'. NUL-terminated, cut at max. Returns the length.
 */
size_t td_flatten(struct td_slice text, char *out, size_t max);

#endif
