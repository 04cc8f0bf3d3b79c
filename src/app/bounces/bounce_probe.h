/*
 * bounce_probe.h: the last question before somebody is suspended because mail came back (bounce.probe).
 *
 * A notice asks whether it arrives. When that comes back as well, or is refused, the subscriber is
 * suspended; when it does not, for bounce.delivered_after, what came back before it is cleared.
 */
#ifndef TD_APP_BOUNCE_PROBE_H
#define TD_APP_BOUNCE_PROBE_H

#include "app/instance/app.h"
#include "store/bounces.h"

enum td_probe {
    TD_PROBE_SUSPEND, /* go ahead: nothing is to be asked, or the answer is no */
    TD_PROBE_WAIT,    /* the question is under way */
    TD_PROBE_CLEARED, /* it had arrived: weigh what is left */
};

/* row is the bounce that was counted last. Inside a transaction. */
enum td_status td_bounce_probe(struct td_app *app, const struct td_bounce_row *row,
                               enum td_probe *out, struct td_err *err);

/* Whether a question to this subscriber is under way. */
enum td_status td_bounce_probed(struct td_app *app, int64_t subscriber, bool *out,
                                struct td_err *err);

#endif
