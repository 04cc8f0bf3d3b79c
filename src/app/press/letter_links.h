/*
 * letter_links.h: what in a letter acts for its reader: links with their tokens, and the addresses by which
 * a mail does the same.
 */
#ifndef TD_APP_LETTER_LINKS_H
#define TD_APP_LETTER_LINKS_H

#include "app/press/letter.h"
#include "model/address.h"

#define TD_LINK_MAX 512

/* The values of td_slot_values point in here. */
struct td_letter_links {
    char unsubscribe[TD_LINK_MAX];
    char preferences[TD_LINK_MAX];
    char view[TD_LINK_MAX];
    char confirm[TD_LINK_MAX];
    char reply_to[TD_ADDRESS_MAX + 1];
    char unsubscribe_mail[TD_LINK_MAX];
};

/* Sets the values of all slots that act. A mail that asks for a yes gets no name: it is whatever a
 * stranger wrote who signed the reader up. */
void td_letter_links(struct td_app *app, const struct td_letter_to *to,
                     const struct td_variant *variant, struct td_letter_links *links,
                     struct td_slot_values *values);

#endif
