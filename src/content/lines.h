/*
 * lines.h: pasted text as units: paragraphs and list items, put together from its lines.
 *
 * Line ends are LF, CR LF, CR, and U+2028 and U+2029 as word processors leave them (which do not
 * count as lines). Blank lines part units. Between lines that follow each other directly, a break
 * that an editor's wrapping made becomes a space; any other parts units as well (see lines.c).
 */
#ifndef TD_CONTENT_LINES_H
#define TD_CONTENT_LINES_H

#include "base/arena.h"

enum td_unit_kind { TD_UNIT_TEXT, TD_UNIT_BULLET, TD_UNIT_NUMBER };

struct td_unit {
    enum td_unit_kind kind;
    struct td_slice
        words;   /* without indent, bullet or number; in the source or in the arena */
    int line;    /* from 1 */
    bool joined; /* of more than one line */
    bool apart;  /* a blank line, or the beginning, stands before it */
};

struct td_units {
    struct td_unit *items; /* owned: td_units_release */
    size_t count, cap;
};

/* Reads all of source, which must outlive the units. */
void td_units_read(struct td_units *units, struct td_arena *arena,
                   struct td_slice source);
void td_units_release(struct td_units *units);

#endif
