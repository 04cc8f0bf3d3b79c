/*
 * varint.h: numbers in few bytes, for tokens: 7 bits a byte, lowest first, the high bit
 * says that more follow (LEB128). 0 to 2^63-1; one spelling is written, longer ones are
 * read too, so whoever must have one spelling writes again and compares.
 */
#ifndef TD_MODEL_VARINT_H
#define TD_MODEL_VARINT_H

#include "base/buf.h"

#define TD_VARINT_MAX 9 /* bytes */

void td_varint_put(struct td_buf *out, int64_t n); /* panics when n is negative */

/* Takes a number off *rest; false when it is cut or too large. */
bool td_varint_take(struct td_slice *rest, int64_t *out);

#endif
