/*
 * refusals.h: the errors file of an import: a CSV of line, reason and record. It is made when the
 * first row is refused, so that a clean import leaves none.
 */
#ifndef TD_APP_REFUSALS_H
#define TD_APP_REFUSALS_H

#include <stdio.h>

#include "base/buf.h"
#include "base/err.h"

struct td_refusals {
    char *path; /* owned: DIR/import-BATCH.errors.csv, whether it is there yet or not */
    FILE *file; /* owned; NULL: nothing was refused yet */
    struct td_buf line;
};

void td_refusals_init(struct td_refusals *refusals, const char *dir, int64_t batch);

/* One refused row, in cells of cell.h. TD_CANTCREAT or TD_IO. */
enum td_status td_refusals_add(struct td_refusals *refusals, int64_t line,
                               struct td_slice reason, struct td_slice record,
                               struct td_err *err);

/* Writes out what is buffered: TD_IO when the disk would not have it. */
enum td_status td_refusals_finish(struct td_refusals *refusals, struct td_err *err);

void td_refusals_release(struct td_refusals *refusals);

#endif
