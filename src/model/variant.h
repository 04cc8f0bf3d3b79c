/*
 * variant.h: an edition as one selection of content and format shows it: MIME bytes with slots.
 */
#ifndef TD_MODEL_VARIANT_H
#define TD_MODEL_VARIANT_H

#include "base/buf.h"
#include "base/err.h"

/* What is personal. A slot's place in the mail decides its escaper. */
enum td_slot_kind {
    TD_SLOT_TO,            /* header value of To: */
    TD_SLOT_MESSAGE_ID,    /* header value, with angle brackets */
    TD_SLOT_DATE,          /* header value of Date: */
    TD_SLOT_UNSUBSCRIBE_HEADER, /* header value of List-Unsubscribe: <https://…> */
    TD_SLOT_GREETING,      /* body text: "Dear Ann," */
    TD_SLOT_UNSUBSCRIBE,   /* body: URL */
    TD_SLOT_PREFERENCES,   /* body: URL */
    TD_SLOT_VIEW,          /* body: URL of the web view */
    TD_SLOT_ADDRESS,       /* body: the subscriber's address as typed */
};
#define TD_SLOT_KINDS 9

enum td_slot_place { TD_PLACE_HEADER, TD_PLACE_TEXT, TD_PLACE_HTML };

struct td_slot {
    size_t offset;               /* in bytes: where the value is spliced in */
    enum td_slot_kind kind;
    enum td_slot_place place;
};

#define TD_SLOTS_MAX 64

struct td_variant {
    struct td_buf bytes;         /* the whole message, CRLF, 7-bit, without slot values */
    struct td_slot slots[TD_SLOTS_MAX]; /* by offset */
    size_t slot_count;
};

/* The values for one subscriber, raw; encoded per place by variant/slots.h. */
struct td_slot_values {
    struct td_slice values[TD_SLOT_KINDS];
};

void td_variant_release(struct td_variant *variant);

/* A variant as one blob for the store, and back. TD_DATA for a blob that is not one. */
void td_variant_pack(const struct td_variant *variant, struct td_buf *out);
enum td_status td_variant_unpack(struct td_slice blob, struct td_variant *out, struct td_err *err);

#endif
