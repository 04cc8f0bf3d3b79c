/* Text or JSON on stdout from the same calls (printer.h). */
#include "cli/printer.h"

#include <poll.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* Rows kept back to measure the columns; what comes later is fitted to these widths. */
#define MEASURED_ROWS 200
#define CELL_MAX      (1024 * 1024)
#define GAP           2

struct td_printer {
    FILE *out;
    bool json;
    const struct td_list_column *columns; /* borrowed, while a list is open */
    size_t column_count;
    size_t cell;         /* of the row being filled */
    size_t rows;         /* finished */
    struct td_json *row; /* JSON: being filled */
    char **kept;         /* text: cells of rows not yet printed, row by row */
    size_t kept_cap;
    size_t kept_count;
    size_t widths[TD_LIST_COLUMNS_MAX];
    bool flowing; /* text: widths are settled, rows are printed as they come */
};

struct td_printer *td_printer_create(FILE *out, bool json)
{
    struct td_printer *printer = td_xcalloc(1, sizeof *printer);
    printer->out = out;
    printer->json = json;
    return printer;
}

/* Whether nobody reads it any more: `| head` has seen enough, which is no fault. */
static bool unread(FILE *out)
{
    struct pollfd reader = {.fd = fileno(out)};
    return poll(&reader, 1, 0) == 1 && (reader.revents & POLLERR) != 0;
}

enum td_status td_printer_close(struct td_printer *printer, struct td_err *err)
{
    enum td_status status = TD_OK;
    bool failed = fflush(printer->out) != 0 || ferror(printer->out);
    if (failed && !unread(printer->out))
        status = td_fail_sys(err, TD_IO, "standard output");
    free(printer->kept);
    free(printer);
    return status;
}

bool td_printer_json(const struct td_printer *printer)
{
    return printer->json;
}

static void put(struct td_printer *printer, struct td_slice s)
{
    if (s.len > 0)
        (void)fwrite(s.ptr, 1, s.len, printer->out);
}

static void put_json(struct td_printer *printer, const struct td_json *value)
{
    struct td_buf text;
    td_buf_init(&text, SIZE_MAX / 2);
    td_json_write(value, false, &text);
    put(printer, td_buf_slice(&text));
    td_buf_release(&text);
}

void td_print_json_take(struct td_printer *printer, struct td_json *value)
{
    if (printer->json) {
        put_json(printer, value);
        (void)fputc('\n', printer->out);
    }
    td_json_destroy(value);
}

void td_printf(struct td_printer *printer, const char *format, ...)
{
    va_list args;
    if (printer->json)
        return;
    va_start(args, format);
    (void)vfprintf(printer->out, format, args);
    va_end(args);
}

void td_print(struct td_printer *printer, struct td_slice s)
{
    if (!printer->json)
        put(printer, s);
}

void td_print_visible(struct td_printer *printer, struct td_slice s)
{
    struct td_buf shown;
    if (printer->json)
        return;
    td_buf_init(&shown, CELL_MAX);
    td_buf_add_visible(&shown, s);
    put(printer, td_buf_slice(&shown));
    td_buf_release(&shown);
}

/* One cell padded to its column: numbers to the right, text to the left but the last as it is. */
static void put_cell(struct td_printer *printer, size_t column, const char *text)
{
    struct td_slice s = td_slice(text);
    size_t width = td_utf8_width(s);
    size_t room = printer->widths[column];
    size_t pad = width < room ? room - width : 0;
    bool last = column + 1 == printer->column_count;
    bool right = printer->columns[column].kind == TD_CELL_INT;

    if (right)
        (void)fprintf(printer->out, "%*s", (int)pad, "");
    put(printer, s);
    if (!right && !last)
        (void)fprintf(printer->out, "%*s", (int)pad, "");
    if (!last)
        (void)fprintf(printer->out, "%*s", GAP, "");
}

