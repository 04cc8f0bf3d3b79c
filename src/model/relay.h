/*
 * relay.h: the servers mail leaves by, as values.
 *
 * Filled by app/config/config_relay.c from conf/tidings.yaml and never changed after. Strings belong to the
 * configuration; NULL means not given.
 */
#ifndef TD_MODEL_RELAY_H
#define TD_MODEL_RELAY_H

#include "base/date.h"

#define TD_RELAYS_MAX 32

enum td_tls { TD_TLS_REQUIRED, TD_TLS_OPPORTUNISTIC, TD_TLS_NONE };

struct td_relay {
    const char *name;
    const char *host; /* name or address */
    int port;
    bool implicit_tls;     /* smtps:// */
    bool loopback;         /* host is a loopback address or "localhost" */
    enum td_tls tls;       /* STARTTLS policy where not implicit */
    const char *ca_file;   /* NULL: the system's */
    const char *cert_file; /* our own certificate, and its key */
    const char *key_file;
    const char *user;       /* NULL: no AUTH */
    const char *password;   /* read from its file; never logged */
    const char *auth;       /* the one mechanism to use, "PLAIN"; NULL: what fits */
    const char *token_file; /* OAuth: the bearer token is read anew from here … */
    const char *const *token_command; /* … or printed by this; ends with NULL */

    /* Where to: domains, or ".suffix"es; none: all that no other relay is for. */
    const char *const *domains;
    size_t domain_count;
    const char *const *sends_from; /* addresses, for check --dns only */
    size_t sends_from_count;
    int weight; /* its part among those for the same domains; 0: only when the others are down */

    /* At most, over all senders; 0: no limit. */
    int sessions;       /* at once; never 0 */
    int rate;           /* messages in any second */
    int hourly;         /* in any hour */
    int daily;          /* in any 24 hours */
    const int *warm_up; /* in 24 hours, on each day from warm_up_from on; then `daily` */
    size_t warm_up_count;
    td_time warm_up_from;
};

/* Whether anything but sessions is limited: then its messages are counted. */
bool td_relay_is_rated(const struct td_relay *relay);

/* The most messages in the 24 hours before now; 0: no limit. */
int64_t td_relay_daily(const struct td_relay *relay, td_time now);

#endif
