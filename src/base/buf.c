/* buf.c: the growing string of bytes. */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"

#define SMALLEST ((size_t)64)

static char nothing[1]; /* what an unallocated buffer points at; never written */

void td_buf_init(struct td_buf *buf, size_t max)
{
    *buf = (struct td_buf){.ptr = nothing, .max = max};
}

void td_buf_release(struct td_buf *buf)
{
    if (buf->cap > 0) {
        free(buf->ptr);
    }
    td_buf_init(buf, buf->max);
}

void td_buf_clear(struct td_buf *buf)
{
    buf->len = 0;
    buf->full = false;
    if (buf->cap > 0) {
        buf->ptr[0] = '\0';
    }
}

/* Makes room for n more bytes and a NUL; NULL where the maximum forbids it. */
static char *room(struct td_buf *buf, size_t n)
{
    if (buf->full || n > buf->max - buf->len) {
        buf->full = true;
        return NULL;
    }
    const size_t need = buf->len + n + 1;
    if (need <= buf->cap) {
        return buf->ptr + buf->len;
    }
    char *old = buf->cap > 0 ? buf->ptr : NULL;
    buf->ptr = td_vec_grow(old, &buf->cap, need < SMALLEST ? SMALLEST : need, 1);
    return buf->ptr + buf->len;
}

static void grown(struct td_buf *buf, size_t n)
{
    buf->len += n;
    buf->ptr[buf->len] = '\0';
}

void td_buf_add(struct td_buf *buf, const void *bytes, size_t n)
{
    if (n == 0) {
        return;
    }
    char *to = room(buf, n);
    if (to != NULL) {
        memcpy(to, bytes, n);
        grown(buf, n);
    }
}

void td_buf_add_slice(struct td_buf *buf, struct td_slice s)
{
    td_buf_add(buf, s.ptr, s.len);
}

void td_buf_add_str(struct td_buf *buf, const char *text)
{
    td_buf_add(buf, text, strlen(text));
}

void td_buf_add_char(struct td_buf *buf, char c)
{
    char *to = room(buf, 1);
    if (to != NULL) {
        *to = c;
        grown(buf, 1);
    }
}

void td_buf_add_repeat(struct td_buf *buf, char c, size_t n)
{
    if (n == 0) {
        return;
    }
    char *to = room(buf, n);
    if (to != NULL) {
        memset(to, c, n);
        grown(buf, n);
    }
}

void td_buf_add_cp(struct td_buf *buf, uint32_t cp)
{
    char bytes[4];
    td_buf_add(buf, bytes, td_utf8_put(bytes, cp));
}

/* Mostly there is room already; else it is printed once more. */
void td_buf_addf(struct td_buf *buf, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    const size_t have = buf->full || buf->cap == 0 ? 0 : buf->cap - buf->len;
    const int n = vsnprintf(have > 0 ? buf->ptr + buf->len : NULL, have, format, args);
    va_end(args);
    if (n < 0) {
        TD_PANIC("a format that cannot be printed");
    }
    char *to = n > 0 ? room(buf, (size_t)n) : NULL;
    if (to == NULL && have > 0) {
        buf->ptr[buf->len] = '\0';
    }
    if (to != NULL && (size_t)n >= have) {
        (void)vsnprintf(to, (size_t)n + 1, format, again);
    }
    if (to != NULL) {
        grown(buf, (size_t)n);
    }
    va_end(again);
}

void td_buf_add_visible(struct td_buf *buf, struct td_slice s)
{
    for (size_t pos = 0; pos < s.len;) {
        char piece[TD_VISIBLE_MAX];
        td_buf_add(buf, piece, td_utf8_visible(s, &pos, piece));
    }
}

bool td_buf_full(const struct td_buf *buf)
{
    return buf->full;
}

struct td_slice td_buf_slice(const struct td_buf *buf)
{
    return td_slice_n(buf->ptr, buf->len);
}

char *td_buf_detach(struct td_buf *buf)
{
    char *text = buf->cap > 0 ? buf->ptr : td_xstrdup("");
    td_buf_init(buf, buf->max);
    return text;
}
