/* Whether SPF lets an address send as a domain: check_host() of RFC 7208. */
#include <stdio.h>
#include <string.h>

#include "app/check/dns_address.h"
#include "app/check/dns_rules.h"

#define LOOKUPS_MOST 10 /* RFC 7208 4.6.4 */

struct query {
    const struct td_dns_look *look;
    const struct td_ip *ip;
    const char *sender; /* the domain in question */
    int lookups;
    bool unknown; /* something could not be asked, or only the mail itself would tell */
};

/* One mechanism taken apart: "-a:mail.example/24//64". */
struct term {
    char qualifier;
    struct td_slice name;
    struct td_slice target; /* may be empty */
    int prefix;             /* of the address's kind */
};

/* A prefix length behind a slash; false where there is none. */
static bool take_prefix(struct td_slice text, int most, int *out)
{
    int64_t n;
    if (!td_slice_int64(text, &n) || n < 0 || n > most)
        return false;
    *out = (int)n;
    return true;
}

/* "24", "24//64", "/64": what stands behind the first slash. */
static void read_prefixes(struct td_slice rest, const struct td_ip *ip, int *prefix)
{
    size_t slashes = td_slice_find(rest, 0, '/');
    struct td_slice four = td_slice_sub(rest, 0, slashes);
    *prefix = ip->bits;
    if (ip->bits == 32)
        (void)take_prefix(four, 32, prefix);
    else if (slashes != (size_t)-1 && slashes + 1 < rest.len)
        (void)take_prefix(
            td_slice_sub(rest, slashes + (rest.ptr[slashes + 1] == '/') + 1, rest.len),
            128, prefix);
}

static struct term take_apart(struct td_slice text, const struct td_ip *ip)
{
    struct term term = {.qualifier = '+', .prefix = ip->bits};
    if (text.len > 0 && strchr("+-~?", text.ptr[0])) {
        term.qualifier = text.ptr[0];
        text = td_slice_sub(text, 1, text.len);
    }
    size_t slash = td_slice_find(text, 0, '/');
    struct td_slice before = td_slice_sub(text, 0, slash);
    size_t colon = td_slice_find(before, 0, ':');
    term.name = td_slice_sub(before, 0, colon);
    if (colon != (size_t)-1)
        term.target = td_slice_sub(before, colon + 1, before.len);
    if (slash != (size_t)-1)
        read_prefixes(td_slice_sub(text, slash + 1, text.len), ip, &term.prefix);
    return term;
}

/* "192.0.2.0/24", "2001:db8::/32": of ip4 and ip6. */
static bool in_network(const struct query *q, struct td_slice value)
{
    size_t slash = td_slice_find(value, 0, '/');
    struct td_ip net;
    if (!td_ip_parse(td_slice_sub(value, 0, slash), &net))
        return false;
    int prefix = net.bits;
    if (slash != (size_t)-1 &&
        !take_prefix(td_slice_sub(value, slash + 1, value.len), net.bits, &prefix))
        return false;
    return td_ip_within(q->ip, &net, prefix);
}

/* What a mechanism names, or the domain itself. */
static bool name_of(struct query *q, struct td_slice target, const char *domain,
                    char out[256])
{
    struct td_spf_facts facts = {q->ip, domain, q->sender};
    bool known = td_spf_expand(target.len > 0 ? target : td_slice(domain), &facts, out);
    q->unknown = q->unknown || !known;
    return known;
}

static bool ask(struct query *q, const char *name, enum td_dns_type type,
                struct td_dns_answer *answer)
{
    struct td_err ignored;
    enum td_status status = td_dns_ask(q->look->dns, name, type, answer, &ignored);
    q->unknown = q->unknown || status == TD_AGAIN;
    return status == TD_OK;
}

static bool has_address(struct query *q, const char *name, int prefix)
{
    struct td_dns_answer answer;
    struct td_ip ip;
    if (!ask(q, name, q->ip->bits == 32 ? TD_DNS_A : TD_DNS_AAAA, &answer))
        return false;
    for (size_t i = 0; i < answer.count; i++)
        if (td_ip_parse(answer.items[i], &ip) && td_ip_within(q->ip, &ip, prefix))
            return true;
    return false;
}

static bool has_server(struct query *q, const char *name, int prefix)
{
    struct td_dns_answer answer;
    if (!ask(q, name, TD_DNS_MX, &answer))
        return false;
    for (size_t i = 0; i < answer.count && i < LOOKUPS_MOST; i++)
        if (has_address(q, answer.items[i].ptr, prefix))
            return true;
    return false;
}

/* exists: any address of the first kind will do, whatever ours is. */
static bool is_there(struct query *q, const char *name)
{
    struct td_dns_answer answer;
    return ask(q, name, TD_DNS_A, &answer);
}

static char check_host(struct query *q, const char *domain);

static bool matches(struct query *q, struct td_slice text, const struct term *term,
                    const char *domain)
{
    char name[256];
    if (td_slice_iis(term->name, "all"))
        return true;
    if (td_slice_iis(term->name, "ip4") || td_slice_iis(term->name, "ip6")) {
        size_t colon = td_slice_find(text, 0, ':');
        return colon != (size_t)-1 &&
               in_network(q, td_slice_sub(text, colon + 1, text.len));
    }
    bool a = td_slice_iis(term->name, "a");
    bool mx = td_slice_iis(term->name, "mx");
    bool include = td_slice_iis(term->name, "include");
    bool exists = td_slice_iis(term->name, "exists");
    bool pointer = td_slice_iis(term->name, "ptr"); /* which nobody should use */
    q->unknown = q->unknown || pointer;
    if (!(a || mx || include || exists) || ++q->lookups > LOOKUPS_MOST ||
        !name_of(q, term->target, domain, name))
        return false;
    if (include)
        return check_host(q, name) == '+';
    if (exists)
        return is_there(q, name);
    return a ? has_address(q, name, term->prefix) : has_server(q, name, term->prefix);
}

/* The qualifier of the mechanism that matches; '?' for none of them. */
static char check_host(struct query *q, const char *domain)
{
    struct td_slice record;
    struct td_slice text;
    struct td_slice redirect = {0};
    char name[256];
    enum td_status status = td_dns_record(q->look, domain, "v=spf1", &record);
    q->unknown = q->unknown || status == TD_AGAIN;
    if (status != TD_OK)
        return '?';
    struct td_slice rest = td_slice_sub(record, strlen("v=spf1"), record.len);
    while (q->lookups <= LOOKUPS_MOST && td_slice_token(&rest, " ", &text)) {
        struct term term = take_apart(text, q->ip);
        if (td_slice_istarts(text, "redirect="))
            redirect = td_slice_sub(text, strlen("redirect="), text.len);
        else if (matches(q, text, &term, domain))
            return term.qualifier;
    }
    if (redirect.len == 0 || ++q->lookups > LOOKUPS_MOST ||
        !name_of(q, redirect, domain, name))
        return '?';
    return check_host(q, name);
}

enum td_spf_result td_dns_spf_allows(const struct td_dns_look *look, const char *domain,
                                     const struct td_ip *ip)
{
    struct query query = {.look = look, .ip = ip, .sender = domain};
    char qualifier = check_host(&query, domain);
    if (qualifier == '+' && query.lookups <= LOOKUPS_MOST)
        return TD_SPF_PASS;
    return query.unknown ? TD_SPF_UNKNOWN : TD_SPF_NOT;
}
