/* utf8.c: decoding, encoding, counting UTF-8 (RFC 3629). Columns are in width.c. */
#include "base/str.h"

#include <stdio.h>
#include <string.h>

/* How many bytes a sequence has by its first byte; 0 where no sequence may begin so. */
static size_t sequence_length(unsigned char first)
{
    if (first < 0x80) {
        return 1;
    }
    if (first < 0xC2 || first > 0xF4) {
        return 0;
    }
    return first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
}

int32_t td_utf8_next(struct td_slice s, size_t *pos)
{
    static const int32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    static const unsigned char first_bits[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
    const size_t at = *pos;
    if (at >= s.len) {
        return -1;
    }
    const unsigned char first = (unsigned char)s.ptr[at];
    const size_t n = sequence_length(first);
    *pos = at + 1;
    if (n == 0 || s.len - at < n) {
        return -1;
    }
    int32_t cp = first & first_bits[n];
    for (size_t i = 1; i < n; i++) {
        const unsigned char next = (unsigned char)s.ptr[at + i];
        if ((next & 0xC0) != 0x80) {
            return -1;
        }
        cp = cp * 64 + (next & 0x3F);
    }
    if (cp < least[n] || cp > 0x10FFFF || (cp >= 0xD800 && cp <= 0xDFFF)) {
        return -1;
    }
    *pos = at + n;
    return cp;
}

bool td_utf8_valid(struct td_slice s, size_t *bad)
{
    for (size_t pos = 0; pos < s.len;) {
        const size_t at = pos;
        if (td_utf8_next(s, &pos) < 0) {
            if (bad != NULL) {
                *bad = at;
            }
            return false;
        }
    }
    return true;
}

size_t td_utf8_count(struct td_slice s)
{
    size_t count = 0;
    for (size_t pos = 0; pos < s.len; count++) {
        (void)td_utf8_next(s, &pos);
    }
    return count;
}

size_t td_utf8_put(char *out, uint32_t cp)
{
    if (cp < 0x80) {
        out[0] = (char)cp;
        return 1;
    }
    const size_t n = cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
    static const unsigned char marks[] = {0, 0, 0xC0, 0xE0, 0xF0};
    for (size_t i = n - 1; i > 0; i--) {
        out[i] = (char)(0x80 | (cp & 0x3F));
        cp >>= 6;
    }
    out[0] = (char)(marks[n] | cp);
    return n;
}

struct td_slice td_utf8_head(struct td_slice s, size_t most)
{
    size_t keep = most < s.len ? most : s.len;
    while (keep < s.len && keep > 0 && ((unsigned char)s.ptr[keep] & 0xC0) == 0x80)
        keep--;
    return td_slice_sub(s, 0, keep);
}

size_t td_utf8_visible(struct td_slice s, size_t *pos, char out[TD_VISIBLE_MAX])
{
    const size_t at = *pos;
    const int32_t cp = td_utf8_next(s, pos);
    const size_t n = *pos - at;
    if (cp >= 0x20 && (cp < 0x7F || cp >= 0xA0)) {
        memcpy(out, s.ptr + at, n);
        return n;
    }
    for (size_t i = 0; i < n; i++) {
        (void)snprintf(out + 4 * i, 5, "\\x%02X", (unsigned)(unsigned char)s.ptr[at + i]);
    }
    return 4 * n;
}
