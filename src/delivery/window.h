/*
 * window.h: how many messages for one domain group may be under way at once by one relay. Pure.
 *
 * A success adds 1/N, N being the window: one for each round. A sign of trouble takes one, a reply that
 * says "slow down" half. So it stays just below a receiver's limit instead of running against it.
 * It begins wide open, at what the relay is allowed: a relay queues, so there is nothing to find out
 * before the first trouble. It never closes: one message at a time keeps asking.
 *
 * Windows are counted in thousandths.
 */
#ifndef TD_DELIVERY_WINDOW_H
#define TD_DELIVERY_WINDOW_H

#include <stdint.h>

#define TD_WINDOW_ONE 1000

enum td_feedback {
    TD_FEEDBACK_SUCCESS,
    TD_FEEDBACK_TROUBLE,   /* 45x, 421, a connection that broke */
    TD_FEEDBACK_SLOW_DOWN, /* it says that we are too fast */
};

/* The window after one more reply; `most` and the result in thousandths, at least one message. */
int64_t td_window_after(int64_t window, int64_t most, enum td_feedback feedback);

#endif
