/*
 * history.h: what became of each edition for one person, in two bytes an edition: what stays of
 * message rows when they are compacted. One value holds a year of a newsletter.
 *
 * Bytes: for each edition, ascending, the distance from the one before as a varint, then the state
 * (low six bits), bit 6 set where a reason follows in a byte of its own.
 */
#ifndef TD_MODEL_HISTORY_H
#define TD_MODEL_HISTORY_H

#include "base/buf.h"
#include "model/message.h"

struct td_history_entry {
    int64_t edition;
    enum td_state state;
    enum td_reason reason;
};

/* Takes the next entry off *rest; `entry` holds the one before it, zeroes at the beginning. False at
 * the end, and where the bytes are damaged: then *rest is not empty. */
bool td_history_next(struct td_slice *rest, struct td_history_entry *entry);

/* Appends the history to out with the entry in its place; what it says of that edition already is
 * replaced. False, and out is void, when the history is damaged. */
bool td_history_add(struct td_slice history, const struct td_history_entry *entry,
                    struct td_buf *out);

#endif
