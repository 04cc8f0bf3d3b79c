/*
 * talk.h: the server's side of one SMTP session that accepts everything (RFC 5321): bytes in,
 * replies out, whole mails handed on. No network, no files.
 *
 * A message ends at CRLF "." CRLF only: bare line ends are content, so nothing can be smuggled
 * past it. Offered: PIPELINING, SIZE, 8BITMIME, SMTPUTF8, ENHANCEDSTATUSCODES.
 */
#ifndef TD_SINK_TALK_H
#define TD_SINK_TALK_H

#include "base/buf.h"
#include "base/err.h"

#define TD_SINK_SIZE_MAX       (64 * 1024 * 1024)
#define TD_SINK_RECIPIENTS_MAX 1000

struct td_sink_mail {
    struct td_slice sender;     /* without angle brackets; "" for <> */
    struct td_slice recipients; /* each ended by a newline */
    struct td_slice content;    /* as received, dots unstuffed */
};

/* What to do with a mail. A failure is answered by 451 and its text. */
struct td_sink_keeper {
    enum td_status (*keep)(void *self, const struct td_sink_mail *mail,
                           struct td_err *err);
    void *self;
};

struct td_talk;

struct td_talk *td_talk_create(
    const struct td_sink_keeper *keeper);   /* the greeting is there */
void td_talk_destroy(struct td_talk *talk); /* NULL is fine */

void td_talk_feed(struct td_talk *talk, struct td_slice bytes);

/* Replies to write; the writer takes them off with td_talk_wrote. */
struct td_slice td_talk_output(const struct td_talk *talk);
void td_talk_wrote(struct td_talk *talk, size_t n);

/* QUIT was answered, or the client does not speak SMTP: close when all is written. */
bool td_talk_over(const struct td_talk *talk);

#endif
