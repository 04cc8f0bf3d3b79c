/*
 * fanout.h: stage 4: one message row per active subscriber of an edition's newsletter.
 *
 * Works in slices, each one transaction of at most about 250 ms, so that senders get their turn.
 * The edition remembers the last subscriber done; a crash goes on from there, and a row that is
 * there already stays as it is, so nobody is enqueued twice. Nobody may claim from the edition
 * until the caller opens it.
 */
#ifndef TD_QUEUE_FANOUT_H
#define TD_QUEUE_FANOUT_H

#include "base/clock.h"
#include "store/store.h"

/* Who has a message of an edition. */
enum td_fanout_kind {
    TD_FANOUT_ISSUE, /* every active subscriber; the first, so that it is what nobody names */
    TD_FANOUT_CORRECTION, /* those of them who got, or may have got, the edition that it corrects */
    TD_FANOUT_DIGEST, /* readers of a live blog; what has not been sent of it to them is superseded */
    TD_FANOUT_ALERT, /* those of them whose choice has a selection that is not absent */
};

/* What decides what a reader sees: their choice, and in a digest how far they have been served. */
struct td_choice {
    int64_t prefs;
    int64_t since;  /* the number of the last entry; 0 where it is no digest */
    int64_t alerts; /* bits of the alerts that reached them */
};

struct td_fanout {
    enum td_fanout_kind kind;
    int64_t edition;
    int64_t newsletter;
    const struct td_clock *clock;
    /* Makes the selection rows (choice to variant) for these choices; called outside any
     * transaction whenever a slice meets some that have none yet. */
    enum td_status (*choose)(void *context, const struct td_choice *choices, size_t count,
                             struct td_err *err);
    /* Subscribers done so far; NULL: nobody wants to know. */
    void (*progress)(void *context, int64_t done);
    void *context;
};

enum td_status td_fanout_run(struct td_store *store, const struct td_fanout *fanout,
                             struct td_err *err);

#endif
