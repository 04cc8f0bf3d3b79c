/*
 * csv.c: cuts signup and import files into records and has libcsv parse each.
 *
 * libcsv alone stops for good at one bad quotation mark (strict) or swallows the file
 * behind it (lax). So the cutting is ours: a record that cannot be read costs its first
 * line, and reading goes on with the line after that.
 */
#include "people/csv.h"

#include <stdlib.h>
#include <string.h>

#include <csv.h>

#include "base/mem.h"

#define CHUNK (64 * 1024)

/* What the file turned out to be, told by its first line that is not blank. */
enum kind { KIND_UNKNOWN, KIND_CSV, KIND_LIST };

/* Where in a record the scan stands. Quotes count at the start of a field only (RFC
 * 4180). */
enum place { AT_FIELD_START, IN_PLAIN, IN_QUOTES, BEHIND_QUOTE };

enum cut { CUT_MORE, CUT_RECORD, CUT_OPEN, CUT_LONG };

struct td_csv {
    struct td_row_sink sink;
    struct csv_parser parser;
    enum kind kind;
    struct td_buf
        window; /* bytes fed and not yet used up; the next record begins at start */
    size_t start;
    size_t scanned; /* bytes of that record the scan has seen */
    enum place place;
    bool skipping; /* behind a refused line that has not ended yet */
    int64_t line;
    enum td_column columns[TD_COLUMNS];
    size_t column_count;
    struct td_buf text; /* the cells of the record in hand, end to end */
    size_t ends[TD_COLUMNS];
    size_t cell_count; /* may be more than TD_COLUMNS; only so many ends are kept */
};

static const char *const column_names[TD_COLUMNS] = {
    [TD_COL_EMAIL] = "email",
    [TD_COL_NAME] = "name",
    [TD_COL_NEWSLETTER] = "newsletter",
    [TD_COL_TOPICS] = "topics",
    [TD_COL_FORMAT] = "format",
    [TD_COL_TIMEZONE] = "timezone",
    [TD_COL_AT] = "at",
    [TD_COL_CADENCE] = "cadence",
    [TD_COL_ACTION] = "action",
    [TD_COL_BASIS] = "basis",
    [TD_COL_SOURCE] = "source",
};
#define KNOWN_COLUMNS                                                                    \
    "email, name, newsletter, topics, format, timezone, at, cadence, action, "           \
    "basis, source"

/* libcsv would also end a row at a lone CR; ours end at LF, and a stray CR is for the
 * checks. */
static int is_line_end(unsigned char c)
{
    return c == '\n';
}

static void start_parser(struct csv_parser *parser)
{
    if (csv_init(parser, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL) != 0)
        TD_PANIC("csv_init");
    csv_set_realloc_func(parser, td_xrealloc);
    csv_set_term_func(parser, is_line_end);
}

struct td_csv *td_csv_create(struct td_row_sink sink)
{
    struct td_csv *csv = td_xcalloc(1, sizeof *csv);
    csv->sink = sink;
    csv->line = 1;
    start_parser(&csv->parser);
    td_buf_init(&csv->window, TD_RECORD_MAX + 2 * CHUNK);
    td_buf_init(&csv->text, TD_RECORD_MAX + CHUNK);
    return csv;
}

void td_csv_destroy(struct td_csv *csv)
{
    if (csv == NULL)
        return;
    csv_free(&csv->parser);
    td_buf_release(&csv->window);
    td_buf_release(&csv->text);
    free(csv);
}

/* libcsv's callback for one field. */
static void add_cell(void *field, size_t len, void *context)
{
    struct td_csv *csv = context;
    td_buf_add(&csv->text, field, len);
    if (csv->cell_count < TD_COLUMNS)
        csv->ends[csv->cell_count] = csv->text.len;
    csv->cell_count++;
}

/* Parses one record into text, ends and cell_count; false when its quotation marks are
 * wrong. */
static bool parse_cells(struct td_csv *csv, struct td_slice record)
{
    td_buf_clear(&csv->text);
    csv->cell_count = 0;
    if (csv_parse(&csv->parser, record.ptr, record.len, add_cell, NULL, csv) ==
            record.len &&
        csv_fini(&csv->parser, add_cell, NULL, csv) == 0)
        return true;
    csv_free(&csv->parser); /* the only way back from an error */
    start_parser(&csv->parser);
    return false;
}

static struct td_slice cell(const struct td_csv *csv, size_t i)
{
    return td_slice_sub(td_buf_slice(&csv->text), i == 0 ? 0 : csv->ends[i - 1],
                        csv->ends[i]);
}

