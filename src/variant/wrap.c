/* wrap.c: greedy filling of lines by display width. */
#include "variant/wrap.h"

/* One line of the source; `started` tells whether the first margin has been used. */
static void wrap_line(struct td_slice line, const struct td_margin *margin, bool *started,
                      struct td_buf *out)
{
    struct td_slice word;
    size_t column = 0;
    bool open = false;
    while (td_slice_token(&line, " \t\r\v\f", &word)) {
        const size_t width = td_utf8_width(word);
        if (open && column + 1 + width > TD_TEXT_WIDTH) {
            td_buf_add_char(out, '\n');
            open = false;
        }
        if (open) {
            td_buf_add_char(out, ' ');
            column++;
        } else {
            const struct td_slice before = *started ? margin->rest : margin->first;
            td_buf_add_slice(out, before);
            column = td_utf8_width(before);
            *started = open = true;
        }
        td_buf_add_slice(out, word);
        column += width;
    }
    if (open)
        td_buf_add_char(out, '\n');
}

void td_wrap(struct td_slice text, const struct td_margin *margin, struct td_buf *out)
{
    bool started = false;
    struct td_slice line;
    while (td_slice_line(&text, &line))
        wrap_line(line, margin, &started, out);
}

size_t td_widest_line(struct td_slice lines)
{
    size_t widest = 0;
    struct td_slice line;
    while (td_slice_line(&lines, &line)) {
        const size_t width = td_utf8_width(line);
        widest = width > widest ? width : widest;
    }
    return widest;
}
