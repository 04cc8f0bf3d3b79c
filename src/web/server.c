/*
 * The web role over libmicrohttpd (server.h).
 *
 * What the library does not do is done here: the body is counted, a request with both Content-Length
 * and Transfer-Encoding is refused, and connections are ended by our own clock (its timeout is idle
 * time). The path comes decoded, with whatever was in it: it is matched, never echoed.
 */
#include "web/server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <microhttpd.h>

#include "base/log.h"
#include "base/mem.h"
#include "web/route.h"

#define CONNECTIONS_MAX 256
#define IDLE_SECONDS    10U
#define MEMORY_EACH     ((size_t)16384) /* of a connection: header lines and form */
#define FORM_MAX        ((size_t)16384) /* a larger body is refused … */
#define DISCARD_MAX     (16 * FORM_MAX) /* … and past this the connection is cut */
#define LIFE_MOST       (20 * TD_SECOND)
#define WAIT_MOST_MS    500
#define SOURCE_MAX      64

/* A connection, from its first byte to its last; its one request. */
struct visit {
    struct server *server;
    struct visit *next, *previous;
    int fd;
    td_time started; /* monotonic */
    bool asked;      /* the request below has begun */
    struct td_request request;
    struct MHD_PostProcessor *form;
    size_t body; /* bytes of it so far */
    int refused; /* a status that the answer is to have, whatever is asked for; 0: none */
    char source[SOURCE_MAX];
};

struct server {
    struct td_web web;
    struct MHD_Daemon *daemon;
    struct visit *visits;
};

/* --- the request ------------------------------------------------------------------------------ */

static enum MHD_Result take_field(void *context, enum MHD_ValueKind kind, const char *key,
                                  const char *file, const char *type,
                                  const char *encoding, const char *data, uint64_t offset,
                                  size_t size)
{
    struct td_request *request = &((struct visit *)context)->request;
    struct td_form_field *field = NULL;
    (void)kind, (void)file, (void)type, (void)encoding;
    if (!key || strlen(key) > TD_FORM_NAME_MAX)
        return MHD_YES;
    if (offset == 0 && request->field_count < TD_FORM_FIELDS_MAX) {
        field = &request->fields[request->field_count++];
        memcpy(field->name, key, strlen(key) + 1);
    } else if (offset > 0 && request->field_count > 0) { /* a value may come in pieces */
        field = &request->fields[request->field_count - 1];
    }
    if (!field || strcmp(field->name, key) != 0)
        return MHD_YES;
    const size_t have = strlen(field->value);
    const size_t room = TD_FORM_VALUE_MAX - have;
    const size_t n = size < room ? size : room;
    memcpy(field->value + have, data, n);
    field->value[have + n] = '\0';
    return MHD_YES;
}

static enum td_method method_of(const char *name)
{
    if (strcmp(name, MHD_HTTP_METHOD_GET) == 0 || strcmp(name, MHD_HTTP_METHOD_HEAD) == 0)
        return TD_METHOD_GET;
    return strcmp(name, MHD_HTTP_METHOD_POST) == 0 ? TD_METHOD_POST : TD_METHOD_OTHER;
}

/* How many headers say how long the body is: two of them are an attack on whoever stands between. An
 * encoding that the library does not know counts as two: it would wait for the end of it in vain. */
static enum MHD_Result count_framing(void *context, enum MHD_ValueKind kind,
                                     const char *key, const char *value)
{
    int *count = context;
    (void)kind;
    if (td_slice_iis(td_slice(key), MHD_HTTP_HEADER_TRANSFER_ENCODING))
        *count += td_slice_iis(td_slice_trim(td_slice(value)), "chunked") ? 1 : 2;
    *count += td_slice_iis(td_slice(key), MHD_HTTP_HEADER_CONTENT_LENGTH);
    return MHD_YES;
}

static bool is_loopback(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET) {
        struct sockaddr_in v4;
        memcpy(&v4, address, sizeof v4);
        return (ntohl(v4.sin_addr.s_addr) >> 24) == 127;
    }
    struct sockaddr_in6 v6;
    memcpy(&v6, address, sizeof v6);
    return IN6_IS_ADDR_LOOPBACK(&v6.sin6_addr);
}

/* The visitor: who is connected, or who the web server in front of us on this machine says it is. It
 * puts what it saw last; what stands before was the visitor's to write. */
static void find_source(struct visit *visit, struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    const char *forwarded =
        MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "X-Forwarded-For");
    if (!info || !info->client_addr)
        return;
    if (is_loopback(info->client_addr) && forwarded) {
        const char *last = strrchr(forwarded, ',');
        const struct td_slice name = td_slice_trim(td_slice(last ? last + 1 : forwarded));
        if (name.len < SOURCE_MAX)
            memcpy(visit->source, name.ptr, name.len);
        return;
    }
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    memcpy(&v4, info->client_addr, sizeof v4);
    if (v4.sin_family == AF_INET) {
        (void)inet_ntop(AF_INET, &v4.sin_addr, visit->source, SOURCE_MAX);
        return;
    }
    memcpy(&v6, info->client_addr, sizeof v6);
    (void)inet_ntop(AF_INET6, &v6.sin6_addr, visit->source, SOURCE_MAX);
}

