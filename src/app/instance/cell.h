/*
 * cell.h: a cell of a CSV file that we write: quoted (RFC 4180), and harmless where it is opened.
 */
#ifndef TD_APP_CELL_H
#define TD_APP_CELL_H

#include "base/buf.h"

/* Appends the text in quotation marks. Where a spreadsheet would take it for a formula (it begins
 * with = + - @ or a tab) a ' stands before it; control characters but line ends and tabs are shown
 * as \xNN (standards Q12, Q16). */
void td_cell_add(struct td_buf *out, struct td_slice text);

#endif
