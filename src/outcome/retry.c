/*
 * retry.c: the backoff: first, doubling to longest, with jitter so that a thousand
 * messages that failed together do not come back together.
 */
#include "outcome/retry.h"

static td_time doubled(const struct td_policy *policy, int attempts)
{
    td_time delay = policy->first;
    for (int i = 0; i < attempts && delay < policy->longest; i++)
        delay = delay > policy->longest / 2 ? policy->longest : delay * 2;
    return delay < policy->longest ? delay : policy->longest;
}

bool td_retry_at(const struct td_policy *policy, int attempts, td_time now,
                 td_time deadline, struct td_rand *rand, td_time *out)
{
    td_time delay = doubled(policy, attempts);
    uint64_t spread = (uint64_t)(delay / 100 * policy->jitter_percent);
    delay += (td_time)td_rand_below(rand, 2 * spread + 1) - (td_time)spread;
    if (now >= deadline || delay >= deadline - now)
        return false;
    *out = now + delay;
    return true;
}
