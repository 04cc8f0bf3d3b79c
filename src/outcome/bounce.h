/*
 * bounce.h: what a mail that came back says: which recipients failed, and how final it is.
 *
 * Pure: bytes in, value out; no I/O, no clock. All of it is what the mail claims: anybody can
 * write such a mail, so nothing here may be acted on without a token of ours whose MAC fits
 * (verp.h). Only the mail's own words count: a report inside the returned message is not ours
 * (standards K5). Any bytes are a mail; what cannot be understood is TD_BOUNCE_MAIL.
 *
 * The order of reading: feedback reports (arf.h), reports of RFC 3464 (report.h), then the forms
 * of the rule file (notice.h). What the words mean is decided by the rule file's meanings and the
 * enhanced code together (meaning.h), the same for SMTP replies and for mails.
 */
#ifndef TD_OUTCOME_BOUNCE_H
#define TD_OUTCOME_BOUNCE_H

#include "base/arena.h"
#include "base/err.h"
#include "model/verdict.h"
#include "outcome/rules.h"

enum td_bounce_form {
    TD_BOUNCE_MAIL,      /* ordinary mail */
    TD_BOUNCE_REPORT,    /* a report of failure (RFC 3464) */
    TD_BOUNCE_TEXT,      /* a failure recognised by a rule */
    TD_BOUNCE_FEEDBACK,  /* ARF (RFC 5965), JMRP */
    TD_BOUNCE_AUTOMATIC, /* vacation, challenge, receipt */
    TD_BOUNCE_WARNING,   /* still trying */
    TD_BOUNCE_SUCCESS,   /* delivered, relayed, expanded */
};
/* "mail", "report", "text", "feedback", "automatic", "warning", "success" */
const char *td_bounce_form_name(enum td_bounce_form form);

/* In the order of weight: the kind of a bounce is the largest of its recipients'. */
enum td_bounce_kind {
    TD_BOUNCE_NONE,
    TD_BOUNCE_SOFT,
    TD_BOUNCE_HARD,
    TD_BOUNCE_COMPLAINT
};
const char *td_bounce_kind_name(enum td_bounce_kind kind); /* "none", "soft", … */

/* One recipient it speaks of. */
struct td_bounced {
    /* lower case; the original preferred to the final one; absent where the notice names none:
     * then the one item tells what happened, and our own token has to tell to whom */
    struct td_slice address;
    char status[12]; /* "5.1.1", or "" */
    enum td_bounce_kind kind;
    enum td_scope scope; /* whom the words blame */
    enum td_reason reason;
    bool disputed;    /* counts, but never suppresses at once (standards K11) */
    bool blocks_us;   /* says that we are refused: reputation, authentication, policy */
    const char *rule; /* that decided; NULL: the code did. Borrowed from the rules */
    struct td_slice words; /* the diagnostic text, as sent */
};

struct td_bounce {
    enum td_bounce_form form;
    enum td_bounce_kind kind; /* of the whole: the worst of its recipients */
    struct td_bounced *items;
    size_t count;
    /* envelope recipients of this mail itself: Delivered-To, X-Original-To, Envelope-To, To, in
     * that order (for VERP tokens, standards L5); addresses as written, without names */
    struct td_slice *to;
    size_t to_count;
    /* of feedback only: values of the message complained of that may hold a token of ours:
     * Return-Path, Original-Mail-From, List-Unsubscribe, Message-ID, … (standards M3) */
    struct td_slice *quoted;
    size_t quoted_count;
    bool null_sender;       /* Return-Path: <> or absent */
    struct td_arena *arena; /* owned: everything above */
};

/* Sizes beyond which a mail is cut before it is read. */
#define TD_BOUNCE_BYTES_MAX ((size_t)5 * 1024 * 1024)

/* Reads any mail. out holds zeroes, or what another reading left: its memory is used again. It is
 * to be released once, after the last. The mail must outlive out. */
enum td_status td_bounce_read(const struct td_bounce_rules *rules, struct td_slice mail,
                              struct td_bounce *out, struct td_err *err);
void td_bounce_release(struct td_bounce *bounce); /* zeroes are fine */

#endif
