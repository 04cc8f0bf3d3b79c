/*
 * verdict.h: what a reply means for a message, its address, its domain and the relay
 * (design 9).
 */
#ifndef TD_MODEL_VERDICT_H
#define TD_MODEL_VERDICT_H

#include "base/date.h"
#include "model/message.h"

enum td_verdict_kind {
    TD_VERDICT_SENT,
    TD_VERDICT_RETRY,
    TD_VERDICT_FAILED,
    TD_VERDICT_IN_DOUBT
};
enum td_scope { TD_SCOPE_MESSAGE, TD_SCOPE_RECIPIENT, TD_SCOPE_DOMAIN, TD_SCOPE_RELAY };

struct td_verdict {
    enum td_verdict_kind kind;
    enum td_scope scope;
    enum td_reason reason;
    bool suppress;  /* the address is gone for good */
    bool slow_down; /* with the scope of the domain: it says that we are too fast */
    bool charged;   /* counts as one of the message's attempts (relay troubles do not) */
    td_time next_try; /* TD_VERDICT_RETRY: when; never past the deadline */
};

/* Retry policy: first, doubling to longest, +- jitter percent, until the message's
 * deadline. */
struct td_policy {
    td_time first;      /* 5 min */
    td_time longest;    /* 1 h */
    int jitter_percent; /* 10 */
};
struct td_policy td_policy_default(void);

#endif
