/*
 * flatten.c: one walk over the bytes, whose common ones take no branch; then, where there are any, one
 * over the letters beyond ASCII.
 */
#include "outcome/flatten.h"

#include <limits.h>
#include <string.h>

#include "base/err.h"

/* "550-5.1.1 " at the start of a line: servers repeat it in the middle of their sentence. */
static size_t skip_codes(struct td_slice text, size_t at)
{
    while (at < text.len) {
        const char c = text.ptr[at];
        if (!(c >= '0' && c <= '9') && c != '.' && c != '-' && c != '#' && c != ':' &&
            c != ' ')
            break;
        at++;
    }
    return at;
}

/* Of control characters only white space is common: all are taken for it. */
static bool is_space(char c)
{
    return (unsigned char)c <= ' ';
}

/* Capital letters of two bytes in UTF-8: Latin-1, the pairs of Latin Extended-A, Cyrillic. */
static void fold_two(unsigned char *letter)
{
    const unsigned char lead = letter[0];
    const unsigned char tail = letter[1];
    const bool even_pairs =
        (lead == 0xC4 && tail <= 0xB7) || (lead == 0xC5 && tail >= 0x8A && tail <= 0xB7);
    const bool odd_pairs = (lead == 0xC4 && tail >= 0xB9 && tail < 0xBF) ||
                           (lead == 0xC5 && (tail <= 0x88 || tail >= 0xB9));
    if (lead == 0xC3 && tail >= 0x80 && tail <= 0x9E && tail != 0x97)
        letter[1] = (unsigned char)(tail + 0x20U);
    else if (even_pairs)
        letter[1] = (unsigned char)(tail | 1U);
    else if (odd_pairs && tail % 2 == 1 && tail < 0xBF)
        letter[1] = (unsigned char)(tail + 1U);
    else if (lead == 0xD0 && tail >= 0x90 && tail <= 0x9F)
        letter[1] = (unsigned char)(tail + 0x20U);
    else if (lead == 0xD0 && tail >= 0xA0 && tail <= 0xAF) {
        letter[0] = 0xD1;
        letter[1] = (unsigned char)(tail - 0x20U);
    }
}

/* A sign that stands for a plain one, or for nothing: its length, else 0. */
static size_t read_sign(const unsigned char *text, size_t len, const char **plain)
{
    const unsigned two = len < 2 ? 0 : (unsigned)text[0] << 8 | text[1];
    const unsigned third = len < 3 ? 0 : text[2];
    *plain = NULL;
    switch (two) {
    case 0xC2A0: *plain = " "; return 2;
    case 0xC4B0: *plain = "i"; return 2;
    case 0xE280:
        *plain = third == 0x98 || third == 0x99                    ? "'"
                 : third == 0x9C || third == 0x9D                  ? "\""
                 : third == 0x90 || third == 0x91 || third == 0x93 ? "-"
                 : third == 0x8B                                   ? ""
                                                                   : NULL;
        break;
    case 0xE380: *plain = third == 0x80 ? " " : NULL; break;
    case 0xEFBB: *plain = third == 0xBF ? "" : NULL; break;
    default: break;
    }
    return *plain != NULL ? 3 : 0;
}

/* Letters beyond ASCII in place; the text may become shorter. */
static size_t fold_letters(char *text, size_t len)
{
    size_t n = 0;
    for (size_t i = 0; i < len;) {
        const char *plain = NULL;
        unsigned char *const at = (unsigned char *)text + i;
        const size_t sign = *at >= 0xC2 ? read_sign(at, len - i, &plain) : 0;
        if (sign > 0) {
            i += sign;
            if (plain[0] != '\0')
                text[n++] = plain[0];
            continue;
        }
        if (*at >= 0xC3 && i + 1 < len)
            fold_two(at);
        text[n++] = text[i++];
    }
    return n;
}

static bool is_ascii(const char *text, size_t len)
{
    unsigned char all = 0;
    for (size_t i = 0; i < len; i++)
        all |= (unsigned char)text[i];
    return all < 0x80;
}

