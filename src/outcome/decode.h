/*
 * decode.h: transfer encodings, character sets and encoded words, read liberally: what is wrong in
 * them stays as it is, nothing is refused.
 */
#ifndef TD_OUTCOME_DECODE_H
#define TD_OUTCOME_DECODE_H

#include "outcome/charset.h"

/* A body as UTF-8. encoding and charset as the header names them, absent for none. Returns `body`
 * itself where nothing needs to change; else the copy belongs to the arena. A character set that
 * is unknown here leaves the bytes alone. */
struct td_slice td_decode_body(struct td_charsets *sets, struct td_arena *arena,
                               struct td_slice body, struct td_slice encoding,
                               struct td_slice charset);

/* A field's value on one line, with encoded words (RFC 2047) decoded. */
struct td_slice td_decode_value(struct td_charsets *sets, struct td_arena *arena,
                                struct td_slice value);

/* The words of an HTML text: tags away, blocks and breaks as line ends, the common entities. */
struct td_slice td_html_text(struct td_arena *arena, struct td_slice html);

#endif
