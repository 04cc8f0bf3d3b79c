/* listen.c: from "127.0.0.1:2525" to a socket. */
#include "sink/listen.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/str.h"

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

static bool is_loopback(const union address *address)
{
    if (address->any.sa_family == AF_INET)
        return ntohl(address->v4.sin_addr.s_addr) >> 24 == 127;
    return IN6_IS_ADDR_LOOPBACK(&address->v6.sin6_addr);
}

/* Numbers only: a name that resolves to another machine would be a trap. */
static bool read_host(struct td_slice host, union address *out)
{
    char text[64];
    if (td_slice_iis(host, "localhost"))
        host = td_slice("127.0.0.1");
    if (td_slice_starts(host, "[") && td_slice_ends(host, "]"))
        host = td_slice_sub(host, 1, host.len - 1);
    if (host.len >= sizeof text)
        return false;
    memcpy(text, host.ptr, host.len);
    text[host.len] = '\0';
    out->any.sa_family = AF_INET;
    if (inet_pton(AF_INET, text, &out->v4.sin_addr) == 1)
        return true;
    memset(out, 0, sizeof *out);
    out->any.sa_family = AF_INET6;
    return inet_pton(AF_INET6, text, &out->v6.sin6_addr) == 1;
}

static bool read_address(const char *where, union address *out)
{
    const char *colon = where != NULL ? strrchr(where, ':') : NULL;
    int64_t port;
    memset(out, 0, sizeof *out);
    if (colon == NULL || colon == where || !td_slice_int64(td_slice(colon + 1), &port) ||
        port < 0 || port > 65535 ||
        !read_host(td_slice_n(where, (size_t)(colon - where)), out))
        return false;
    if (out->any.sa_family == AF_INET)
        out->v4.sin_port = htons((uint16_t)port);
    else
        out->v6.sin6_port = htons((uint16_t)port);
    return true;
}

enum td_status td_sink_listen(const char *where, int backlog, int *fd, struct td_err *err)
{
    union address address;
    if (!read_address(where, &address))
        return td_fail(err, TD_USAGE, "%s: expected an address like 127.0.0.1:2525",
                       where ? where : "");
    if (!is_loopback(&address))
        return td_fail(err, TD_USAGE,
                       "%s is no loopback address: a sink takes mail from everyone",
                       where);
    socklen_t size =
        address.any.sa_family == AF_INET ? sizeof address.v4 : sizeof address.v6;
    int on = 1;
    int s = socket(address.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (s < 0)
        return td_fail_sys(err, TD_UNAVAILABLE, "%s", where);
    (void)setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(s, &address.any, size) != 0 || listen(s, backlog) != 0) {
        enum td_status status = td_fail_sys(err, TD_UNAVAILABLE, "%s", where);
        (void)close(s);
        return status;
    }
    *fd = s;
    return TD_OK;
}

enum td_status td_sink_local_name(int fd, char out[80], int *port, struct td_err *err)
{
    union address address;
    socklen_t size = sizeof address;
    char host[INET6_ADDRSTRLEN] = "";
    if (getsockname(fd, &address.any, &size) != 0)
        return td_fail_sys(err, TD_OS, "getsockname");
    if (address.any.sa_family == AF_INET) {
        (void)inet_ntop(AF_INET, &address.v4.sin_addr, host, sizeof host);
        *port = ntohs(address.v4.sin_port);
        (void)snprintf(out, 80, "%s:%d", host, *port);
    } else {
        (void)inet_ntop(AF_INET6, &address.v6.sin6_addr, host, sizeof host);
        *port = ntohs(address.v6.sin6_port);
        (void)snprintf(out, 80, "[%s]:%d", host, *port);
    }
    return TD_OK;
}
