/*
 * claiming.h: what waits in a line, read and judged: what a claim (claim.c) then leases or moves.
 *
 * A line has lanes. Most messages wait in the common one, lane 0, in the order of their subscribers, so
 * that what is claimed together also lies together in the table. A domain group that a limit held back
 * once, or that has relays of its own, has a lane of its own, its id: it is passed over in one step,
 * however many wait in it. Messages that have no way and stand in another lane than their group's are
 * moved there, out of the way: so who has no way in a lane speaks for all who wait in it.
 *
 * To look at a lane and find nothing takes some microseconds, and there may be a lane for each of
 * thousands of domains. So a claim looks at no more than TD_LANES_AT_ONCE of a line, and the next one
 * goes on from there; and looks in vain are paid with a rest, in which only the common lane is read.
 * Private to store/.
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
    TD_FATE_ASIDE,      /* into the lane where it belongs */
};

struct td_found {
    struct td_claim claim; /* way: the gate's, for TD_FATE_SEND and TD_FATE_ASIDE */
    enum td_fate fate;
    enum td_reason reason; /* for TD_FATE_CANCELLED */
};

struct td_claiming {
    const struct td_sender *sender;
    const struct td_gate *gate;
    struct td_claims *claims;
    td_time time;
    int64_t now; /* the same in whole seconds, as rows have it */
    size_t max;
};

#define TD_LANES_AT_ONCE 200
#define TD_LANE_REST     100 /* microseconds for a look in vain: twenty times what it costs */

/* A reading of lanes of a line. */
struct td_scan {
    const struct td_line *line;
    enum td_state state;
    size_t wanted; /* so many more to send */
    size_t others; /* so many more that are moved elsewhere */
    size_t looks;  /* so many more lanes to look at */
    size_t vain;   /* so many had nothing */
    int64_t lane;  /* the one being read, or read last */
    int64_t upto;  /* the last lane to read */
    bool over;     /* all up to there were looked at */
    bool shut;     /* the gate is: nothing more of this line */
};

/* Reads on from the lane after scan->lane. What is found is left in claims->found; nothing is changed
 * yet, for that would move it away under the reading. */
enum td_status td_claim_scan(struct td_claiming *claiming, struct td_scan *scan,
                             struct td_err *err);

#endif
