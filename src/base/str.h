/*
 * str.h: slices of bytes we do not own, and questions about text.
 *
 * A slice is (ptr, len), not NUL-terminated, valid as long as what it points into. ptr ==
 * NULL means "absent", which is not the same as empty: it equals only itself and sorts
 * first. Text is UTF-8.
 */
#ifndef TD_BASE_STR_H
#define TD_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct td_slice {
    const char *ptr;
    size_t len;
};

/* Of a C string (NULL gives the absent slice), of n bytes, and a part [from, to),
 * clamped. */
struct td_slice td_slice(const char *text);
static inline struct td_slice td_slice_n(const char *ptr, size_t len)
{
    return (struct td_slice){ptr, len};
}
static inline struct td_slice td_slice_sub(struct td_slice s, size_t from, size_t to)
{
    if (s.ptr == NULL)
        return s;
    to = to > s.len ? s.len : to;
    from = from > to ? to : from;
    return (struct td_slice){s.ptr + from, to - from};
}

bool td_slice_eq(struct td_slice a, struct td_slice b);
bool td_slice_is(struct td_slice a, const char *text);   /* equal to a C string */
bool td_slice_ieq(struct td_slice a, struct td_slice b); /* ASCII letters fold */
bool td_slice_iis(struct td_slice a, const char *text);
int td_slice_cmp(struct td_slice a, struct td_slice b); /* bytes, like memcmp */
bool td_slice_starts(struct td_slice s, const char *prefix);
bool td_slice_istarts(struct td_slice s, const char *prefix);
bool td_slice_ends(struct td_slice s, const char *suffix);

/* Position of the first c / needle at or after from, or (size_t)-1. */
size_t td_slice_find(struct td_slice s, size_t from, char c);
size_t td_slice_find_str(struct td_slice s, size_t from, const char *needle);
/* The same, for long texts and needles: it takes some time to begin, and is fast then. */
size_t td_slice_find_slice(struct td_slice s, size_t from, struct td_slice needle);

/* Without ASCII white space (space, tab, CR, LF, FF, VT) at both ends. No-break spaces
 * stay. */
static inline bool td_ascii_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}
static inline struct td_slice td_slice_trim(struct td_slice s)
{
    while (s.len > 0 && td_ascii_space(s.ptr[0])) {
        s.ptr++;
        s.len--;
    }
    while (s.len > 0 && td_ascii_space(s.ptr[s.len - 1])) {
        s.len--;
    }
    return s;
}

/* Takes the next line off *rest, without its LF or CR LF. False when nothing is left. */
bool td_slice_line(struct td_slice *rest, struct td_slice *line);

/* Takes the next field before any byte of `separators` off *rest, skipping empty ones. */
bool td_slice_token(struct td_slice *rest, const char *separators,
                    struct td_slice *token);

/* Decimal, all of s, optional '-'; false when empty, over the range, or anything else in
 * it. */
bool td_slice_int64(struct td_slice s, int64_t *out);

/* Decodes one code point at s[*pos] and moves *pos behind it; -1 for an invalid or cut
 * sequence (then *pos moves by one byte; at the end it stays). Overlong forms and
 * surrogates are invalid (RFC 3629). */
int32_t td_utf8_next(struct td_slice s, size_t *pos);

/* Whether all of s is UTF-8; else *bad (may be NULL) is the offset of the first bad
 * byte. */
bool td_utf8_valid(struct td_slice s, size_t *bad);

/* Number of code points; an invalid byte counts as one. */
size_t td_utf8_count(struct td_slice s);

/* The longest beginning of at most so many bytes that cuts no character in two. */
struct td_slice td_utf8_head(struct td_slice s, size_t most);

/* Number of bytes of the longest visible form, NUL included. */
#define TD_VISIBLE_MAX 17

/* Writes the next character of s (*pos < s.len) at out as a terminal or a log may show
 * it: control characters and invalid bytes as \xNN, all else as it is. Moves *pos;
 * returns the length. */
size_t td_utf8_visible(struct td_slice s, size_t *pos, char out[TD_VISIBLE_MAX]);

/* Columns a terminal gives the text: combining marks 0, East Asian wide and emoji 2. */
size_t td_utf8_width(struct td_slice s);

/* Writes code point cp at out (4 bytes of room); returns the number of bytes. */
size_t td_utf8_put(char *out, uint32_t cp);

/* Whether all is ASCII from space to '~': then it is valid UTF-8 without controls, too. Fast. */
bool td_slice_is_printable(struct td_slice s);

/* First control character that must not stand in a header or name (C0, DEL, C1, U+2028,
 * U+2029), or (size_t)-1. */
size_t td_slice_find_control(struct td_slice s);

#endif
