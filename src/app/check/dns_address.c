/* Addresses (dns_address.h). */
#include "app/check/dns_address.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

bool td_ip_parse(struct td_slice text, struct td_ip *out)
{
    char copy[INET6_ADDRSTRLEN];
    bool six = td_slice_find(text, 0, ':') != (size_t)-1;
    if (text.len == 0 || text.len >= sizeof copy)
        return false;
    (void)snprintf(copy, sizeof copy, "%.*s", (int)text.len, text.ptr);
    *out = (struct td_ip){.bits = six ? 128 : 32};
    return inet_pton(six ? AF_INET6 : AF_INET, copy, out->bytes) == 1;
}

bool td_ip_within(const struct td_ip *ip, const struct td_ip *net, int prefix)
{
    if (ip->bits != net->bits || prefix < 0 || prefix > ip->bits)
        return false;
    for (int bit = 0; bit < prefix; bit++) {
        int differs = ip->bytes[bit / 8] ^ net->bytes[bit / 8];
        if ((differs & 0x80 >> bit % 8) != 0)
            return false;
    }
    return true;
}

void td_ip_reverse(const struct td_ip *ip, char out[TD_IP_REVERSE_MAX])
{
    static const char digits[] = "0123456789abcdef";
    const unsigned char *b = ip->bytes;
    if (ip->bits == 32) {
        (void)snprintf(out, TD_IP_REVERSE_MAX, "%d.%d.%d.%d.in-addr.arpa", b[3], b[2],
                       b[1], b[0]);
        return;
    }
    for (size_t i = 0; i < 32; i++) {
        unsigned char byte = b[15 - i / 2];
        *out++ = digits[i % 2 == 0 ? byte & 0xf : byte >> 4];
        *out++ = '.';
    }
    memcpy(out, "ip6.arpa", sizeof "ip6.arpa");
}
