/*
 * extract.h: a part's text back out of a mail that compose.h made: for previews and the demo, so
 * that what is shown is what is sent.
 */
#ifndef TD_VARIANT_EXTRACT_H
#define TD_VARIANT_EXTRACT_H

#include "base/buf.h"

/* Appends the decoded body of the first part of that type ("text/html"); false when the mail has
 * none. Only for texts of our own mails: quoted-printable, ended by a boundary of ours. */
bool td_extract_part(struct td_slice mail, const char *type, struct td_buf *out);

/* Appends the HTML with each image that goes with the mail ("cid:…") as a data: URL in its place: a
 * browser has nothing but the page. */
void td_extract_images(struct td_slice mail, struct td_slice html, struct td_buf *out);

#endif
