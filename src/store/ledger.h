/*
 * ledger.h: what senders do to message rows: claim, mark, settle, reap (design 5).
 *
 * Every change of state here is checked against the one table of legal moves (model/message.h)
 * and fenced by the sender's number. All that write are called inside a transaction (td_begin), so
 * that marks, results and the next claim of a turn share one commit.
 *
 * Times are microseconds here; rows keep whole seconds: due is rounded down, next up.
 */
#ifndef TD_STORE_LEDGER_H
#define TD_STORE_LEDGER_H

#include "base/arena.h"
#include "base/date.h"
#include "model/edition.h"
#include "model/message.h"
#include "model/reply.h"
#include "model/verdict.h"
#include "store/store.h"

#define TD_LEASE (60 * TD_SECOND)

/*
 * A sender at work: a number never used before, a row that says until when its leases hold, and a
 * lock file beside the database (PATH.sender-NUMBER) that the kernel frees when it dies.
 */
struct td_sender {
    struct td_store *store; /* borrowed */
    int64_t number;
    td_time until;
    int lock; /* descriptor, or -1 */
};

/* Own transaction. TD_CANTCREAT when the lock file cannot be made. Call it after any fork. */
enum td_status td_sender_start(struct td_sender *out, struct td_store *store, td_time now,
                               struct td_err *err);

/* Its leases hold for TD_LEASE from now. Inside a transaction, before any claim: what a sender claims
 * after it was reaped (it stood still for too long) would be nobody's, for ever. TD_CONFLICT when it
 * was: stop and start anew. */
enum td_status td_sender_renew(struct td_sender *sender, td_time now, struct td_err *err);

/* Own transaction: gives back what it still holds as reaping does, takes its row and lock file
 * away. The struct can be released whatever is returned: then reaping does the rest. */
enum td_status td_sender_stop(struct td_sender *sender, struct td_err *err);

/* What reaping did. */
struct td_reaped {
    int64_t senders;
    int64_t returned; /* leased → queued or deferred, as they were before */
    int64_t in_doubt; /* on_wire → in_doubt */
    int64_t
        resent; /* on_wire → in_doubt → queued, where the edition's policy is resend */
};

/* Takes the rows of all senders whose time has passed or whose lock file on this host is free.
 * Inside a transaction. */
enum td_status td_ledger_reap(struct td_store *store, td_time now, struct td_reaped *out,
                              struct td_err *err);

/* Takes the rows of all senders, alive or not, and sends nothing again: what was on the wire is in
 * doubt. For a database that was restored, whose senders are of another time. Inside a
 * transaction. */
enum td_status td_ledger_take_all(struct td_store *store, struct td_reaped *out,
                                  struct td_err *err);

/* One message to send. Slices belong to the td_claims it stands in. */
struct td_claim {
    int64_t edition;
    int64_t subscriber;
    int64_t newsletter;
    int64_t variant;
    int64_t group; /* of its domain; 0: not known */
    enum td_class class_;
    int way;   /* the gate's: which way out it takes */
    int tries; /* charged attempts before this one */
    td_time due;
    td_time deadline;        /* due + valid_for: no try at or after it */
    struct td_slice address; /* as typed */
    struct td_slice domain;
    struct td_slice name; /* may be empty */
};

/* Where a claim left the lanes (store/claiming.h) of an edition, for the next one to go on. */
struct td_claim_mark {
    int64_t edition;
    enum td_state state;
    int64_t lane;
    td_time again; /* only the common lane is read until then */
    bool common_first;
};

struct td_claims {
    struct td_claim *items; /* owned */
    size_t count;
    size_t cap;
    struct td_arena *text; /* owned: what the slices point into */
    /* Rows that were due but are not for sending, and were moved to where they belong. */
    int64_t expired, suppressed, cancelled;
    int64_t aside; /* rows that wait in another lane now */
    /* The claim's own, kept from one to the next: */
    struct td_claim_mark *marks; /* owned */
    size_t mark_count, mark_cap;
    size_t retry_rest;
    struct td_found *found; /* owned */
    size_t found_count, found_cap;
};
void td_claims_release(struct td_claims *claims); /* zeroes are fine */

