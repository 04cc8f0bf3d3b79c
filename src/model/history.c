/*
 * history.c: message rows in two bytes an edition (history.h).
 */
#include "model/history.h"

#include "model/varint.h"

#define STATE_BITS 0x3fU
#define HAS_REASON 0x40U

static bool take_byte(struct td_slice *rest, unsigned *out)
{
    if (rest->len == 0)
        return false;
    *out = (unsigned char)rest->ptr[0];
    *rest = td_slice_sub(*rest, 1, rest->len);
    return true;
}

bool td_history_next(struct td_slice *rest, struct td_history_entry *entry)
{
    struct td_slice after = *rest;
    int64_t distance = 0;
    unsigned head = 0;
    unsigned reason = 0;

    if (after.len == 0 || !td_varint_take(&after, &distance) || distance == 0 ||
        distance > INT64_MAX - entry->edition || !take_byte(&after, &head) ||
        (head & ~(STATE_BITS | HAS_REASON)) != 0 || (head & STATE_BITS) >= TD_STATE_COUNT)
        return false;
    if ((head & HAS_REASON) != 0 && (!take_byte(&after, &reason) || reason == 0))
        return false;
    *entry = (struct td_history_entry){
        .edition = entry->edition + distance,
        .state = (enum td_state)(head & STATE_BITS),
        .reason = (enum td_reason)reason,
    };
    *rest = after;
    return true;
}

static void put(struct td_buf *out, const struct td_history_entry *entry, int64_t before)
{
    unsigned head = (unsigned)entry->state;

    if (entry->reason != TD_REASON_NONE)
        head |= HAS_REASON;
    td_varint_put(out, entry->edition - before);
    td_buf_add_char(out, (char)head);
    if (entry->reason != TD_REASON_NONE)
        td_buf_add_char(out, (char)entry->reason);
}

bool td_history_add(struct td_slice history, const struct td_history_entry *entry,
                    struct td_buf *out)
{
    struct td_history_entry at = {0};
    struct td_slice rest = history;
    int64_t before = 0; /* the last edition written */
    bool added = false;

    while (td_history_next(&rest, &at)) {
        if (!added && entry->edition <= at.edition) {
            put(out, entry, before);
            before = entry->edition;
            added = true;
        }
        if (at.edition == entry->edition)
            continue;
        put(out, &at, before);
        before = at.edition;
    }
    if (!added)
        put(out, entry, before);
    return rest.len == 0;
}
