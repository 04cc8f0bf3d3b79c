/*
 * letter.h: a claimed message becomes a parcel: its variant with this subscriber's values spliced
 * in and signed by the DKIM keys of its domain, its VERP sender and its recipient.
 */
#ifndef TD_APP_LETTER_H
#define TD_APP_LETTER_H

#include "app/instance/app.h"
#include "delivery/parcel.h"
#include "model/variant.h"
#include "store/ledger.h"

struct td_letters;

/* Reads the newsletters' ids; keeps a few inflated variants in hand. */
enum td_status td_letters_create(struct td_letters **out, struct td_app *app,
                                 struct td_err *err);
void td_letters_destroy(struct td_letters *letters);

/*
 * Fills parcel's envelope and data (cleared first). TD_DATA when this message cannot be written
 * (its address or a value does not fit a mail any more): it is to fail. TD_CONFIG when its
 * newsletter is not in the configuration any more: it is to wait. Else a trouble of the store or of
 * a DKIM key: it is to wait, too.
 */
enum td_status td_letters_write(struct td_letters *letters, const struct td_claim *claim,
                                struct td_parcel *parcel, struct td_err *err);

/* Whom a letter is for: what the sender knows of a claimed message, and what a preview or a trial
 * puts in its place. */
struct td_letter_to {
    const struct td_newsletter *newsletter;
    int64_t newsletter_id; /* in the store */
    int64_t edition;
    int64_t subscriber;
    struct td_slice address; /* as typed */
    struct td_slice name;    /* may be empty */
    td_time due;             /* Date: */
    /*
     * NULL for a subscriber's letter. Else it is nobody's: the text makes its Message-ID (another
     * text, another ID), its links end in TD_TRIAL_LINK, which is no token and can act for
     * nobody, and a bounce of it names nobody.
     */
    const char *trial;
};
#define TD_TRIAL_LINK "test"

/* Splices and signs the letter and fills parcel's envelope and data (cleared first); the keys are
 * loaded. TD_DATA when it cannot be written: as td_letters_write. */
enum td_status td_letter_write(struct td_app *app, const struct td_variant *variant,
                               const struct td_letter_to *to, struct td_parcel *parcel,
                               struct td_err *err);

/* The Message-ID of a message, without angle brackets: the same for ever (standards A12, D5). */
#define TD_MESSAGE_ID_MAX 320
void td_letter_message_id(struct td_app *app, int64_t edition, int64_t subscriber,
                          char out[TD_MESSAGE_ID_MAX]);

/* Where links lead while web.base_url is not set: nowhere, visibly. Only a loopback relay is
 * accepted then. */
#define TD_BASE_URL_UNSET "https://web-base-url-is-not-set.invalid"

#endif
