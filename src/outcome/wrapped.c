/* wrapped.c: a report of delivery that a gateway made a part of a mail of its own. */
#include "outcome/wrapped.h"

static bool is_from_daemon(const struct td_fields *head)
{
    struct td_slice rest = td_fields_get(head, "From");
    struct td_slice address;
    return td_mailbox_next(&rest, &address) &&
           (td_slice_istarts(address, "mailer-daemon") ||
            td_slice_istarts(address, "postmaster"));
}

static bool is_report(const struct td_fields *head)
{
    const struct td_slice type = td_fields_get(head, "Content-Type");
    return td_slice_istarts(type, "multipart/report") &&
           td_slice_iis(td_value_param(type, "report-type"), "delivery-status");
}

static bool is_same_notice(const struct td_fields *outer, const struct td_fields *inner)
{
    const struct td_slice subject = td_fields_get(outer, "Subject");
    return subject.len > 0 && td_slice_eq(subject, td_fields_get(inner, "Subject")) &&
           is_from_daemon(outer) && is_from_daemon(inner) && is_report(inner);
}

void td_wrapped_open(struct td_arena *arena, struct td_parts *parts)
{
    const struct td_part *part = td_parts_find(parts, TD_PART_RETURNED);
    if (part == NULL || td_parts_find(parts, TD_PART_STATUS) != NULL ||
        !is_from_daemon(&parts->head))
        return;
    struct td_parts inner;
    td_parts_read(arena, part->raw, &inner);
    if (is_same_notice(&parts->head, &inner.head) &&
        td_parts_find(&inner, TD_PART_STATUS) != NULL)
        *parts = inner;
}
