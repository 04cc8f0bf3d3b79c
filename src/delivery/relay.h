/*
 * relay.h: how a relay fares, and how many sessions may be opened to it now. Pure: counts and
 * instants of the monotonic clock go in.
 *
 * A relay not known to work gets one connection at a time, and after each failure a pause of
 * 1 s, doubling to 60 s. Once it answers, sessions multiply as long as work waits.
 */
#ifndef TD_DELIVERY_RELAY_H
#define TD_DELIVERY_RELAY_H

#include "base/date.h"

struct td_relay_health {
    int failures;         /* in a row; 0: well */
    td_time failed_at;    /* the last of them */
    td_time closed_until; /* no new session before this */
};

struct td_relay_load {
    size_t most;    /* sessions allowed at once */
    size_t open;    /* that stand */
    size_t opening; /* that are being opened */
    bool tls;       /* each opening costs a handshake, milliseconds of processor */
};

/* How long a relay is left alone after so many failures in a row (1 and more). */
td_time td_relay_pause(int failures);

/* How many more sessions may be opened at this instant. */
size_t td_relay_may_open(const struct td_relay_health *health,
                         const struct td_relay_load *load, td_time now);

/* A session could not be opened, or broke before it had served one message. */
void td_relay_failed(struct td_relay_health *health, td_time now);

/* A message was answered on a session that began to open at `opened_at`. Sessions older than the
 * last failure prove nothing: a relay may serve five and refuse the sixth. */
void td_relay_served(struct td_relay_health *health, td_time opened_at);

#endif
