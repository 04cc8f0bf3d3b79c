/* sign.c: RSA and Ed25519 signatures by libcrypto (sign.h). */
#include "base/sign.h"

#include <limits.h>
#include <stdlib.h>

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "base/mem.h"

#define ED25519_LEN 32

struct td_sign_key {
    enum td_sign_kind kind;
    EVP_PKEY *pkey; /* owned */
    EVP_PKEY_CTX
    *rsa; /* owned; set up once, since that costs as much as a short signature */
    EVP_MD_CTX *ed25519; /* owned */
};

/* Without a callback of ours libcrypto would ask on the terminal. */
static int no_password(char *buf, int size, int writing, void *asked)
{
    (void)buf;
    (void)size;
    (void)writing;
    *(bool *)asked = true;
    return -1;
}

static enum td_status read_pem(struct td_slice pem, EVP_PKEY **out, struct td_err *err)
{
    bool asked = false;
    BIO *bio = pem.len <= INT_MAX ? BIO_new_mem_buf(pem.ptr, (int)pem.len) : NULL;
    *out = bio != NULL ? PEM_read_bio_PrivateKey(bio, NULL, no_password, &asked) : NULL;
    BIO_free(bio);
    ERR_clear_error();
    if (*out != NULL)
        return TD_OK;
    return td_fail(err, TD_DATA,
                   asked ? "is encrypted, and nobody is there to be asked: store it "
                           "without a password"
                         : "is not a private key in PEM");
}

static enum td_status prepare_rsa(struct td_sign_key *key, struct td_err *err)
{
    const int bits = EVP_PKEY_get_bits(key->pkey);
    key->kind = TD_SIGN_RSA;
    if (bits < TD_SIGN_BITS_LEAST || bits > TD_SIGN_BITS_MOST)
        return td_fail(err, TD_DATA,
                       "is an RSA key of %d bits; receivers take %d to %d (RFC 8301)",
                       bits, TD_SIGN_BITS_LEAST, TD_SIGN_BITS_MOST);
    key->rsa = EVP_PKEY_CTX_new(key->pkey, NULL);
    if (key->rsa == NULL || EVP_PKEY_sign_init(key->rsa) != 1 ||
        EVP_PKEY_CTX_set_rsa_padding(key->rsa, RSA_PKCS1_PADDING) != 1 ||
        EVP_PKEY_CTX_set_signature_md(key->rsa, EVP_sha256()) != 1)
        return td_fail(err, TD_DATA, "is an RSA key that cannot sign with SHA-256");
    return TD_OK;
}

static enum td_status prepare(struct td_sign_key *key, struct td_err *err)
{
    if (EVP_PKEY_is_a(key->pkey, "RSA"))
        return prepare_rsa(key, err);
    if (!EVP_PKEY_is_a(key->pkey, "ED25519"))
        return td_fail(err, TD_DATA, "is neither an RSA nor an Ed25519 key");
    key->kind = TD_SIGN_ED25519;
    key->ed25519 = EVP_MD_CTX_new();
    if (key->ed25519 == NULL)
        TD_PANIC("libcrypto has no context for a signature");
    return TD_OK;
}

enum td_status td_sign_key_create(struct td_sign_key **out, struct td_slice pem,
                                  struct td_err *err)
{
    struct td_sign_key *key = td_xcalloc(1, sizeof *key);
    enum td_status status = read_pem(pem, &key->pkey, err);
    if (status == TD_OK)
        status = prepare(key, err);
    ERR_clear_error();
    if (status == TD_OK)
        *out = key;
    else
        td_sign_key_destroy(key);
    return status;
}

void td_sign_key_destroy(struct td_sign_key *key)
{
    if (key == NULL)
        return;
    EVP_MD_CTX_free(key->ed25519);
    EVP_PKEY_CTX_free(key->rsa);
    EVP_PKEY_free(key->pkey);
    free(key);
}

enum td_sign_kind td_sign_key_kind(const struct td_sign_key *key)
{
    return key->kind;
}

int td_sign_key_bits(const struct td_sign_key *key)
{
    return key->kind == TD_SIGN_RSA ? EVP_PKEY_get_bits(key->pkey) : 8 * ED25519_LEN;
}

enum td_status td_sign(struct td_sign_key *key, const unsigned char hash[TD_SHA256_LEN],
                       unsigned char out[TD_SIGNATURE_MAX], size_t *len,
                       struct td_err *err)
{
    size_t n = TD_SIGNATURE_MAX;
    const bool done =
        key->kind == TD_SIGN_RSA
            ? EVP_PKEY_sign(key->rsa, out, &n, hash, TD_SHA256_LEN) == 1
            : EVP_DigestSignInit(key->ed25519, NULL, NULL, NULL, key->pkey) == 1 &&
                  EVP_DigestSign(key->ed25519, out, &n, hash, TD_SHA256_LEN) == 1;
    if (!done) {
        ERR_clear_error();
        return td_fail(err, TD_SOFTWARE, "libcrypto refuses to sign with this key");
    }
    *len = n;
    return TD_OK;
}

void td_sign_public(const struct td_sign_key *key, struct td_buf *out)
{
    unsigned char *der = NULL;
    unsigned char raw[ED25519_LEN];
    size_t n = sizeof raw;
    if (key->kind == TD_SIGN_ED25519) {
        if (EVP_PKEY_get_raw_public_key(key->pkey, raw, &n) != 1)
            TD_PANIC("libcrypto has a private key without its public one");
        td_base64(out, raw, n);
        return;
    }
    const int len = i2d_PUBKEY(key->pkey, &der);
    if (len <= 0)
        TD_PANIC("libcrypto has a private key without its public one");
    td_base64(out, der, (size_t)len);
    OPENSSL_free(der);
}
