/*
 * lines.h: the one-line Mustache templates that stand in the configuration.
 *
 * Both append one line of plain text (nothing is escaped; their places escape). TD_CONFIG when
 * the template does not compile, TD_DATA when the line would hold a control character.
 */
#ifndef TD_VARIANT_LINES_H
#define TD_VARIANT_LINES_H

#include "base/buf.h"
#include "base/err.h"
#include "model/newsletter.h"

/* newsletter->subject over {{newsletter}} (the title), {{headline}}, {{date}} ("Friday 20
 * November 2026"). White space at the ends is cut: a subject never begins or ends with it. */
enum td_status td_line_subject(const struct td_newsletter *newsletter,
                               struct td_slice headline, struct td_date date,
                               struct td_buf *out, struct td_err *err);

/* The value of TD_SLOT_GREETING: newsletter->greeting over {{name}}, the fallback when name is
 * absent, blank or of invisible characters only; nothing when the newsletter greets nobody. */
enum td_status td_line_greeting(const struct td_newsletter *newsletter,
                                struct td_slice name, struct td_buf *out,
                                struct td_err *err);

#endif
