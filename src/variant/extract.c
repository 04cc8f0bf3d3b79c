/* A part's text out of a mail of ours (extract.h). */
#include "variant/extract.h"

#include <stdio.h>
#include <string.h>

#include "variant/mime.h"

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
    (void)snprintf(needle, sizeof needle, "\r\nContent-Type: %s", type);
    const size_t header = td_slice_find_str(mail, 0, needle);
    if (header == (size_t)-1)
        return false;
    const size_t from = body_at(mail, header);
    const size_t end = td_slice_find_str(mail, from, "\r\n--" TD_BOUNDARY_START);
    decode_qp(td_slice_sub(mail, from, end == (size_t)-1 ? mail.len : end), out);
    return true;
}

/* The part that has this Content-ID, as "data:TYPE;base64,…"; nothing when there is none. */
static bool add_data_url(struct td_slice mail, struct td_slice cid, struct td_buf *out)
{
    char needle[300];
    struct td_slice line;
    (void)snprintf(needle, sizeof needle, "\r\nContent-ID: <%.*s>\r\n", (int)cid.len,
                   cid.ptr);
    const size_t id = td_slice_find_str(mail, 0, needle);
    if (id == (size_t)-1)
        return false;
    size_t type = id; /* stands before it, as mime.c writes it */
    while (type > 0 &&
           !td_slice_starts(td_slice_sub(mail, type, mail.len), "Content-Type: "))
        type--;
    struct td_slice rest = td_slice_sub(mail, type + sizeof "Content-Type: " - 1, id);
    if (!td_slice_line(&rest, &line))
        return false;
    const size_t from = body_at(mail, id);
    const size_t end = td_slice_find_str(mail, from, "\r\n--" TD_BOUNDARY_START);
    td_buf_add_str(out, "data:");
    td_buf_add_slice(out, line);
    td_buf_add_str(out, ";base64,");
    rest = td_slice_sub(mail, from, end);
    while (td_slice_line(&rest, &line))
        td_buf_add_slice(out, line);
    return true;
}

void td_extract_images(struct td_slice mail, struct td_slice html, struct td_buf *out)
{
    static const char start[] = "src=\"cid:";
    size_t from = 0;
    for (size_t at; (at = td_slice_find_str(html, from, start)) != (size_t)-1;) {
        const size_t cid = at + sizeof start - 1;
        const size_t end = td_slice_find(html, cid, '"');
        const size_t value = at + sizeof "src=\"" - 1;
        td_buf_add_slice(out, td_slice_sub(html, from, value));
        if (!add_data_url(mail, td_slice_sub(html, cid, end), out))
            td_buf_add_slice(out, td_slice_sub(html, value, end));
        from = end == (size_t)-1 ? html.len : end;
    }
    td_buf_add_slice(out, td_slice_sub(html, from, html.len));
}
