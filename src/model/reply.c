/*
 * reply.c: reads SMTP replies (RFC 5321 section 4.2) and their enhanced codes (RFC 2034).
 */
#include "model/reply.h"

#include <string.h>

#include "base/buf.h"

const char *td_stage_name(enum td_stage stage)
{
    switch (stage) {
    case TD_STAGE_CONNECT: return "connect";
    case TD_STAGE_MAIL: return "mail";
    case TD_STAGE_RCPT: return "rcpt";
    case TD_STAGE_DATA: return "data";
    case TD_STAGE_DOT: return "dot";
    case TD_STAGE_SESSION: return "session";
    }
    return "?";
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* One line of a reply without its end: "250-text", "250 text" or "250". */
struct reply_line {
    int code;
    bool last;
    struct td_slice text;
};

static bool read_line(struct td_slice line, struct reply_line *out)
{
    if (line.len < 3 || line.ptr[0] < '2' || line.ptr[0] > '5' ||
        !is_digit(line.ptr[1]) || !is_digit(line.ptr[2]))
        return false;
    out->code =
        (line.ptr[0] - '0') * 100 + (line.ptr[1] - '0') * 10 + (line.ptr[2] - '0');
    if (line.len > 3 && line.ptr[3] != ' ' && line.ptr[3] != '-')
        return false;
    out->last = line.len == 3 || line.ptr[3] == ' ';
    out->text = td_slice_sub(line, 4, line.len);
    return true;
}

/*
 * "5.1.1" at the start of the text, also as "#5.1.1", which some gateways write. What
 * begins an IP address is none, nor is one whose class contradicts the reply's first
 * digit: then the reply code is the truth (RFC 2034 section 4).
 */
static bool read_enhanced(struct td_slice text, int code, int out[3])
{
    size_t pos = td_slice_starts(text, "#") ? 1 : 0;
    int numbers[3];
    for (int i = 0; i < 3; i++) {
        if (i > 0 && (pos >= text.len || text.ptr[pos++] != '.'))
            return false;
        size_t start = pos;
        int n = 0;
        for (; pos < text.len && is_digit(text.ptr[pos]) && pos - start < 3; pos++)
            n = n * 10 + (text.ptr[pos] - '0');
        if (pos == start)
            return false;
        numbers[i] = n;
    }
    if (pos < text.len && (is_digit(text.ptr[pos]) || text.ptr[pos] == '.'))
        return false;
    if (numbers[0] != code / 100)
        return false;
    memcpy(out, numbers, sizeof numbers);
    return true;
}

/* Appends to out->text at *len, cutting what has no room. A NUL would end the text: '?'.
 */
static void add_text(struct td_reply *out, size_t *len, struct td_slice line)
{
    if (*len > 0 && *len < TD_REPLY_TEXT_MAX - 1)
        out->text[(*len)++] = '\n';
    for (size_t i = 0; i < line.len && *len < TD_REPLY_TEXT_MAX - 1; i++)
        out->text[(*len)++] = line.ptr[i] == '\0' ? '?' : line.ptr[i];
    out->text[*len] = '\0';
}

/* Takes a line that has its LF off *rest; what ends without one is not there yet. */
static bool whole_line(struct td_slice *rest, struct td_slice *line)
{
    return td_slice_find(*rest, 0, '\n') != (size_t)-1 && td_slice_line(rest, line);
}

int td_reply_parse(struct td_slice input, struct td_reply *out, size_t *used)
{
    out->code = 0;
    memset(out->enhanced, 0, sizeof out->enhanced);
    out->text[0] = '\0';
    *used = 0;
    size_t text_len = 0;
    struct td_slice rest = input;
    struct td_slice line;
    while (whole_line(&rest, &line)) {
        struct reply_line parsed;
        if (!read_line(line, &parsed))
            return -1;
        if (out->code != 0 && parsed.code != out->code)
            return -1; /* no way to tell which of the two is meant */
        out->code = parsed.code;
        add_text(out, &text_len, line);
        if (out->enhanced[0] == 0)
            (void)read_enhanced(parsed.text, parsed.code, out->enhanced);
        if (parsed.last) {
            *used = input.len - rest.len;
            return 1;
        }
    }
    return input.len > TD_REPLY_INPUT_MAX ? -1 : 0;
}

void td_reply_show(const struct td_reply *reply, struct td_buf *out)
{
    struct td_slice rest = td_slice(reply->text);
    struct td_slice line;
    for (size_t n = 0; td_slice_line(&rest, &line); n++) {
        struct reply_line parsed;
        if (reply->code == 0 || !read_line(line, &parsed)) {
            if (n > 0)
                td_buf_add_char(out, ' ');
            td_buf_add_visible(out, line);
            continue;
        }
        if (n == 0)
            td_buf_addf(out, "%03d", parsed.code);
        if (parsed.text.len > 0)
            td_buf_add_char(out, ' ');
        td_buf_add_visible(out, parsed.text);
    }
}
