/* tls.c: TLS by libssl (tls.h). */
#include "sink/tls.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/rand.h"

#define DAY      (24L * 60 * 60)
#define LIFE     (3650 * DAY)
#define PEM_MOST 8192

struct td_tls {
    SSL_CTX *context;
    struct td_buf own; /* the certificate, where it is our own */
};

struct td_tls_session {
    SSL *ssl;
};

static enum td_status complain(enum td_status status, const char *what,
                               struct td_err *err)
{
    char words[200];
    ERR_error_string_n(ERR_peek_last_error(), words, sizeof words);
    ERR_clear_error();
    return td_fail(err, status, "%s: %s", what, words);
}

/* --- the certificate -------------------------------------------------------------------------- */

static bool extend(X509 *cert, X509V3_CTX *context, int what, const char *value)
{
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, context, what, value);
    bool done = extension != NULL && X509_add_ext(cert, extension, -1) == 1;
    X509_EXTENSION_free(extension);
    return done;
}

static bool describe(X509 *cert, EVP_PKEY *key)
{
    struct td_rand rand = td_rand_from_system();
    X509_NAME *name = X509_get_subject_name(cert);
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, cert, cert, NULL, NULL, 0);
    return X509_set_version(cert, X509_VERSION_3) == 1 &&
           ASN1_INTEGER_set_uint64(X509_get_serialNumber(cert),
                                   td_rand_next(&rand) >> 1) == 1 &&
           X509_gmtime_adj(X509_getm_notBefore(cert), -DAY) != NULL &&
           X509_gmtime_adj(X509_getm_notAfter(cert), LIFE) != NULL &&
           X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                                      (const unsigned char *)"tidings sink", -1, -1,
                                      0) == 1 &&
           X509_set_issuer_name(cert, name) == 1 && X509_set_pubkey(cert, key) == 1 &&
           extend(cert, &context, NID_basic_constraints, "critical,CA:TRUE") &&
           extend(cert, &context, NID_subject_alt_name,
                  "IP:127.0.0.1,IP:::1,DNS:localhost") &&
           X509_sign(cert, key, EVP_sha256()) > 0;
}

static bool write_pem(X509 *cert, struct td_buf *out)
{
    BIO *memory = BIO_new(BIO_s_mem());
    char *bytes = NULL;
    bool done = memory != NULL && PEM_write_bio_X509(memory, cert) == 1;
    long len = done ? BIO_get_mem_data(memory, &bytes) : 0;
    td_buf_add(out, bytes, len > 0 ? (size_t)len : 0);
    BIO_free(memory);
    return len > 0;
}

static enum td_status make_own(struct td_tls *tls, struct td_err *err)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *cert = X509_new();
    bool done = key != NULL && cert != NULL && describe(cert, key) &&
                write_pem(cert, &tls->own) &&
                SSL_CTX_use_certificate(tls->context, cert) == 1 &&
                SSL_CTX_use_PrivateKey(tls->context, key) == 1;
    X509_free(cert);
    EVP_PKEY_free(key);
    return done ? TD_OK : complain(TD_OS, "a certificate of our own", err);
}

static enum td_status load(struct td_tls *tls, const char *cert, const char *key,
                           struct td_err *err)
{
    if (!td_file_exists(cert) || !td_file_exists(key))
        return td_fail(err, TD_NOINPUT, "there is no file %s",
                       td_file_exists(cert) ? key : cert);
    if (SSL_CTX_use_certificate_chain_file(tls->context, cert) != 1)
        return complain(TD_DATA, cert, err);
    if (SSL_CTX_use_PrivateKey_file(tls->context, key, SSL_FILETYPE_PEM) != 1)
        return complain(TD_DATA, key, err);
    return TD_OK;
}

enum td_status td_tls_create(struct td_tls **out, const char *cert, const char *key,
                             struct td_err *err)
{
    struct td_tls *tls = td_xcalloc(1, sizeof *tls);
    enum td_status status = TD_OK;
    td_buf_init(&tls->own, PEM_MOST);
    tls->context = SSL_CTX_new(TLS_server_method());
    if (tls->context == NULL)
        status = complain(TD_OS, "TLS", err);
    else
        status = cert != NULL ? load(tls, cert, key, err) : make_own(tls, err);
    if (status != TD_OK) {
        td_tls_destroy(tls);
        return status;
    }
    (void)SSL_CTX_set_mode(tls->context, SSL_MODE_ENABLE_PARTIAL_WRITE |
                                             SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    *out = tls;
    return TD_OK;
}

void td_tls_destroy(struct td_tls *tls)
{
    if (tls == NULL)
        return;
    SSL_CTX_free(tls->context);
    td_buf_release(&tls->own);
    free(tls);
}

struct td_slice td_tls_certificate(const struct td_tls *tls)
{
    return tls->own.len > 0 ? td_buf_slice(&tls->own) : (struct td_slice){0};
}

/* --- a session -------------------------------------------------------------------------------- */

struct td_tls_session *td_tls_begin(struct td_tls *tls, int fd)
{
    struct td_tls_session *session = td_xcalloc(1, sizeof *session);
    session->ssl = SSL_new(tls->context);
    if (session->ssl == NULL || SSL_set_fd(session->ssl, fd) != 1)
        TD_PANIC("libssl has no room for a session");
    SSL_set_accept_state(session->ssl);
    return session;
}

void td_tls_end(struct td_tls_session *session)
{
    if (session == NULL)
        return;
    SSL_free(session->ssl);
    ERR_clear_error();
    free(session);
}

static enum td_tls_step step_of(const struct td_tls_session *session, int result)
{
    switch (SSL_get_error(session->ssl, result)) {
    case SSL_ERROR_NONE: return TD_TLS_DONE;
    case SSL_ERROR_WANT_READ: return TD_TLS_READS;
    case SSL_ERROR_WANT_WRITE: return TD_TLS_WRITES;
    default: return TD_TLS_LOST;
    }
}

enum td_tls_step td_tls_shake(struct td_tls_session *session)
{
    ERR_clear_error();
    return step_of(session, SSL_do_handshake(session->ssl));
}

enum td_tls_step td_tls_read(struct td_tls_session *session, char *room, size_t size,
                             size_t *n)
{
    ERR_clear_error();
    return step_of(session, SSL_read_ex(session->ssl, room, size, n));
}

enum td_tls_step td_tls_write(struct td_tls_session *session, struct td_slice bytes,
                              size_t *n)
{
    ERR_clear_error();
    return step_of(session, SSL_write_ex(session->ssl, bytes.ptr, bytes.len, n));
}
