/*
 * reply.h: what an SMTP server said, without any judgement.
 */
#ifndef TD_MODEL_REPLY_H
#define TD_MODEL_REPLY_H

#include "base/str.h"

enum td_stage {
    TD_STAGE_CONNECT, /* TCP, banner, EHLO, STARTTLS, AUTH */
    TD_STAGE_MAIL,
    TD_STAGE_RCPT,
    TD_STAGE_DATA,
    TD_STAGE_DOT,     /* the reply to the final dot */
    TD_STAGE_SESSION, /* between messages: RSET, QUIT, 421 out of turn */
};
/* "connect", "mail", "rcpt", "data", "dot", "session" */
const char *td_stage_name(enum td_stage stage);

#define TD_REPLY_TEXT_MAX  1024
#define TD_REPLY_INPUT_MAX (64 * 1024) /* a reply that is longer and goes on is none */

struct td_reply {
    enum td_stage stage;
    int code; /* 0: no reply at all (connection lost, timeout); text says how */
    /* 5.1.1; all 0 when absent or when its class contradicts the code */
    int enhanced[3];
    /* verbatim, lines joined by '\n', with codes; cut at the end if long */
    char text[TD_REPLY_TEXT_MAX];
};

/*
 * Reads "550-…\r\n550 5.1.1 …" once all its lines are there; a bare LF ends a line too.
 * *used is what belongs to the reply. Returns 1 complete, 0 more needed, -1 no SMTP reply
 * (RFC 5321 4.2): a line without a code of 2yz to 5yz, lines whose codes differ, or no
 * end within TD_REPLY_INPUT_MAX. stage is not set; out is meaningful after 1 only.
 */
int td_reply_parse(struct td_slice input, struct td_reply *out, size_t *used);

/* "550 5.1.1 user unknown" on one line with control bytes escaped, for people and logs.
 */
struct td_buf;
void td_reply_show(const struct td_reply *reply, struct td_buf *out);

#endif
