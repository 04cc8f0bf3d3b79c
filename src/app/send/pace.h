/*
 * pace.h: the ways out and their limits: which messages may go by which relay now.
 *
 * One td_way for each configured relay: its outbox, what this sender may use of it, and what all
 * senders know of its health. All of it is agreed in the transaction of a turn (queue/grants.h), so
 * that sessions, rates and windows hold over all senders; nothing ever sleeps, limits are instants.
 *
 * A transaction goes: begin, an event noted after each settled, share, the claim by the gate, claimed;
 * then end, which says whether it was committed. A transaction that failed leaves no trace here.
 */
#ifndef TD_APP_PACE_H
#define TD_APP_PACE_H

#include "app/instance/app.h"
#include "app/config/bearer.h"
#include "app/press/pieces.h"
#include "delivery/outbox.h"
#include "queue/grants.h"
#include "queue/windows.h"
#include "store/groups.h"
#include "store/ledger.h"

#define TD_PROVE_EVERY (10 * TD_SECOND) /* that a relay works is written down so often */
#define TD_ASK_AGAIN   (TD_SECOND / 10) /* while others have what we want */

struct td_way {
    const struct td_relay *relay;
    struct td_outbox *outbox; /* owned */
    struct td_bearer bearer;
    bool locked;           /* its token is not there yet */
    char token_fault[200]; /* why not; told with the next agreement */
    struct td_relay_state state;
    int64_t tokens;          /* messages in hand that count towards a rate */
    struct td_grant granted; /* as the store has it */
    bool probing;            /* the session being opened is the one of this step */
    bool capped;             /* nothing is left of the hour or the day */
    bool eager;
    /* In the transaction: */
    bool windowed;              /* some group's window is not wide open */
    struct td_by_group windows; /* those looked up, wide ones too (pace_window.h) */
    size_t allowed_before;
    size_t allowed;
    size_t urgent, ordinary; /* room */
    int64_t left;            /* messages that the rates leave */
    int64_t spent;           /* tokens of messages that are counted now */
    struct td_grant granting;
    bool fine;    /* it answered a message that it might have refused */
    bool refused; /* it refused one that it should not */
    bool recall;  /* what waits goes back */
    char refusal[300];
};

struct td_pace {
    struct td_app *app; /* borrowed */
    struct td_post *post;
    struct td_way ways[TD_RELAYS_MAX];
    size_t count;
    int64_t owed[TD_RELAYS_MAX]; /* app/send/route.h */
    uint32_t *routes; /* by domain group, TD_ROUTE_… ; 0: not looked up yet */
    size_t route_cap;
    struct td_by_group in_hand;
    int64_t parted; /* domain groups up to this id were looked at (td_pace_part) */
    struct td_parting parting;
    bool unruled;  /* no relay is for some domains only */
    bool windowed; /* some window of some way is not wide open */
    td_time asked; /* when it was agreed on last */
};

/* TD_CONFIG when a relay cannot be used as configured. eager: a relay in trouble is tried once at the
 * start, without waiting for its turn: somebody is watching. */
enum td_status td_pace_create(struct td_pace **out, struct td_app *app, bool eager,
                              struct td_err *err);
void td_pace_destroy(struct td_pace *pace); /* says QUIT; NULL is fine */

/* Fetches tokens. Once a turn. */
void td_pace_tend(struct td_pace *pace);

/* How much more may be offered now, urgent messages or others. */
size_t td_pace_room(const struct td_pace *pace, bool urgent);
bool td_pace_hungry(
    const struct td_pace *pace); /* some session may be without work soon */

/* Whether the senders must agree anew: a relay fared well or ill, or there is work and no room and
 * it was asked a while ago. */
bool td_pace_wants_share(const struct td_pace *pace, td_time now, bool work);

/* --- in a transaction --------------------------------------------------------------------------- */

enum td_status td_pace_begin(struct td_pace *pace, struct td_err *err);

/* After the event was settled: the verdict stands in its piece. */
enum td_status td_pace_note(struct td_pace *pace, const struct td_event *event,
                            td_time now, struct td_err *err);

/* Agrees with the other senders. work: something is due. */
enum td_status td_pace_share(struct td_pace *pace, const struct td_sender *sender,
                             td_time now, bool work, struct td_err *err);

/* Domain groups that have relays of their own wait in lanes of their own (store/groups.h), so that
 * neither they nor all others stand in each other's way. A step of it: some groups that are new to it, or
 * some of what waits. */
enum td_status td_pace_part(struct td_pace *pace, struct td_err *err);

struct td_gate td_pace_gate(struct td_pace *pace);

/* What was claimed is granted. */
enum td_status td_pace_claimed(struct td_pace *pace, const struct td_sender *sender,
                               const struct td_claims *claims, struct td_err *err);

void td_pace_end(struct td_pace *pace, bool committed);

/* A claimed message that will not be offered. */
void td_pace_drop(struct td_pace *pace, const struct td_piece *piece);

/* Some relay, or every one, may take no more in this hour or day. */
bool td_pace_capped(const struct td_pace *pace, bool every);

/* The relays for a domain group (0: not known), as td_route_of has them; looked up once. None when the
 * store cannot say. */
uint32_t td_pace_routes(struct td_pace *pace, int64_t group);

/* The latest trouble of any relay that is failing, and its name: else NULL. */
const char *td_pace_ill(const struct td_pace *pace, const char **relay);

/* The latest trouble, when each relay has failed since then and none is well: else NULL. */
const char *td_pace_trouble(const struct td_pace *pace, td_time since,
                            const char **relay);

#endif
