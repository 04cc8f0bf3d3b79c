/*
 * verdict.c: the retry policy a configuration starts from.
 */
#include "model/verdict.h"

/* Yesterday's news is worthless: short steps within the day, where an MTA would go on for
 * days. */
struct td_policy td_policy_default(void)
{
    return (struct td_policy){
        .first = 5 * TD_MINUTE,
        .longest = TD_HOUR,
        .jitter_percent = 10,
    };
}
