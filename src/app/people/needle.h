/*
 * needle.h: the email addresses of one person looked for in text of any kind: in every way they are written,
 * whatever the case of their ASCII letters. Pure.
 */
#ifndef TD_APP_NEEDLE_H
#define TD_APP_NEEDLE_H

#include "base/buf.h"
#include "model/address.h"

#define TD_NEEDLE_FORMS 64

struct td_needle {
    char forms[TD_NEEDLE_FORMS][TD_ADDRESS_MAX + 1];
    size_t count;
};

/* Adds the ways in which an address is written: as typed, on the wire, and for matching. Of the text
 * of an address that cannot be parsed: just that, if it has an @. */
void td_needle_add(struct td_needle *needle, struct td_slice address);

/*
 * Position of the first occurrence at or after from, (size_t)-1 for none; *len is how long it is.
 * `whole`: only as an address of its own, not as the end of a longer one (joann@… for ann@…) or its
 * beginning (ann@example.org.uk).
 */
size_t td_needle_find(const struct td_needle *needle, struct td_slice text, size_t from,
                      bool whole, size_t *len);

/* Appends text with `with` for each occurrence; false when there is none (then nothing is appended). */
bool td_needle_replace(const struct td_needle *needle, struct td_slice text, bool whole,
                       const char *with, struct td_buf *out);

#endif
