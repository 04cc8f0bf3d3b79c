/*
 * meaning.h: what a server's or a notice's words are about, from the text and the enhanced code
 * together (standards K). The words stand in the rule file.
 *
 * The text is the server's own word and comes first: many a 5.1.1 says "blacklisted"
 * behind it, and 5.0.0 says nothing at all. Where the two contradict each other, the
 * reading that blames the address least is taken.
 */
#ifndef TD_OUTCOME_MEANING_H
#define TD_OUTCOME_MEANING_H

#include "model/reply.h"
#include "outcome/rules.h"

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
    TD_MEANS_ROUTE,      /* the way there: time-outs, no connection, loops */
};
#define TD_MEANS_COUNT 12

const char *td_meaning_name(enum td_meaning meaning); /* "nothing", "address", … */
bool td_meaning_parse(struct td_slice name, enum td_meaning *out);

/* A meaning and where it comes from. */
struct td_said {
    enum td_meaning meaning;
    bool disputed;    /* about the address, but servers say it also of good ones */
    const char *rule; /* borrowed from the rules; NULL: the code, or nothing */
    size_t order;     /* of the rule in its list */
    bool spares_us;   /* policy by its code, "user unknown" by its words */
};

enum td_trust {
    TD_TRUST_REPLY,  /* a server's reply */
    TD_TRUST_NOTICE, /* prose around it, in which vague words mean nothing */
};

/* Of the words alone. */
struct td_said td_meaning_of_text(const struct td_bounce_rules *rules,
                                  struct td_slice text, enum td_trust trust);

/* Of an enhanced code alone (RFC 3463, 5248, 7372, 7505, 6531); all 0 says nothing. */
struct td_said td_meaning_of_code(const int enhanced[3]);

/* Both together; reply_code 0: not known. */
struct td_said td_meaning_join(struct td_said text, const int enhanced[3],
                               int reply_code);

enum td_meaning td_reply_meaning(const struct td_bounce_rules *rules,
                                 const struct td_reply *reply);

#endif
