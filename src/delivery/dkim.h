/*
 * dkim.h: DKIM signatures (RFC 6376, 8301, 8463) of finished mails: relaxed/relaxed, SHA-256, one
 * for each key. Pure but for the keys that sign.
 *
 * Signed are all fields a reader or a mail program acts on: From, To, Subject, Date, Message-ID,
 * Reply-To, Auto-Submitted, MIME-*, Content-*, List-* and a few more (standards I4). Those of which
 * a second one could deceive are named once more than they occur, so that adding one breaks the
 * signature (I5, RFC 6376 8.15). No l=, no x=.
 */
#ifndef TD_DELIVERY_DKIM_H
#define TD_DELIVERY_DKIM_H

#include "base/date.h"
#include "base/sign.h"
#include "delivery/relaxed.h"
#include "model/variant.h"

struct td_dkim_key {
    const char *domain;   /* d=, A-labels in lower case; borrowed */
    const char *selector; /* s=; borrowed */
    struct td_sign_key *key;
};

/* Whether a signature of that domain can align with a From address (RFC 9989, relaxed): it is the
 * address's domain, or one above or below it. Siblings may align too; that needs the DNS. */
bool td_dkim_aligned(const char *domain, struct td_slice from_address);

/* One or more labels of letters, digits and hyphens, as names in the DNS. */
bool td_dkim_selector_valid(const char *selector);

/* What to publish for a key: the name of its TXT record, without a dot at the end, and its value
 * ("v=DKIM1; k=rsa; p=…"). Both are appended. */
void td_dkim_record(const struct td_dkim_key *key, struct td_buf *name,
                    struct td_buf *value);

/* The hash of what all mails of a variant have in common at the start of their body: up to its
 * first slot there. The caller's (td_relaxed_body_destroy). */
struct td_relaxed_body *td_dkim_common(const struct td_variant *variant);

struct td_dkim_job {
    const struct td_dkim_key *keys;
    size_t key_count;
    struct td_slice from_address; /* keys that do not align with it are passed over */
    /*
     * t=. It is the message's due time, not the time of signing: then a second try sends the same
     * bytes, and a receiver that has the first can tell.
     */
    td_time when;
    const struct td_relaxed_body
        *common; /* of the mail's variant; NULL: hash all of it */
};

/* Puts a DKIM-Signature for each key that aligns before the mail (CRLF lines, the last one too), in
 * the order of keys. Fails without a change: TD_DATA for a mail without header and body, with too
 * many fields, or larger than its buffer may be; TD_SOFTWARE when a key does not sign. */
enum td_status td_dkim_sign(const struct td_dkim_job *job, struct td_buf *mail,
                            struct td_err *err);

#endif
