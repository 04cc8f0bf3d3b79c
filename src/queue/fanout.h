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

struct td_fanout {
    int64_t edition;
    int64_t newsletter;
    const struct td_clock *clock;
    /* Makes the selection rows (choice to variant) for these prefs; called outside any
     * transaction whenever a slice meets choices that have none yet. */
    enum td_status (*choose)(void *context, const int64_t *prefs, size_t count,
                             struct td_err *err);
    /* Subscribers done so far; NULL: nobody wants to know. */
    void (*progress)(void *context, int64_t done);
    void *context;
};

enum td_status td_fanout_run(struct td_store *store, const struct td_fanout *fanout,
                             struct td_err *err);

#endif
