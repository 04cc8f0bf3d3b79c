/* session.c: connect-only SMTP sessions of libcurl. Nothing else of stage 5 knows libcurl. */
#include "delivery/session.h"

#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/hush.h"

struct td_net {
    CURLM *multi;
};

struct td_dialer {
    CURLM *multi;                 /* the net's */
    const struct td_relay *relay; /* borrowed */
    char *url;
    long patience_ms;
    const char *token; /* borrowed */
};

struct td_session {
    struct td_dialer *dialer;
    CURL *easy;
    void *owner;
    curl_socket_t fd;
    bool refused;
    struct td_ehlo offered;
    struct td_buf said; /* lines of the latest reply of 4yz or 5yz */
    bool saying;        /* `said` is not at its last line yet */
    struct td_reply refusal;
    char words[CURL_ERROR_SIZE];
};

enum td_status td_net_create(struct td_net **out, struct td_err *err)
{
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return td_fail(err, TD_SOFTWARE, "libcurl does not start");
    CURLM *multi = curl_multi_init();
    if (multi == NULL) {
        curl_global_cleanup();
        return td_fail(err, TD_SOFTWARE, "libcurl does not start");
    }
    *out = td_xcalloc(1, sizeof **out);
    (*out)->multi = multi;
    return TD_OK;
}

void td_net_destroy(struct td_net *net)
{
    if (net == NULL)
        return;
    curl_multi_cleanup(net->multi);
    curl_global_cleanup();
    free(net);
}

static bool helo_ok(const char *helo)
{
    static const char fit[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-";
    return helo != NULL && helo[0] != '\0' && strspn(helo, fit) == strlen(helo);
}

static bool always_tls(const struct td_relay *relay)
{
    return relay->implicit_tls || relay->tls == TD_TLS_REQUIRED;
}

enum td_status td_dialer_create(struct td_dialer **out, struct td_net *net,
                                const struct td_dialer_config *config, struct td_err *err)
{
    const struct td_relay *relay = config->relay;
    if (!helo_ok(config->helo))
        return td_fail(err, TD_CONFIG, "\"%s\" is no host name to say EHLO with",
                       config->helo ? config->helo : "");
    if (relay->user != NULL && !always_tls(relay))
        return td_fail(err, TD_CONFIG, "relay %s: a password is never sent without TLS",
                       relay->name);
    struct td_buf url;
    td_buf_init(&url, 4096);
    bool literal = strchr(relay->host, ':') != NULL;
    td_buf_addf(&url, "%s://%s%s%s:%d/%s", relay->implicit_tls ? "smtps" : "smtp",
                literal ? "[" : "", relay->host, literal ? "]" : "", relay->port,
                config->helo);
    struct td_dialer *dialer = td_xcalloc(1, sizeof *dialer);
    dialer->multi = net->multi;
    dialer->relay = relay;
    dialer->url = td_buf_detach(&url);
    dialer->patience_ms = (long)(config->patience / 1000);
    *out = dialer;
    return TD_OK;
}

void td_dialer_destroy(struct td_dialer *dialer)
{
    if (dialer == NULL)
        return;
    free(dialer->url);
    free(dialer);
}

void td_dialer_set_token(struct td_dialer *dialer, const char *token)
{
    dialer->token = token;
}

/* libcurl shows every reply line of the opening dialogue here. */
static size_t on_line(char *bytes, size_t size, size_t count, void *user)
{
    struct td_session *session = user;
    struct td_slice line = td_slice_n(bytes, size * count);
    td_ehlo_line(&session->offered, line);
    if (line.len < 3 || line.ptr[0] < '4') {
        session->saying = false;
        return line.len;
    }
    if (!session->saying)
        td_buf_clear(&session->said);
    td_buf_add_slice(&session->said, line);
    session->saying = line.len > 3 && line.ptr[3] == '-';
    return line.len;
}

/* Left alone libcurl prefers GSSAPI and NTLM, which need more than a password. */
static void set_login(CURL *easy, const struct td_dialer *dialer)
{
    const struct td_relay *relay = dialer->relay;
    char only[40];
    const char *options = "AUTH=PLAIN;AUTH=LOGIN;AUTH=CRAM-MD5";
    if (dialer->token != NULL)
        options = "AUTH=OAUTHBEARER;AUTH=XOAUTH2";
    if (relay->auth != NULL) {
        (void)snprintf(only, sizeof only, "AUTH=%s", relay->auth);
        options = only;
    }
    curl_easy_setopt(easy, CURLOPT_USERNAME, relay->user);
    if (dialer->token != NULL)
        curl_easy_setopt(easy, CURLOPT_XOAUTH2_BEARER, dialer->token);
    else
        curl_easy_setopt(easy, CURLOPT_PASSWORD, relay->password ? relay->password : "");
    curl_easy_setopt(easy, CURLOPT_LOGIN_OPTIONS, options);
    curl_easy_setopt(easy, CURLOPT_SASL_IR, 1L);
}

static void set_security(CURL *easy, const struct td_relay *relay)
{
    long policy = always_tls(relay)                    ? CURLUSESSL_ALL
                  : relay->tls == TD_TLS_OPPORTUNISTIC ? CURLUSESSL_TRY
                                                       : CURLUSESSL_NONE;
    curl_easy_setopt(easy, CURLOPT_USE_SSL, policy);
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, always_tls(relay) ? 1L : 0L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, always_tls(relay) ? 2L : 0L);
    if (relay->ca_file != NULL)
        curl_easy_setopt(easy, CURLOPT_CAINFO, relay->ca_file);
    if (relay->cert_file != NULL) {
        curl_easy_setopt(easy, CURLOPT_SSLCERT, relay->cert_file);
        curl_easy_setopt(easy, CURLOPT_SSLKEY, relay->key_file);
    }
}

