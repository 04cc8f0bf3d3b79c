/*
 * deflate.h: bodies and sources are stored deflated (zlib).
 */
#ifndef TD_STORE_DEFLATE_H
#define TD_STORE_DEFLATE_H

#include "base/buf.h"
#include "base/err.h"

/* Appends the deflated bytes. */
void td_deflate(struct td_slice bytes, struct td_buf *out);

/* Appends the inflated bytes; TD_DATA when damaged or past out->max. */
enum td_status td_inflate(struct td_slice deflated, struct td_buf *out,
                          struct td_err *err);

#endif
