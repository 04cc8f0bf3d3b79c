/* crypto.c: SHA-256 and HMAC by libcrypto, and bytes as text (RFC 4648). */
#include "base/crypto.h"

#include <stdlib.h>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include "base/err.h"
#include "base/mem.h"

/* libcrypto looks an algorithm up by name; that costs more than hashing a short text, so
 * the answer, which never changes, is kept. */
static const EVP_MD *sha256(void)
{
    static EVP_MD *kept;
    if (kept == NULL) {
        kept = EVP_MD_fetch(NULL, "SHA256", NULL);
        if (kept == NULL) {
            TD_PANIC("libcrypto has no SHA-256");
        }
    }
    return kept;
}

/* With valid arguments libcrypto only fails for want of memory or by our mistake. */
static void must(int success)
{
    if (success != 1) {
        TD_PANIC("libcrypto refused a hash");
    }
}

void td_sha256(struct td_slice data, unsigned char out[TD_SHA256_LEN])
{
    must(EVP_Digest(data.ptr, data.len, out, NULL, sha256(), NULL));
}

struct td_sha256 {
    EVP_MD_CTX *ctx; /* owned */
};

struct td_sha256 *td_sha256_create(void)
{
    struct td_sha256 *hash = td_xmalloc(sizeof *hash);
    hash->ctx = EVP_MD_CTX_new();
    must(hash->ctx != NULL && EVP_DigestInit_ex(hash->ctx, sha256(), NULL));
    return hash;
}

struct td_sha256 *td_sha256_copy(const struct td_sha256 *hash)
{
    struct td_sha256 *copy = td_xmalloc(sizeof *copy);
    copy->ctx = EVP_MD_CTX_new();
    must(copy->ctx != NULL && EVP_MD_CTX_copy_ex(copy->ctx, hash->ctx));
    return copy;
}

void td_sha256_add(struct td_sha256 *hash, const void *bytes, size_t n)
{
    must(EVP_DigestUpdate(hash->ctx, bytes, n));
}

void td_sha256_finish(struct td_sha256 *hash, unsigned char out[TD_SHA256_LEN])
{
    must(EVP_DigestFinal_ex(hash->ctx, out, NULL));
    td_sha256_destroy(hash);
}

void td_sha256_destroy(struct td_sha256 *hash)
{
    if (hash != NULL) {
        EVP_MD_CTX_free(hash->ctx);
        free(hash);
    }
}

struct td_hmac {
    EVP_MAC_CTX *ctx; /* owned; holds the key */
};

struct td_hmac *td_hmac_create(struct td_slice key)
{
    struct td_hmac *hmac = td_xmalloc(sizeof *hmac);
    EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    must(mac != NULL);
    hmac->ctx = EVP_MAC_CTX_new(mac);
    EVP_MAC_free(mac); /* the context keeps its own reference */
    char name[] = "SHA256";
    const OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0),
        OSSL_PARAM_construct_end(),
    };
    /* No key would mean "the key you have": an empty one must be said. */
    const char *bytes = key.len > 0 ? key.ptr : "";
    must(hmac->ctx != NULL &&
         EVP_MAC_init(hmac->ctx, (const unsigned char *)bytes, key.len, params));
    return hmac;
}

void td_hmac_destroy(struct td_hmac *hmac)
{
    if (hmac != NULL) {
        EVP_MAC_CTX_free(hmac->ctx);
        free(hmac);
    }
}

void td_hmac(struct td_hmac *hmac, struct td_slice data, unsigned char out[TD_SHA256_LEN])
{
    size_t n = 0;
    must(EVP_MAC_init(hmac->ctx, NULL, 0, NULL));
    must(EVP_MAC_update(hmac->ctx, (const unsigned char *)data.ptr, data.len));
    must(EVP_MAC_final(hmac->ctx, out, &n, TD_SHA256_LEN));
}

bool td_equal_secret(const void *a, const void *b, size_t n)
{
    return CRYPTO_memcmp(a, b, n) == 0;
}
