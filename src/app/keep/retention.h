/*
 * retention.h: what is forgotten when, and what stays of it.
 *
 *   attempts        of a message that was sent (the relay's queue id): retention.queue_ids, 14 days;
 *                   all others: retention.attempts, 90 days
 *   messages        retention.messages, 90 days after their deadline; then two bytes in the person's
 *                   history say how each ended (store/history.h), and a total a state stays with the
 *                   edition. What still waits so long after its deadline expires first
 *   mails           the variants of an edition of which no message is left; but not the last that
 *                   hold the words of a confirmation, which the consent ledger refers to
 *   replies         that no attempt refers to any more, at the second look
 *   files           of people that were taken in or refused: retention.files, 90 days; with them the
 *                   names that imports replaced, which only undoing one asks for
 *   bounces         the mails, bounce.keep_raw; what was made of them, bounce.stale_after if that is longer
 *   commands        hashes of mails that were obeyed, so as not to be twice: 90 days
 *   senders         that are dead: as any sender reaps them
 *
 * Editions stay, with the source they were made from; so do people, consent and suppressions.
 * Work is done in transactions of a fraction of a second, each whole by itself: it may run beside
 * senders, be cut short at any point and be run again.
 */
#ifndef TD_APP_RETENTION_H
#define TD_APP_RETENTION_H

#include "app/instance/app.h"

struct td_retention_options {
    bool dry_run;             /* count; change nothing */
    const volatile int *stop; /* not 0: end after what is in hand; may be NULL */
};

struct td_retained {
    int64_t attempts, messages, expired, editions, variants, replies, senders;
    int64_t bounce_mails, bounces;
    int64_t files;
    bool stopped; /* told to; there is more to do */
};

/* Opens the store. The scheduler calls it once a day; `db compact` by hand. A dry run counts what a
 * run would do now (replies: at the second look only). */
enum td_status td_retention_run(struct td_app *app,
                                const struct td_retention_options *options,
                                struct td_retained *out, struct td_err *err);

#endif
