/*
 * sheet.h: the part of stage 3 that editions and notices share: templates over values become
 * encoded bodies, MIME, and a variant with slots.
 */
#ifndef TD_VARIANT_SHEET_H
#define TD_VARIANT_SHEET_H

#include "model/variant.h"
#include "variant/mime.h"
#include "variant/templates.h"

struct td_sheet {
    struct td_templates *templates;
    const char *name; /* NAME.text and NAME.html are rendered */
    const struct td_view *view;
    bool html;
    /* The variable of a link that both templates must use, and its slot; NULL: none. */
    const char *must_have;
    enum td_slot_kind link;
    struct td_mime_message files; /* images and attachments; bodies are filled in */
};

#define TD_MESSAGE_MAX ((size_t)64 << 20)

/* wire holds the header lines (headers.h), and is used up. *out has been initialised and is the
 * caller's on failure too. */
enum td_status td_sheet_compose(const struct td_sheet *sheet, struct td_buf *wire,
                                struct td_variant *out, struct td_err *err);

#endif
