/*
 * rehearse_crew.h: plays a rehearsal: the relay in this process, senders in others, which are
 * killed and started again. When all that is due has been tried, the clock leaps to the minute in
 * which something is due next, so that a day of hours and retries takes seconds.
 */
#ifndef TD_CLI_REHEARSE_CREW_H
#define TD_CLI_REHEARSE_CREW_H

#include <sys/types.h>

#include "app/run/rehearsal.h"
#include "base/rand.h"
#include "sink/sink.h"

#define TD_CREW_MOST 32

/* Patience with a server, the pauses after its troubles and its slow replies are so much shorter. */
#define TD_REHEARSAL_HURRY 20

struct td_crew {
    struct td_rehearsal *rehearsal; /* borrowed */
    struct td_sink *sink;           /* borrowed */
    int senders;
    int64_t kills; /* wanted, spread over the messages by `rand` */
    struct td_rand rand;
    const volatile int *stop; /* the user's: end early */

    /* What came of it. */
    struct td_arrival *arrivals; /* owned; of this edition */
    size_t count;
    size_t cap;
    int64_t others; /* mails that are none of this edition: notices, reports */
    int64_t killed;
    td_time finished; /* of the rehearsal's clock: when the last mail came */

    /* Its own. */
    pid_t pids[TD_CREW_MOST]; /* 0: not at work */
    size_t *marks; /* owned; arrivals after which somebody is killed, in order */
    int64_t mark;
    int pause; /* for the sink to return: a mark was reached */
};

/* What the sink is to do with each mail; self is the crew. */
enum td_status td_crew_keep(void *self, const struct td_sink_mail *mail,
                            struct td_err *err);

/* Until nothing waits any more, or *stop. */
enum td_status td_crew_play(struct td_crew *crew, struct td_err *err);

/* Kills who is left. The crew's arrivals stay until then. */
void td_crew_release(struct td_crew *crew);

#endif
