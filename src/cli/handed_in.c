/* handed_in.c: what a mail server hands in, with the envelope it tells beside it. */
#include "cli/handed_in.h"

#include <string.h>

#include "base/file.h"

#define HEADER_MAX 1000

/* As a mail server would have put it in front: "Return-Path: <…>". */
static enum td_status add_header(const struct td_args *args, const char *option,
                                 const char *header, struct td_buf *mail,
                                 struct td_err *err)
{
    const char *value = td_args_get(args, option);
    if (!value)
        return TD_OK;
    if (strlen(value) > HEADER_MAX ||
        td_slice_find_control(td_slice(value)) != (size_t)-1)
        return td_fail(err, TD_USAGE, "--%s: an address is wanted", option);
    td_buf_addf(mail, "%s: <%s>\n", header, value);
    return TD_OK;
}

enum td_status td_handed_in_read(const struct td_args *args, const char *path,
                                 struct td_buf *mail, struct td_err *err)
{
    enum td_status status = add_header(args, "sender", "Return-Path", mail, err);
    if (status == TD_OK)
        status = add_header(args, "recipient", "X-Original-To", mail, err);
    if (status == TD_OK)
        status = td_file_read_start(path, mail->max - mail->len - 1, mail, err);
    return status;
}
