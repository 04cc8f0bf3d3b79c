/*
 * session.h: SMTP connections to relays: libcurl opens them (TCP, banner, EHLO, STARTTLS, the
 * certificate, AUTH), then they carry bytes for delivery/dialogue.c. The only file of stage 5 that
 * touches the network.
 *
 * TLS: `required` and smtps verify the certificate and the host's name, 1.2 at least;
 * `opportunistic` encrypts where offered and verifies nothing. AUTH only under `required` or smtps:
 * a session with credentials is open only after a 235 (libcurl would go on without).
 * Nothing here blocks but td_net_turn, and that as long as it was told.
 */
#ifndef TD_DELIVERY_SESSION_H
#define TD_DELIVERY_SESSION_H

#include "base/err.h"
#include "delivery/ehlo.h"
#include "model/relay.h"
#include "model/reply.h"

struct td_net;     /* all connections of a process */
struct td_dialer;  /* opens those to one relay */
struct td_session; /* one connection, being opened or open */

/* TD_SOFTWARE when libcurl fails. */
enum td_status td_net_create(struct td_net **out, struct td_err *err);
void td_net_destroy(struct td_net *net); /* after its dialers; NULL is fine */

/* Waits at most wait_ms until a connection being opened can go on or fd can be read; moves on all
 * that are being opened. */
void td_net_turn(struct td_net *net, int fd, int wait_ms);

/* The next session whose opening has ended, well or not; NULL when there is none. */
struct td_session *td_net_opened(struct td_net *net);

struct td_dialer_config {
    const struct td_relay *relay; /* borrowed */
    const char *helo;             /* our FQDN: letters, digits, dots, hyphens */
    td_time patience;             /* for TCP, banner, EHLO, TLS and AUTH together */
};

/* TD_CONFIG for AUTH without TLS or a HELO name that is none. */
enum td_status td_dialer_create(struct td_dialer **out, struct td_net *net,
                                const struct td_dialer_config *config,
                                struct td_err *err);
void td_dialer_destroy(struct td_dialer *dialer); /* after its sessions; NULL is fine */

/* The OAuth token of the sessions opened from now on; borrowed, and read when one is opened. */
void td_dialer_set_token(struct td_dialer *dialer, const char *token);

/* Begins to open a connection; owner comes back from td_session_owner. */
struct td_session *td_dialer_open(struct td_dialer *dialer, void *owner);

/* Closes at once, says nothing. NULL is fine. */
void td_session_close(struct td_session *session);

void *td_session_owner(const struct td_session *session);
int td_session_fd(const struct td_session *session); /* once open; for epoll */

/* Bytes may wait inside TLS where no poll sees them: read until TD_FLOW_WAIT. */
bool td_session_may_buffer(const struct td_session *session);

bool td_session_reached(const struct td_session *session); /* TCP stands */

/* Once the opening has ended: NULL when open, else why not, stage connect: the server's reply,
 * or code 0 and libcurl's words. Dies with the session. */
const struct td_reply *td_session_refusal(const struct td_session *session);
const struct td_ehlo *td_session_offered(const struct td_session *session);

enum td_flow { TD_FLOW_OK, TD_FLOW_WAIT, TD_FLOW_CLOSED };

/* Up to n bytes; *done of them went through (TD_FLOW_OK: at least one). */
enum td_flow td_session_send(struct td_session *session, struct td_slice bytes,
                             size_t *done);
enum td_flow td_session_recv(struct td_session *session, char *room, size_t n,
                             size_t *done);

#endif
