/*
 * mime.h: encoded bodies and files as one MIME entity (RFC 2045, 2046, 2387, 2183).
 */
#ifndef TD_VARIANT_MIME_H
#define TD_VARIANT_MIME_H

#include "base/buf.h"
#include "model/enclosure.h"

/* What every boundary of ours begins with: no line of an encoded body does. */
#define TD_BOUNDARY_START "=_td_"

/* Bodies are quoted-printable, CRLF, and end with CRLF. */
struct td_mime_message {
    struct td_slice text;
    struct td_slice html; /* absent: a text mail */
    /* Images in the HTML, with their cid; and what is attached. Borrowed. */
    const struct td_enclosure *const *images;
    size_t image_count;
    const struct td_enclosure *const *attachments;
    size_t attachment_count;
};

/*
 * Appends MIME-Version, Content-Type and (for a single part) Content-Transfer-Encoding lines, the
 * empty line and the body, nested as far as there is something to nest:
 *
 *   mixed( related( alternative( text, html ), images ), attachments )
 *
 * The same parts give the same bytes: a boundary is a hash of all of them.
 */
void td_mime_write(const struct td_mime_message *message, struct td_buf *out);

#endif