/* A command that fetches a token inherits no session: what it leaves behind would keep it open. */
static int keep_to_ourselves(void *context, curl_socket_t fd, curlsocktype purpose)
{
    (void)context, (void)purpose;
    return fcntl(fd, F_SETFD, FD_CLOEXEC) == 0 ? CURL_SOCKOPT_OK : CURL_SOCKOPT_ERROR;
}

struct td_session *td_dialer_open(struct td_dialer *dialer, void *owner)
{
    CURL *easy = curl_easy_init();
    if (easy == NULL)
        TD_PANIC("libcurl has no memory");
    struct td_session *session = td_xcalloc(1, sizeof *session);
    session->dialer = dialer;
    session->easy = easy;
    session->owner = owner;
    session->fd = CURL_SOCKET_BAD;
    td_buf_init(&session->said, TD_REPLY_INPUT_MAX);
    curl_easy_setopt(easy, CURLOPT_URL, dialer->url);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(easy, CURLOPT_CONNECT_ONLY, 1L);
    curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, session);
    curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
    curl_easy_setopt(easy, CURLOPT_SOCKOPTFUNCTION, keep_to_ourselves);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_line);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, session);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, session->words);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, dialer->patience_ms);
    curl_easy_setopt(easy, CURLOPT_SERVER_RESPONSE_TIMEOUT,
                     dialer->patience_ms / 1000 + 1);
    set_security(easy, dialer->relay);
    if (dialer->relay->user != NULL)
        set_login(easy, dialer);
    if (curl_multi_add_handle(dialer->multi, easy) != CURLM_OK)
        TD_PANIC("libcurl takes no further session");
    return session;
}

void td_net_turn(struct td_net *net, int fd, int wait_ms)
{
    struct curl_waitfd also = {.fd = fd, .events = CURL_WAIT_POLLIN};
    int running = 0;
    curl_multi_poll(net->multi, &also, 1, wait_ms, NULL);
    curl_multi_perform(net->multi, &running);
}

static void refuse(struct td_session *session, const char *words)
{
    struct td_reply *reply = &session->refusal;
    session->refused = true;
    memset(reply, 0, sizeof *reply);
    reply->stage = TD_STAGE_CONNECT;
    (void)snprintf(reply->text, sizeof reply->text, "%.300s", words);
}

/* libcurl's words for a connection that ends before a reply, with an errno that was none. */
#define UNEXPLAINED "response reading failed"