static void flush_kept(struct td_printer *printer)
{
    for (size_t i = 0; i < printer->kept_count; i++) {
        size_t column = i % printer->column_count;
        if (printer->columns[column].title)
            put_cell(printer, column, printer->kept[i]);
        if (column + 1 == printer->column_count)
            (void)fputc('\n', printer->out);
        free(printer->kept[i]);
    }
    printer->kept_count = 0;
}

static void start_flowing(struct td_printer *printer)
{
    for (size_t i = 0; i < printer->column_count; i++)
        if (printer->columns[i].title)
            put_cell(printer, i, printer->columns[i].title);
    (void)fputc('\n', printer->out);
    printer->flowing = true;
    flush_kept(printer);
}

void td_list_begin(struct td_printer *printer, const struct td_list_column *columns,
                   size_t count)
{
    if (count > TD_LIST_COLUMNS_MAX)
        TD_PANIC("too many columns");
    printer->columns = columns;
    printer->column_count = count;
    printer->cell = 0;
    printer->rows = 0;
    printer->flowing = false;
    for (size_t i = 0; i < count; i++)
        printer->widths[i] =
            columns[i].title ? td_utf8_width(td_slice(columns[i].title)) : 0;
    if (printer->json)
        (void)fputc('[', printer->out);
}

static void row_done(struct td_printer *printer)
{
    printer->cell = 0;
    if (printer->json) {
        (void)fputs(printer->rows > 0 ? ",\n" : "\n", printer->out);
        put_json(printer, printer->row);
        td_json_destroy(printer->row);
        printer->row = NULL;
    } else if (printer->flowing) {
        flush_kept(printer);
    } else if (printer->rows + 1 == MEASURED_ROWS) {
        start_flowing(printer);
    }
    printer->rows++;
}

/* The next cell: JSON gets the value (taken), the table its text. */
static void add_cell(struct td_printer *printer, struct td_json *value,
                     struct td_slice text)
{
    const struct td_list_column *column = &printer->columns[printer->cell];
    if (printer->json) {
        if (!printer->row)
            printer->row = td_json_object();
        if (value)
            td_json_set_take(printer->row, column->key, value);
        else
            td_json_set_null(printer->row, column->key);
    } else {
        struct td_buf shown;
        size_t width;
        td_buf_init(&shown, CELL_MAX);
        td_buf_add_visible(&shown, text);
        width = td_utf8_width(td_buf_slice(&shown));
        if (!printer->flowing && column->title && width > printer->widths[printer->cell])
            printer->widths[printer->cell] = width;
        printer->kept = td_vec_grow(printer->kept, &printer->kept_cap,
                                    printer->kept_count + 1, sizeof *printer->kept);
        td_buf_add_str(&shown, "");
        printer->kept[printer->kept_count++] = td_xstrdup(shown.ptr);
        td_buf_release(&shown);
    }
    if (++printer->cell == printer->column_count)
        row_done(printer);
}

void td_list_text(struct td_printer *printer, struct td_slice s)
{
    add_cell(printer, printer->json ? td_json_string(s) : NULL, s);
}

void td_list_cstr(struct td_printer *printer, const char *s)
{
    if (s)
        td_list_text(printer, td_slice(s));
    else
        td_list_null(printer);
}

void td_list_int(struct td_printer *printer, int64_t n)
{
    char text[24];
    (void)snprintf(text, sizeof text, "%lld", (long long)n);
    add_cell(printer, printer->json ? td_json_int(n) : NULL, td_slice(text));
}

void td_list_null(struct td_printer *printer)
{
    add_cell(printer, NULL, td_slice("-"));
}

void td_list_end(struct td_printer *printer)
{
    if (printer->json)
        (void)fputs(printer->rows > 0 ? "\n]\n" : "]\n", printer->out);
    else if (!printer->flowing && printer->rows > 0)
        start_flowing(printer);
    printer->columns = NULL;
}
