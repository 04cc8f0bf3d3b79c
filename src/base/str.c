/* str.c: slices: comparing, searching, cutting up. UTF-8 is in utf8.c. */
#define _GNU_SOURCE /* memmem */
#include "base/str.h"

#include <string.h>

static const size_t none = (size_t)-1;

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* memcmp must not see NULL, not even for no bytes. */
static bool same_bytes(const char *a, const char *b, size_t n)
{
    return n == 0 || memcmp(a, b, n) == 0;
}

static bool same_letter(char a, char b)
{
    return a == b || lower(a) == lower(b);
}

static bool same_letters(const char *a, const char *b, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!same_letter(a[i], b[i])) {
            return false;
        }
    }
    return true;
}

struct td_slice td_slice(const char *text)
{
    return (struct td_slice){text, text != NULL ? strlen(text) : 0};
}

bool td_slice_eq(struct td_slice a, struct td_slice b)
{
    return a.len == b.len && (a.ptr == NULL) == (b.ptr == NULL) &&
           same_bytes(a.ptr, b.ptr, a.len);
}

bool td_slice_is(struct td_slice a, const char *text)
{
    return td_slice_eq(a, td_slice(text));
}

bool td_slice_ieq(struct td_slice a, struct td_slice b)
{
    return a.len == b.len && (a.ptr == NULL) == (b.ptr == NULL) &&
           same_letters(a.ptr, b.ptr, a.len);
}

bool td_slice_iis(struct td_slice a, const char *text)
{
    if (a.ptr == NULL || text == NULL) {
        return (a.ptr == NULL) == (text == NULL);
    }
    for (size_t i = 0; i < a.len; i++) {
        if (text[i] == '\0' || !same_letter(a.ptr[i], text[i])) {
            return false;
        }
    }
    return text[a.len] == '\0';
}

int td_slice_cmp(struct td_slice a, struct td_slice b)
{
    if (a.ptr == NULL || b.ptr == NULL) {
        return (a.ptr != NULL) - (b.ptr != NULL);
    }
    const size_t shorter = a.len < b.len ? a.len : b.len;
    const int order = shorter > 0 ? memcmp(a.ptr, b.ptr, shorter) : 0;
    return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

/* Most prefixes differ at once: their length is not looked for first. */
bool td_slice_starts(struct td_slice s, const char *prefix)
{
    for (size_t i = 0; prefix[i] != '\0'; i++) {
        if (i == s.len || s.ptr[i] != prefix[i]) {
            return false;
        }
    }
    return true;
}

bool td_slice_istarts(struct td_slice s, const char *prefix)
{
    for (size_t i = 0; prefix[i] != '\0'; i++) {
        if (i == s.len || !same_letter(s.ptr[i], prefix[i])) {
            return false;
        }
    }
    return true;
}

bool td_slice_ends(struct td_slice s, const char *suffix)
{
    const size_t n = strlen(suffix);
    return s.len >= n && (n == 0 || same_bytes(s.ptr + (s.len - n), suffix, n));
}

size_t td_slice_find(struct td_slice s, size_t from, char c)
{
    if (from >= s.len) {
        return none;
    }
    const char *at = memchr(s.ptr + from, c, s.len - from);
    return at != NULL ? (size_t)(at - s.ptr) : none;
}

size_t td_slice_find_slice(struct td_slice s, size_t from, struct td_slice needle)
{
    if (from > s.len || needle.len > s.len - from) {
        return none;
    }
    if (needle.len == 0) {
        return from;
    }
    const char *at = memmem(s.ptr + from, s.len - from, needle.ptr, needle.len);
    return at != NULL ? (size_t)(at - s.ptr) : none;
}

size_t td_slice_find_str(struct td_slice s, size_t from, const char *needle)
{
    const size_t n = strlen(needle);
    if (n == 0) {
        return from <= s.len ? from : none;
    }
    for (size_t i = td_slice_find(s, from, needle[0]); i != none;
         i = td_slice_find(s, i + 1, needle[0])) {
        if (s.len - i < n) {
            return none;
        }
        if (memcmp(s.ptr + i, needle, n) == 0) {
            return i;
        }
    }
    return none;
}

bool td_slice_line(struct td_slice *rest, struct td_slice *line)
{
    if (rest->len == 0) {
        return false;
    }
    const size_t end = td_slice_find(*rest, 0, '\n');
    if (end == none) {
        *line = *rest;
        *rest = td_slice_sub(*rest, rest->len, rest->len);
        return true;
    }
    const bool crlf = end > 0 && rest->ptr[end - 1] == '\r';
    *line = td_slice_sub(*rest, 0, crlf ? end - 1 : end);
    *rest = td_slice_sub(*rest, end + 1, rest->len);
    return true;
}

bool td_slice_token(struct td_slice *rest, const char *separators, struct td_slice *token)
{
    const size_t how_many = strlen(separators);
    size_t from = 0;
    while (from < rest->len && memchr(separators, rest->ptr[from], how_many) != NULL) {
        from++;
    }
    size_t to = from;
    while (to < rest->len && memchr(separators, rest->ptr[to], how_many) == NULL) {
        to++;
    }
    *token = td_slice_sub(*rest, from, to);
    *rest = td_slice_sub(*rest, to, rest->len);
    return token->len > 0;
}

bool td_slice_int64(struct td_slice s, int64_t *out)
{
    const bool negative = s.len > 0 && s.ptr[0] == '-';
    size_t i = negative ? 1 : 0;
    if (i == s.len) {
        return false;
    }
    int64_t n = 0; /* kept negative: INT64_MIN has no positive twin */
    for (; i < s.len; i++) {
        const int digit = s.ptr[i] - '0';
        if (digit < 0 || digit > 9 || n < (INT64_MIN + digit) / 10) {
            return false;
        }
        n = n * 10 - digit;
    }
    if (!negative && n == INT64_MIN) {
        return false;
    }
    *out = negative ? n : -n;
    return true;
}

bool td_slice_is_printable(struct td_slice s)
{
    unsigned char other = 0;
    for (size_t i = 0; i < s.len; i++)
        other |= (unsigned char)((unsigned char)(s.ptr[i] - ' ') > '~' - ' ');
    return other == 0;
}

size_t td_slice_find_control(struct td_slice s)
{
    if (td_slice_is_printable(s)) { /* as most are */
        return none;
    }
    for (size_t pos = 0; pos < s.len;) {
        const size_t at = pos;
        const int32_t cp = td_utf8_next(s, &pos);
        if ((cp >= 0 && cp < 0x20) || (cp >= 0x7F && cp < 0xA0) || cp == 0x2028 ||
            cp == 0x2029) {
            return at;
        }
    }
    return none;
}
