/*
 * extract.h: a part's text back out of a mail that compose.h made: for previews and the demo, so
 * that what is shown is what is sent.
 */
#ifndef TD_VARIANT_EXTRACT_H
#define TD_VARIANT_EXTRACT_H

#include "base/buf.h"

/* Appends the decoded body of the first part of that type ("text/html"); false when the mail has
 * none. Only for our own mails: quoted-printable, one level of multipart/alternative. */
bool td_extract_part(struct td_slice mail, const char *type, struct td_buf *out);

#endif
