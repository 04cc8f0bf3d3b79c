/*
 * encode.c: quoted-printable and header lines, written here because libetpan's encoder alters
 * text (docs/DECISIONS.md).
 */
#include "variant/encode.h"

#include <string.h>

#include "base/crypto.h"
#include "base/err.h"

#define LINE_MAX_QP     76 /* RFC 2045 6.7, without CRLF */
#define LINE_MAX_HEADER 76 /* RFC 2047 2: a line with an encoded word */
#define WORD_MAX        75 /* RFC 2047 2: an encoded word */
#define WORD_AROUND     12 /* what stands around its text */

static const char hex_digits[] = "0123456789ABCDEF";

static bool qp_is_plain(unsigned char c)
{
    return c == '\t' || (c >= ' ' && c <= '~' && c != '=');
}

/* Whether text[i] ends its line or the text. */
static bool at_line_end(struct td_slice text, size_t i)
{
    if (i == text.len || text.ptr[i] == '\n')
        return true;
    return text.ptr[i] == '\r' && i + 1 < text.len && text.ptr[i + 1] == '\n';
}

static bool starts_from(struct td_slice text, size_t i)
{
    return text.len - i >= 5 && memcmp(text.ptr + i, "From ", 5) == 0;
}

static void add_qp_code(unsigned char c, struct td_buf *out)
{
    const char code[3] = {'=', hex_digits[c >> 4], hex_digits[c & 15]};
    td_buf_add(out, code, sizeof code);
}

/* How many bytes from text[i] on stand for themselves and fit into `room` columns: not the last
 * of the line, which has its own rules. */
static size_t plain_run(struct td_slice text, size_t i, size_t room)
{
    size_t n = 0;
    while (n < room && i + n < text.len && qp_is_plain((unsigned char)text.ptr[i + n]))
        n++;
    return n > 0 && at_line_end(text, i + n) ? n - 1 : n;
}

/* One line without its end; at most `most` columns in the last line that it makes. Spaces that
 * end it, dots and "From " that begin a line are encoded: the first are lost in transport, the
 * others altered (RFC 5321 4.5.2, mbox files). */
static size_t add_qp_line(struct td_slice text, size_t i, size_t most, struct td_buf *out)
{
    size_t column = 0;
    while (!at_line_end(text, i)) {
        const unsigned char c = (unsigned char)text.ptr[i];
        const bool last = at_line_end(text, i + 1);
        const bool special = column == 0 && (c == '.' || starts_from(text, i));
        const bool plain =
            qp_is_plain(c) && !special && !(last && (c == ' ' || c == '\t'));
        if (column + (plain ? 1 : 3) > (last ? most : LINE_MAX_QP - 1)) {
            td_buf_add(out, "=\r\n", 3);
            column = 0;
            continue; /* what begins a line is judged anew */
        }
        const size_t run = plain ? plain_run(text, i, LINE_MAX_QP - 1 - column) : 0;
        const size_t n = run > 0 ? run : 1;
        if (plain)
            td_buf_add(out, text.ptr + i, n);
        else
            add_qp_code(c, out);
        column += plain ? n : 3;
        i += n;
    }
    return i;
}

static void add_qp(struct td_slice text, size_t most, struct td_buf *out)
{
    size_t i = 0;
    while (i < text.len) {
        i = add_qp_line(text, i, most, out);
        if (i < text.len) {
            td_buf_add(out, "\r\n", 2);
            i += text.ptr[i] == '\r' ? 2 : 1;
        }
    }
}

void td_encode_qp(struct td_slice text, struct td_buf *out)
{
    add_qp(text, LINE_MAX_QP, out);
}

void td_encode_qp_open(struct td_slice text, struct td_buf *out)
{
    add_qp(text, LINE_MAX_QP - 1, out);
}

/* Whether c may stand for itself in a "Q" word, also within a phrase (RFC 2047 5(3)). */
static bool is_q_plain(unsigned char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           (c != '\0' && strchr("!*+-/", c) != NULL);
}

static size_t q_size(struct td_slice text)
{
    size_t n = 0;
    for (size_t i = 0; i < text.len; i++) {
        const unsigned char c = (unsigned char)text.ptr[i];
        n += c == ' ' || is_q_plain(c) ? 1 : 3;
    }
    return n;
}

static size_t b_size(struct td_slice text)
{
    return (text.len + 2) / 3 * 4;
}

static void add_q(struct td_slice text, struct td_buf *out)
{
    for (size_t i = 0; i < text.len; i++) {
        const unsigned char c = (unsigned char)text.ptr[i];
        if (c == ' ')
            td_buf_add_char(out, '_');
        else if (is_q_plain(c))
            td_buf_add_char(out, (char)c);
        else
            add_qp_code(c, out);
    }
}

/* How many bytes of text, in whole characters, fit into `room` as "Q" or as "B". */
static size_t fitting(struct td_slice text, bool q, size_t room)
{
    size_t fits = 0, pos = 0;
    while (pos < text.len) {
        td_utf8_next(text, &pos);
        const struct td_slice head = td_slice_sub(text, 0, pos);
        if ((q ? q_size(head) : b_size(head)) > room)
            break;
        fits = pos;
    }
    return fits;
}

/* All of text as encoded words, each on a line of its own but for the first. */
static void add_words(struct td_slice text, size_t used, struct td_buf *out)
{
    const bool q = q_size(text) <= b_size(text);
    size_t column = used;
    while (text.len > 0) {
        const size_t line = column < LINE_MAX_HEADER ? LINE_MAX_HEADER - column : 0;
        const size_t word = line < WORD_MAX ? line : WORD_MAX;
        const size_t n = word > WORD_AROUND ? fitting(text, q, word - WORD_AROUND) : 0;
        if (n > 0) {
            const struct td_slice head = td_slice_sub(text, 0, n);
            td_buf_add_str(out, q ? "=?utf-8?Q?" : "=?utf-8?B?");
            if (q)
                add_q(head, out);
            else
                td_base64(out, head.ptr, head.len);
            td_buf_add_str(out, "?=");
            text = td_slice_sub(text, n, text.len);
        }
        if (text.len > 0)
            td_buf_add_str(out, "\r\n ");
        column = 1;
    }
}

