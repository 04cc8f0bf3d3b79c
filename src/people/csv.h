/*
 * csv.h: signup and import files: CSV with a header line, or one address a line (design
 * 12).
 *
 * Records are cut by us (quotes respected) and each is parsed by libcsv in strict mode,
 * so that one bad row is one refused row. Fed in pieces of any size; memory is bounded by
 * the longest record.
 */
#ifndef TD_PEOPLE_CSV_H
#define TD_PEOPLE_CSV_H

#include "base/buf.h"
#include "base/err.h"

enum td_column {
    TD_COL_EMAIL,
    TD_COL_NAME,
    TD_COL_NEWSLETTER,
    TD_COL_TOPICS,
    TD_COL_FORMAT,
    TD_COL_TIMEZONE,
    TD_COL_AT,
    TD_COL_CADENCE,
    TD_COL_ACTION,
    TD_COL_BASIS,
    TD_COL_SOURCE,
};
#define TD_COLUMNS    11
#define TD_RECORD_MAX (64 * 1024)

struct td_row {
    int64_t line;                      /* of the file, where the record begins, from 1 */
    struct td_slice cells[TD_COLUMNS]; /* absent when the file has no such column */
    struct td_slice raw;               /* the record as it stood, without its line end */
    const char *fault;                 /* NULL, or why this record cannot be read */
};

/* Called per record; the row dies with the call. Anything but TD_OK ends the reading. */
struct td_row_sink {
    enum td_status (*row)(void *context, const struct td_row *row, struct td_err *err);
    void *context;
};

struct td_csv;
struct td_csv *td_csv_create(struct td_row_sink sink);
void td_csv_destroy(struct td_csv *csv);

/* Feed pieces, then finish. TD_DATA when the header line is wrong (no email column, a
 * column we do not know, a column twice). A byte-order mark is passed over; LF and CRLF
 * both end lines. */
enum td_status td_csv_feed(struct td_csv *csv, struct td_slice piece, struct td_err *err);
enum td_status td_csv_finish(struct td_csv *csv, struct td_err *err);

#endif
