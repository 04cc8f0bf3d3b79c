/*
 * watch.h: how the queue moves, sample after sample: for `queue watch`.
 *
 * A sample counts the messages of the editions that are of interest now: open, and released within a day
 * or with something waiting; or the one that is named. To look must not cost what it looks at: the caller waits td_watch_pause
 * between two samples, which is a second, or twenty times what the last one took.
 */
#ifndef TD_APP_WATCH_H
#define TD_APP_WATCH_H

#include "app/instance/app.h"
#include "app/queue/selector.h"

#define TD_WATCH_RELAYS  16
#define TD_WATCH_DOMAINS 10

struct td_watch_relay {
    char name[64];
    int64_t attempts, sent;
    double rate; /* attempts a second since the sample before */
};

struct td_watch_domain {
    char name[128];
    int64_t waiting;
};

struct td_watch_sample {
    td_time at;
    int64_t editions;
    int64_t states[TD_STATE_COUNT];
    int64_t waiting, due; /* queued and deferred; of those, may be tried now */
    td_time last_due;     /* when the last of them may; 0: nothing waits */
    bool measured;        /* rate is known: there was a sample before */
    double rate;          /* messages sent a second, over the last ten seconds or so */
    td_time
        finish; /* when nothing will wait, as it goes; 0: nobody can say, or nothing waits */
    struct td_watch_relay relays[TD_WATCH_RELAYS];
    size_t relay_count;
    struct td_watch_domain domains[TD_WATCH_DOMAINS]; /* those with most that waits */
    size_t domain_count;
};

struct td_watch;
/*
 * A selector that speaks of more than editions makes it look at each message of them. What it says of
 * states narrows what is counted, not the rate: that is how fast messages leave the states it names.
 * The selector is borrowed.
 */
struct td_watch *td_watch_create(struct td_app *app, const struct td_selector *selector);
void td_watch_destroy(struct td_watch *watch); /* NULL is fine */

enum td_status td_watch_look(struct td_watch *watch, struct td_watch_sample *out,
                             struct td_err *err);

/* How long to wait before the next look. */
td_time td_watch_pause(const struct td_watch *watch);

#endif