/* Header lines are there, the body is not. */
static void begin_request(struct visit *visit, struct MHD_Connection *connection,
                          const char *path, const char *method)
{
    int framing = 0;
    int64_t length = 0;
    const char *text = MHD_lookup_connection_value(connection, MHD_HEADER_KIND,
                                                   MHD_HTTP_HEADER_CONTENT_LENGTH);
    visit->asked = true;
    visit->request.method = method_of(method);
    visit->request.path = path;
    visit->request.source = visit->source;
    find_source(visit, connection);
    (void)MHD_get_connection_values(connection, MHD_HEADER_KIND, count_framing, &framing);
    if (framing > 1)
        visit->refused = MHD_HTTP_BAD_REQUEST;
    else if (text &&
             (!td_slice_int64(td_slice(text), &length) || length > (int64_t)FORM_MAX))
        visit->refused = MHD_HTTP_CONTENT_TOO_LARGE;
    else if (visit->request.method == TD_METHOD_POST)
        visit->form = MHD_create_post_processor(connection, 1024, take_field, visit);
}

/* A piece of the body. False: it is too much, even to be thrown away. */
static bool take_body(struct visit *visit, const char *data, size_t size)
{
    visit->body += size;
    if (visit->body > FORM_MAX && visit->refused == 0)
        visit->refused = MHD_HTTP_CONTENT_TOO_LARGE;
    if (visit->refused == 0 && visit->form)
        (void)MHD_post_process(visit->form, data, size);
    return visit->body <= DISCARD_MAX;
}

/* --- the response ----------------------------------------------------------------------------- */

static void add_headers(struct MHD_Response *out, const struct td_response *response)
{
    static const char *const fixed[][2] = {
        {"Connection", "close"},
        {"Cache-Control", "no-store"},
        {"Referrer-Policy", "no-referrer"},
        {"X-Content-Type-Options", "nosniff"},
        {"X-Frame-Options", "DENY"},
        {"X-Robots-Tag", "noindex, nofollow"},
        {"Cross-Origin-Opener-Policy", "same-origin"},
        {"Cross-Origin-Resource-Policy", "same-origin"},
        {"Permissions-Policy", "camera=(), geolocation=(), microphone=()"},
    };
    struct td_buf policy;
    td_buf_init(&policy, 300);
    td_buf_add_str(&policy,
                   "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; "
                   "img-src https: data:; ");
    if (response->mail) /* a mail has its styles in its tags, and nothing to send */
        td_buf_add_str(&policy, "form-action 'none'; style-src 'unsafe-inline'");
    else
        td_buf_addf(&policy, "form-action 'self'; style-src 'nonce-%s'", response->nonce);
    (void)MHD_add_response_header(out, "Content-Security-Policy", policy.ptr);
    (void)MHD_add_response_header(out, "Content-Type", response->type);
    if (response->allow)
        (void)MHD_add_response_header(out, "Allow", response->allow);
    for (size_t i = 0; i < TD_ARRAY_LEN(fixed); i++)
        (void)MHD_add_response_header(out, fixed[i][0], fixed[i][1]);
    td_buf_release(&policy);
}

static void refuse(struct server *server, int status, struct td_response *response)
{
    struct td_err err;
    const bool large = status == MHD_HTTP_CONTENT_TOO_LARGE;
    (void)td_answer_words(&server->web, status, large ? "Too much" : "Not in this way",
                          large ? "This address takes short forms only."
                                : "This address does not take such a request.",
                          response, &err);
    response->status = status;
}

/* The log names the page, never the token behind it. */
static enum MHD_Result answer(struct visit *visit, struct MHD_Connection *connection)
{
    static const char *const methods[] = {"GET", "POST", "other"};
    struct server *server = visit->server;
    struct td_response response = {
        .status = MHD_HTTP_SERVICE_UNAVAILABLE,
        .type = "text/plain; charset=utf-8",
    };
    td_buf_init(&response.body, TD_BODY_MAX);
    if (visit->refused != 0)
        refuse(server, visit->refused, &response);
    else
        td_route(&server->web, &visit->request, &response);
    td_log(TD_INFO, "web", "method=%s page=%.*s status=%d",
           methods[visit->request.method], (int)strnlen(visit->request.path, 2),
           visit->request.path, response.status);
    struct MHD_Response *out = MHD_create_response_from_buffer(
        response.body.len, response.body.ptr, MHD_RESPMEM_MUST_COPY);
    td_buf_release(&response.body);
    if (!out)
        return MHD_NO;
    add_headers(out, &response);
    const enum MHD_Result result =
        MHD_queue_response(connection, (unsigned)response.status, out);
    MHD_destroy_response(out);
    return result;
}

/* --- the library's calls ---------------------------------------------------------------------- */

static struct visit *visit_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

