/* decode.c: quoted-printable, base64, RFC 2047, and the little HTML that bounces hold. */
#include "outcome/decode.h"

#include "outcome/entity.h"

#include <string.h>

#include "base/err.h"

#define VALUE_MAX ((size_t)8 * 1024) /* of a field that is decoded */
#define TAG_MAX   ((size_t)2 * 1024) /* a '<' whose '>' is farther away begins no tag */

static const size_t none = (size_t)-1;

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Length of "=" and a line end at text[i], spaces between; 0: none. */
static size_t soft_break(struct td_slice text, size_t i)
{
    size_t n = i + 1;
    while (n < text.len &&
           (text.ptr[n] == ' ' || text.ptr[n] == '\t' || text.ptr[n] == '\r'))
        n++;
    if (n == text.len)
        return n - i;
    return text.ptr[n] == '\n' ? n + 1 - i : 0;
}

/* `header`: the Q encoding of RFC 2047, where "_" is a space. */
static struct td_slice decode_quoted(struct td_arena *arena, struct td_slice text,
                                     bool header)
{
    char *out = td_arena_alloc(arena, text.len + 1);
    size_t n = 0;
    for (size_t i = 0; i < text.len;) {
        const char c = text.ptr[i];
        const int high = c == '=' && i + 2 < text.len ? hex_digit(text.ptr[i + 1]) : -1;
        const int low = high >= 0 ? hex_digit(text.ptr[i + 2]) : -1;
        const size_t soft = c == '=' && low < 0 ? soft_break(text, i) : 0;
        if (low >= 0) {
            out[n++] = (char)(high * 16 + low);
            i += 3;
        } else if (soft > 0) {
            i += soft;
        } else {
            const size_t from = i++;
            while (i < text.len && text.ptr[i] != '=')
                i++;
            memcpy(out + n, text.ptr + from, i - from);
            for (size_t k = n; header && k < n + i - from; k++)
                out[k] = out[k] == '_' ? ' ' : out[k];
            n += i - from;
        }
    }
    return td_slice_n(out, n);
}

