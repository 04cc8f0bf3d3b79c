/*
 * wrapped.h: notices that arrive inside another mail. Gateways that look for viruses hand some mails on
 * as a part of one of their own, which has nothing to say: only then is a message within a message read.
 */
#ifndef TD_OUTCOME_WRAPPED_H
#define TD_OUTCOME_WRAPPED_H

#include "outcome/parts.h"

/* Puts the parts of the report that *parts wraps into *parts. It is one when both come from a daemon under
 * the same subject, and the outer mail is no report itself: then the inner mail is no message
 * of ours that was returned (standards K5), but the notice of it. Else nothing changes. */
void td_wrapped_open(struct td_arena *arena, struct td_parts *parts);

#endif