static void must_be_one_line(struct td_slice text)
{
    if (td_slice_find(text, 0, '\r') != (size_t)-1 ||
        td_slice_find(text, 0, '\n') != (size_t)-1)
        TD_PANIC("a line break in a header value");
}

static bool is_printable(struct td_slice text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] < ' ' || text.ptr[i] > '~')
            return false;
    return td_slice_find_str(text, 0, "=?") == (size_t)-1;
}

/* Whether printable text can stand as it is: words apart by single spaces that fit their lines. */
static bool folds_well(struct td_slice text, size_t used)
{
    size_t room = LINE_MAX_HEADER - used;
    size_t word = 0;
    for (size_t i = 0; i <= text.len; i++) {
        if (i < text.len && text.ptr[i] != ' ') {
            if (++word > room)
                return false;
            continue;
        }
        if (word == 0)
            return text.len == 0;
        word = 0;
        room = LINE_MAX_HEADER - 1;
    }
    return true;
}

void td_encode_unstructured(struct td_slice text, size_t used, struct td_buf *out)
{
    must_be_one_line(text);
    if (used >= LINE_MAX_HEADER || !is_printable(text) || !folds_well(text, used)) {
        add_words(text, used, out);
        return;
    }
    size_t column = used;
    struct td_slice word;
    for (bool first = true; td_slice_token(&text, " ", &word); first = false) {
        if (!first && column + 1 + word.len > LINE_MAX_HEADER) {
            td_buf_add_str(out, "\r\n");
            column = 0;
        }
        if (!first) {
            td_buf_add_char(out, ' ');
            column++;
        }
        td_buf_add_slice(out, word);
        column += word.len;
    }
}

/* Atoms apart by single spaces need no quotes (RFC 5322 3.2.3). */
static bool is_atoms(struct td_slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        const char c = text.ptr[i];
        const bool inner = i > 0 && i + 1 < text.len && text.ptr[i - 1] != ' ';
        if (c == ' ' ? !inner : strchr("()<>[]:;@\\,.\"", c) != NULL)
            return false;
    }
    return true;
}

void td_encode_phrase(struct td_slice text, size_t used, struct td_buf *out)
{
    must_be_one_line(text);
    size_t quoted = text.len + 2;
    for (size_t i = 0; i < text.len; i++)
        quoted += text.ptr[i] == '"' || text.ptr[i] == '\\';
    if (!is_printable(text) || used + quoted > LINE_MAX_HEADER) {
        add_words(text, used, out);
        return;
    }
    if (is_atoms(text)) {
        td_buf_add_slice(out, text);
        return;
    }
    td_buf_add_char(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '"' || text.ptr[i] == '\\')
            td_buf_add_char(out, '\\');
        td_buf_add_char(out, text.ptr[i]);
    }
    td_buf_add_char(out, '"');
}

void td_encode_base64(struct td_slice bytes, struct td_buf *out)
{
    const size_t line = 57; /* becomes 76 */
    for (size_t i = 0; i < bytes.len; i += line) {
        const struct td_slice piece = td_slice_sub(bytes, i, i + line);
        td_base64(out, piece.ptr, piece.len);
        td_buf_add(out, "\r\n", 2);
    }
}

/* What may stand for itself in an extended value (RFC 2231 7: attribute-char). */
static bool is_attribute_char(unsigned char c)
{
    return c > ' ' && c <= '~' && strchr("*'%()<>@,;:\\\"/[]?=", c) == NULL;
}

/* The value from *pos on, as far as it fits into `room` columns, in whole characters. */
static void add_extended(struct td_slice value, size_t *pos, size_t room,
                         struct td_buf *out)
{
    while (*pos < value.len) {
        size_t next = *pos;
        size_t size = 0;
        td_utf8_next(value, &next);
        for (size_t i = *pos; i < next; i++)
            size += is_attribute_char((unsigned char)value.ptr[i]) ? 1 : 3;
        if (size > room)
            return;
        for (; *pos < next; (*pos)++) {
            const unsigned char c = (unsigned char)value.ptr[*pos];
            if (is_attribute_char(c))
                td_buf_add_char(out, (char)c);
            else
                td_buf_addf(out, "%%%02X", (unsigned)c);
        }
        room -= size;
    }
}

void td_encode_parameter(const char *name, struct td_slice value, struct td_buf *out)
{
    static const char charset[] = "utf-8''";
    must_be_one_line(value);
    const size_t quoted = strlen(name) + sizeof " =\"\"" - 1 + value.len;
    bool plain = true;
    for (size_t i = 0; i < value.len; i++)
        plain = plain && value.ptr[i] >= ' ' && value.ptr[i] <= '~' &&
                strchr("\"\\", value.ptr[i]) == NULL;
    if (plain && quoted <= LINE_MAX_HEADER) {
        td_buf_addf(out, ";\r\n %s=\"%.*s\"", name, (int)value.len, value.ptr);
        return;
    }
    size_t pos = 0;
    for (int n = 0; pos < value.len; n++) {
        const size_t start = out->len + 3; /* behind ";" and the line end */
        td_buf_addf(out, ";\r\n %s*%d*=%s", name, n, n == 0 ? charset : "");
        add_extended(value, &pos, LINE_MAX_HEADER - 1 - (out->len - start), out);
    }
}
