/* The addresses that relays send from: their names, and whether SPF allows them (standards I10, I13). */
#include <stdio.h>
#include <string.h>

#include "app/check/dns_address.h"
#include "app/check/dns_rules.h"

/* --- names ------------------------------------------------------------------------------------ */

/* Whether the name leads back to the address. TD_NO, TD_AGAIN without an answer. */
static enum td_status confirm(const struct td_dns_look *look, const char *name,
                              const struct td_ip *ip)
{
    struct td_dns_answer answer;
    struct td_err ignored;
    enum td_dns_type type = ip->bits == 32 ? TD_DNS_A : TD_DNS_AAAA;
    enum td_status status = td_dns_ask(look->dns, name, type, &answer, &ignored);
    for (size_t i = 0; status == TD_OK && i < answer.count; i++) {
        struct td_ip back;
        if (td_ip_parse(answer.items[i], &back) && td_ip_within(ip, &back, ip->bits))
            return TD_OK;
    }
    return status == TD_OK ? TD_NO : status;
}

static void check_names(const struct td_dns_look *look, const char *relay,
                        const char *address, const struct td_ip *ip)
{
    char reverse[TD_IP_REVERSE_MAX];
    struct td_dns_answer answer;
    struct td_err ignored;
    bool unknown = false;
    td_ip_reverse(ip, reverse);
    enum td_status status = td_dns_ask(look->dns, reverse, TD_DNS_PTR, &answer, &ignored);
    for (size_t i = 0; status == TD_OK && i < answer.count; i++) {
        enum td_status back = confirm(look, answer.items[i].ptr, ip);
        if (back == TD_OK) {
            td_dns_tell(look, TD_DNS_OK, "reverse", address, "relay %s is %s, and back",
                        relay, answer.items[i].ptr);
            return;
        }
        unknown = unknown || back == TD_AGAIN;
    }
    if (status == TD_AGAIN || unknown)
        td_dns_tell(look, TD_DNS_UNKNOWN, "reverse", address,
                    "no answer about its name, or about what that leads to");
    else if (status == TD_NO)
        td_dns_tell(look, TD_DNS_ERROR, "reverse", address,
                    "relay %s has no reverse name: receivers refuse its mail (5.7.25)",
                    relay);
    else
        td_dns_tell(look, TD_DNS_ERROR, "reverse", address,
                    "relay %s is called %s, which does not lead back to it: receivers "
                    "refuse its mail (5.7.25)",
                    relay, answer.items[0].ptr);
}

/* --- SPF -------------------------------------------------------------------------------------- */

static void check_allowed(const struct td_dns_look *look, const char *relay,
                          const char *address, const struct td_ip *ip, const char *domain)
{
    switch (td_dns_spf_allows(look, domain, ip)) {
    case TD_SPF_PASS:
        td_dns_tell(look, TD_DNS_OK, "spf", address, "relay %s may send as %s", relay,
                    domain);
        return;
    case TD_SPF_UNKNOWN:
        td_dns_tell(look, TD_DNS_UNKNOWN, "spf", address,
                    "whether relay %s may send as %s could not be found out", relay,
                    domain);
        return;
    case TD_SPF_NOT:
        td_dns_tell(look, TD_DNS_ERROR, "spf", address,
                    "relay %s is not among those that may send as %s: add ip%d:%s to its "
                    "record",
                    relay, domain, ip->bits == 32 ? 4 : 6, address);
        return;
    }
}

void td_dns_check_relays(const struct td_dns_look *look, const struct td_config *config)
{
    for (size_t i = 0; i < config->relay_count; i++) {
        const struct td_relay *relay = &config->relays[i];
        for (size_t k = 0; k < relay->sends_from_count; k++) {
            const char *address = relay->sends_from[k];
            struct td_ip ip;
            if (!td_ip_parse(td_slice(address), &ip))
                continue; /* the configuration has been told of it */
            check_names(look, relay->name, address, &ip);
            check_allowed(look, relay->name, address, &ip, config->bounce_domain);
        }
    }
}
