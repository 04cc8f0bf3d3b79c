/*
 * mailbox.h: a place where mails wait to be read: an IMAP or POP3 mailbox, or a Maildir.
 *
 * Reading is by pages: list some, fetch each, store what they hold, and only then say `done`, which
 * removes them or moves on. A crash anywhere leaves mails that are listed again; never one that is
 * gone before it was stored. IMAP and POP3 are TLS from the first byte, with the certificate's chain
 * and host name verified, and nothing else is offered.
 */
#ifndef TD_MAILBOX_MAILBOX_H
#define TD_MAILBOX_MAILBOX_H

#include "base/buf.h"
#include "base/date.h"
#include "base/err.h"

enum td_mailbox_kind { TD_MAILBOX_IMAP, TD_MAILBOX_POP3, TD_MAILBOX_MAILDIR };

/* What becomes of a mail that is done. */
enum td_mailbox_then {
    TD_THEN_DELETE,
    TD_THEN_MOVE, /* to another folder; not with POP3 */
    TD_THEN_KEEP, /* IMAP remembers how far it got, a Maildir moves it to cur/; not with POP3 */
};

struct td_mailbox_config {
    const char *name;
    enum td_mailbox_kind kind;
    const char *host; /* IMAP, POP3 */
    int port;
    const char *folder;  /* IMAP: "INBOX"; Maildir: its path */
    const char *user;    /* IMAP, POP3 */
    const char *secret;  /* the password, or the token */
    bool oauth;          /* the secret is an OAuth 2.0 bearer token */
    const char *ca_file; /* NULL: the system's authorities */
    enum td_mailbox_then then;
    const char
        *move_to; /* TD_THEN_MOVE: a folder; of a Maildir, one beneath it (".done") */
    const volatile int *stop; /* turns to not 0: what is under way ends; NULL: never */
};

/* How far a mailbox whose mails are kept has been read: IMAP's UIDVALIDITY and highest UID. */
struct td_mailbox_mark {
    int64_t validity, uid;
};

#define TD_MAILBOX_PAGE     50
#define TD_MAILBOX_NAME_MAX 256

struct td_mailbox_item {
    int64_t number;                 /* UID, or number in the session */
    int64_t size;                   /* as it says; may be wrong */
    char name[TD_MAILBOX_NAME_MAX]; /* Maildir: below its path */
};

struct td_mailbox;

/* config is borrowed until the mailbox is closed. TD_UNAVAILABLE where it cannot be reached or shows a
 * certificate that does not fit, TD_NOPERM where it lets nobody in. */
enum td_status td_mailbox_open(struct td_mailbox **out,
                               const struct td_mailbox_config *config,
                               struct td_mailbox_mark mark, struct td_err *err);

/* The next page of mails that are not done; *count 0 when there are no more. */
enum td_status td_mailbox_list(struct td_mailbox *box,
                               struct td_mailbox_item items[TD_MAILBOX_PAGE],
                               size_t *count, struct td_err *err);

/* Appends the mail, cut where out is full. TD_NOINPUT for one that went away meanwhile. */
enum td_status td_mailbox_fetch(struct td_mailbox *box,
                                const struct td_mailbox_item *item, struct td_buf *out,
                                struct td_err *err);

/* These are stored for keeps. */
enum td_status td_mailbox_done(struct td_mailbox *box,
                               const struct td_mailbox_item *items, size_t count,
                               struct td_err *err);

/* Where to go on another time; all done so far is behind it. */
struct td_mailbox_mark td_mailbox_mark(const struct td_mailbox *box);

/* Ends the session; with POP3 only this makes deletions come true. NULL is fine. */
enum td_status td_mailbox_close(struct td_mailbox *box, struct td_err *err);

#endif
