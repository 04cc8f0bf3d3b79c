/*
 * blame.h: from what is said of a recipient to a judgement: kind, scope, reason (standards K8 to K12).
 */
#ifndef TD_OUTCOME_BLAME_H
#define TD_OUTCOME_BLAME_H

#include "outcome/bounce.h"
#include "outcome/meaning.h"

/* What there is to judge by; absent slices where there is nothing. */
struct td_evidence {
    struct td_slice diagnostic; /* the refusing server's own words */
    struct td_slice status; /* a report's Status, or wherever an enhanced code stands */
    struct td_slice near;   /* prose about this recipient */
    struct td_slice prose;  /* the notice as a whole */
    enum td_meaning otherwise; /* where none of them says anything */
    bool sure;                 /* it is that, whatever they say */
    const char *rule;          /* that says so */
};

/* Sets all of out but the address. */
void td_blame(const struct td_bounce_rules *rules, const struct td_evidence *evidence,
              struct td_bounced *out);

/* The part of a text that is a server's reply: from "550 5.1.1 …" or "#5.1.1 …" on; absent. */
struct td_slice td_find_reply(struct td_slice text);

#endif
