/*
 * arf.h: feedback reports: ARF (RFC 5965) and Hotmail's JMRP, which has a field of its own instead.
 */
#ifndef TD_OUTCOME_ARF_H
#define TD_OUTCOME_ARF_H

#include "outcome/parts.h"

#define TD_FEEDBACK_RECIPIENTS_MAX 50

struct td_feedback {
    bool found;     /* the mail is a feedback report */
    bool complaint; /* abuse, fraud, virus, opt-out, other; not not-spam, auth-failure */
    struct td_slice type;       /* Feedback-Type, as written; absent for JMRP */
    struct td_slice *addresses; /* who complained, in lower case; often none: redacted */
    size_t count;
    struct td_slice sender; /* Original-Mail-From; absent */
};

/* Whether it may be one: what is none costs no more than this look. */
bool td_feedback_likely(const struct td_parts *parts);

/* returned: header of the returned message, where it is a part of its own; empty otherwise. */
void td_feedback_read(struct td_arena *arena, const struct td_parts *parts,
                      const struct td_fields *returned, struct td_feedback *out);

#endif
