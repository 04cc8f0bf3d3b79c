/*
 * crypto.h: hashes, keyed hashes and the encodings of bytes as text. libcrypto stays in
 * crypto.c.
 */
#ifndef TD_BASE_CRYPTO_H
#define TD_BASE_CRYPTO_H

#include "base/buf.h"

#define TD_SHA256_LEN 32

void td_sha256(struct td_slice data, unsigned char out[TD_SHA256_LEN]);

/* Incremental: td_sha256_create, _add…, _finish (gives the hash and frees). A copy goes on from
 * where its original stands. Destroying NULL is fine. */
struct td_sha256;
struct td_sha256 *td_sha256_create(void);
struct td_sha256 *td_sha256_copy(const struct td_sha256 *hash);
void td_sha256_add(struct td_sha256 *hash, const void *bytes, size_t n);
void td_sha256_finish(struct td_sha256 *hash, unsigned char out[TD_SHA256_LEN]);
void td_sha256_destroy(struct td_sha256 *hash);

/* A key kept ready for many HMAC-SHA-256 (RFC 2104). */
struct td_hmac;
struct td_hmac *td_hmac_create(struct td_slice key);
void td_hmac_destroy(struct td_hmac *hmac);
void td_hmac(struct td_hmac *hmac, struct td_slice data,
             unsigned char out[TD_SHA256_LEN]);

bool td_equal_secret(const void *a, const void *b, size_t n); /* in constant time */

/* Text forms (RFC 4648), appended to out. base32 is lower-case; it and base64url have no
 * padding, base64 has, all are one line. The decoders return false, and leave out as it
 * was, on any byte out of place and on left-over bits that are not 0 (base32 takes both
 * cases). */
void td_hex(struct td_buf *out, const void *bytes, size_t n);
void td_base32(struct td_buf *out, const void *bytes, size_t n);
bool td_base32_decode(struct td_slice text, struct td_buf *out);
void td_base64url(struct td_buf *out, const void *bytes, size_t n);
bool td_base64url_decode(struct td_slice text, struct td_buf *out);
void td_base64(struct td_buf *out, const void *bytes, size_t n);
bool td_base64_decode(struct td_slice text, struct td_buf *out);

#endif
