/*
 * headers.h: the header block of a mail, but for the MIME lines (mime.h).
 */
#ifndef TD_VARIANT_HEADERS_H
#define TD_VARIANT_HEADERS_H

#include "model/newsletter.h"
#include "model/variant.h"

struct td_header_input {
    const struct td_newsletter *newsletter;
    struct td_slice subject;
    const char *what; /* for messages: an edition's slug, a notice's name */
    bool list;        /* goes to those who subscribe: List-* and Precedence */
    bool question;    /* a reply is an answer, where mail is read */
    bool answer;      /* is itself one, to a mail (RFC 3834) */
};

/* Appends the lines, with marks (td_mark_slot) where values will be spliced in. TD_CONFIG or
 * TD_DATA for names, addresses and subjects that cannot stand in a header. */
enum td_status td_headers_write(const struct td_header_input *input, struct td_buf *out,
                                struct td_err *err);

/* A slot in bytes that are ready for the wire: TD_SLOT_MARK, the kind's letter, the place's. */
void td_mark_slot(enum td_slot_kind kind, enum td_slot_place place, struct td_buf *out);

#endif
