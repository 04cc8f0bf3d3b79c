/*
 * postbox.h: the mailboxes of the configuration, read again and again; whose mails they are does not
 * matter here. What is done with a mail is the taker's: bounces and commands have one each.
 *
 * A page of mails is fetched, taken, and only when the taker says that it holds them for keeps do they
 * leave the mailbox. So a crash anywhere has mails taken again, never lost: a taker must know a mail
 * that it had before.
 */
#ifndef TD_APP_POSTBOX_H
#define TD_APP_POSTBOX_H

#include "app/instance/app.h"

struct td_postbox_taker {
    size_t mail_max; /* of a mail no more than this is fetched */
    /* What these mails lead to is committed when it returns TD_OK; else they are given again. */
    enum td_status (*take)(void *context, const char *mailbox,
                           const struct td_slice *mails, size_t count,
                           struct td_err *err);
    void (*after)(void *context); /* the end of a round of the role; may be NULL */
    const volatile int *stop;     /* not 0: end after what is in hand; may be NULL */
    void *context;
};

/* Reads every mail of one mailbox. Notes in the store how it went. */
enum td_status td_postbox_read(struct td_app *app, const struct td_postbox *box,
                               const struct td_postbox_taker *taker, struct td_err *err);

/* TD_NOINPUT for a name that is none of theirs, TD_CONFIG when there are no mailboxes. */
enum td_status td_postboxes_check(const struct td_app *app,
                                  const struct td_postboxes *boxes,
                                  const char *const *names, size_t name_count,
                                  struct td_err *err);

/* Reads those named, all of them theirs, or each. One in trouble does not keep the others from being
 * read; the first trouble is returned. */
enum td_status td_postboxes_read(struct td_app *app, const struct td_postboxes *boxes,
                                 const char *const *names, size_t name_count,
                                 const struct td_postbox_taker *taker,
                                 struct td_err *err);

/* The way of a role: reads each when it is time until *stop. A mailbox in trouble is tried again after
 * twice its time, at most an hour. */
void td_postboxes_run(struct td_app *app, const struct td_postboxes *boxes,
                      const struct td_postbox_taker *taker);

#endif
