/*
 * retry.h: when to try again. Pure.
 */
#ifndef TD_OUTCOME_RETRY_H
#define TD_OUTCOME_RETRY_H

#include "base/rand.h"
#include "model/verdict.h"

/* first * 2^attempts, at most longest, +- jitter, from now. False when that is not before
 * the deadline: then it will not be tried again. */
bool td_retry_at(const struct td_policy *policy, int attempts, td_time now,
                 td_time deadline, struct td_rand *rand, td_time *out);

#endif
