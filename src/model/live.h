/*
 * live.h: a live blog's entries by number, and the editions made of it (design 10).
 */
#ifndef TD_MODEL_LIVE_H
#define TD_MODEL_LIVE_H

#include <stddef.h>
#include <stdint.h>

/* An entry that was seen. */
struct td_numbered {
    int64_t seq; /* from 1, in the order in which entries were first seen */
    int minute;
    unsigned char words[16]; /* hash of what it said when it was last seen */
};

/* Stored as these numbers: never change one. */
enum td_digest_kind {
    TD_DIGEST_NEW = 1, /* what is new to each reader */
    TD_DIGEST_CLOSE =
        2, /* the same at the end of the day; all of it for those who read daily */
    TD_DIGEST_ALERT = 3, /* one urgent entry */
};

#define TD_ALERTS_MAX 62 /* of one blog: each has a bit of its own */

/* An urgent entry that was sent as an alert. */
struct td_alerted {
    int64_t seq;
    int64_t bit; /* 1, 2, 4 … */
};

#endif
