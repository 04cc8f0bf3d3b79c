/*
 * claiming.h: what waits in a line, read and judged: what a claim (claim.c) then leases or moves.
 *
 * A line has lanes. Most messages wait in the common one, lane 0, in the order of their subscribers, so
 * that what is claimed together also lies together in the table. A domain group that a limit held back
 * once has a lane of its own, its id: it is passed over in one step, however many wait in it. Messages
 * of such a group that are met in the common lane are moved out of the way, each once. Private to
 * store/.
 */
#ifndef TD_STORE_CLAIMING_H
#define TD_STORE_CLAIMING_H

#include "store/ledger.h"
#include "store/lines.h"

/* What is to become of a message that was read. */
enum td_fate {
    TD_FATE_SEND,
    TD_FATE_LATE,       /* past its deadline */
    TD_FATE_SUPPRESSED, /* nobody may write to this person */
    TD_FATE_CANCELLED,  /* the edition is not for this person any more */
    TD_FATE_ASIDE,      /* into the lane of its group */
};

struct td_found {
    struct td_claim claim; /* way: the gate's, for TD_FATE_SEND */
    enum td_fate fate;
    enum td_reason reason; /* for TD_FATE_CANCELLED */
};

struct td_claiming {
    const struct td_sender *sender;
    const struct td_gate *gate;
    struct td_claims *claims;
    int64_t now; /* seconds */
    size_t max;
    size_t jumps; /* so far */
};

/* A pass over a line. */
struct td_scan {
    const struct td_line *line;
    enum td_state state;
    size_t wanted; /* so many more to send */
    size_t others; /* so many more that are moved elsewhere */
    int64_t upto;  /* the last lane to read */
    int64_t lane;  /* the one being read, or read last */
    bool over;     /* there is nothing more to read */
    bool shut;     /* the gate is */
};

/* Reads on from the lane after scan->lane. What is found is left in claims->found; nothing is changed
 * yet, for that would move it away under the reading. */
enum td_status td_claim_scan(struct td_claiming *claiming, struct td_scan *scan,
                             struct td_err *err);

#endif
