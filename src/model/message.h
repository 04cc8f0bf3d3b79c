/*
 * message.h: the states of a message, their names, and the one table of legal moves
 * (design 5).
 *
 * Numbers are stored in rows: never change one. 0 and 1 take no byte in SQLite.
 */
#ifndef TD_MODEL_MESSAGE_H
#define TD_MODEL_MESSAGE_H

#include "base/str.h"

enum td_state {
    TD_QUEUED = 0,
    TD_SENT = 1,
    TD_DEFERRED = 2,
    TD_LEASED = 3,
    TD_ON_WIRE = 4,
    TD_IN_DOUBT = 5,
    TD_HELD = 6,
    TD_FAILED = 7,
    TD_BOUNCED = 8,
    TD_COMPLAINED = 9,
    TD_SUPPRESSED = 10,
    TD_EXPIRED = 11,
    TD_CANCELLED = 12,
    TD_SKIPPED = 13,
};
#define TD_STATE_COUNT 14

/* Why a message is in its state, stored as these numbers; 0 is "nothing to say". */
enum td_reason {
    TD_REASON_NONE = 0,
    TD_REASON_NO_SECTION = 1,   /* skipped: nothing in this edition for these topics */
    TD_REASON_UNSUBSCRIBED = 2, /* cancelled: left after the fan-out */
    TD_REASON_SUPPRESSED = 3,
    TD_REASON_TOO_LATE = 4,     /* expired: past its deadline */
    TD_REASON_REFUSED = 5,      /* failed: 5xx */
    TD_REASON_TRY_LATER = 6,    /* deferred: 4xx */
    TD_REASON_CONNECTION = 7,   /* deferred: the session broke before the dot */
    TD_REASON_UNKNOWN_FATE = 8, /* in_doubt: no reply after the dot */
    TD_REASON_ADDRESS = 9,      /* failed: no such mailbox or domain */
    TD_REASON_POLICY = 10, /* failed: refused as spam, policy, rate: not the address */
    TD_REASON_SIZE = 11,   /* failed: larger than the server takes */
    /* failed: the server cannot take this address (RFC 6531) */
    TD_REASON_SMTPUTF8 = 12,
    TD_REASON_ADMIN = 13,      /* held, cancelled or queued again by an administrator */
    TD_REASON_QUOTA = 14,      /* deferred or failed: mailbox full */
    TD_REASON_PAUSED = 15,     /* skipped: the subscriber paused */
    TD_REASON_MOOT = 16,       /* cancelled: a notice whose occasion is over */
    TD_REASON_COMPLAINT = 17,  /* complained: reported as spam */
    TD_REASON_SUPERSEDED = 18, /* cancelled: a later digest has it */
    TD_REASON_UNDER_WAY = 19, /* skipped: one of this blog was in hand; the next has it */
    TD_REASON_ERASED = 20,    /* suppressed: the person was erased */
};
#define TD_REASON_COUNT 21

const char *td_state_name(enum td_state state); /* "queued", "on_wire", … */
bool td_state_parse(struct td_slice name, enum td_state *out);
bool td_state_may_move(enum td_state from, enum td_state to);
bool td_state_is_final(enum td_state state); /* nothing more will be tried by itself */
const char *td_reason_name(enum td_reason reason); /* "no_section"; none is "" */
bool td_reason_parse(struct td_slice name, enum td_reason *out);

/* Message ids are EDITION-SUBSCRIBER everywhere. */
void td_message_id_format(int64_t edition, int64_t subscriber, char out[48]);
bool td_message_id_parse(struct td_slice text, int64_t *edition, int64_t *subscriber);

#endif
