/*
 * sign.h: private keys that sign hashes: RSA with SHA-256 (PKCS #1 v1.5, RFC 8017 8.2) and
 * Ed25519 (RFC 8032). libcrypto stays in sign.c.
 *
 * Both are deterministic: the same key and hash give the same signature.
 */
#ifndef TD_BASE_SIGN_H
#define TD_BASE_SIGN_H

#include "base/buf.h"
#include "base/crypto.h"
#include "base/err.h"

enum td_sign_kind { TD_SIGN_RSA, TD_SIGN_ED25519 };

/* RFC 8301 3.2: a verifier must take RSA keys of 1024 to 4096 bits and may refuse all others. */
#define TD_SIGN_BITS_LEAST 1024
#define TD_SIGN_BITS_MOST  4096
#define TD_SIGNATURE_MAX   (TD_SIGN_BITS_MOST / 8)

struct td_sign_key;

/* Reads a private key in PEM. TD_DATA, and nothing is ever asked on a terminal, when it is none,
 * is encrypted, neither RSA nor Ed25519, or an RSA key of a length outside the bounds above. */
enum td_status td_sign_key_create(struct td_sign_key **out, struct td_slice pem,
                                  struct td_err *err);
void td_sign_key_destroy(struct td_sign_key *key); /* NULL is fine */

enum td_sign_kind td_sign_key_kind(const struct td_sign_key *key);
int td_sign_key_bits(const struct td_sign_key *key); /* of an RSA modulus; Ed25519: 256 */

/* Signs a SHA-256 hash: RSA as such, Ed25519 as a message of 32 bytes (RFC 8463 3). TD_SOFTWARE
 * when libcrypto refuses, as for an RSA key whose numbers do not belong together. */
enum td_status td_sign(struct td_sign_key *key, const unsigned char hash[TD_SHA256_LEN],
                       unsigned char out[TD_SIGNATURE_MAX], size_t *len,
                       struct td_err *err);

/* Appends the public key in base64 as a DKIM record holds it: of RSA the SubjectPublicKeyInfo (RFC
 * 6376 3.6.1), of Ed25519 the 32 bytes (RFC 8463 4). */
void td_sign_public(const struct td_sign_key *key, struct td_buf *out);

#endif
