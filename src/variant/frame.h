/*
 * frame.h: what stands around the words of every mail: language, look, who sends it. The part of
 * view.c that editions and notices share.
 */
#ifndef TD_VARIANT_FRAME_H
#define TD_VARIANT_FRAME_H

#include "base/err.h"
#include "model/enclosure.h"
#include "model/newsletter.h"
#include "model/variant.h"
#include "variant/mustache.h"

struct td_frame {
    const struct td_newsletter *newsletter;
    const struct td_enclosure *logo; /* that goes with the mail; NULL: none does */
    struct td_arena *arena;
    struct td_err *err;
};

/* Sets language, direction, newsletter, theme, logo, company, company_lines, postal and
 * postal_lines. TD_CONFIG without a postal address. */
enum td_status td_frame_set(const struct td_frame *frame, struct td_view *root);

/* Sets root's `key` to the token of a slot. */
void td_frame_slot(const struct td_frame *frame, struct td_view *root, const char *key,
                   enum td_slot_kind kind);

/* Sets map's `key` to the words wrapped for the text part, without a line end behind them. */
void td_frame_lines(const struct td_frame *frame, struct td_view *map, const char *key,
                    struct td_slice words);

#endif
