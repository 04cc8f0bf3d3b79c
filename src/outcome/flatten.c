/*
 * flatten.c: one walk over the bytes, whose common ones take no branch; then, where there are any, one
 * over the letters beyond ASCII.
 */
#include "outcome/flatten.h"

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

/* Signs that stand for plain ones, or for nothing. */
static const struct {
    const char *sign;
    const char *plain;
} signs[] = {
    {"\xC2\xA0", " "},      {"\xE2\x80\x98", "'"},  {"\xE2\x80\x99", "'"},
    {"\xE2\x80\x9C", "\""}, {"\xE2\x80\x9D", "\""}, {"\xE2\x80\x90", "-"},
    {"\xE2\x80\x91", "-"},  {"\xE2\x80\x93", "-"},  {"\xE3\x80\x80", " "},
    {"\xC4\xB0", "i"},      {"\xE2\x80\x8B", ""},   {"\xEF\xBB\xBF", ""},
};

/* Letters beyond ASCII in place; the text may become shorter. */
static size_t fold_letters(char *text, size_t len)
{
    size_t n = 0;
    for (size_t i = 0; i < len;) {
        const struct td_slice rest = td_slice_n(text + i, len - i);
        size_t k = (unsigned char)text[i] < 0xC2 ? TD_ARRAY_LEN(signs) : 0;
        while (k < TD_ARRAY_LEN(signs) && !td_slice_starts(rest, signs[k].sign))
            k++;
        if (k < TD_ARRAY_LEN(signs)) {
            i += strlen(signs[k].sign);
            if (signs[k].plain[0] != '\0')
                text[n++] = signs[k].plain[0];
            continue;
        }
        if (i + 1 < len)
            fold_two((unsigned char *)text + i);
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

/* What is left of a word without the address in it: scripts without spaces write on beside one. */
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

size_t td_flatten(struct td_slice text, char *out, size_t max)
{
    size_t n = 0;
    size_t at = skip_codes(text, 0);
    while (at < text.len && n + 2 < max) {
        size_t start = n;
        const size_t room = max - 2 - n;
        const size_t end = text.len - at > room ? at + room : text.len;
        /* An address is left out, but not JSON that holds one. */
        bool address = text.ptr[at] == '<';
        bool named = false, json = false;
        for (; at < end && !is_space(text.ptr[at]); at++) {
            const char c = text.ptr[at];
            if (c == '@')
                address = named = true;
            if (c == '{')
                json = true;
            out[n++] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
            if (named && !json && is_glued(text.ptr + at, text.ptr + end)) {
                start = n = start + keep_wide(out + start, n - start);
                address = named = false;
            }
        }
        if (address && !json)
            n = start + keep_wide(out + start, n - start);
        if (n > start)
            out[n++] = ' ';
        for (; at < text.len && is_space(text.ptr[at]); at++) {
            if (text.ptr[at] == '\n')
                at = skip_codes(text, at + 1) - 1;
        }
    }
    if (!is_ascii(out, n))
        n = fold_letters(out, n);
    out[n] = '\0';
    return n;
}
