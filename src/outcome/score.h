/*
 * score.h: when what came back is enough to stop mailing somebody (standards O). Pure: no I/O, no
 * clock.
 *
 * One day counts once, however many bounces it brings: an issue, an alert and a digest that fail on
 * one morning are one failure. A complaint suspends at once. Hard days suspend after `hard_limit` of
 * them. Soft days, among them those of disputed codes, which never suspend by themselves, need both
 * `soft_limit` of them and `soft_span` from the first to the last; a hard day is one of these too. A
 * delivery clears the soft days before it. What is older than `stale_after` is forgotten.
 */
#ifndef TD_OUTCOME_SCORE_H
#define TD_OUTCOME_SCORE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/date.h"
#include "outcome/bounce.h"

struct td_score_policy {
    int hard_limit;      /* 1 */
    int soft_limit;      /* 5 */
    td_time soft_span;   /* 14 d */
    td_time stale_after; /* 60 d */
};
struct td_score_policy td_score_policy_default(void);

/* Something that counts; kind is never TD_BOUNCE_NONE. */
struct td_score_event {
    int64_t id;
    td_time at;
    enum td_bounce_kind kind;
    bool disputed;
};

struct td_score {
    int hard, soft; /* days */
    bool complained;
    bool suspend;
    int64_t evidence; /* the event that brought it over the limit; 0 while it is not */
};

/* events oldest first, none after now; delivered: when the last message reached them, 0 never. */
struct td_score td_score(const struct td_score_policy *policy,
                         const struct td_score_event *events, size_t count,
                         td_time delivered, td_time now);

#endif
