/* One connection to a mail server, by libcurl (session.h). */
#include "mailbox/session.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "base/hush.h"
#include "base/mem.h"

#define CONNECT_SECONDS 30L
#define CALL_SECONDS    120L /* whatever a server does: drip, stall, lines without end */
#define SAID_MAX        (64 * 1024)
#define URL_MAX         4096

struct td_box_session {
    const struct td_mailbox_config *config; /* borrowed */
    CURL *easy;
    struct td_buf said;
    char words[CURL_ERROR_SIZE];
};

static size_t on_body(char *bytes, size_t size, size_t count, void *user)
{
    td_buf_add(user, bytes, size * count); /* what is too much is dropped */
    return size * count;
}

static size_t on_line(char *bytes, size_t size, size_t count, void *user)
{
    td_buf_add(user, bytes, size * count);
    return size * count;
}

static int on_progress(void *user, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
    const volatile int *stop = user;
    (void)a, (void)b, (void)c, (void)d;
    return *stop;
}

static void set_credentials(CURL *easy, const struct td_mailbox_config *config)
{
    curl_easy_setopt(easy, CURLOPT_USERNAME, config->user);
    if (config->oauth) {
        curl_easy_setopt(easy, CURLOPT_XOAUTH2_BEARER, config->secret);
        curl_easy_setopt(easy, CURLOPT_LOGIN_OPTIONS, "AUTH=OAUTHBEARER;AUTH=XOAUTH2");
    } else {
        curl_easy_setopt(easy, CURLOPT_PASSWORD, config->secret);
        /* Left alone libcurl prefers GSSAPI and NTLM, which need more than a password. */
        curl_easy_setopt(easy, CURLOPT_LOGIN_OPTIONS, "AUTH=PLAIN;AUTH=LOGIN");
    }
    curl_easy_setopt(easy, CURLOPT_SASL_IR, 1L);
}

struct td_box_session *td_box_session_create(const struct td_mailbox_config *config)
{
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        TD_PANIC("libcurl does not start");
    CURL *easy = curl_easy_init();
    if (!easy)
        TD_PANIC("libcurl has no memory");
    struct td_box_session *session = td_xcalloc(1, sizeof *session);
    session->config = config;
    session->easy = easy;
    td_buf_init(&session->said, SAID_MAX);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "imaps,pop3s");
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    if (config->ca_file)
        curl_easy_setopt(easy, CURLOPT_CAINFO, config->ca_file);
    set_credentials(easy, config);
    curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, CONNECT_SECONDS);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT, CALL_SECONDS);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_line);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, &session->said);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, session->words);
    if (config->stop) {
        curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
        curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, on_progress);
        curl_easy_setopt(easy, CURLOPT_XFERINFODATA, (void *)(uintptr_t)config->stop);
    }
    return session;
}

void td_box_session_destroy(struct td_box_session *session)
{
    if (!session)
        return;
    curl_easy_cleanup(session->easy);
    curl_global_cleanup();
    td_buf_release(&session->said);
    free(session);
}

static void make_url(const struct td_mailbox_config *config, const char *path,
                     struct td_buf *url)
{
    bool literal = strchr(config->host, ':') != NULL;
    td_buf_addf(url, "%s://%s%s%s:%d%s",
                config->kind == TD_MAILBOX_IMAP ? "imaps" : "pop3s", literal ? "[" : "",
                config->host, literal ? "]" : "", config->port, path);
}

/* The server's last line. Why a token is refused comes as a challenge in base64 (RFC 7628 3.2.2). */
static void add_answer(struct td_slice said, struct td_buf *out)
{
    struct td_slice line = {0};
    struct td_slice last = {0};
    struct td_buf text;
    td_buf_init(&text, SAID_MAX);
    while (td_slice_line(&said, &line))
        if (line.len > 0)
            last = line;
    if (td_slice_starts(last, "+ "))
        (void)td_base64_decode(td_slice_sub(last, 2, last.len), &text);
    td_buf_add_visible(out, text.len > 0 ? td_buf_slice(&text) : last);
    td_buf_release(&text);
}

static enum td_status failed(const struct td_box_session *session, CURLcode result,
                             struct td_err *err)
{
    const char *words = session->words[0] ? session->words : curl_easy_strerror(result);
    enum td_status status = TD_UNAVAILABLE;
    if (result == CURLE_LOGIN_DENIED)
        status = TD_NOPERM;
    else if (result == CURLE_REMOTE_FILE_NOT_FOUND)
        status = TD_NOINPUT;
    struct td_buf answer;
    td_buf_init(&answer, SAID_MAX);
    if (result == CURLE_LOGIN_DENIED || result == CURLE_QUOTE_ERROR ||
        result == CURLE_REMOTE_FILE_NOT_FOUND)
        add_answer(td_buf_slice(&session->said), &answer);
    td_hush(answer.ptr, session->config->secret);
    (void)td_fail(err, status, "%s%s%.200s", words, answer.len > 0 ? ": " : "",
                  answer.ptr);
    td_buf_release(&answer);
    return status;
}

enum td_status td_box_call(struct td_box_session *session,
                           const struct td_box_request *request, struct td_buf *out,
                           bool *anew, struct td_err *err)
{
    long connections = 0;
    struct td_buf url;
    td_buf_init(&url, URL_MAX);
    td_buf_clear(&session->said);
    session->words[0] = '\0';
    make_url(session->config, request->path, &url);
    if (td_buf_full(&url)) {
        td_buf_release(&url);
        return td_fail(err, TD_CONFIG, "the folder's name is too long");
    }
    curl_easy_setopt(session->easy, CURLOPT_URL, url.ptr);
    curl_easy_setopt(session->easy, CURLOPT_CUSTOMREQUEST, request->command);
    curl_easy_setopt(session->easy, CURLOPT_NOBODY, request->no_body ? 1L : 0L);
    curl_easy_setopt(session->easy, CURLOPT_WRITEDATA, out);
    CURLcode result = curl_easy_perform(session->easy);
    td_buf_release(&url);
    curl_easy_getinfo(session->easy, CURLINFO_NUM_CONNECTS, &connections);
    if (anew)
        *anew = connections > 0;
    return result == CURLE_OK ? TD_OK : failed(session, result, err);
}

struct td_slice td_box_said(const struct td_box_session *session)
{
    return td_buf_slice(&session->said);
}
