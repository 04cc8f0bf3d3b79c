/*
 * shape.h: the bytes of a reply, good or faulty.
 */
#ifndef TD_SINK_SHAPE_H
#define TD_SINK_SHAPE_H

#include "base/buf.h"
#include "sink/faults.h"

/*
 * Appends the reply with its CRLF: good (code, text, CRLF between lines where it has several)
 * where fault is NULL, else what the fault makes of it. Nothing for silent and drop.
 */
void td_shape_reply(const char *good, const struct td_sink_fault *fault,
                    struct td_buf *out);

/* Whether the client hears what it would without the fault: a reply of the good one's class. */
bool td_shape_keeps(const char *good, const struct td_sink_fault *fault);

/* The session ends behind it. */
bool td_shape_ends(const struct td_sink_fault *fault);

#endif