/* The files people export by mistake, told apart from a misspelt header. */
static enum td_status refuse_header(const struct td_csv *csv, struct td_slice record,
                                    struct td_slice name, struct td_err *err)
{
    const char *why = NULL;
    if (td_slice_starts(record, "\xff\xfe") || td_slice_starts(record, "\xfe\xff"))
        why = "the file is UTF-16; save it as UTF-8";
    else if (td_slice_find(record, 0, '\r') != (size_t)-1)
        why = "lines end in CR alone; save it with LF or CRLF";
    else if (csv->cell_count == 1 && td_slice_find(record, 0, ';') != (size_t)-1)
        why = "columns are apart by semicolons; commas are needed";
    else if (csv->cell_count == 1 && td_slice_find(record, 0, '\t') != (size_t)-1)
        why = "columns are apart by tabs; commas are needed";
    else if (td_slice_find(record, 0, '@') != (size_t)-1)
        why = "no header line; the first line must name the columns, like email,name";
    long long line = (long long)csv->line;
    if (why != NULL)
        return td_fail(err, TD_DATA, "line %lld: %s", line, why);
    return td_fail(err, TD_DATA, "line %lld: no column is called \"%.*s\" (there are %s)",
                   line, (int)(name.len < 100 ? name.len : 100), name.ptr, KNOWN_COLUMNS);
}

/* The column with this name, or TD_COLUMNS. */
static unsigned find_column(struct td_slice name)
{
    unsigned i = 0;
    while (i < TD_COLUMNS && !td_slice_iis(name, column_names[i]))
        i++;
    return i;
}

static enum td_status read_header(struct td_csv *csv, struct td_slice record,
                                  struct td_err *err)
{
    bool seen[TD_COLUMNS] = {false};
    if (!parse_cells(csv, record))
        return td_fail(err, TD_DATA,
                       "line %lld: quotation mark out of place in the header",
                       (long long)csv->line);
    for (size_t i = 0; i < csv->cell_count; i++) {
        struct td_slice name =
            i < TD_COLUMNS ? td_slice_trim(cell(csv, i)) : td_slice("");
        unsigned column = find_column(name);
        if (column == TD_COLUMNS)
            return refuse_header(csv, record, name, err);
        if (seen[column])
            return td_fail(err, TD_DATA, "line %lld: column \"%s\" stands twice",
                           (long long)csv->line, column_names[column]);
        seen[column] = true;
        csv->columns[i] = (enum td_column)column;
    }
    if (!seen[TD_COL_EMAIL])
        return td_fail(err, TD_DATA, "line %lld: no column \"email\"",
                       (long long)csv->line);
    csv->column_count = csv->cell_count;
    csv->kind = KIND_CSV;
    return TD_OK;
}

static enum td_status emit(struct td_csv *csv, struct td_row *row, struct td_err *err)
{
    row->line = csv->line;
    return csv->sink.row(csv->sink.context, row, err);
}

static enum td_status emit_address(struct td_csv *csv, struct td_slice line,
                                   struct td_err *err)
{
    struct td_row row = {.raw = line};
    row.cells[TD_COL_EMAIL] = td_slice_trim(line);
    return emit(csv, &row, err);
}

/* A list of addresses has one in its first line and nothing beside it. */
static bool is_list(struct td_slice record)
{
    return td_slice_find(record, 0, '@') != (size_t)-1 &&
           td_slice_find(record, 0, ',') == (size_t)-1 &&
           td_slice_find(record, 0, ';') == (size_t)-1 &&
           td_slice_find(record, 0, '\t') == (size_t)-1 &&
           td_slice_find(record, 0, '\r') == (size_t)-1;
}

static enum td_status read_first(struct td_csv *csv, struct td_slice record,
                                 struct td_err *err)
{
    if (csv->line == 1 && td_slice_starts(record, "\xef\xbb\xbf"))
        record = td_slice_sub(record, 3, record.len);
    if (td_slice_trim(record).len == 0)
        return TD_OK;
    if (!is_list(record))
        return read_header(csv, record, err);
    csv->kind = KIND_LIST;
    return emit_address(csv, record, err);
}

static void use_up(struct td_csv *csv, size_t n)
{
    struct td_slice used =
        td_slice_sub(td_buf_slice(&csv->window), csv->start, csv->start + n);
    for (size_t at = 0; (at = td_slice_find(used, at, '\n')) != (size_t)-1; at++)
        csv->line++;
    csv->start += n;
    csv->scanned = 0;
    csv->place = AT_FIELD_START;
}

/* One refused row for the line that rest begins with; reading goes on behind that line.
 */
static enum td_status refuse_line(struct td_csv *csv, struct td_slice rest,
                                  const char *fault, struct td_err *err)
{
    size_t end = td_slice_find(rest, 0, '\n');
    csv->skipping = end == (size_t)-1;
    size_t used = csv->skipping ? rest.len : end + 1;
    struct td_slice line = td_slice_sub(rest, 0, csv->skipping ? rest.len : end);
    if (td_slice_ends(line, "\r"))
        line.len--;
    struct td_row row = {.raw = td_slice_sub(line, 0, TD_RECORD_MAX), .fault = fault};
    enum td_status status = emit(csv, &row, err);
    use_up(csv, used);
    return status;
}

/* Spreadsheets write rows without anything in them as commas alone. */
static bool all_cells_empty(const struct td_csv *csv)
{
    return td_slice_trim(td_buf_slice(&csv->text)).len == 0;
}

