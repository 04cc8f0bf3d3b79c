/*
 * send.h: the sender role: claim, splice, deliver, settle.
 *
 * One turn reads as four lines: collect (what the sessions have to say), commit (marks and
 * results together), permit (send the dots), claim (what there is room for). No dot goes out
 * before its on_wire mark is committed. When the store fails, nothing is claimed and no dot goes
 * out; answers already received stay in memory and are settled when it works again.
 */
#ifndef TD_APP_SEND_H
#define TD_APP_SEND_H

#include "app/instance/app.h"

struct td_send_options {
    bool drain; /* end when nothing more can be sent now */
    const volatile int
        *stop;    /* not 0: finish what is on the wire, then end; may be NULL */
    bool follows; /* not the first of several: it has nothing to try out */
    void (*progress)(void *context, int64_t final, int64_t waiting); /* NULL: none */
    void *context;
};

struct td_sent {
    int64_t sent, deferred, failed, in_doubt; /* moves made by this run */
    int64_t expired, suppressed, cancelled;   /* found so while claiming */
    int64_t unsettled; /* answers that could not be stored: on_wire until reaped */
    double seconds;
    bool stopped;    /* ended because it was told to */
    bool relay_down; /* ended because no relay could be used */
    bool capped;     /* ended because the relays' limits of an hour or day are reached */
    char relay[64];  /* the one of the trouble */
    char trouble[300]; /* the relay's last trouble, "" when well */
};

/* TD_OK also when messages failed or the relay is down: *out says so. */
enum td_status td_send(struct td_app *app, const struct td_send_options *options,
                       struct td_sent *out, struct td_err *err);

/* So many senders at once, a process each; the store of app is closed. Their
 * counts are summed up; the error is the first one's. SIGTERM and SIGINT (options->stop) are passed
 * on. No progress is told. */
#define TD_SENDERS_MAX 32
enum td_status td_send_many(struct td_app *app, int senders,
                            const struct td_send_options *options, struct td_sent *out,
                            struct td_err *err);

#endif
