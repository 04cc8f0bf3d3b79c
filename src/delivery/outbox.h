/*
 * outbox.h: stage 5: the way out by one relay: parcels go in, sessions carry them, events come out.
 *
 * A td_post moves it (delivery/post.h); dialogues are driven by delivery/dialogue.c. Connections are
 * reused across messages; RSET after a refusal; QUIT when idle or when fewer sessions are allowed.
 * The relay's own troubles (connect, banner, TLS, AUTH, 421, a connection that breaks) let no new
 * session be opened for a while, with backoff, and never blame a recipient. A session that the
 * server closed between two messages is no trouble: another takes the next message.
 *
 * Urgent parcels (notices, alerts) go before all others, and one session in ten is kept for them.
 */
#ifndef TD_DELIVERY_OUTBOX_H
#define TD_DELIVERY_OUTBOX_H

#include "base/clock.h"
#include "base/err.h"
#include "delivery/post.h"
#include "delivery/relay.h"
#include "model/relay.h"

struct td_outbox;

struct td_outbox_config {
    const struct td_relay *relay; /* borrowed */
    const char *helo;             /* our FQDN (standards A4) */
    const struct td_clock *clock;
    int idle_seconds; /* QUIT after this long without work */
    int hurry; /* tests: the clock of timeouts and pauses runs this much faster; 0: at 1 */
};

/* May have as many sessions as the relay's configuration says. */
enum td_status td_outbox_create(struct td_outbox **out, struct td_post *post,
                                const struct td_outbox_config *config,
                                struct td_err *err);

/* Closes all sessions, with a QUIT where nothing is under way; NULL is fine. Parcels still inside
 * are let go without an event: drain and turn until idle first. */
void td_outbox_destroy(struct td_outbox *outbox);

/* From now on at most so many sessions, those being opened included. Surplus ones finish what they
 * carry and say QUIT. */
void td_outbox_allow(struct td_outbox *outbox, size_t sessions);

/* The OAuth token to log in with from now on; borrowed. */
void td_outbox_set_token(struct td_outbox *outbox, const char *token);

/* Sockets that the relay may count: sessions being opened, open, or saying good-bye. */
size_t td_outbox_sessions(const struct td_outbox *outbox);

/*
 * How many more parcels it would like now, urgent ones or others. It grows as sessions come to stand,
 * and beyond their number only to what the last second has taken: nobody claims more than a second's
 * work. 0 while the relay is in trouble and no session stands. More may be offered.
 */
size_t td_outbox_room(const struct td_outbox *outbox, bool urgent);

/* Whether a session may be without work before long: no parcel waits for one. */
bool td_outbox_hungry(const struct td_outbox *outbox);

/* It has messages in hand and has answered none for half a minute. */
bool td_outbox_stalled(const struct td_outbox *outbox);

/* Hands one over; it comes back in an event. */
void td_outbox_offer_take(struct td_outbox *outbox, struct td_parcel *parcel);

/* The dot may go (on_wire is committed). Nothing happens when the session was lost since AT_DOT:
 * then DONE has come or is about to. */
void td_outbox_permit(struct td_outbox *outbox, struct td_parcel *parcel);

/* The dot must not go (lease lost, commit failed): the session is cut without it; the parcel is
 * the caller's again, and no event of it will come. */
void td_outbox_withhold(struct td_outbox *outbox, struct td_parcel *parcel);

/* Parcels not yet begun come back as RETURNED events that say `why`. */
void td_outbox_recall(struct td_outbox *outbox, const char *why);

/* At the end: says QUIT on idle sessions and recalls what is not begun. What is under way is
 * finished. */
void td_outbox_drain(struct td_outbox *outbox);
bool td_outbox_idle(const struct td_outbox *outbox); /* no parcel inside */

/* The relay's state for people: NULL when well, else the last trouble ("connect: refused"); and
 * when the way opens again (0: open). */
const char *td_outbox_trouble(const struct td_outbox *outbox, td_time *until);

/* --- health, where several senders share what they know of the relay ---------------------------- */

/* What happened since the news were cleared. */
struct td_outbox_news {
    bool failed; /* a session could not be opened or broke; td_outbox_trouble says how */
    bool opened; /* one was opened */
    bool served; /* a message was answered on one opened after the last failure */
};
struct td_outbox_news td_outbox_news(const struct td_outbox *outbox);
void td_outbox_clear_news(struct td_outbox *outbox);

/* The health that all senders agree on, instants of the monotonic clock; replaces its own. */
void td_outbox_set_health(struct td_outbox *outbox, const struct td_relay_health *health);

#endif
