/*
 * address.h: email addresses as RFC 5321 section 4.1.2 writes them (no comments, no
 * source routes, no display names), with internationalised domains (RFC 5891) and local
 * parts (RFC 6531).
 */
#ifndef TD_MODEL_ADDRESS_H
#define TD_MODEL_ADDRESS_H

#include "base/err.h"
#include "base/str.h"

/* RFC 5321 4.5.3.1.3: a path of 256 less its angle brackets */
#define TD_ADDRESS_MAX 254

struct td_address {
    char text[TD_ADDRESS_MAX + 1]; /* as typed, trimmed: what is kept and shown */
    /* local part as typed, domain as A-labels: for the envelope */
    char wire[TD_ADDRESS_MAX + 1];
    /* for matching: NFC, case folded, domain as A-labels */
    char key[TD_ADDRESS_MAX + 1];
    char domain[TD_ADDRESS_MAX + 1]; /* the A-label domain, lower case */
    bool needs_smtputf8;             /* the local part is not ASCII */
};

/* TD_DATA with a reason fit for an errors file ("no @", "space in local part", …).
 * Address literals and domains without a dot are refused, but for "localhost". */
enum td_status td_address_parse(struct td_slice text, struct td_address *out,
                                struct td_err *err);

/* The key of a text that need not be valid: for look-ups typed by people. */
bool td_address_key(struct td_slice text, char out[TD_ADDRESS_MAX + 1]);

#endif
