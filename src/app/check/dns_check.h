/*
 * dns_check.h: `check --dns`: what receivers will find in the DNS when mail of this configuration
 * comes: SPF of the bounce domain, DKIM keys, DMARC of every From domain and whether SPF and DKIM align
 * with it, whether bounces can come back, and whether the relays' addresses have names and are allowed.
 */
#ifndef TD_APP_DNS_CHECK_H
#define TD_APP_DNS_CHECK_H

#include "app/config/config.h"
#include "app/check/dns.h"

enum td_dns_severity {
    TD_DNS_OK,
    TD_DNS_WARNING,
    TD_DNS_UNKNOWN, /* no answer was to be had */
    TD_DNS_ERROR,
};
const char *td_dns_severity_name(enum td_dns_severity severity); /* "ok", … */

/* One thing found. Words die with the call. */
struct td_dns_finding {
    enum td_dns_severity severity;
    const char *check; /* "spf", "dkim", "dmarc", "alignment", "mx", "reverse" */
    const char *name;  /* in the DNS */
    const char *text;
};

struct td_dns_sink {
    void (*found)(void *context, const struct td_dns_finding *finding);
    void *context;
};

/* What is well is a finding too. */
void td_dns_check(const struct td_config *config, struct td_dns *dns,
                  struct td_dns_sink sink);

#endif
