/* encoding.c: bytes as text and back: hex, base32, base64 (RFC 4648). */
#include "base/crypto.h"

#include <string.h>

static const char hex_digits[] = "0123456789abcdef";
static const char base32_digits[] = "abcdefghijklmnopqrstuvwxyz234567";
static const char base64_digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char base64url_digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

#define DIGITS_OF_BYTE 2 /* at most so many become whole with a byte */

/* All of these are numbers of `width` bits, most significant first, written as digits. */
static void encode(struct td_buf *out, const void *bytes, size_t n, const char *digits,
                   unsigned width)
{
    const unsigned char *from = bytes;
    const uint32_t mask = (1U << width) - 1;
    uint32_t pending = 0;
    unsigned bits = 0;
    char piece[128]; /* appended at once: several such texts stand in each message */
    size_t len = 0;
    for (size_t i = 0; i < n; i++) {
        pending = (pending << 8 | from[i]) & 0xFFFF;
        for (bits += 8; bits >= width; bits -= width) {
            piece[len++] = digits[pending >> (bits - width) & mask];
        }
        if (len > sizeof piece - DIGITS_OF_BYTE) {
            td_buf_add(out, piece, len);
            len = 0;
        }
    }
    if (bits > 0) {
        piece[len++] = digits[pending << (width - bits) & mask];
    }
    td_buf_add(out, piece, len);
}

static int base32_value(char c)
{
    if (c >= 'A' && c <= 'Z') {
        return c - 'A';
    }
    if (c >= 'a' && c <= 'z') {
        return c - 'a';
    }
    return c >= '2' && c <= '7' ? c - '2' + 26 : -1;
}

static int place_of(const char *digits, char c)
{
    const char *at = c != '\0' ? strchr(digits, c) : NULL;
    return at != NULL ? (int)(at - digits) : -1;
}

static int base64url_value(char c)
{
    return place_of(base64url_digits, c);
}

static int base64_value(char c)
{
    return place_of(base64_digits, c);
}

/*
 * Strict: one text for each row of bytes and no other, so that changing any character of
 * a token changes what it says. Left-over bits must be 0 and too few to be a digit of
 * their own.
 */
static bool decode(struct td_slice text, struct td_buf *out, int (*value)(char),
                   unsigned width)
{
    const size_t before = out->len;
    uint32_t pending = 0;
    unsigned bits = 0;
    bool good = true;
    for (size_t i = 0; good && i < text.len; i++) {
        const int digit = value(text.ptr[i]);
        good = digit >= 0;
        pending = (pending << width | (uint32_t)digit) & 0xFFFF;
        bits += width;
        if (good && bits >= 8) {
            bits -= 8;
            td_buf_add_char(out, (char)(pending >> bits & 0xFF));
        }
    }
    good = good && bits < width && (pending & ((1U << bits) - 1)) == 0;
    if (!good && out->len > before) {
        out->len = before;
        out->ptr[before] = '\0';
    }
    return good;
}

void td_hex(struct td_buf *out, const void *bytes, size_t n)
{
    encode(out, bytes, n, hex_digits, 4);
}

void td_base32(struct td_buf *out, const void *bytes, size_t n)
{
    encode(out, bytes, n, base32_digits, 5);
}

bool td_base32_decode(struct td_slice text, struct td_buf *out)
{
    return decode(text, out, base32_value, 5);
}

void td_base64url(struct td_buf *out, const void *bytes, size_t n)
{
    encode(out, bytes, n, base64url_digits, 6);
}

bool td_base64url_decode(struct td_slice text, struct td_buf *out)
{
    return decode(text, out, base64url_value, 6);
}

void td_base64(struct td_buf *out, const void *bytes, size_t n)
{
    encode(out, bytes, n, base64_digits, 6);
    td_buf_add_repeat(out, '=', (3 - n % 3) % 3);
}

bool td_base64_decode(struct td_slice text, struct td_buf *out)
{
    const bool whole = text.len % 4 == 0;
    for (int i = 0; i < 2 && td_slice_ends(text, "="); i++)
        text = td_slice_sub(text, 0, text.len - 1);
    return whole && decode(text, out, base64_value, 6);
}
