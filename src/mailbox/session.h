/*
 * session.h: one TLS connection to an IMAP or POP3 server, command by command. libcurl stays in
 * session.c; private to mailbox/.
 *
 * libcurl would open a new connection by itself where the old one is lost. A number of a POP3 session
 * means another mail then: td_box_call says when that happened.
 */
#ifndef TD_MAILBOX_SESSION_H
#define TD_MAILBOX_SESSION_H

#include "mailbox/mailbox.h"

struct td_box_session;

/* Connects at the first call. */
struct td_box_session *td_box_session_create(const struct td_mailbox_config *config);
void td_box_session_destroy(struct td_box_session *session); /* NULL is fine */

struct td_box_request {
    const char *path;    /* behind the host: "/INBOX", "/3" */
    const char *command; /* NULL: what libcurl does for such a path */
    bool no_body;        /* the reply is one line */
};

/* Appends the body of the reply, cut where out is full. *anew (may be NULL): it went over a new
 * connection. TD_NOINPUT: there is no such mail, or the mailbox is another one (UIDVALIDITY). */
enum td_status td_box_call(struct td_box_session *session,
                           const struct td_box_request *request, struct td_buf *out,
                           bool *anew, struct td_err *err);

/* The lines the server said around the body of the last call. */
struct td_slice td_box_said(const struct td_box_session *session);

#endif
