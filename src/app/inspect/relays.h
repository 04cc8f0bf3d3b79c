/*
 * relays.h: how a relay is, as its senders have seen it: for whoever asks (`status`, `queue stats`).
 */
#ifndef TD_APP_RELAYS_H
#define TD_APP_RELAYS_H

#include "app/instance/app.h"

struct td_relay_seen {
    int failures;      /* in a row; 0: well, or nobody has used it yet */
    td_time since;     /* the first of them */
    td_time again;     /* when it is tried next */
    char trouble[300]; /* what it said last, "" when well */
    int64_t sessions;  /* that senders have of it now */
    int64_t slowed;    /* domain groups that it takes fewer of at once */
};

/* All zero for a relay nobody has used yet. Opens no store. */
enum td_status td_relay_see(struct td_app *app, const char *relay,
                            struct td_relay_seen *out, struct td_err *err);

/* "relay main cannot be used since …, next try at …: …"; the words of a server as they came. */
void td_relay_seen_say(const char *relay, const struct td_relay_seen *seen,
                       struct td_buf *out);

#endif
