/*
 * mime.h: encoded bodies as one MIME entity. libetpan builds the tree; all bytes in it are ours.
 */
#ifndef TD_VARIANT_MIME_H
#define TD_VARIANT_MIME_H

#include "base/buf.h"

struct td_mime_part {
    const char *type;     /* "text/plain"; the charset is utf-8 */
    struct td_slice body; /* quoted-printable, CRLF, ends with CRLF */
};

/*
 * Appends MIME-Version, Content-Type and (for a single part) Content-Transfer-Encoding lines, the
 * empty line and the body: one part alone, several as multipart/alternative in the order given.
 * The boundary is a hash of the parts, so the same parts give the same bytes.
 */
void td_mime_write(const struct td_mime_part *parts, size_t count, struct td_buf *out);

#endif
