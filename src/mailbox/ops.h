/*
 * ops.h: what one kind of mailbox must be able to do; private to mailbox/. See mailbox.h for what each
 * function is held to.
 *
 * How to add a kind: write its functions and its one `const struct td_mailbox_ops`, and name it in
 * mailbox.c.
 */
#ifndef TD_MAILBOX_OPS_H
#define TD_MAILBOX_OPS_H

#include "mailbox/mailbox.h"

struct td_mailbox_ops {
    enum td_status (*open)(void **state, const struct td_mailbox_config *config,
                           struct td_mailbox_mark *mark, struct td_err *err);
    enum td_status (*list)(void *state, struct td_mailbox_item *items, size_t *count,
                           struct td_err *err);
    enum td_status (*fetch)(void *state, const struct td_mailbox_item *item,
                            struct td_buf *out, struct td_err *err);
    enum td_status (*done)(void *state, const struct td_mailbox_item *items, size_t count,
                           struct td_err *err);
    enum td_status (*close)(void *state, struct td_err *err); /* frees, too */
};

extern const struct td_mailbox_ops td_mailbox_imap;
extern const struct td_mailbox_ops td_mailbox_pop3;
extern const struct td_mailbox_ops td_mailbox_maildir;

#endif
