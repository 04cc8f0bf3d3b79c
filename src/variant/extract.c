/* A part's text out of a mail of ours (extract.h). */
#include "variant/extract.h"

#include <stdio.h>
#include <string.h>

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* RFC 2045 6.7, as our encoder writes it: upper-case hex, CRLF. Lines end in LF in the result. */
static void decode_qp(struct td_slice body, struct td_buf *out)
{
    struct td_slice line;
    while (td_slice_line(&body, &line)) {
        bool soft = td_slice_ends(line, "=");
        size_t len = soft ? line.len - 1 : line.len;
        for (size_t i = 0; i < len; i++) {
            if (line.ptr[i] == '=' && i + 2 < len + 1 &&
                hex_digit(line.ptr[i + 1]) >= 0) {
                td_buf_add_char(out, (char)(hex_digit(line.ptr[i + 1]) * 16 +
                                            hex_digit(line.ptr[i + 2])));
                i += 2;
            } else {
                td_buf_add_char(out, line.ptr[i]);
            }
        }
        if (!soft)
            td_buf_add_char(out, '\n');
    }
}

/* Where the header's empty line ends. */
static size_t body_at(struct td_slice mail, size_t from)
{
    size_t end = td_slice_find_str(mail, from, "\r\n\r\n");
    return end == (size_t)-1 ? mail.len : end + 4;
}

bool td_extract_part(struct td_slice mail, const char *type, struct td_buf *out)
{
    char needle[80];
    size_t boundary_at = td_slice_find_str(mail, 0, "boundary=\"");
    struct td_slice boundary = {NULL, 0};
    (void)snprintf(needle, sizeof needle, "\r\nContent-Type: %s", type);
    size_t header = td_slice_find_str(mail, 0, needle);
    if (header == (size_t)-1)
        return false;
    size_t from = body_at(mail, header);
    size_t to = mail.len;
    if (boundary_at != (size_t)-1 && boundary_at < header) {
        size_t start = boundary_at + strlen("boundary=\"");
        boundary = td_slice_sub(mail, start, td_slice_find(mail, start, '"'));
        for (size_t at = from; (at = td_slice_find_str(mail, at, "\r\n--")) != (size_t)-1;
             at++) {
            if (td_slice_eq(td_slice_sub(mail, at + 4, at + 4 + boundary.len),
                            boundary)) {
                to = at;
                break;
            }
        }
    }
    decode_qp(td_slice_sub(mail, from, to), out);
    return true;
}
