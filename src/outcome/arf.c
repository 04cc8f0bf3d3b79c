/* arf.c: who complained, from the report's own part before the message it returns. */
#include "outcome/arf.h"

#include "base/err.h"
#include "outcome/decode.h"
#include "outcome/notice.h"

#define PART_MAX ((size_t)64 * 1024)
#define HEAD_MAX                                                                         \
    ((size_t)8 * 1024) /* of a returned message, in which JMRP has its field */

static const char jmrp[] = "X-HmXmrOriginalRecipient";

struct list {
    struct td_slice items[TD_FEEDBACK_RECIPIENTS_MAX];
    size_t count;
};

static void add(struct td_arena *arena, struct list *list, struct td_slice value)
{
    const struct td_slice address = td_clean_address(arena, value);
    if (address.ptr == NULL || list->count == TD_FEEDBACK_RECIPIENTS_MAX)
        return;
    for (size_t i = 0; i < list->count; i++) {
        if (td_slice_eq(list->items[i], address))
            return;
    }
    list->items[list->count++] = address;
}

static void add_all(struct td_arena *arena, struct list *list,
                    const struct td_fields *fields, const char *name)
{
    for (size_t i = 0; i < fields->count; i++) {
        struct td_slice rest = fields->items[i].value;
        struct td_slice one;
        if (!td_slice_iis(fields->items[i].name, name))
            continue;
        while (td_mailbox_next(&rest, &one))
            add(arena, list, one);
    }
}

/* not-spam is praise, auth-failure is about DMARC (RFC 6591), dmarc reports are statistics. */
static bool is_complaint(struct td_slice type)
{
    static const char *const harmless[] = {"not-spam", "auth-failure", "dkim", "dmarc"};
    for (size_t i = 0; i < TD_ARRAY_LEN(harmless); i++) {
        if (td_slice_istarts(type, harmless[i]))
            return false;
    }
    return true;
}

static void read_report(struct td_arena *arena, const struct td_part *part,
                        struct td_feedback *out, struct list *list)
{
    struct td_slice text = td_decode_body(
        NULL, arena, td_slice_sub(part->raw, 0, PART_MAX), part->encoding, part->charset);
    struct td_fields all = td_fields_take(arena, &text, TD_JUNK_SKIPPED);
    out->found = true;
    out->type = td_fields_get(&all, "Feedback-Type");
    out->complaint = is_complaint(out->type);
    out->sender = td_fields_get(&all, "Original-Mail-From");
    while (all.count > 0) { /* a stray blank line splits some */
        add_all(arena, list, &all, "Original-Rcpt-To");
        add_all(arena, list, &all, "Removal-Recipient");
        all = td_fields_take(arena, &text, TD_JUNK_SKIPPED);
    }
}

bool td_feedback_likely(const struct td_parts *parts)
{
    const struct td_part *returned = td_parts_find(parts, TD_PART_RETURNED);
    return td_parts_find(parts, TD_PART_FEEDBACK) != NULL ||
           td_fields_get(&parts->head, jmrp).ptr != NULL ||
           (returned != NULL &&
            td_slice_find_slice(td_slice_sub(returned->raw, 0, HEAD_MAX), 0,
                                td_slice(jmrp)) != (size_t)-1);
}

void td_feedback_read(struct td_arena *arena, const struct td_parts *parts,
                      const struct td_fields *returned, struct td_feedback *out)
{
    struct list list;
    list.count = 0;
    *out = (struct td_feedback){0};
    const struct td_part *part = td_parts_find(parts, TD_PART_FEEDBACK);
    if (part != NULL)
        read_report(arena, part, out, &list);
    const bool returns = td_parts_find(parts, TD_PART_RETURNED) != NULL;
    const struct td_slice hotmail = td_fields_get(&parts->head, jmrp);
    const bool is_jmrp =
        hotmail.ptr != NULL || (returns && td_fields_get(returned, jmrp).ptr != NULL);
    if (part == NULL && is_jmrp) {
        out->found = true;
        out->complaint = true;
    }
    if (is_jmrp && list.count == 0) {
        add(arena, &list, hotmail);
        add_all(arena, &list, returned, jmrp);
    }
    if (out->found && list.count == 0)
        add_all(arena, &list, returned, "To");
    out->addresses = td_arena_array(arena, list.items, list.count, sizeof *list.items);
    out->count = list.count;
}
