/*
 * dialogue.h: one SMTP session after it was opened, as a pure state machine: no network, no clock.
 *
 * Bytes of the server go in by td_dialogue_feed; bytes for the server come out of
 * td_dialogue_output. One parcel at a time:
 *
 *   begin -> MAIL, RCPT, DATA (one write where PIPELINING is offered) -> body -> AT_DOT
 *         -> permit -> the dot -> DONE, ready for the next
 *
 * The dot never leaves without td_dialogue_permit. A refusal ends the parcel, not the session:
 * the next one begins with RSET. Whatever makes it unclear which reply belongs to which command
 * (no SMTP, a code of the wrong class, a reply nobody asked for) ends the session.
 *
 * How a parcel ends:
 *   DONE      the server's last word on this message, or code 0 when it fell silent or the
 *             connection broke after it had accepted something of it; after_dot says whether the dot
 *             may have arrived. A code of ours stands for a message that this server cannot take
 *             (SIZE, SMTPUTF8, 8BITMIME) or that nobody may send; its text says "not sent".
 *   RETURNED  nothing was said about this message: lost before the reply to MAIL, or 421. After
 *             AT_DOT a parcel always ends by DONE.
 */
#ifndef TD_DELIVERY_DIALOGUE_H
#define TD_DELIVERY_DIALOGUE_H

#include "delivery/ehlo.h"
#include "delivery/parcel.h"

struct td_dialogue;

struct td_dialogue *td_dialogue_create(const struct td_ehlo *offered);
void td_dialogue_destroy(
    struct td_dialogue *dialogue); /* NULL is fine; a parcel is let go */

/* Nothing under way: begin or quit may be called. */
bool td_dialogue_ready(const struct td_dialogue *dialogue);

/* The session is over: close the connection. No more output; an event may still be there. */
bool td_dialogue_gone(const struct td_dialogue *dialogue);

/* Starts a message; ready only. The parcel is borrowed until its DONE or RETURNED. */
void td_dialogue_begin(struct td_dialogue *dialogue, const struct td_parcel *parcel);

/* What to write next; empty when there is nothing now. Valid until the next call that changes
 * the dialogue. Tell what was written by td_dialogue_wrote. */
struct td_slice td_dialogue_output(const struct td_dialogue *dialogue);
void td_dialogue_wrote(struct td_dialogue *dialogue, size_t n);

/* Bytes the server sent. */
void td_dialogue_feed(struct td_dialogue *dialogue, struct td_slice bytes);

/* The connection is gone or stays silent for too long; how is "connection closed", … */
void td_dialogue_lost(struct td_dialogue *dialogue, const char *how);

/* After AT_DOT: the dot may go. Nothing happens when the session was lost meanwhile. */
void td_dialogue_permit(struct td_dialogue *dialogue);

/* After AT_DOT: it must not. The session is over, the parcel let go without an event, even where
 * one was on its way. */
void td_dialogue_cut(struct td_dialogue *dialogue);

/* Says QUIT; ready only. The session is gone when the server answers or closes. */
void td_dialogue_quit(struct td_dialogue *dialogue);

/* Takes the event that is there: false when none is. out->parcel is not set. */
bool td_dialogue_event(struct td_dialogue *dialogue, struct td_event *out);

/* How long to wait for what comes next, from the last change of td_dialogue_progress on
 * (RFC 5321 4.5.3.2); 0: no limit, nothing is owed by the server. */
td_time td_dialogue_patience(const struct td_dialogue *dialogue);

/* Changes with every byte written and every whole reply read, not with a byte read: a server
 * that drips a reply gains no time. */
unsigned long td_dialogue_progress(const struct td_dialogue *dialogue);

#endif
