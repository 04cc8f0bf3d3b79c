/*
 * judge.h: stage 6: from a server's words to a verdict. Pure: no I/O, no clock, cannot
 * fail.
 */
#ifndef TD_OUTCOME_JUDGE_H
#define TD_OUTCOME_JUDGE_H

#include "base/rand.h"
#include "model/reply.h"
#include "model/verdict.h"
#include "outcome/rules.h"

struct td_history {
    int attempts;     /* charged attempts before this one */
    td_time deadline; /* own due + valid_for */
    td_time now;
};

/*
 * SENT only for 2yz to the dot; IN_DOUBT only where the dot got no SMTP reply. RETRY
 * always has time before the deadline; where there is none it is FAILED with
 * TD_REASON_TOO_LATE. 5yz at RCPT fails this recipient alone. suppress is set with
 * TD_REASON_ADDRESS and never otherwise.
 *
 * 5xx without meaning is no hard bounce; policy, spam and rate replies never count
 * against an address; connect, banner, TLS, AUTH and 421 are the relay's affair (design
 * 8, 9).
 */
struct td_verdict td_judge(const struct td_bounce_rules *rules,
                           const struct td_reply *reply, const struct td_history *history,
                           const struct td_policy *policy, struct td_rand *rand);

#endif