/* Called for the header lines, for each piece of the body (*size is not 0), and at its end. */
static enum MHD_Result handle(void *context, struct MHD_Connection *connection,
                              const char *path, const char *method, const char *version,
                              const char *data, size_t *size, void **state)
{
    struct visit *visit = visit_of(connection);
    (void)context, (void)version, (void)state;
    if (!visit)
        return MHD_NO;
    if (!visit->asked) {
        begin_request(visit, connection, path, method);
        return visit->refused != 0 ? answer(visit, connection) : MHD_YES;
    }
    if (*size > 0) {
        const bool kept = take_body(visit, data, *size);
        *size = 0;
        return kept ? MHD_YES : MHD_NO;
    }
    return answer(visit, connection);
}

static void begin_visit(struct server *server, struct MHD_Connection *connection,
                        void **state)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    struct visit *visit = td_xcalloc(1, sizeof *visit);
    visit->server = server;
    visit->fd = info ? info->connect_fd : -1;
    visit->started = td_clock_monotonic(&server->web.app->clock);
    visit->next = server->visits;
    if (visit->next)
        visit->next->previous = visit;
    server->visits = visit;
    *state = visit;
}

static void end_visit(struct server *server, struct visit *visit)
{
    if (visit->form)
        (void)MHD_destroy_post_processor(visit->form);
    if (visit->next)
        visit->next->previous = visit->previous;
    if (visit->previous)
        visit->previous->next = visit->next;
    else
        server->visits = visit->next;
    free(visit);
}

static void note_connection(void *context, struct MHD_Connection *connection,
                            void **state, enum MHD_ConnectionNotificationCode code)
{
    if (code == MHD_CONNECTION_NOTIFY_STARTED)
        begin_visit(context, connection, state);
    else if (*state)
        end_visit(context, *state);
}

/* --- the role --------------------------------------------------------------------------------- */

static void end_old_visits(const struct server *server)
{
    const td_time now = td_clock_monotonic(&server->web.app->clock);
    for (const struct visit *visit = server->visits; visit; visit = visit->next)
        if (now - visit->started > LIFE_MOST && visit->fd >= 0)
            (void)shutdown(visit->fd,
                           SHUT_RDWR); /* the library sees the end and tells us */
}

static void make_address(const struct td_listen *listen, struct sockaddr_storage *out)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)listen->port)};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6,
                              .sin6_port = htons((uint16_t)listen->port)};
    memset(out, 0, sizeof *out);
    if (listen->ipv6) {
        (void)inet_pton(AF_INET6, listen->host, &v6.sin6_addr);
        memcpy(out, &v6, sizeof v6);
    } else {
        (void)inet_pton(AF_INET, listen->host, &v4.sin_addr);
        memcpy(out, &v4, sizeof v4);
    }
}

static enum td_status start(struct server *server, struct td_err *err)
{
    const struct td_listen *listen = &server->web.app->config->web_listen;
    const unsigned flags = MHD_USE_EPOLL | (listen->ipv6 ? (unsigned)MHD_USE_IPv6 : 0U);
    struct sockaddr_storage address;
    make_address(listen, &address);
    server->daemon = MHD_start_daemon(
        flags, (uint16_t)listen->port, NULL, NULL, handle, server, MHD_OPTION_SOCK_ADDR,
        (struct sockaddr *)&address, MHD_OPTION_LISTENING_ADDRESS_REUSE, 1U,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MAX,
        MHD_OPTION_CONNECTION_TIMEOUT, IDLE_SECONDS, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        MEMORY_EACH, MHD_OPTION_NOTIFY_CONNECTION, note_connection, server,
        MHD_OPTION_END);
    if (!server->daemon)
        return td_fail_sys(err, TD_UNAVAILABLE, "cannot listen on %s port %d",
                           listen->host, listen->port);
    td_log(TD_INFO, "listening", "address=%s port=%d", listen->host,
           (int)MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_BIND_PORT)->port);
    return TD_OK;
}

/* SIGTERM ends the poll; what was asked for by then is answered in its turn. */
static void serve(struct server *server, const volatile int *stop)
{
    struct pollfd ready = {
        .fd = MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd,
        .events = POLLIN,
    };
    while (!*stop) {
        MHD_UNSIGNED_LONG_LONG wait = WAIT_MOST_MS;
        if (MHD_get_timeout(server->daemon, &wait) != MHD_YES || wait > WAIT_MOST_MS)
            wait = WAIT_MOST_MS;
        (void)poll(&ready, 1, (int)wait);
        (void)MHD_run(server->daemon);
        end_old_visits(server);
    }
}

enum td_status td_web_run(struct td_app *app, const volatile int *stop,
                          struct td_err *err)
{
    struct server server = {.web.app = app};
    enum td_status status = td_app_store(app, err);
    if (status != TD_OK)
        return status;
    server.web.pages = td_pages_create(app);
    status = start(&server, err);
    if (status == TD_OK) {
        serve(&server, stop);
        MHD_stop_daemon(server.daemon);
    }
    td_pages_destroy(server.web.pages);
    return status;
}
