/* Cells of CSV files (cell.h). */
#include "app/instance/cell.h"

#include <string.h>

#define FORMULA_STARTS "=+-@\t\r"

static void add_shown(struct td_buf *out, struct td_slice text)
{
    char shown[TD_VISIBLE_MAX];
    for (size_t at = 0; at < text.len;) {
        char c = text.ptr[at];
        if (c == '\n' || c == '\r' || c == '\t') {
            td_buf_add_char(out, c);
            at++;
            continue;
        }
        td_buf_add(out, shown, td_utf8_visible(text, &at, shown));
        if (c == '"')
            td_buf_add_char(out, c); /* doubled: RFC 4180 */
    }
}

void td_cell_add(struct td_buf *out, struct td_slice text)
{
    td_buf_add_char(out, '"');
    if (text.len > 0 && memchr(FORMULA_STARTS, text.ptr[0], strlen(FORMULA_STARTS)))
        td_buf_add_char(out, '\'');
    add_shown(out, text);
    td_buf_add_char(out, '"');
}
