/*
 * interned.c: taking the words that differ out of a server's reply, and putting them back.
 */
#include "store/interned.h"

#include <string.h>

/* What a word ends at. Not ':' '.' '-': ids and times have them inside. */
static bool is_separator(char c)
{
    return (unsigned char)c <= ' ' || c == 0x7f ||
           strchr("<>()[]{}\"',;=|*\\", c) != NULL;
}

/* What shape a word has. */
struct shape {
    size_t digits, lower, upper, colons, dots;
    size_t longest_number;
    bool camel; /* a capital behind a small letter */
    bool at;    /* an @ with something on both sides */
};

static struct shape shape_of(struct td_slice word)
{
    struct shape shape = {0};
    size_t number = 0;

    for (size_t i = 0; i < word.len; i++) {
        char c = word.ptr[i];
        bool digit = c >= '0' && c <= '9';

        number = digit ? number + 1 : 0;
        if (number > shape.longest_number)
            shape.longest_number = number;
        if (digit)
            shape.digits++;
        else if (c >= 'a' && c <= 'z')
            shape.lower++;
        else if (c >= 'A' && c <= 'Z')
            shape.upper++;
        else if (c == ':')
            shape.colons++;
        else if (c == '.')
            shape.dots++;
        if (i > 0 && c >= 'A' && c <= 'Z' && word.ptr[i - 1] >= 'a' &&
            word.ptr[i - 1] <= 'z')
            shape.camel = true;
        if (c == '@' && i > 0 && i + 1 < word.len)
            shape.at = true;
    }
    return shape;
}

/* Whether a word will be another one in the next reply. */
static bool differs(struct td_slice word)
{
    struct shape shape = shape_of(word);
    size_t letters = shape.lower + shape.upper;

    if (shape.at)
        return true;
    if (letters ==
        0) /* 8429, 0.345 and 07:00:01, but neither 450, 5.7.509 nor 192.0.2.17 */
        return shape.longest_number >= 4 ||
               (shape.digits >= 2 && (shape.colons > 0 || shape.dots == 1));
    return word.len >= 6 && (shape.digits > 0 || shape.camel);
}

/* The words are joined by spaces and read back as text: only visible ASCII and whole UTF-8. */
static bool is_plain(struct td_slice word)
{
    return td_utf8_valid(word, NULL) && td_slice_find_control(word) == (size_t)-1;
}

/* What stands for itself in a pattern. Longer characters do too, but must be looked at whole. */
static bool is_literal(char c)
{
    unsigned char byte = (unsigned char)c;

    return byte > 0 && byte < 0x80 && c != '*' && c != '\\';
}

static void add_constant(struct td_slice text, struct td_buf *pattern)
{
    size_t pos = 0;

    while (pos < text.len) {
        size_t from = pos;
        while (pos < text.len && is_literal(text.ptr[pos]))
            pos++;
        td_buf_add(pattern, text.ptr + from, pos - from);
        if (pos == text.len)
            return;
        from = pos;
        int32_t cp = td_utf8_next(text, &pos);
        if (cp <= 0) { /* not UTF-8, or a NUL */
            td_buf_addf(pattern, "\\x%02X", (unsigned)(unsigned char)text.ptr[from]);
        } else {
            if (cp == '*' || cp == '\\')
                td_buf_add_char(pattern, '\\');
            td_buf_add(pattern, text.ptr + from, pos - from);
        }
    }
}

void td_interned_split(struct td_slice text, struct td_buf *pattern, struct td_buf *words)
{
    size_t constant = 0; /* what comes before has been written */
    size_t pos = 0;
    bool first = true;

    while (pos < text.len) {
        size_t end = pos;

        while (end < text.len && !is_separator(text.ptr[end]))
            end++;
        size_t stop = end;
        while (stop > pos && strchr(".:-!?", text.ptr[stop - 1]) != NULL)
            stop--; /* punctuation behind a word is not part of it */
        struct td_slice word = td_slice_sub(text, pos, stop);
        if (word.len > 0 && differs(word) && is_plain(word)) {
            add_constant(td_slice_sub(text, constant, pos), pattern);
            td_buf_add_char(pattern, '*');
            if (!first)
                td_buf_add_char(words, ' ');
            td_buf_add_slice(words, word);
            first = false;
            constant = stop;
        }
        pos = end + 1;
    }
    add_constant(td_slice_sub(text, constant, text.len), pattern);
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* Reads what stands behind a backslash at *pos and moves behind it. */
static bool unescape(struct td_slice pattern, size_t *pos, struct td_buf *out)
{
    if (*pos >= pattern.len)
        return false;
    char c = pattern.ptr[(*pos)++];
    if (c == '*' || c == '\\') {
        td_buf_add_char(out, c);
        return true;
    }
    if (c != 'x' || pattern.len - *pos < 2)
        return false;
    int high = hex_value(pattern.ptr[*pos]);
    int low = hex_value(pattern.ptr[*pos + 1]);
    if (high < 0 || low < 0)
        return false;
    td_buf_add_char(out, (char)(high * 16 + low));
    *pos += 2;
    return true;
}

bool td_interned_join(struct td_slice pattern, struct td_slice words, struct td_buf *out)
{
    const bool erased = words.len == 0;
    struct td_slice word;

    for (size_t pos = 0; pos < pattern.len;) {
        char c = pattern.ptr[pos++];
        if (c == '\\') {
            if (!unescape(pattern, &pos, out))
                return false;
        } else if (c == '*') {
            if (erased)
                word = td_slice("*");
            else if (!td_slice_token(&words, " ", &word))
                return false;
            td_buf_add_slice(out, word);
        } else {
            td_buf_add_char(out, c);
        }
    }
    return !td_slice_token(&words, " ", &word);
}
