/*
 * senders.h: which senders there are and whether they live, for people and monitors who look on.
 */
#ifndef TD_APP_SENDERS_H
#define TD_APP_SENDERS_H

#include "app/instance/app.h"

struct td_sender_seen {
    int64_t number;
    char host[256];
    int64_t pid;
    td_time started;
    td_time until; /* its leases hold until then */
    bool alive;    /* the lease holds, and on this host its process is there */
};

struct td_senders {
    struct td_sender_seen *items; /* owned */
    size_t count, cap;
    size_t alive;
};

/* All senders, or the one of that number (0: all); *out is the caller's (td_senders_release). */
enum td_status td_senders_see(struct td_app *app, int64_t number, struct td_senders *out,
                              struct td_err *err);
void td_senders_release(struct td_senders *senders);

/* What might be sent now: how many messages, and since when the longest waits (0: none does). Where no
 * sender lives, that is also what the last ones had in hand: it waits for somebody to reap it. */
struct td_due_now {
    int64_t messages;
    td_time since;
};
enum td_status td_due_now(struct td_app *app, struct td_due_now *out, struct td_err *err);

#endif
