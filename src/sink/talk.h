/*
 * talk.h: the server's side of one SMTP session that accepts everything (RFC 5321), but for the
 * faults it is asked for (faults.h): bytes in, replies out, whole mails handed on. No network, no
 * files, no clock.
 *
 * A message ends at CRLF "." CRLF only: bare line ends are content, so nothing can be smuggled
 * past it. Offered: PIPELINING, SIZE, 8BITMIME, SMTPUTF8, ENHANCEDSTATUSCODES; STARTTLS and AUTH PLAIN
 * (which takes any password) by its terms, and where a fault names them: STARTTLS is then refused.
 * Where there is TLS, AUTH is offered within it only. The handshake is the caller's; what came in clear
 * behind STARTTLS is thrown away (RFC 3207 4.2).
 */
#ifndef TD_SINK_TALK_H
#define TD_SINK_TALK_H

#include "base/buf.h"
#include "base/err.h"
#include "sink/faults.h"

#define TD_SINK_SIZE_MAX       (64 * 1024 * 1024)
#define TD_SINK_RECIPIENTS_MAX 1000

/* What the client hears of a mail that is kept. */
enum td_sink_word {
    TD_SINK_SAYS_YES,
    TD_SINK_SAYS_NOTHING, /* a fault after the dot: it cannot know */
    TD_SINK_SAYS_NO,      /* likewise: it is lied to, and may well send it again */
};

struct td_sink_mail {
    struct td_slice sender;     /* without angle brackets; "" for <> */
    struct td_slice recipients; /* each ended by a newline */
    struct td_slice content;    /* as received, dots unstuffed */
    enum td_sink_word word;
};

/* What to do with a mail. A failure is answered by 451 and its text. */
struct td_sink_keeper {
    enum td_status (*keep)(void *self, const struct td_sink_mail *mail,
                           struct td_err *err);
    void *self;
};

struct td_talk;

struct td_talk_terms {
    struct td_sink_faults
        *faults; /* borrowed, shared by all sessions of a sink; NULL: none */
    bool tls;    /* STARTTLS is offered and can be done */
    bool smtps;  /* instead: the session begins with a handshake */
    bool auth;   /* AUTH is offered, and wanted before MAIL */
};

/* The greeting is there, or a handshake is due. */
struct td_talk *td_talk_create(const struct td_sink_keeper *keeper,
                               const struct td_talk_terms *terms);
void td_talk_destroy(struct td_talk *talk); /* NULL is fine */

/* Bytes from the client. While the talk pauses they wait. */
void td_talk_feed(struct td_talk *talk, struct td_slice bytes);

/* A slow reply: write what there is, then wait so long before td_talk_resume. 0: no pause. */
td_time td_talk_pause(const struct td_talk *talk);
void td_talk_resume(struct td_talk *talk);

/* A handshake is due, once all is written. */
bool td_talk_upgrades(const struct td_talk *talk);

/* The client has begun it. True: shake hands; false: not now (the talk pauses), or something else is done
 * in its place. */
bool td_talk_may_shake(struct td_talk *talk);

/* Hands were shaken: all before is forgotten. */
void td_talk_secured(struct td_talk *talk);

/* Replies to write; the writer takes them off with td_talk_wrote. */
struct td_slice td_talk_output(const struct td_talk *talk);
void td_talk_wrote(struct td_talk *talk, size_t n);

/* QUIT was answered, a fault ends the session, or the client does not speak SMTP: close when all
 * is written. */
bool td_talk_over(const struct td_talk *talk);

#endif
