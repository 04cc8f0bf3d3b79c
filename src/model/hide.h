/*
 * hide.h: addresses taken out of a server's words. The words themselves stand with the message or the
 * bounce, where they belong to a person and go with them; what is kept elsewhere (evidence, a relay's
 * trouble, reports) must not name anybody.
 */
#ifndef TD_MODEL_HIDE_H
#define TD_MODEL_HIDE_H

#include "base/buf.h"

/* Appends the text with "[address]" for each word that has an @ inside. */
void td_hide_addresses(struct td_slice text, struct td_buf *out);

#endif
