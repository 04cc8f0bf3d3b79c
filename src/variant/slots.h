/*
 * slots.h: what is personal, encoded for its place and spliced in. Delivery splices; it does not
 * render.
 *
 * While rendering, a slot is the token td_slot_token gives as the value of a template variable;
 * compose finds the tokens and turns them into struct td_slot. Body slots stand on
 * quoted-printable lines of their own between soft breaks, so that a value of any length keeps
 * lines <= 76.
 */
#ifndef TD_VARIANT_SLOTS_H
#define TD_VARIANT_SLOTS_H

#include "model/variant.h"

/* Two bytes, static: 0xFF, which no UTF-8 text contains, and a letter for the kind. */
#define TD_SLOT_MARK '\xff'
struct td_slice td_slot_token(enum td_slot_kind kind);

/* Whether a letter behind the mark stands for a kind. */
bool td_slot_kind_of(char letter, enum td_slot_kind *kind);

/*
 * Appends the value encoded for its place: header values folded and bracketed, text as
 * quoted-printable, HTML escaped and then quoted-printable.
 *
 * TD_DATA, naming the slot, when a value is absent, is not UTF-8, has control characters, is a
 * URL that is not http, https or mailto (header: https), or does not fit the syntax of its
 * header. To: takes a local part that is not ASCII as it is: such a message goes out under
 * SMTPUTF8 or not at all (RFC 6532), which is delivery's to decide before.
 */
enum td_status td_slot_encode(const struct td_slot *slot,
                              const struct td_slot_values *values, struct td_buf *out,
                              struct td_err *err);

/* The whole message for one subscriber, appended to out. On failure out is as it was. */
enum td_status td_variant_splice(const struct td_variant *variant,
                                 const struct td_slot_values *values, struct td_buf *out,
                                 struct td_err *err);

#endif
