/*
 * buf.h: a growing string of bytes that states its maximum when born.
 *
 * Appending cannot fail at the place of the call: past the maximum the buffer turns
 * `full`, keeps what it had and ignores the rest; whoever uses the result asks
 * td_buf_full once at the end. ptr is always NUL-terminated behind len (ptr is "" while
 * nothing is allocated).
 */
#ifndef TD_BASE_BUF_H
#define TD_BASE_BUF_H

#include "base/str.h"

struct td_buf {
    char *ptr; /* owned; "" in static memory while cap is 0 */
    size_t len;
    size_t cap;
    size_t max;
    bool full;
};

void td_buf_init(struct td_buf *buf, size_t max);
void td_buf_release(struct td_buf *buf); /* back to the state after init */
void td_buf_clear(struct td_buf *buf);   /* len 0, not full, memory kept */

void td_buf_add(struct td_buf *buf, const void *bytes, size_t n);
void td_buf_add_slice(struct td_buf *buf, struct td_slice s);
void td_buf_add_str(struct td_buf *buf, const char *text);
void td_buf_add_char(struct td_buf *buf, char c);
void td_buf_add_repeat(struct td_buf *buf, char c, size_t n);
void td_buf_add_cp(struct td_buf *buf, uint32_t cp); /* a code point as UTF-8 */
void td_buf_addf(struct td_buf *buf, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Text for a terminal or a log: control bytes and invalid UTF-8 as \xNN, all else as it
 * is. */
void td_buf_add_visible(struct td_buf *buf, struct td_slice s);

bool td_buf_full(const struct td_buf *buf);
struct td_slice td_buf_slice(
    const struct td_buf *buf);           /* borrowed, until the next append */
char *td_buf_detach(struct td_buf *buf); /* the caller frees; buf as after init */

#endif
