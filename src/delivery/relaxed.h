/*
 * relaxed.h: the "relaxed" canonical form of a mail (RFC 6376 3.4.2, 3.4.4), in which a relay may
 * fold headers and drop white space at line ends without breaking a signature. Pure.
 */
#ifndef TD_DELIVERY_RELAXED_H
#define TD_DELIVERY_RELAXED_H

#include "base/buf.h"
#include "base/crypto.h"

/* Appends one header field ("Subject:  a\r\n b", its CRLF behind it or not) as "subject:a b". */
void td_relaxed_field(struct td_slice field, struct td_buf *out);

/*
 * The SHA-256 of a body in its canonical form, taken in pieces cut anywhere: create, _add…, _finish
 * (gives the hash and frees). Lines end with CRLF; a body that was empty or only white space has
 * the hash of nothing. A copy goes on from where its original stands: what many mails have in
 * common at their start is hashed once. Destroying NULL is fine.
 */
struct td_relaxed_body;
struct td_relaxed_body *td_relaxed_body_create(void);
struct td_relaxed_body *td_relaxed_body_copy(const struct td_relaxed_body *body);
void td_relaxed_body_add(struct td_relaxed_body *body, struct td_slice piece);
void td_relaxed_body_finish(struct td_relaxed_body *body,
                            unsigned char out[TD_SHA256_LEN]);
void td_relaxed_body_destroy(struct td_relaxed_body *body);

/* Bytes added so far, before canonicalisation. */
size_t td_relaxed_body_size(const struct td_relaxed_body *body);

#endif
