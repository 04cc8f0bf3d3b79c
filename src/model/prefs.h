/*
 * prefs.h: what a subscriber chose for one newsletter: topics, format, cadence, hour,
 * zone.
 *
 * Topics are kept as canonical text, not as bits: "" is all, "finance workforce" only
 * these, "-quality" all but these. Names are sorted and never doubled; bits are made only
 * while an edition is partitioned (td_topics_mask), so that reordering the configuration
 * changes nobody.
 */
#ifndef TD_MODEL_PREFS_H
#define TD_MODEL_PREFS_H

#include "base/buf.h"
#include "base/err.h"
#include "model/newsletter.h"

enum td_format { TD_FORMAT_HTML, TD_FORMAT_TEXT };
enum td_cadence { TD_CADENCE_EACH, TD_CADENCE_DAILY, TD_CADENCE_WEEKLY };

#define TD_TOPICS_TEXT_MAX 4096
#define TD_ZONE_NAME_MAX   64

const char *td_format_name(enum td_format format);
bool td_format_parse(struct td_slice text, enum td_format *out); /* any case */
const char *td_cadence_name(enum td_cadence cadence);
bool td_cadence_parse(struct td_slice text, enum td_cadence *out); /* any case */

/* Whether subscribers of the newsletter may choose it, and which they have if they choose none. */
bool td_cadence_offered(const struct td_newsletter *newsletter, enum td_cadence cadence);
enum td_cadence td_cadence_default(const struct td_newsletter *newsletter);

/*
 * Canonical form of a topics column ("a;b", "a b", "-x", ""; apart by space, comma or
 * ';', any case). A mix of wanted and unwanted is TD_DATA, so is a topic the newsletter
 * does not have; "all" alone means all.
 */
enum td_status td_topics_canonical(struct td_slice text,
                                   const struct td_newsletter *newsletter,
                                   struct td_buf *out, struct td_err *err);

/* Bit i is set when a subscriber with this canonical text wants newsletter->topics[i].
 * Names the newsletter no longer has are passed over. */
uint64_t td_topics_mask(struct td_slice canonical,
                        const struct td_newsletter *newsletter);

#endif
