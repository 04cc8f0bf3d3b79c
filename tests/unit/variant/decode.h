/*
 * decode.h: decoders of our own for what stage 3 encodes, written from the RFCs and strict: they
 * fail on what a decoder would have to forgive.
 */
#ifndef TD_TEST_DECODE_H
#define TD_TEST_DECODE_H

#include "base/buf.h"
#include "base/crypto.h"
#include "support/td_test.h"

static inline int decode_hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* RFC 2045 6.7; lines of at most 76, no bare control or 8-bit bytes, no white space before a line
 * end, no line that begins with a dot or "From ". */
static inline void decode_qp(struct td_slice s, struct td_buf *out)
{
    size_t column = 0;
    for (size_t i = 0; i < s.len; i++, column++) {
        const unsigned char c = (unsigned char)s.ptr[i];
        if (column == 0 &&
            (c == '.' || td_slice_starts(td_slice_sub(s, i, s.len), "From ")))
            fail_msg("a line begins with \"%.5s\"", s.ptr + i);
        if (c == '\r') {
            assert_true(i + 1 < s.len && s.ptr[i + 1] == '\n');
            assert_true(column <= 76);
            assert_true(i == 0 || (s.ptr[i - 1] != ' ' && s.ptr[i - 1] != '\t'));
            td_buf_add_char(out, '\n');
            i++;
            column = (size_t)-1;
        } else if (c == '=' && i + 2 < s.len && s.ptr[i + 1] == '\r') {
            assert_true(column < 76 && s.ptr[i + 2] == '\n');
            i += 2;
            column = (size_t)-1;
        } else if (c == '=') {
            assert_true(i + 2 < s.len);
            const int high = decode_hex(s.ptr[i + 1]);
            const int low = decode_hex(s.ptr[i + 2]);
            assert_true(high >= 0 && low >= 0);
            td_buf_add_char(out, (char)(unsigned char)(high * 16 + low));
            i += 2;
            column += 2;
        } else {
            assert_true(c == '\t' || (c >= ' ' && c <= '~'));
            td_buf_add_char(out, (char)c);
        }
    }
    assert_true(column <= 76);
}

static inline void decode_base64(struct td_slice s, struct td_buf *out)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    uint32_t bits = 0;
    int count = 0;
    assert_int_equal(s.len % 4, 0);
    for (size_t i = 0; i < s.len && s.ptr[i] != '='; i++) {
        const char *at = strchr(alphabet, s.ptr[i]);
        assert_non_null(at);
        bits = bits << 6 | (uint32_t)(at - alphabet);
        count += 6;
        if (count >= 8) {
            count -= 8;
            td_buf_add_char(out, (char)(unsigned char)(bits >> count));
        }
    }
}

/* One encoded word (RFC 2047 2), which must hold whole characters. */
static inline void decode_word(struct td_slice word, struct td_buf *out)
{
    const size_t from = out->len;
    assert_true(word.len <= 75);
    assert_true(td_slice_starts(word, "=?utf-8?") && td_slice_ends(word, "?="));
    const char how = word.ptr[8];
    assert_true((how == 'Q' || how == 'B') && word.ptr[9] == '?');
    struct td_slice text = td_slice_sub(word, 10, word.len - 2);
    if (how == 'B')
        decode_base64(text, out);
    for (size_t i = 0; i < text.len && how == 'Q'; i++) {
        if (text.ptr[i] == '=') {
            td_buf_add_char(out, (char)(unsigned char)(decode_hex(text.ptr[i + 1]) * 16 +
                                                       decode_hex(text.ptr[i + 2])));
            i += 2;
        } else {
            td_buf_add_char(out, text.ptr[i] == '_' ? ' ' : text.ptr[i]);
        }
    }
    assert_true(td_utf8_valid(td_slice_sub(td_buf_slice(out), from, out->len), NULL));
}

/* An unstructured header: unfolded, words decoded, white space between two of them dropped. Lines
 * are at most 76 long, the first beginning in column `used`; none is white space alone. */
static inline void decode_unstructured(struct td_slice s, size_t used, struct td_buf *out)
{
    struct td_slice rest = s, line;
    bool after_word = false;
    for (bool first = true; td_slice_line(&rest, &line); first = false) {
        assert_true((first ? used : 0) + line.len <= 76);
        assert_true(first || line.ptr[0] == ' ');
        assert_true(first || td_slice_trim(line).len > 0);
        size_t i = 0;
        while (i < line.len) {
            size_t gap = i;
            while (gap < line.len && line.ptr[gap] == ' ')
                gap++;
            size_t end = gap;
            while (end < line.len && line.ptr[end] != ' ')
                end++;
            const struct td_slice token = td_slice_sub(line, gap, end);
            const bool word = td_slice_starts(token, "=?");
            if (!(word && after_word))
                td_buf_add(out, line.ptr + i, gap - i);
            if (word)
                decode_word(token, out);
            else
                td_buf_add_slice(out, token);
            after_word = word;
            i = end;
        }
    }
}

#endif
