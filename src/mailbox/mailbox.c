/* One mailbox of whatever kind (mailbox.h). */
#include "mailbox/mailbox.h"

#include <stdlib.h>

#include "base/mem.h"
#include "mailbox/ops.h"

struct td_mailbox {
    const struct td_mailbox_ops *ops;
    const struct td_mailbox_config *config; /* borrowed */
    struct td_mailbox_mark mark;            /* kept up by the kind */
    void *state;
};

static const struct td_mailbox_ops *const kinds[] = {
    [TD_MAILBOX_IMAP] = &td_mailbox_imap,
    [TD_MAILBOX_POP3] = &td_mailbox_pop3,
    [TD_MAILBOX_MAILDIR] = &td_mailbox_maildir,
};

enum td_status td_mailbox_open(struct td_mailbox **out,
                               const struct td_mailbox_config *config,
                               struct td_mailbox_mark mark, struct td_err *err)
{
    struct td_mailbox *box = td_xcalloc(1, sizeof *box);
    box->ops = kinds[config->kind];
    box->config = config;
    box->mark = mark;
    enum td_status status = box->ops->open(&box->state, config, &box->mark, err);
    if (status == TD_OK)
        *out = box;
    else
        free(box);
    return status;
}

enum td_status td_mailbox_list(struct td_mailbox *box,
                               struct td_mailbox_item items[TD_MAILBOX_PAGE],
                               size_t *count, struct td_err *err)
{
    *count = 0;
    return box->ops->list(box->state, items, count, err);
}

enum td_status td_mailbox_fetch(struct td_mailbox *box,
                                const struct td_mailbox_item *item, struct td_buf *out,
                                struct td_err *err)
{
    enum td_status status = box->ops->fetch(box->state, item, out, err);
    /* A server in trouble gives nothing instead of a mail: that is none, and stays there. */
    if (status == TD_OK && td_slice_trim(td_buf_slice(out)).len == 0)
        status =
            td_fail(err, TD_NOINPUT, "mail %lld comes empty", (long long)item->number);
    return status;
}

enum td_status td_mailbox_done(struct td_mailbox *box,
                               const struct td_mailbox_item *items, size_t count,
                               struct td_err *err)
{
    return count > 0 ? box->ops->done(box->state, items, count, err) : TD_OK;
}

struct td_mailbox_mark td_mailbox_mark(const struct td_mailbox *box)
{
    return box->mark;
}

enum td_status td_mailbox_close(struct td_mailbox *box, struct td_err *err)
{
    if (!box)
        return TD_OK;
    enum td_status status = box->ops->close(box->state, err);
    free(box);
    return status;
}
