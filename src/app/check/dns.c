/* Questions to the DNS (dns.h). */
#include "app/check/dns.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/nameser.h>
#include <resolv.h>

#include "base/buf.h"
#include "base/mem.h"

#define ANSWER_MAX   65535
#define RECORDS_MAX  200
#define WAIT_SECONDS 3
#define TRIES        2

struct td_dns {
    struct __res_state state;
    struct td_arena *arena;
    unsigned char answer[ANSWER_MAX];
};

struct server {
    struct sockaddr_in four; /* sin_family is 0: it is the other */
    struct sockaddr_in6 six;
};

/* "192.0.2.1:5353", "2001:db8::1", "[2001:db8::1]:5353" */
static bool read_server(const char *text, struct server *out)
{
    char address[INET6_ADDRSTRLEN];
    int64_t port = NS_DEFAULTPORT;
    struct td_slice all = td_slice(text);
    size_t first = td_slice_find(all, 0, ':');
    bool brackets = td_slice_starts(all, "[");
    bool six = brackets ||
               (first != (size_t)-1 && td_slice_find(all, first + 1, ':') != (size_t)-1);
    size_t end = brackets ? td_slice_find(all, 0, ']') : six ? all.len : first;
    if (brackets && end == (size_t)-1)
        return false;
    struct td_slice host = td_slice_sub(all, brackets, end);
    struct td_slice rest =
        td_slice_sub(all, end == (size_t)-1 ? all.len : end + brackets, all.len);
    if (rest.len > 0 &&
        (rest.ptr[0] != ':' || !td_slice_int64(td_slice_sub(rest, 1, rest.len), &port) ||
         port < 1 || port > 65535))
        return false;
    if (host.len >= sizeof address)
        return false;
    (void)snprintf(address, sizeof address, "%.*s", (int)host.len, host.ptr);
    in_port_t number = htons((uint16_t)port);
    *out = (struct server){
        .four = {.sin_family = six ? 0 : AF_INET, .sin_port = number},
        .six = {.sin6_family = AF_INET6, .sin6_port = number},
    };
    return six ? inet_pton(AF_INET6, address, &out->six.sin6_addr) == 1
               : inet_pton(AF_INET, address, &out->four.sin_addr) == 1;
}

/* The only one to ask. An IPv6 server stands where the library keeps its own, which frees it. */
static void set_server(struct __res_state *state, const struct server *server)
{
    state->nscount = 1;
    state->nsaddr_list[0] = server->four;
    if (server->four.sin_family != 0)
        return;
    free(state->_u._ext.nsaddrs[0]);
    state->_u._ext.nsaddrs[0] = td_xmalloc(sizeof server->six);
    *state->_u._ext.nsaddrs[0] = server->six;
    state->_u._ext.nssocks[0] = -1;
    state->_u._ext.nscount = 1;
}

enum td_status td_dns_open(struct td_dns **out, const char *server, struct td_err *err)
{
    struct server address;
    *out = NULL;
    if (server && !read_server(server, &address))
        return td_fail(err, TD_USAGE,
                       "%s: an address is wanted, as 192.0.2.1, 192.0.2.1:5353, "
                       "2001:db8::1 or [2001:db8::1]:5353",
                       server);
    struct td_dns *dns = td_xcalloc(1, sizeof *dns);
    if (res_ninit(&dns->state) != 0) {
        td_dns_close(dns);
        return td_fail(err, TD_OS, "the system's resolver cannot be set up");
    }
    if (server)
        set_server(&dns->state, &address);
    dns->state.retrans = WAIT_SECONDS;
    dns->state.retry = TRIES;
    dns->arena = td_arena_create();
    *out = dns;
    return TD_OK;
}

void td_dns_close(struct td_dns *dns)
{
    if (!dns)
        return;
    res_nclose(&dns->state);
    td_arena_destroy(dns->arena);
    free(dns);
}

/* The strings of a text record as one (RFC 7208 3.3, 6376 3.6.2.2). */
static bool read_text(struct td_arena *arena, const ns_rr *rr, struct td_slice *out)
{
    struct td_buf text;
    const unsigned char *at = ns_rr_rdata(*rr);
    const unsigned char *end = at + ns_rr_rdlen(*rr);
    td_buf_init(&text, ANSWER_MAX);
    while (at < end && at + 1 + *at <= end) {
        td_buf_add(&text, at + 1, *at);
        at += 1 + *at;
    }
    *out = td_arena_copy(arena, td_buf_slice(&text));
    td_buf_release(&text);
    return at == end;
}

static bool read_record(struct td_arena *arena, const ns_msg *message, const ns_rr *rr,
                        struct td_slice *out)
{
    char name[NS_MAXDNAME];
    const unsigned char *data = ns_rr_rdata(*rr);
    size_t len = ns_rr_rdlen(*rr);
    switch (ns_rr_type(*rr)) {
    case ns_t_txt: return read_text(arena, rr, out);
    case ns_t_mx:
        if (len < 3 || ns_name_uncompress(ns_msg_base(*message), ns_msg_end(*message),
                                          data + 2, name, sizeof name) < 0)
            return false;
        break;
    case ns_t_ptr:
        if (ns_name_uncompress(ns_msg_base(*message), ns_msg_end(*message), data, name,
                               sizeof name) < 0)
            return false;
        break;
    case ns_t_a:
        if (len != 4 || !inet_ntop(AF_INET, data, name, sizeof name))
            return false;
        break;
    case ns_t_aaaa:
        if (len != 16 || !inet_ntop(AF_INET6, data, name, sizeof name))
            return false;
        break;
    default: return false;
    }
    /* the root is written as nothing or as a dot */
    *out = td_arena_copy(arena, td_slice(name[0] ? name : "."));
    return true;
}

static enum td_status read_answer(struct td_dns *dns, int len, enum td_dns_type type,
                                  struct td_dns_answer *out)
{
    ns_msg message;
    if (ns_initparse(dns->answer, len, &message) != 0)
        return TD_AGAIN;
    int count = ns_msg_count(message, ns_s_an);
    if (count > RECORDS_MAX)
        count = RECORDS_MAX;
    struct td_slice *items =
        td_arena_alloc(dns->arena, (size_t)(count + 1) * sizeof *items);
    *out = (struct td_dns_answer){.items = items};
    for (int i = 0; i < count; i++) {
        ns_rr rr;
        if (ns_parserr(&message, ns_s_an, i, &rr) != 0)
            return TD_AGAIN;
        if ((unsigned)ns_rr_type(rr) != (unsigned)type)
            continue; /* an alias on the way */
        if (!read_record(dns->arena, &message, &rr, &items[out->count]))
            return TD_AGAIN;
        out->count++;
    }
    return out->count > 0 ? TD_OK : TD_NO;
}

enum td_status td_dns_ask(struct td_dns *dns, const char *name, enum td_dns_type type,
                          struct td_dns_answer *out, struct td_err *err)
{
    *out = (struct td_dns_answer){0};
    int len = res_nquery(&dns->state, name, ns_c_in, (int)type, dns->answer,
                         sizeof dns->answer);
    int why = dns->state.res_h_errno;
    if (len < 0 && (why == HOST_NOT_FOUND || why == NO_DATA))
        return TD_NO;
    enum td_status status = len < 0 || (size_t)len > sizeof dns->answer
                                ? TD_AGAIN
                                : read_answer(dns, len, type, out);
    return status == TD_AGAIN ? td_fail(err, TD_AGAIN, "no answer about %s", name)
                              : status;
}
