/* shape.c: replies as bytes (shape.h). */
#include "sink/shape.h"

void td_shape_reply(const char *good, const struct td_sink_fault *fault,
                    struct td_buf *out)
{
    if (fault != NULL && fault->kind == TD_FAULT_MALFORMED)
        td_buf_add_str(out, "this is no reply of SMTP\r\n");
    if (fault != NULL && fault->kind != TD_FAULT_REPLY)
        return;
    struct td_slice text = td_slice(good);
    char code[4] = {good[0], good[1], good[2], '\0'};
    if (fault != NULL && fault->code != 0) {
        for (int i = 2, rest = fault->code; i >= 0; i--, rest /= 10)
            code[i] = (char)('0' + rest % 10);
        text = td_slice(fault->text);
    } else {
        text = td_slice_sub(text, 4, text.len); /* "250 " or "250-" */
    }
    if (fault != NULL && fault->multi_line)
        td_buf_addf(out, "%s-the first of three lines\r\n%s-the second\r\n", code, code);
    bool several = td_slice_find(text, 0, '\n') != (size_t)-1;
    td_buf_addf(out, "%s%c", code, several ? '-' : ' ');
    td_buf_add_slice(out, text);
    if (fault != NULL && fault->long_by > 0) {
        td_buf_add_char(out, ' ');
        td_buf_add_repeat(out, 'x', fault->long_by - 1);
    }
    td_buf_add_str(out, "\r\n");
    if (fault != NULL && fault->unasked)
        td_buf_add_str(out, "250 2.0.0 nobody asked for this\r\n");
}

bool td_shape_keeps(const char *good, const struct td_sink_fault *fault)
{
    return fault == NULL || (fault->kind == TD_FAULT_REPLY &&
                             (fault->code == 0 || fault->code / 100 == good[0] - '0'));
}

bool td_shape_ends(const struct td_sink_fault *fault)
{
    return fault != NULL && (fault->kind == TD_FAULT_DROP ||
                             (fault->kind == TD_FAULT_REPLY && fault->code == 421));
}