static int base64_digit(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* Bytes that are no digits are passed over; padding ends a group, not the text, since relays glue
 * encoded pieces together. */
static struct td_slice decode_base64(struct td_arena *arena, struct td_slice text)
{
    char *out = td_arena_alloc(arena, text.len / 4 * 3 + 4);
    size_t n = 0;
    uint32_t bits = 0;
    int have = 0;
    for (size_t i = 0; i < text.len; i++) {
        const int digit = base64_digit(text.ptr[i]);
        if (text.ptr[i] == '=')
            have = 0;
        if (digit < 0)
            continue;
        bits = (bits << 6 | (uint32_t)digit) & 0xFFFFFFU;
        have += 6;
        if (have >= 8) {
            have -= 8;
            out[n++] = (char)(bits >> have & 0xFFU);
        }
    }
    return td_slice_n(out, n);
}

struct td_slice td_decode_body(struct td_charsets *sets, struct td_arena *arena,
                               struct td_slice body, struct td_slice encoding,
                               struct td_slice charset)
{
    if (td_slice_istarts(encoding, "quoted-printable"))
        body = decode_quoted(arena, body, false);
    else if (td_slice_istarts(encoding, "base64"))
        body = decode_base64(arena, body);
    return td_charset_utf8(sets, arena, body, charset);
}

/* ---- encoded words ---- */

struct word {
    struct td_slice charset;
    struct td_slice text;
    bool base64;
    size_t end; /* behind it */
};

/* "=?charset?B?text?=" at value[at]. */
static bool read_word(struct td_slice value, size_t at, struct word *word)
{
    if (!td_slice_starts(td_slice_sub(value, at, value.len), "=?"))
        return false;
    const size_t kind = td_slice_find(value, at + 2, '?');
    if (kind == none || kind + 3 > value.len || value.ptr[kind + 2] != '?')
        return false;
    const size_t end = td_slice_find_str(value, kind + 3, "?=");
    const char b = value.ptr[kind + 1];
    if (end == none || (b != 'B' && b != 'b' && b != 'Q' && b != 'q'))
        return false;
    const struct td_slice set = td_slice_sub(value, at + 2, kind);
    word->charset =
        td_slice_sub(set, 0, td_slice_find(set, 0, '*')); /* RFC 2231 language */
    word->text = td_slice_sub(value, kind + 3, end);
    word->base64 = b == 'B' || b == 'b';
    word->end = end + 2;
    return true;
}

/* Spaces between two encoded words do not count. */
static size_t skip_to_word(struct td_slice value, size_t at)
{
    size_t next = at;
    while (next < value.len && memchr(" \t\r\n", value.ptr[next], 4) != NULL)
        next++;
    const struct td_slice rest = td_slice_sub(value, next, value.len);
    return td_slice_starts(rest, "=?") ? next : at;
}

struct td_slice td_decode_value(struct td_charsets *sets, struct td_arena *arena,
                                struct td_slice value)
{
    value = td_slice_sub(value, 0, VALUE_MAX);
    if (td_slice_find(value, 0, '\n') == none &&
        td_slice_find_str(value, 0, "=?") == none)
        return value;
    const size_t room = 4 * value.len;
    char *out = td_arena_alloc(arena, room + 1);
    size_t n = 0;
    for (size_t i = 0; i < value.len;) {
        struct word word;
        if (value.ptr[i] == '=' && read_word(value, i, &word)) {
            const struct td_slice raw = word.base64
                                            ? decode_base64(arena, word.text)
                                            : decode_quoted(arena, word.text, true);
            const struct td_slice text = td_charset_utf8(sets, arena, raw, word.charset);
            const size_t fits = text.len < room - n ? text.len : room - n;
            if (fits > 0)
                memcpy(out + n, text.ptr, fits);
            n += fits;
            i = skip_to_word(value, word.end);
        } else {
            if (value.ptr[i] != '\r' && n < room)
                out[n++] = value.ptr[i] == '\n' ? ' ' : value.ptr[i];
            i++;
        }
    }
    return td_slice_n(out, n);
}

/* ---- HTML ---- */

/* Tags that leave a line end behind. */
static const char *const breaks[] = {"br", "p", "/p", "div",   "/div",   "tr",  "/tr",
                                     "li", "h", "/h", "table", "/table", "pre", "/pre"};

static bool tag_breaks(struct td_slice tag)
{
    if (tag.len == 0 || memchr("bBpPdDtTlLhH/", tag.ptr[0], 13) == NULL)
        return false; /* most tags are no such ones, and need no list to tell */
    for (size_t i = 0; i < TD_ARRAY_LEN(breaks); i++) {
        if (!td_slice_istarts(tag, breaks[i]))
            continue;
        const size_t n = strlen(breaks[i]);
        if (tag.len == n || breaks[i][n - 1] == 'h' ||
            memchr(" />\t\r\n", tag.ptr[n], 6) != NULL)
            return true;
    }
    return false;
}

/* What stands in these is nothing to read. Returns the end of the element, or `at`. */
static size_t skip_element(struct td_slice html, size_t at, struct td_slice tag)
{
    const char *end = td_slice_istarts(tag, "style")    ? "</style"
                      : td_slice_istarts(tag, "script") ? "</script"
                      : td_slice_istarts(tag, "!--")    ? "-->"
                                                        : NULL;
    if (end == NULL)
        return at;
    const size_t found = td_slice_find_str(html, at - 1, end);
    return found == none ? at : found + (end[0] == '-' ? 3 : 0);
}

/* The tag at html[at], without its brackets; absent where none stands there: "<address@host>" that
 * nobody has escaped is none. */
static struct td_slice tag_at(struct td_slice html, size_t at)
{
    const struct td_slice rest = td_slice_sub(html, at + 1, at + TAG_MAX);
    const size_t close = td_slice_find(rest, 0, '>');
    const struct td_slice tag = td_slice_sub(rest, 0, close);
    const bool is_tag =
        close != none && td_slice_find(td_slice_sub(tag, 0, 200), 0, '@') == none;
    return is_tag ? tag : (struct td_slice){0};
}

struct td_slice td_html_text(struct td_arena *arena, struct td_slice html)
{
    char *out = td_arena_alloc(arena, html.len + 1);
    size_t n = 0;
    for (size_t i = 0; i < html.len;) {
        const char c = html.ptr[i];
        const struct td_slice tag = c == '<' ? tag_at(html, i) : (struct td_slice){0};
        if (tag.ptr != NULL) {
            if (tag_breaks(tag))
                out[n++] = '\n';
            i = skip_element(html, i + tag.len + 2, tag);
            continue;
        }
        size_t written = 0;
        const size_t reference =
            c == '&' ? td_entity_read(td_slice_sub(html, i, html.len), out + n, &written)
                     : 0;
        if (reference == 0)
            out[n] = c;
        n += reference == 0 ? 1 : written;
        i += reference == 0 ? 1 : reference;
    }
    return td_slice_n(out, n);
}