/* Takes a whole record of `used` bytes, its line end included. */
static enum td_status read_record(struct td_csv *csv, struct td_slice rest,
                                  struct td_slice record, size_t used, struct td_err *err)
{
    if (!parse_cells(csv, record))
        return refuse_line(csv, rest, "quotation mark out of place", err);
    enum td_status status = TD_OK;
    struct td_row row = {.raw = record};
    if (csv->cell_count != csv->column_count)
        row.fault = csv->cell_count < csv->column_count ? "fewer cells than the header"
                                                        : "more cells than the header";
    for (size_t i = 0; row.fault == NULL && i < csv->cell_count; i++)
        row.cells[csv->columns[i]] = cell(csv, i);
    if (!all_cells_empty(csv))
        status = emit(csv, &row, err);
    use_up(csv, used);
    return status;
}

static enum place next_place(enum place place, char c)
{
    if (place == IN_QUOTES)
        return c == '"' ? BEHIND_QUOTE : IN_QUOTES;
    if (c == ',')
        return AT_FIELD_START;
    if (c == '"' && (place == AT_FIELD_START || place == BEHIND_QUOTE))
        return IN_QUOTES;
    if (place == AT_FIELD_START && (c == ' ' || c == '\t'))
        return AT_FIELD_START;
    return IN_PLAIN; /* also behind a closing quote, where libcsv will refuse the record
                      */
}

/* Looks for the end of the record that rest begins with, going on where it stopped
 * before. */
static enum cut find_end(struct td_csv *csv, struct td_slice rest, bool final)
{
    for (; csv->scanned < rest.len; csv->scanned++) {
        char c = rest.ptr[csv->scanned];
        if (c == '\n' && csv->place != IN_QUOTES)
            return CUT_RECORD;
        if (csv->scanned >= TD_RECORD_MAX)
            return csv->place == IN_QUOTES ? CUT_OPEN : CUT_LONG;
        if (csv->kind == KIND_CSV)
            csv->place = next_place(csv->place, c);
    }
    if (!final)
        return CUT_MORE;
    return csv->place == IN_QUOTES ? CUT_OPEN : CUT_RECORD;
}

static enum td_status take_record(struct td_csv *csv, struct td_slice rest,
                                  struct td_err *err)
{
    struct td_slice record = td_slice_sub(rest, 0, csv->scanned);
    size_t used = csv->scanned < rest.len ? csv->scanned + 1 : rest.len;
    if (td_slice_ends(record, "\r"))
        record.len--;
    if (csv->kind == KIND_CSV)
        return read_record(csv, rest, record, used, err);
    enum td_status status = TD_OK;
    if (csv->kind == KIND_UNKNOWN)
        status = read_first(csv, record, err);
    else if (td_slice_trim(record).len > 0)
        status = emit_address(csv, record, err);
    use_up(csv, used);
    return status;
}

/* The rest of a refused line goes by unread. */
static void skip_line(struct td_csv *csv, struct td_slice rest)
{
    size_t end = td_slice_find(rest, 0, '\n');
    csv->skipping = end == (size_t)-1;
    use_up(csv, csv->skipping ? rest.len : end + 1);
}

/* Reads all whole records of the window and keeps what is left. */
static enum td_status drain(struct td_csv *csv, bool final, struct td_err *err)
{
    enum td_status status = TD_OK;
    bool more = false;
    while (status == TD_OK && !more && csv->start < csv->window.len) {
        struct td_slice rest =
            td_slice_sub(td_buf_slice(&csv->window), csv->start, csv->window.len);
        if (csv->skipping) {
            skip_line(csv, rest);
            continue;
        }
        switch (find_end(csv, rest, final)) {
        case CUT_MORE: more = true; break;
        case CUT_RECORD: status = take_record(csv, rest, err); break;
        case CUT_OPEN:
            status = refuse_line(csv, rest, "quotation mark is never closed", err);
            break;
        case CUT_LONG:
            status = csv->kind == KIND_UNKNOWN
                         ? td_fail(err, TD_DATA, "line %lld: longer than 64 KB",
                                   (long long)csv->line)
                         : refuse_line(csv, rest, "longer than 64 KB", err);
            break;
        }
    }
    size_t left = csv->window.len - csv->start;
    if (csv->start > 0) { /* then there are bytes, and room for the NUL behind them */
        memmove(csv->window.ptr, csv->window.ptr + csv->start, left);
        csv->window.ptr[left] = '\0';
        csv->window.len = left;
        csv->start = 0;
    }
    return status;
}

enum td_status td_csv_feed(struct td_csv *csv, struct td_slice piece, struct td_err *err)
{
    while (piece.len > 0) {
        struct td_slice chunk = td_slice_sub(piece, 0, CHUNK);
        td_buf_add_slice(&csv->window, chunk);
        enum td_status status = drain(csv, false, err);
        if (status != TD_OK)
            return status;
        piece = td_slice_sub(piece, chunk.len, piece.len);
    }
    return TD_OK;
}

enum td_status td_csv_finish(struct td_csv *csv, struct td_err *err)
{
    enum td_status status = drain(csv, true, err);
    if (status == TD_OK && csv->kind == KIND_UNKNOWN)
        return td_fail(err, TD_DATA, "the file is empty: no header line and no address");
    return status;
}
