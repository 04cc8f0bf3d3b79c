/*
 * parcel.h: one message ready for the wire, and what came of it: all that delivery knows.
 */
#ifndef TD_DELIVERY_PARCEL_H
#define TD_DELIVERY_PARCEL_H

#include "base/buf.h"
#include "base/date.h"
#include "model/reply.h"

struct td_link;

/*
 * mail_from and rcpt are wire addresses without angle brackets, checked before. data is the whole
 * message: CRLF lines, the last one too, 7-bit, without the final dot. A leading dot is stuffed; a
 * bare CR or LF makes the message end as refused (delivery/envelope.h), unsent.
 */
struct td_parcel {
    int64_t edition;
    int64_t subscriber;
    void *owner; /* the caller's, handed back with each event */
    char mail_from[256];
    char rcpt[256];
    bool smtputf8;
    bool urgent; /* goes before those that are not */
    struct td_buf data;
    struct td_link *link; /* the outbox's own */
};

enum td_event_kind {
    TD_EVENT_AT_DOT, /* body sent, dot held back: commit on_wire, then td_outbox_permit */
    TD_EVENT_DONE, /* reply holds the server's last word on it (any stage); code 0: it has
                           none, the session broke while the message was under way */
    TD_EVENT_RETURNED, /* not tried: no session could be had, or the server takes no more on it
                           (421); reply says what happened to the session (scope: relay). Never
                           after AT_DOT */
};

struct td_event {
    enum td_event_kind kind;
    struct td_parcel
        *parcel; /* borrowed until DONE or RETURNED, then the caller's again */
    struct td_reply reply;
    bool after_dot; /* the dot had been sent: without a reply its fate is unknown */
};

#endif
