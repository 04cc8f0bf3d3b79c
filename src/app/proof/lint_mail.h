/*
 * lint_mail.h: a mail as it would go out, taken apart for the rules: header fields, MIME parts,
 * decoded words. Takes what comes: what is wrong with it is for the rules to say.
 */
#ifndef TD_APP_LINT_MAIL_H
#define TD_APP_LINT_MAIL_H

#include "base/buf.h"

struct td_lint_field {
    struct td_slice name;
    struct td_slice value; /* folded as it stands, trimmed */
};

#define TD_LINT_FIELDS_MAX 64
struct td_lint_head {
    struct td_slice bytes; /* without the empty line */
    struct td_lint_field fields[TD_LINT_FIELDS_MAX];
    size_t count;
};

/* A MIME part, or the whole mail as the first of them; in the order of the mail. */
struct td_lint_part {
    struct td_lint_head head;
    char type[80];            /* "text/plain"; lower case; "" when not said */
    struct td_slice body;     /* without the line end before the next boundary */
    struct td_slice boundary; /* of a multipart, without quotes */
    size_t parent;            /* index; its own for the mail itself */
    size_t children;
    bool closed; /* a multipart with its closing line */
};

#define TD_LINT_PARTS_MAX 48
struct td_lint_mail {
    const char *label; /* "html, all topics"; borrowed */
    struct td_slice bytes;
    const char *domain;                           /* of Message-IDs; borrowed */
    struct td_slice unsubscribe;                  /* the URL of List-Unsubscribe */
    struct td_lint_part parts[TD_LINT_PARTS_MAX]; /* the first is the mail */
    size_t part_count;
    struct td_buf text; /* the words of the first text/plain */
    struct td_buf html; /* of the first text/html; empty: there is none */
};

/* Fills everything behind `domain`; label, bytes and domain are the caller's. */
void td_lint_mail_read(struct td_lint_mail *mail);
void td_lint_mail_release(struct td_lint_mail *mail);

/* The n-th field of that name (any case), or the absent slice; how many there are. */
struct td_slice td_lint_field(const struct td_lint_head *head, const char *name,
                              size_t n);
size_t td_lint_field_count(const struct td_lint_head *head, const char *name);

/* A parameter of a header value, without quotes; absent when it is not there. */
struct td_slice td_lint_param(struct td_slice value, const char *name);

/* The body as quoted-printable, base64 or as it is, appended; false when it does not decode. */
bool td_lint_decode(const struct td_lint_part *part, struct td_buf *out);

#endif
