/*
 * breaker.h: when an edition is to be stopped because it is being refused: pure.
 *
 * A list that turns out to be bad, or a provider that has blocked us, is found out on the first few
 * messages. To go on then burns addresses and reputation; what waits is better held, and an
 * administrator asked.
 */
#ifndef TD_OUTCOME_BREAKER_H
#define TD_OUTCOME_BREAKER_H

#include <stdbool.h>
#include <stdint.h>

/* What has become of an edition's messages since it was last let go. */
struct td_tally {
    int64_t sent;
    int64_t refused; /* for good, for whatever reason */
    int64_t
        blocked; /* of those: for policy, spam, rate, reputation: it is us, not the address */
};

struct td_breaker {
    int refused; /* percent of sent and refused that stop it; 0: never */
    int blocked; /* likewise */
    int after;   /* so many messages say enough */
};
struct td_breaker td_breaker_default(void);

enum td_trip { TD_TRIP_NOT, TD_TRIP_BLOCKED, TD_TRIP_REFUSED };
enum td_trip td_breaker_trips(const struct td_breaker *breaker,
                              const struct td_tally *tally);

#endif
