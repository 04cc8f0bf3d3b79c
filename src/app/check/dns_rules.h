/*
 * dns_rules.h: the rules of `check --dns`, a file each; private to dns_check.c and these.
 */
#ifndef TD_APP_DNS_RULES_H
#define TD_APP_DNS_RULES_H

#include "app/check/dns_address.h"
#include "app/check/dns_check.h"

struct td_dns_look {
    struct td_dns *dns;
    struct td_dns_sink sink;
};

void td_dns_tell(const struct td_dns_look *look, enum td_dns_severity severity,
                 const char *check, const char *name, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* The one text under a name that begins with `version` ("v=spf1") as a whole word: TD_OK; TD_NO when
 * there is none, TD_CONFLICT for several, TD_AGAIN without an answer. */
enum td_status td_dns_record(const struct td_dns_look *look, const char *name,
                             const char *version, struct td_slice *out);

/* The value of a tag in "k=v; k=v" (RFC 6376 3.2), trimmed; absent when it is not there. */
struct td_slice td_dns_tag(struct td_slice record, const char *tag);

/* dns_spf.c: standards I10. */
void td_dns_check_spf(const struct td_dns_look *look, const char *domain);

/* dns_spf_allows.c: whether the domain's record lets the address send, as a receiver would find. */
enum td_spf_result { TD_SPF_PASS, TD_SPF_NOT, TD_SPF_UNKNOWN };
enum td_spf_result td_dns_spf_allows(const struct td_dns_look *look, const char *domain,
                                     const struct td_ip *ip);

/* dns_spf_macro.c: what a mechanism names ("%{ir}.%{v}.spf.example") becomes a name; false when it has a
 * macro for what is not known before a mail is there. */
struct td_spf_facts {
    const struct td_ip *ip;
    const char *domain; /* of the record at hand */
    const char *sender; /* of the envelope's sender */
};
bool td_spf_expand(struct td_slice text, const struct td_spf_facts *facts, char out[256]);

/* dns_relay.c: the addresses that relays are said to send from. */
void td_dns_check_relays(const struct td_dns_look *look, const struct td_config *config);

/*
 * dns_dmarc.c: standards I11, I12. The organisational domain by the tree walk of RFC 9989: `out` holds
 * 256 bytes; what cannot be asked counts as the domain itself.
 */
void td_dns_organisation(const struct td_dns_look *look, const char *domain,
                         char out[256]);
void td_dns_check_dmarc(const struct td_dns_look *look, const char *domain);

#endif
