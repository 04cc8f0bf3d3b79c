/*
 * varint.c: numbers in few bytes.
 */
#include "model/varint.h"

#include "base/err.h"

void td_varint_put(struct td_buf *out, int64_t n)
{
    if (n < 0)
        TD_PANIC("negative number in a token");
    for (; n >= 0x80; n >>= 7)
        td_buf_add_char(out, (char)(0x80 | (n & 0x7F)));
    td_buf_add_char(out, (char)n);
}

bool td_varint_take(struct td_slice *rest, int64_t *out)
{
    uint64_t n = 0;
    for (unsigned shift = 0; rest->len > 0 && shift < 7 * TD_VARINT_MAX; shift += 7) {
        unsigned char c = (unsigned char)rest->ptr[0];
        *rest = td_slice_sub(*rest, 1, rest->len);
        n |= (uint64_t)(c & 0x7F) << shift;
        if (c < 0x80) {
            *out = (int64_t)n;
            return true;
        }
    }
    return false;
}
