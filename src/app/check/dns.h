/*
 * dns.h: questions to the DNS, for `check --dns`. The system's resolver (libresolv), which may block
 * for some seconds: for commands, not for roles.
 */
#ifndef TD_APP_DNS_H
#define TD_APP_DNS_H

#include "base/arena.h"
#include "base/err.h"

struct td_dns;

enum td_dns_type {
    TD_DNS_A = 1,
    TD_DNS_PTR = 12,
    TD_DNS_MX = 15,
    TD_DNS_TXT = 16,
    TD_DNS_AAAA = 28
};

/* server: "192.0.2.1", "192.0.2.1:5353", "2001:db8::1" or "[2001:db8::1]:5353" to ask instead of the system's; NULL: the system's.
 * TD_USAGE when it is none, TD_OS when there is no resolver to be had. */
enum td_status td_dns_open(struct td_dns **out, const char *server, struct td_err *err);
void td_dns_close(struct td_dns *dns); /* NULL is fine */

/* What the DNS has under a name: texts joined to one, names, of mail servers (".": one that takes
 * no mail) too, addresses as text. All live as long as the td_dns. */
struct td_dns_answer {
    const struct td_slice *items;
    size_t count;
};

/* TD_OK with at least one; TD_NO when there is nothing of that type, or no such name; TD_AGAIN when
 * no answer, or none that can be read, is to be had now. */
enum td_status td_dns_ask(struct td_dns *dns, const char *name, enum td_dns_type type,
                          struct td_dns_answer *out, struct td_err *err);

#endif
