/*
 * csv.c: a signup file read whole and byte by byte gives the same rows.
 */
#include "people/csv.h"
#include "support/fuzz.h"

struct tally {
    uint64_t hash; /* FNV-1a over what the rows hold */
    int64_t rows;
};

static void mix(struct tally *tally, struct td_slice s)
{
    for (size_t i = 0; i < s.len; i++)
        tally->hash = (tally->hash ^ (unsigned char)s.ptr[i]) * UINT64_C(1099511628211);
    tally->hash = (tally->hash ^ 256) * UINT64_C(1099511628211);
}

static enum td_status count_row(void *context, const struct td_row *row,
                                struct td_err *err)
{
    (void)err;
    struct tally *tally = context;
    tally->rows++;
    must(row->line > 0);
    mix(tally, row->raw);
    for (int i = 0; i < TD_COLUMNS && row->fault == NULL; i++)
        mix(tally, row->cells[i]);
    return TD_OK;
}

static enum td_status read_in_pieces(struct td_slice file, size_t step,
                                     struct tally *tally)
{
    struct td_err err;
    struct td_csv *csv = td_csv_create((struct td_row_sink){count_row, tally});
    enum td_status status = TD_OK;
    for (size_t at = 0; status == TD_OK && at < file.len; at += step)
        status = td_csv_feed(csv, td_slice_sub(file, at, at + step), &err);
    if (status == TD_OK)
        status = td_csv_finish(csv, &err);
    td_csv_destroy(csv);
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct td_slice file = td_slice_n((const char *)data, size);
    struct tally whole = {0}, bytes = {0};
    must(read_in_pieces(file, size + 1, &whole) == read_in_pieces(file, 1, &bytes));
    must(whole.hash == bytes.hash && whole.rows == bytes.rows);
    return 0;
}
