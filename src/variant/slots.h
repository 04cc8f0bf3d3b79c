/*
 * slots.h: what is personal, encoded for its place and spliced in. Delivery splices; it does not
 * render.
 *
 * While rendering, a slot is the token td_slot_token gives as the value of a template variable;
 * compose finds the tokens and turns them into struct td_slot. Body slots stand on
 * quoted-printable lines of their own between soft breaks, so that a value of any length keeps lines <= 76.
 */
#ifndef TD_VARIANT_SLOTS_H
#define TD_VARIANT_SLOTS_H

#include "model/variant.h"

/* A token that no checked text can contain (it starts with a control byte); static. */
struct td_slice td_slot_token(enum td_slot_kind kind);

/* Appends the value encoded for its place: header values folded, text as quoted-printable, HTML
 * escaped and then quoted-printable. TD_DATA when a value has control characters, or a URL that
 * is not http, https or mailto. */
enum td_status td_slot_encode(const struct td_slot *slot, struct td_slice value,
                              struct td_buf *out, struct td_err *err);

/* The whole message for one subscriber, appended to out. */
enum td_status td_variant_splice(const struct td_variant *variant,
                                 const struct td_slot_values *values, struct td_buf *out,
                                 struct td_err *err);

#endif
