/*
 * dns_address.h: IPv4 and IPv6 addresses as `check --dns` compares them.
 */
#ifndef TD_APP_DNS_ADDRESS_H
#define TD_APP_DNS_ADDRESS_H

#include <stdbool.h>

#include "base/str.h"

struct td_ip {
    unsigned char bytes[16];
    int bits; /* 32 or 128 */
};

/* "192.0.2.1", "2001:db8::1"; false for anything else. */
bool td_ip_parse(struct td_slice text, struct td_ip *out);

/* Whether the first `prefix` bits are the same; false for one of each kind. */
bool td_ip_within(const struct td_ip *ip, const struct td_ip *net, int prefix);

/* "1.2.0.192.in-addr.arpa", "1.0.….ip6.arpa": where its names stand in the DNS. */
#define TD_IP_REVERSE_MAX 80
void td_ip_reverse(const struct td_ip *ip, char out[TD_IP_REVERSE_MAX]);

#endif
