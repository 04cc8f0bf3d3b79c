/*
 * outbox.h: stage 5: many SMTP sessions to one relay in one event loop.
 *
 * Sessions are opened by libcurl (connect-only) and driven by delivery/dialogue.c. Nothing sleeps
 * but the poll in td_outbox_turn. Connections are reused across messages; RSET after a refusal; QUIT when idle.
 * The relay's own troubles (connect, banner, TLS, AUTH, 421, a connection that breaks) let no new
 * session be opened for a while, with backoff, and never blame a recipient. A session that the
 * server closed between two messages is no trouble: another takes the next message.
 */
#ifndef TD_DELIVERY_OUTBOX_H
#define TD_DELIVERY_OUTBOX_H

#include "base/clock.h"
#include "base/err.h"
#include "delivery/parcel.h"
#include "model/newsletter.h"

struct td_outbox;

struct td_outbox_config {
    const struct td_relay *relay; /* borrowed */
    const char *helo;             /* our FQDN (standards A4) */
    const struct td_clock *clock;
    int idle_seconds; /* QUIT after this long without work */
    int hurry; /* tests: the clock of timeouts and pauses runs this much faster; 0: at 1 */
};

enum td_status td_outbox_create(struct td_outbox **out,
                                const struct td_outbox_config *config,
                                struct td_err *err);

/* Closes all sessions, with a QUIT where nothing is under way; NULL is fine. Parcels still inside
 * are let go without an event: drain and turn until idle first. */
void td_outbox_destroy(struct td_outbox *outbox);

/* How many more parcels it would like now: it grows as sessions come to stand; 0 while the relay
 * is in trouble and no session stands. More may be offered. */
size_t td_outbox_room(const struct td_outbox *outbox);

/* Hands one over; it comes back in an event. */
void td_outbox_offer_take(struct td_outbox *outbox, struct td_parcel *parcel);

/* Waits at most `wait` for something to happen, moves all sessions on, and gives up to max
 * events; returns their number. AT_DOT parcels wait for td_outbox_permit and hold their session. */
size_t td_outbox_turn(struct td_outbox *outbox, td_time wait, struct td_event *events,
                      size_t max);

/* The dot may go (on_wire is committed). Nothing happens when the session was lost since AT_DOT:
 * then DONE has come or is about to. */
void td_outbox_permit(struct td_outbox *outbox, struct td_parcel *parcel);

/* The dot must not go (lease lost, commit failed): the session is cut without it; the parcel is
 * the caller's again, and no event of it will come. */
void td_outbox_withhold(struct td_outbox *outbox, struct td_parcel *parcel);

/* At the end: says QUIT on idle sessions and hands back parcels not yet begun as RETURNED events.
 * What is under way is finished. */
void td_outbox_drain(struct td_outbox *outbox);
bool td_outbox_idle(const struct td_outbox *outbox); /* no parcel inside */

/* The relay's state for people: NULL when well, else the last trouble ("connect: refused"); and
 * when the way opens again (0: open). */
const char *td_outbox_trouble(const struct td_outbox *outbox, td_time *until);

#endif
