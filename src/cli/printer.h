/*
 * printer.h: what a command prints on stdout, as text or as JSON from the same calls, so that the
 * two cannot drift apart. Text shown to people has its control bytes escaped.
 */
#ifndef TD_CLI_PRINTER_H
#define TD_CLI_PRINTER_H

#include <stdio.h>

#include "base/json.h"

struct td_printer;

struct td_printer *td_printer_create(FILE *out, bool json);
/* Flushes. TD_IO where that or an earlier write failed; a reader that went away is no failure. */
enum td_status td_printer_close(struct td_printer *printer, struct td_err *err);
bool td_printer_json(const struct td_printer *printer);

/* One JSON document on a line; nothing in text mode. The value is destroyed. */
void td_print_json_take(struct td_printer *printer, struct td_json *value);

/* Text mode only; nothing in JSON mode. printf, with no escaping: for our own words. */
__attribute__((format(printf, 2, 3))) void td_printf(struct td_printer *printer,
                                                     const char *format, ...);
void td_print(struct td_printer *printer, struct td_slice s); /* as it is, and faster */
void td_print_visible(struct td_printer *printer,
                      struct td_slice s); /* control bytes escaped */

/* Lists: an aligned table, or a JSON array of objects (streamed, any length). */
enum td_column_kind { TD_CELL_TEXT, TD_CELL_INT };
struct td_list_column {
    const char *key;   /* JSON */
    const char *title; /* text table; NULL: JSON only */
    enum td_column_kind kind;
};
#define TD_LIST_COLUMNS_MAX 16

void td_list_begin(struct td_printer *printer, const struct td_list_column *columns,
                   size_t count);
void td_list_text(struct td_printer *printer,
                  struct td_slice s);                         /* next cell of the row */
void td_list_cstr(struct td_printer *printer, const char *s); /* NULL → null */
void td_list_int(struct td_printer *printer, int64_t n);
void td_list_null(struct td_printer *printer);
void td_list_end(struct td_printer *printer);

/* Whether it is a terminal that can be drawn on: with TERM unset, or dumb, it takes lines only. */
bool td_is_screen(int fd);

/* A bar on stderr when that is a screen (NO_COLOR honoured); silent otherwise. total 0: unknown. */
void td_progress(const char *what, int64_t done, int64_t total);
void td_progress_end(void);

#endif
