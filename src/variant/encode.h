/*
 * encode.h: bytes for the wire: quoted-printable, encoded words, header lines (RFC 2045, 2047,
 * 5322). All output is ASCII with CRLF.
 */
#ifndef TD_VARIANT_ENCODE_H
#define TD_VARIANT_ENCODE_H

#include "base/buf.h"

/* Quoted-printable of UTF-8 text with LF or CRLF line ends (RFC 2045 6.7): lines <= 76, a dot or
 * "From " at the start of a line encoded, trailing space and tab encoded. */
void td_encode_qp(struct td_slice text, struct td_buf *out);

/* The same for text that a soft break will follow: leaves room for its "=" in the last line. */
void td_encode_qp_open(struct td_slice text, struct td_buf *out);

/* An unstructured header value, folded at 76, as encoded words where it is not ASCII or would not
 * fold; no word splits a character. `used` is the column where the value begins. Control
 * characters must have been refused before (panics on CR and LF). */
void td_encode_unstructured(struct td_slice text, size_t used, struct td_buf *out);

/* A display name for an address header: atom, quoted string or encoded words (RFC 5322 3.2.5). */
void td_encode_phrase(struct td_slice text, size_t used, struct td_buf *out);

/* Base64 in lines of 76, each ended by CRLF (RFC 2045 6.8). */
void td_encode_base64(struct td_slice bytes, struct td_buf *out);

/* ";" and a parameter on lines of its own, at most 76 wide: name="value", or where the value is not
 * ASCII or too long for that, name*0*=utf-8''… and so on (RFC 2231 3 and 4). No control
 * characters in value; the name is short. */
void td_encode_parameter(const char *name, struct td_slice value, struct td_buf *out);

#endif
