/*
 * parts.h: a mail taken apart: its header and its leaves, in order, as views into its bytes.
 *
 * A returned message is one leaf with all that follows it, and the last one: neither what it holds
 * nor what stands behind it is said by this mail (standards K5, Q13); wrapped.h knows the one exception. Reading is
 * linear in the size; depth and number of parts are bounded, what
 * is beyond stays one leaf of kind OTHER. Boundaries that do not fit, or are not closed, are lived
 * with (standards K6).
 */
#ifndef TD_OUTCOME_PARTS_H
#define TD_OUTCOME_PARTS_H

#include "outcome/header.h"

#define TD_PARTS_MAX      64
#define TD_PART_DEPTH_MAX 8

enum td_part_kind {
    TD_PART_TEXT,
    TD_PART_HTML,
    TD_PART_STATUS,   /* message/delivery-status and what stands for it */
    TD_PART_FEEDBACK, /* message/feedback-report */
    TD_PART_RECEIPT,  /* message/disposition-notification */
    TD_PART_RETURNED, /* message/rfc822, text/rfc822-headers and the like */
    TD_PART_OTHER,
};

struct td_part {
    enum td_part_kind kind;
    struct td_slice raw;      /* as it stands in the mail */
    struct td_slice encoding; /* Content-Transfer-Encoding; absent for none */
    struct td_slice charset;
};

struct td_parts {
    struct td_fields head;
    struct td_part *items;
    size_t count;
};

void td_parts_read(struct td_arena *arena, struct td_slice mail, struct td_parts *out);

/* The first part of that kind, or NULL. */
const struct td_part *td_parts_find(const struct td_parts *parts, enum td_part_kind kind);

#endif
