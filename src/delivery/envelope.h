/*
 * envelope.h: the commands that open a message, and whether a server can take it at all.
 */
#ifndef TD_DELIVERY_ENVELOPE_H
#define TD_DELIVERY_ENVELOPE_H

#include "delivery/ehlo.h"
#include "delivery/parcel.h"
#include "delivery/wire.h"

/*
 * False when the parcel must not or cannot go to this server. Then *why is our own refusal, stage
 * MAIL, with the code a server would give: 553 5.1.3 and 554 5.6.0 (unfit bytes), 553 5.6.7
 * (SMTPUTF8, RFC 6531 3.5), 554 5.6.3 (8BITMIME), 552 5.3.4 (SIZE, RFC 1870 6.2). Its text begins
 * "552 5.3.4 not sent: ".
 */
bool td_envelope_fits(const struct td_parcel *parcel, const struct td_ehlo *offered,
                      struct td_wire wire, struct td_reply *why);

/* Append one command line, with the parameters that `offered` calls for. */
void td_envelope_mail(const struct td_parcel *parcel, const struct td_ehlo *offered,
                      struct td_wire wire, struct td_buf *out);
void td_envelope_rcpt(const struct td_parcel *parcel, struct td_buf *out);

#endif