/* What each byte of ASCII becomes, and all others as they are: a look costs no branch. */
static const char folded[] =
    "                                "
    " !\"#$%&'()*+,-./0123456789:;<=>?"
    "@abcdefghijklmnopqrstuvwxyz[\\]^_"
    "`abcdefghijklmnopqrstuvwxyz{|}~\x7F"
    "\x80\x81\x82\x83\x84\x85\x86\x87\x88\x89\x8A\x8B\x8C\x8D\x8E\x8F"
    "\x90\x91\x92\x93\x94\x95\x96\x97\x98\x99\x9A\x9B\x9C\x9D\x9E\x9F"
    "\xA0\xA1\xA2\xA3\xA4\xA5\xA6\xA7\xA8\xA9\xAA\xAB\xAC\xAD\xAE\xAF"
    "\xB0\xB1\xB2\xB3\xB4\xB5\xB6\xB7\xB8\xB9\xBA\xBB\xBC\xBD\xBE\xBF"
    "\xC0\xC1\xC2\xC3\xC4\xC5\xC6\xC7\xC8\xC9\xCA\xCB\xCC\xCD\xCE\xCF"
    "\xD0\xD1\xD2\xD3\xD4\xD5\xD6\xD7\xD8\xD9\xDA\xDB\xDC\xDD\xDE\xDF"
    "\xE0\xE1\xE2\xE3\xE4\xE5\xE6\xE7\xE8\xE9\xEA\xEB\xEC\xED\xEE\xEF"
    "\xF0\xF1\xF2\xF3\xF4\xF5\xF6\xF7\xF8\xF9\xFA\xFB\xFC\xFD\xFE\xFF";

static char fold(char c)
{
    return folded[(unsigned char)c];
}

/* ---- words that hold an address ---- */

/* The word that begins at text[at], as far as there is room for it. */
static struct td_slice word_at(struct td_slice text, size_t at, size_t room)
{
    const struct td_slice rest = td_slice_sub(text, at, text.len);
    size_t n = 0;
    while (n < rest.len && n < room && !is_space(rest.ptr[n]))
        n++;
    return td_slice_sub(rest, 0, n);
}

/* What is left of a word without the address in it, in place: scripts without spaces write on beside
 * one. */
static size_t keep_wide(char *word, size_t len)
{
    size_t n = 0;
    for (size_t i = 0; i + 2 < len; i++) {
        if ((unsigned char)word[i] < 0xE0 || (unsigned char)word[i] > 0xEF)
            continue;
        memmove(word + n, word + i, 3);
        n += 3;
        i += 2;
    }
    return n;
}

/* Whether an address ends here though words go on: "oak@trees.example...User unknown". */
static bool is_glued(const char *c, const char *end)
{
    return c + 1 < end && (c[1] | 0x20) >= 'a' && (c[1] | 0x20) <= 'z' &&
           (memchr(">):", *c, 3) != NULL || (*c == '.' && c[-1] == '.'));
}

/* An address is left out, but not JSON that holds one. */
static size_t write_address(struct td_slice word, char *out)
{
    const char *const end = word.ptr + word.len;
    size_t start = 0;
    size_t n = 0;
    bool address = td_slice_starts(word, "<");
    bool named = false, json = false;
    for (const char *c = word.ptr; c < end; c++) {
        if (*c == '@')
            address = named = true;
        if (*c == '{')
            json = true;
        out[n++] = fold(*c);
        if (named && !json && is_glued(c, end)) {
            start = n = start + keep_wide(out + start, n - start);
            address = named = false;
        }
    }
    return address && !json ? start + keep_wide(out + start, n - start) : n;
}

/* ---- all words ---- */

/* Bytes at which the walk stops. */
static const bool stops[UCHAR_MAX + 1] = {['\n'] = true, ['<'] = true, ['@'] = true};

/* Where the word begins of which n bytes are written. */
static size_t word_start(const char *out, size_t n)
{
    while (n > 0 && out[n - 1] != ' ')
        n--;
    return n;
}

size_t td_flatten(struct td_slice text, char *out, size_t max)
{
    size_t n = 0;
    unsigned between = true; /* words: a space would be one too many */
    for (size_t at = skip_codes(text, 0); at < text.len && n + 2 < max; at++) {
        char c = text.ptr[at];
        if (stops[(unsigned char)c] && c == '\n') {
            at = skip_codes(text, at + 1) - 1;
        } else if (stops[(unsigned char)c] && (c == '@' || between)) {
            const size_t start = word_start(out, n);
            const struct td_slice word = word_at(text, at - (n - start), max - 2 - start);
            n = start + write_address(word, out + start);
            between = n == start;
            at = (size_t)(word.ptr - text.ptr) + word.len - 1;
            c = ' ';
        }
        const unsigned space = (out[n] = fold(c)) == ' ';
        n += 1 - (space & between);
        between = space;
    }
    if (!between)
        out[n++] = ' ';
    if (!is_ascii(out, n))
        n = fold_letters(out, n);
    out[n] = '\0';
    return n;
}
