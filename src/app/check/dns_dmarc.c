/* DMARC as RFC 9989 has it: policy, organisational domain, what is obsolete. */
#include <stdio.h>
#include <string.h>

#include "app/check/dns_rules.h"

#define WALK_LABELS                                                                      \
    8 /* of a longer name only the last seven are walked (RFC 9989 4.10) */

static int labels_of(const char *domain)
{
    int labels = 1;
    for (; *domain; domain++)
        labels += *domain == '.';
    return labels;
}

static const char *parent_of(const char *domain)
{
    const char *dot = strchr(domain, '.');
    return dot ? dot + 1 : NULL;
}

static enum td_status policy_of(const struct td_dns_look *look, const char *domain,
                                struct td_slice *record)
{
    char name[300];
    (void)snprintf(name, sizeof name, "_dmarc.%s", domain);
    return td_dns_record(look, name, "v=DMARC1", record);
}

void td_dns_organisation(const struct td_dns_look *look, const char *domain,
                         char out[256])
{
    const char *below = domain; /* the step before */
    (void)snprintf(out, 256, "%s", domain);
    for (const char *at = domain; at; at = parent_of(at)) {
        struct td_slice record;
        if (labels_of(at) >= WALK_LABELS && at != domain)
            continue;
        if (policy_of(look, at, &record) == TD_OK) {
            struct td_slice psd = td_dns_tag(record, "psd");
            if (td_slice_is(psd, "y")) { /* a public suffix: what is below is the one */
                (void)snprintf(out, 256, "%s", below);
                return;
            }
            (void)snprintf(out, 256, "%s", at);
            if (td_slice_is(psd, "n"))
                return;
        }
        below = at;
    }
}

static void tell_obsolete(const struct td_dns_look *look, const char *name,
                          struct td_slice record)
{
    static const char *const gone[] = {"pct", "rf", "ri"};
    for (size_t i = 0; i < TD_ARRAY_LEN(gone); i++)
        if (td_dns_tag(record, gone[i]).ptr)
            td_dns_tell(look, TD_DNS_WARNING, "dmarc", name,
                        "%s= means nothing any more (RFC 9989)", gone[i]);
    struct td_slice rua = td_dns_tag(record, "rua");
    if (td_slice_find(rua, 0, '!') != (size_t)-1)
        td_dns_tell(look, TD_DNS_WARNING, "dmarc", name,
                    "a size behind an address of rua= means nothing any more");
}

static void tell_policy(const struct td_dns_look *look, const char *name,
                        struct td_slice record)
{
    struct td_slice policy = td_dns_tag(record, "p");
    bool known = td_slice_is(policy, "none") || td_slice_is(policy, "quarantine") ||
                 td_slice_is(policy, "reject");
    if (!known)
        td_dns_tell(look, TD_DNS_ERROR, "dmarc", name,
                    "p= is none, quarantine or reject, not \"%.*s\"", (int)policy.len,
                    policy.ptr ? policy.ptr : "");
    else if (td_slice_is(policy, "none") && !td_dns_tag(record, "rua").ptr)
        td_dns_tell(look, TD_DNS_WARNING, "dmarc", name,
                    "p=none without rua=: nobody enforces it and nobody tells you");
    else
        td_dns_tell(look, TD_DNS_OK, "dmarc", name, "%.*s", (int)record.len, record.ptr);
    tell_obsolete(look, name, record);
}

void td_dns_check_dmarc(const struct td_dns_look *look, const char *domain)
{
    char organisation[256];
    char name[300];
    struct td_slice record;
    (void)snprintf(name, sizeof name, "_dmarc.%s", domain);
    enum td_status status = policy_of(look, domain, &record);
    if (status == TD_NO) {
        td_dns_organisation(look, domain, organisation);
        (void)snprintf(name, sizeof name, "_dmarc.%s", organisation);
        if (strcmp(organisation, domain) != 0)
            status = policy_of(look, organisation, &record);
    }
    switch (status) {
    case TD_OK: tell_policy(look, name, record); break;
    case TD_CONFLICT:
        td_dns_tell(look, TD_DNS_ERROR, "dmarc", name,
                    "more than one record: receivers take none of them");
        break;
    case TD_AGAIN: td_dns_tell(look, TD_DNS_UNKNOWN, "dmarc", name, "no answer"); break;
    default:
        td_dns_tell(
            look, TD_DNS_ERROR, "dmarc", name,
            "there is no record: the large providers refuse newsletters without one; "
            "begin with \"v=DMARC1; p=none; rua=mailto:…\"");
    }
}
