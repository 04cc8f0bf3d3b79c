/*
 * ehlo.h: what the server of this session offered in its last EHLO reply (RFC 5321 4.1.1.1).
 *
 * libcurl says EHLO; it shows us the reply lines one by one. What was offered before STARTTLS is
 * forgotten at the 220 that opens TLS (RFC 3207 4.2): only the second EHLO counts.
 */
#ifndef TD_DELIVERY_EHLO_H
#define TD_DELIVERY_EHLO_H

#include "base/str.h"

struct td_ehlo {
    bool pipelining;  /* RFC 2920 */
    bool eightbit;    /* 8BITMIME, RFC 6152 */
    bool smtputf8;    /* RFC 6531 */
    bool size;        /* RFC 1870 */
    int64_t size_max; /* octets; 0: the server names no limit */
    bool greeted;     /* the first 250 line of this EHLO, the server's name, has passed */
    bool
        authenticated; /* a 235 was seen (RFC 4954): libcurl opens without AUTH if none is offered */
};

/* Takes in one reply line of the opening dialogue, with or without its CRLF. `ehlo` starts zeroed. */
void td_ehlo_line(struct td_ehlo *ehlo, struct td_slice line);

#endif