/* Why the opening failed: the server's words where it said some, else libcurl's. */
static void explain(struct td_session *session, CURLcode result)
{
    bool said = result == CURLE_WEIRD_SERVER_REPLY || result == CURLE_LOGIN_DENIED ||
                result == CURLE_REMOTE_ACCESS_DENIED;
    struct td_reply reply;
    size_t used;
    if (said && td_reply_parse(td_buf_slice(&session->said), &reply, &used) == 1) {
        session->refused = true;
        session->refusal = reply;
        session->refusal.stage = TD_STAGE_CONNECT;
        td_hush(session->refusal.text, session->dialer->relay->password);
        td_hush(session->refusal.text, session->dialer->token);
    } else if (result == CURLE_LOGIN_DENIED) {
        refuse(session, session->dialer->relay->auth || session->dialer->token
                            ? "the relay does not offer the AUTH mechanism that is wanted"
                            : "the relay offers none of AUTH PLAIN, LOGIN, CRAM-MD5");
    } else if (result == CURLE_RECV_ERROR &&
               td_slice_starts(td_slice(session->words), UNEXPLAINED)) {
        refuse(session, "the server closed the connection, or does not speak SMTP");
    } else {
        refuse(session, session->words[0] ? session->words : curl_easy_strerror(result));
    }
}

static void opened(struct td_session *session, CURLcode result)
{
    const struct td_relay *relay = session->dialer->relay;
    if (result != CURLE_OK) {
        explain(session, result);
    } else if (relay->user != NULL && !session->offered.authenticated) {
        refuse(session, "the relay offers no AUTH, and credentials are configured");
    } else if (curl_easy_getinfo(session->easy, CURLINFO_ACTIVESOCKET, &session->fd) !=
                   CURLE_OK ||
               session->fd == CURL_SOCKET_BAD) {
        refuse(session, "the connection closed at once");
    }
}

struct td_session *td_net_opened(struct td_net *net)
{
    int left = 0;
    CURLMsg *message;
    while ((message = curl_multi_info_read(net->multi, &left)) != NULL) {
        struct td_session *session = NULL;
        if (message->msg != CURLMSG_DONE)
            continue;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &session);
        opened(session, message->data.result);
        return session;
    }
    return NULL;
}

void td_session_close(struct td_session *session)
{
    if (session == NULL)
        return;
    curl_multi_remove_handle(session->dialer->multi, session->easy);
    curl_easy_cleanup(session->easy);
    td_buf_release(&session->said);
    free(session);
}

void *td_session_owner(const struct td_session *session)
{
    return session->owner;
}

int td_session_fd(const struct td_session *session)
{
    return session->fd;
}

bool td_session_may_buffer(const struct td_session *session)
{
    return session->dialer->relay->implicit_tls ||
           session->dialer->relay->tls != TD_TLS_NONE;
}

bool td_session_reached(const struct td_session *session)
{
    curl_off_t after = 0;
    curl_easy_getinfo(session->easy, CURLINFO_CONNECT_TIME_T, &after);
    return after > 0;
}

const struct td_reply *td_session_refusal(const struct td_session *session)
{
    return session->refused ? &session->refusal : NULL;
}

const struct td_ehlo *td_session_offered(const struct td_session *session)
{
    return &session->offered;
}

/* --- bytes -------------------------------------------------------------------------------------- */

static enum td_flow flow(CURLcode result)
{
    return result == CURLE_OK      ? TD_FLOW_OK
           : result == CURLE_AGAIN ? TD_FLOW_WAIT
                                   : TD_FLOW_CLOSED;
}

/* Of a call on the socket itself: where TLS is out of the question libcurl would do no more, but look
 * the connection up among all others each time. */
static enum td_flow plain_flow(ssize_t n, size_t *done)
{
    if (n > 0) {
        *done = (size_t)n;
        return TD_FLOW_OK;
    }
    bool again = n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR);
    return again ? TD_FLOW_WAIT : TD_FLOW_CLOSED;
}

enum td_flow td_session_send(struct td_session *session, struct td_slice bytes,
                             size_t *done)
{
    *done = 0;
    if (!td_session_may_buffer(session))
        return plain_flow(send(session->fd, bytes.ptr, bytes.len, MSG_NOSIGNAL), done);
    return flow(curl_easy_send(session->easy, bytes.ptr, bytes.len, done));
}

enum td_flow td_session_recv(struct td_session *session, char *room, size_t n,
                             size_t *done)
{
    *done = 0;
    if (!td_session_may_buffer(session))
        return plain_flow(recv(session->fd, room, n, 0), done);
    enum td_flow result = flow(curl_easy_recv(session->easy, room, n, done));
    return result == TD_FLOW_OK && *done == 0 ? TD_FLOW_CLOSED : result;
}
