/* score.c: days are counted in one pass, oldest first; the last one that counts is the evidence. */
#include "outcome/score.h"

struct td_score_policy td_score_policy_default(void)
{
    return (struct td_score_policy){
        .hard_limit = 1,
        .soft_limit = 5,
        .soft_span = 14 * TD_DAY,
        .stale_after = 60 * TD_DAY,
    };
}

/* Days of one kind. */
struct days {
    int count;
    td_time first; /* of the first event */
    td_time last;
};

/* A day that was counted before is not counted again. */
static void count_day(struct days *days, td_time at)
{
    if (days->count > 0 && at / TD_DAY == days->last / TD_DAY)
        return;
    if (days->count == 0)
        days->first = at;
    days->last = at;
    days->count++;
}

static bool is_enough(const struct td_score_policy *policy, const struct days *hard,
                      const struct days *soft)
{
    return hard->count >= policy->hard_limit ||
           (soft->count >= policy->soft_limit &&
            soft->last - soft->first >= policy->soft_span);
}

struct td_score td_score(const struct td_score_policy *policy,
                         const struct td_score_event *events, size_t count,
                         td_time delivered, td_time now)
{
    struct td_score score = {0};
    struct days hard = {0};
    struct days soft = {0};
    for (size_t i = 0; i < count && !score.suspend; i++) {
        const struct td_score_event *event = &events[i];
        if (event->at <= now - policy->stale_after && event->kind != TD_BOUNCE_COMPLAINT)
            continue;
        if (event->kind == TD_BOUNCE_COMPLAINT)
            score.complained = true;
        else if (event->kind == TD_BOUNCE_HARD && !event->disputed)
            count_day(&hard, event->at);
        if (event->kind != TD_BOUNCE_COMPLAINT && event->at > delivered)
            count_day(&soft, event->at);
        score.suspend = score.complained || is_enough(policy, &hard, &soft);
        score.evidence = score.suspend ? event->id : 0;
    }
    score.hard = hard.count;
    score.soft = soft.count;
    return score;
}
