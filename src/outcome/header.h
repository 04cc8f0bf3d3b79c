/*
 * header.h: the fields of a mail, a part or a group of a report, read liberally: what is no field is
 * passed over, since relays and mailbox files put lines there that end the header for a strict
 * reader.
 */
#ifndef TD_OUTCOME_HEADER_H
#define TD_OUTCOME_HEADER_H

#include "base/arena.h"

#define TD_FIELDS_MAX   400 /* further ones are passed over */
#define TD_FIELDS_MARKS 64

struct td_field {
    struct td_slice name;
    struct td_slice value; /* trimmed; folded lines as they are */
};

struct td_fields {
    struct td_field *items;
    size_t count;
    uint16_t first
        [TD_FIELDS_MARKS]; /* by a mark of the name: the first field with it, from 1; 0: none */
};

enum td_junk {
    TD_JUNK_SKIPPED, /* a line that is no field is passed over */
    TD_JUNK_ENDS, /* it ends the fields, and is not taken: parts, which may have none */
};

/* Takes fields and the blank line behind them off *rest. A leading line of a mailbox file
 * ("From x Mon Jan …") and blank lines before the first field are passed over. */
struct td_fields td_fields_take(struct td_arena *arena, struct td_slice *rest,
                                enum td_junk junk);

/* The value of the first field of that name; the absent slice. */
struct td_slice td_fields_get(const struct td_fields *fields, const char *name);

/* The next such field at or after *at, which moves behind it; start at 0. */
struct td_slice td_fields_next(const struct td_fields *fields, const char *name,
                               size_t *at);

/* The name when the line begins a field ("Name: …"), else the absent slice. */
struct td_slice td_field_name(struct td_slice line);

/* What stands before the first ';' or space of a value, and one of its parameters ("boundary"), without
 * quotes; the absent slice. */
struct td_slice td_value_main(struct td_slice value);
struct td_slice td_value_param(struct td_slice value, const char *name);

/* The next address of a value such as From or To, without name, brackets and comment; false at the
 * end. */
bool td_mailbox_next(struct td_slice *rest, struct td_slice *address);

#endif