/* Who may be written to now: asked for each message that is about to be claimed. */
struct td_gate {
    /* Which way out a message of a class to a domain group takes: 0 and above, which then stands in
     * td_claim.way; or no way, for this group or for any. */
    int (*take)(void *context, int64_t group, enum td_class class_);
    void *context;
};
/* No more to this group now, whatever others may do. Never for group 0, which is many: its messages have
 * no other lane to go to and would keep the common one from all. */
#define TD_GATE_GROUP (-1)
#define TD_GATE_LANE  (-2)         /* nor to others that have no way of their own */
#define TD_GATE_SHUT  (-3)         /* no more of this class at all */
struct td_gate td_gate_open(void); /* lets all through */

struct td_claim_terms {
    td_time now;
    size_t max;
    struct td_gate gate;
};

/*
 * Leases up to max messages that are due to this sender. Only open editions that are not held.
 * Order: class; in a class at most one in four is a retry while there is anything else; then the
 * edition's deadline; within an edition its lanes (store/claiming.h) take turns, and one without room is
 * passed over in one step, however many wait in it. Whoever was suppressed or has left since the
 * fan-out, and what is past its deadline, is moved to suppressed, cancelled, expired right here and
 * not returned. `claims` is zeroed by the caller before the first use and reused after. Inside a
 * transaction.
 */
enum td_status td_ledger_claim(const struct td_sender *sender,
                               const struct td_claim_terms *terms,
                               struct td_claims *claims, struct td_err *err);

/* Queues one message outside any fan-out, due at once; *added is false when the edition has one for
 * this person already, whatever became of it: but one that the claim let go, because the person was not
 * one of those it is for or was suppressed, is queued again. */
enum td_status td_ledger_enqueue(struct td_store *store, const struct td_claim *message,
                                 bool *added, struct td_err *err);

/* When the next message of an open edition that is not held may be tried. */
struct td_next_due {
    td_time when; /* INT64_MAX: none waits. When some are due now, that of any of them */
    bool urgent;  /* a notice or alert is due now */
};

/* Reads only, a few steps for each lane: ask before taking the lock to claim. */
enum td_status td_ledger_next_due(struct td_store *store, td_time now,
                                  struct td_next_due *out, struct td_err *err);

struct td_move {
    int64_t edition;
    int64_t subscriber;
    enum td_state from;
    enum td_state to;
    enum td_reason reason;
    int64_t sender; /* who must hold it now; 0: nobody */
    td_time next;   /* to queued or deferred: when it may be tried; else not looked at */
    bool charged;   /* counts as one of the message's tries */
};

/* One message, one move. Panics for a move the table forbids. TD_CONFLICT when the row is not in
 * `from` under that sender any more (reaped, cancelled, settled meanwhile). Only on_wire keeps the
 * lease; leasing is td_ledger_claim's alone. */
enum td_status td_ledger_move(struct td_store *store, const struct td_move *move,
                              struct td_err *err);

/* One try and the server's words, verbatim. */
struct td_attempt {
    int64_t edition;
    int64_t subscriber;
    td_time at;
    const char *relay;
    const struct td_reply *reply;
    enum td_verdict_kind verdict;
};
enum td_status td_ledger_attempt(struct td_store *store, const struct td_attempt *attempt,
                                 struct td_err *err);

/* The attempts of a message, oldest first; the reply's `enhanced` is not kept (its text is).
 * Anything but TD_OK from the function ends the reading and is returned. */
struct td_attempt_sink {
    enum td_status (*attempt)(void *context, const struct td_attempt *attempt,
                              struct td_err *err);
    void *context;
};
enum td_status td_ledger_attempts(struct td_store *store, int64_t edition,
                                  int64_t subscriber, struct td_attempt_sink sink,
                                  struct td_err *err);

/* How many messages are in each state; edition 0: of all. Sets every element. */
enum td_status td_ledger_counts(struct td_store *store, int64_t edition,
                                int64_t counts[TD_STATE_COUNT], struct td_err *err);

#endif
