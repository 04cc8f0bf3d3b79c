/*
 * wire.h: is a message fit for DATA? Looked at once, before its first byte leaves.
 *
 * A CR or LF alone, or a missing CRLF at the end, is what SMTP smuggling is made of: such a
 * message is never sent. A line that begins with a dot gets another (RFC 5321 4.5.2).
 */
#ifndef TD_DELIVERY_WIRE_H
#define TD_DELIVERY_WIRE_H

#include "base/buf.h"

struct td_wire {
    bool bare;     /* a CR or LF that is not part of CRLF, a NUL, or no CRLF at the end */
    bool dots;     /* a line begins with a dot */
    bool eightbit; /* a byte above 127 */
};

struct td_wire td_wire_look(struct td_slice data);

/* Appends data with every leading dot doubled. data has no bare CR or LF. */
void td_wire_stuff(struct td_slice data, struct td_buf *out);

/* Fit to stand between the angle brackets of MAIL or RCPT: no control byte, space outside
 * quotes, '<' or '>'. The empty path is fit. */
bool td_wire_path_ok(const char *path);

#endif
