/*
 * mailboxes.h: how far the mailboxes of the configuration have been read, and which mails of them were
 * obeyed. All that write are called inside a transaction (td_begin).
 */
#ifndef TD_STORE_MAILBOXES_H
#define TD_STORE_MAILBOXES_H

#include "base/crypto.h"
#include "base/date.h"
#include "store/store.h"

/* How far a mailbox was read where its mails stay; zeroes for one never read. */
struct td_mailbox_place {
    int64_t validity, uid;
};
enum td_status td_store_mailbox_get(struct td_store *store, const char *name,
                                    struct td_mailbox_place *out, struct td_err *err);
enum td_status td_store_mailbox_set(struct td_store *store, const char *name,
                                    const struct td_mailbox_place *place,
                                    struct td_err *err);
/* How a look at it went; trouble "" when well. */
enum td_status td_store_mailbox_polled(struct td_store *store, const char *name,
                                       td_time now, const char *trouble,
                                       struct td_err *err);

/* What a mail is known by: its bytes with plain line ends, for a mailbox gives CR LF where a pipe
 * gives LF. */
void td_store_mail_digest(struct td_slice mail, unsigned char out[TD_SHA256_LEN]);

/*
 * A mail to the command address is begun before it is read and done afterwards. *tries: how often it was
 * begun, this time included; one that is begun again and again ends its reader. *done: it has been
 * obeyed, and nothing is to be done.
 */
enum td_status td_store_mail_begin(struct td_store *store, struct td_slice mail,
                                   td_time now, int *tries, bool *done,
                                   struct td_err *err);
enum td_status td_store_mail_done(struct td_store *store, struct td_slice mail,
                                  struct td_err *err);

/* Forgets those begun before that time. */
enum td_status td_store_mail_forget(struct td_store *store, td_time before,
                                    struct td_err *err);

#endif
