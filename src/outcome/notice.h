/*
 * notice.h: notices that are no RFC 3464 reports, by the forms of the rule file.
 */
#ifndef TD_OUTCOME_NOTICE_H
#define TD_OUTCOME_NOTICE_H

#include "outcome/parts.h"
#include "outcome/rules_table.h"

#define TD_NOTICE_ITEMS_MAX 200

/* The mail's own words and what stands behind them. */
struct td_own {
    struct td_slice text; /* decoded; up to the returned message */
    struct td_fields
        returned; /* header of the returned message; empty where there is none */
};

/* One address a notice speaks of, and the words about it. */
struct td_mention {
    struct td_slice address;
    struct td_slice why;    /* what follows it */
    struct td_slice status; /* where the form says */
};

struct td_notice {
    const struct td_form *form; /* NULL: ordinary mail */
    struct td_mention *items;
    size_t count;
};

void td_own_read(const struct td_bounce_rules *rules, struct td_arena *arena,
                 const struct td_parts *parts, struct td_own *out);

/* The header of the returned message alone, where it is a part of its own. */
bool td_returned_read(const struct td_bounce_rules *rules, struct td_arena *arena,
                      const struct td_parts *parts, struct td_fields *out);

/* Which form the mail has; recipients only where it gives failure or complaint. */
void td_notice_read(const struct td_bounce_rules *rules, struct td_arena *arena,
                    const struct td_parts *parts, const struct td_own *own,
                    struct td_notice *out);

/* The recipients of a mail that is known to be a failure notice, found by the general rules. */
void td_notice_mentions(const struct td_bounce_rules *rules, struct td_arena *arena,
                        const struct td_parts *parts, const struct td_own *own,
                        struct td_notice *out);

/* What the notice says about an address that it names; else how it begins. */
struct td_slice td_notice_words(struct td_arena *arena, const struct td_own *own,
                                struct td_slice address);

/* The bare address in lower case; absent where it is none that could fail. */
struct td_slice td_clean_address(struct td_arena *arena, struct td_slice text);

#endif
