/*
 * meaning.h: what a reply is about, from its text and its enhanced code together
 * (standards K).
 *
 * The text is the server's own word and comes first: many a 5.1.1 says "blacklisted"
 * behind it, and 5.0.0 says nothing at all. Where the two contradict each other, the
 * reading that blames the address least is taken.
 */
#ifndef TD_OUTCOME_MEANING_H
#define TD_OUTCOME_MEANING_H

#include "model/reply.h"

enum td_meaning {
    TD_MEANS_NOTHING,    /* "550 rejected", 5.0.0 */
    TD_MEANS_ADDRESS,    /* no such mailbox or domain */
    TD_MEANS_MAILBOX,    /* this mailbox, for now: greylisted, busy, disabled */
    TD_MEANS_QUOTA,      /* mailbox full */
    TD_MEANS_SIZE,       /* the message is too large */
    TD_MEANS_RECIPIENTS, /* too many recipients: RFC 5321 4.5.3.1.10 has it tried again */
    TD_MEANS_RATE,       /* slow down */
    TD_MEANS_SENDER,     /* who we are: listed, not authenticated, envelope sender, no
                            relaying */
    TD_MEANS_CONTENT,    /* what we say: spam, virus, policy */
    TD_MEANS_SMTPUTF8,   /* an international address that cannot be taken (RFC 6531) */
    TD_MEANS_SYSTEM,     /* the answering host itself: disk full, shutting down */
};

enum td_meaning td_reply_meaning(const struct td_reply *reply);

#endif
