/*
 * variant.h: an edition as one selection of content and format shows it: MIME bytes with slots.
 */
#ifndef TD_MODEL_VARIANT_H
#define TD_MODEL_VARIANT_H

#include "base/buf.h"
#include "base/err.h"

/* What is personal; the comment says what the raw value is. Numbers are stored: never change
 * one. A slot's place in the mail decides its escaper. */
enum td_slot_kind {
    TD_SLOT_TO = 0,         /* To: the address for the wire, "ann@example.org" */
    TD_SLOT_MESSAGE_ID = 1, /* Message-ID: "12-345@news.example", no angle brackets */
    TD_SLOT_DATE = 2,       /* Date: what td_time_rfc5322 gives */
    TD_SLOT_UNSUBSCRIBE_HEADER =
        3,                   /* List-Unsubscribe: one https URL, no angle brackets */
    TD_SLOT_GREETING = 4,    /* body: one line, "Dear Ann,"; may be empty */
    TD_SLOT_UNSUBSCRIBE = 5, /* body: URL of the page that unsubscribes */
    TD_SLOT_PREFERENCES = 6, /* body: URL */
    TD_SLOT_VIEW = 7,        /* body: URL of the web view */
    TD_SLOT_ADDRESS = 8,     /* body: the subscriber's address as typed */
    TD_SLOT_CONFIRM = 9,     /* body: URL of the page that confirms a subscription */
    TD_SLOT_REPLY_TO = 10, /* Reply-To: an address for the wire, that knows who answers */
    TD_SLOT_UNSUBSCRIBE_MAIL = 11, /* List-Unsubscribe: a mailto URL, no angle brackets */
};
#define TD_SLOT_KINDS 12

enum td_slot_place { TD_PLACE_HEADER, TD_PLACE_TEXT, TD_PLACE_HTML };

struct td_slot {
    size_t offset; /* in bytes: where the value is spliced in */
    enum td_slot_kind kind;
    enum td_slot_place place;
};

#define TD_SLOTS_MAX 64

struct td_variant {
    struct td_buf bytes; /* the whole message, CRLF, 7-bit, without slot values */
    struct td_slot slots[TD_SLOTS_MAX]; /* by offset */
    size_t slot_count;
};

/* The values for one subscriber, raw and borrowed; variant/slots.h encodes them per place. */
struct td_slot_values {
    struct td_slice values[TD_SLOT_KINDS]; /* by kind */
    struct td_slice to_name; /* display name for To:; empty or absent: none */
};

void td_variant_release(struct td_variant *variant); /* zeroes are fine */

/* A variant as one blob for the store, and back. TD_DATA for a blob that is not one; *out then
 * needs no release. */
void td_variant_pack(const struct td_variant *variant, struct td_buf *out);
enum td_status td_variant_unpack(struct td_slice blob, struct td_variant *out,
                                 struct td_err *err);

#endif
