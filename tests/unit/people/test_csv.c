/*
 * test_csv.c: signup and import files: headers, lists, quotes, and bad rows that cost one
 * row each.
 */
#include "support/td_test.h"

#include "base/buf.h"
#include "people/csv.h"

/* What a reading gave, as text: "line|email|name" or "line!fault|raw" per row. */
struct reading {
    struct td_buf rows;
    enum td_status status;
    struct td_err err;
    size_t stop_after; /* rows; 0: never */
    size_t count;
};

static void add_cell(struct td_buf *out, struct td_slice cell)
{
    td_buf_add_char(out, '|');
    if (cell.ptr == NULL)
        td_buf_add_char(out, '-');
    td_buf_add_visible(out, cell);
}

static enum td_status keep(void *context, const struct td_row *row, struct td_err *err)
{
    struct reading *reading = context;
    td_buf_addf(&reading->rows, "%lld", (long long)row->line);
    if (row->fault != NULL) {
        td_buf_addf(&reading->rows, "!%s", row->fault);
        add_cell(&reading->rows, td_slice_sub(row->raw, 0, 40));
    } else {
        add_cell(&reading->rows, row->cells[TD_COL_EMAIL]);
        add_cell(&reading->rows, row->cells[TD_COL_NAME]);
    }
    td_buf_add_char(&reading->rows, '\n');
    if (++reading->count == reading->stop_after)
        return td_fail(err, TD_IO, "the disk is full");
    return TD_OK;
}

static struct reading read_pieces(struct td_slice file, size_t piece, size_t stop_after)
{
    struct reading reading = {.status = TD_OK, .stop_after = stop_after};
    td_buf_init(&reading.rows, 1024 * 1024);
    struct td_csv *csv = td_csv_create((struct td_row_sink){keep, &reading});
    for (size_t at = 0; reading.status == TD_OK && at < file.len; at += piece)
        reading.status =
            td_csv_feed(csv, td_slice_sub(file, at, at + piece), &reading.err);
    if (reading.status == TD_OK)
        reading.status = td_csv_finish(csv, &reading.err);
    td_csv_destroy(csv);
    return reading;
}

static void assert_rows(const char *file, const char *expected)
{
    static const size_t pieces[] = {1, 2, 7, 100000};
    for (size_t i = 0; i < TD_ARRAY_LEN(pieces); i++) {
        struct reading reading = read_pieces(td_slice(file), pieces[i], 0);
        assert_ok(reading.status, reading.err);
        assert_string_equal(reading.rows.ptr, expected);
        td_buf_release(&reading.rows);
    }
}

static void assert_refused(struct td_slice file, const char *reason)
{
    struct reading reading = read_pieces(file, 5, 0);
    assert_int_equal(reading.status, TD_DATA);
    assert_contains(reading.err.text, reason);
    assert_int_equal(reading.count, 0);
    td_buf_release(&reading.rows);
}

static void columns_come_in_any_order_and_case(void **state)
{
    (void)state;
    assert_rows("name,EMAIL\nAnn,ann@example.org\n", "2|ann@example.org|Ann\n");
    assert_rows("email\nann@example.org\n", "2|ann@example.org|-\n");
    assert_rows("\"email\" , name\n ann@example.org , Ann Lee \n",
                "2|ann@example.org|Ann Lee\n");
    assert_rows("email,name\nann@example.org,\n", "2|ann@example.org|\n");
}

static void quotes_hold_commas_quotes_and_line_breaks(void **state)
{
    (void)state;
    assert_rows("email,name\n"
                "a@example.org,\"Lee, Ann\"\n"
                "b@example.org,\"Bob \"\"Bo\"\" Ray\"\n"
                "c@example.org,\"Two\nlines\"\n"
                "d@example.org,Dee\n",
                "2|a@example.org|Lee, Ann\n"
                "3|b@example.org|Bob \"Bo\" Ray\n"
                "4|c@example.org|Two\\x0Alines\n"
                "6|d@example.org|Dee\n");
}

static void marks_blanks_and_line_ends_of_other_systems_pass(void **state)
{
    (void)state;
    assert_rows("\xef\xbb\xbf"
                "email,name\r\n\r\na@example.org,Ann\r\n  \n,\r\n"
                "b@example.org,Bob",
                "3|a@example.org|Ann\n6|b@example.org|Bob\n");
    assert_rows("\n\nemail,name\na@example.org,Ann\n", "4|a@example.org|Ann\n");
}

static void one_address_a_line_is_enough(void **state)
{
    (void)state;
    assert_rows("ann@example.org\n\n  bob@example.org \r\nnonsense\n\"a,b\"@example.org",
                "1|ann@example.org|-\n3|bob@example.org|-\n4|nonsense|-\n"
                "5|\"a,b\"@example.org|-\n");
    assert_rows("\xef\xbb\xbf"
                "ann@example.org",
                "1|ann@example.org|-\n");
}

static void a_quote_that_never_closes_costs_its_own_line_only(void **state)
{
    (void)state;
    assert_rows("email,name\n"
                "a@example.org,\"Ann\n"
                "b@example.org,Bob\n"
                "c@example.org,Cy\n",
                "2!quotation mark is never closed|a@example.org,\"Ann\n"
                "3|b@example.org|Bob\n"
                "4|c@example.org|Cy\n");
    assert_rows("email,name\na@example.org,Ann\nb@example.org,\"Bob\r\n",
                "2|a@example.org|Ann\n"
                "3!quotation mark is never closed|b@example.org,\"Bob\n");
}

static void a_quote_closed_by_a_later_row_costs_its_own_line_only(void **state)
{
    (void)state;
    assert_rows("email,name\n"
                "a@example.org,\"Ann\n"
                "\"b@example.org\",\"Bob\"\n"
                "c@example.org,Cy\n",
                "2!quotation mark out of place|a@example.org,\"Ann\n"
                "3|b@example.org|Bob\n"
                "4|c@example.org|Cy\n");
}

static void misplaced_quotes_cost_one_row_each(void **state)
{
    (void)state;
    assert_rows("email,name\n"
                "a@example.org,Ann \"Bo\" Lee\n"
                "b@example.org,\"Bob\" Ray\n"
                "c@example.org,5\" Cy\n"
                "d@example.org,Dee\n",
                "2!quotation mark out of place|a@example.org,Ann \"Bo\" Lee\n"
                "3!quotation mark out of place|b@example.org,\"Bob\" Ray\n"
                "4!quotation mark out of place|c@example.org,5\" Cy\n"
                "5|d@example.org|Dee\n");
}

static void rows_of_another_width_are_refused(void **state)
{
    (void)state;
    assert_rows("email,name\na@example.org\nb@example.org,Bob,x\nc@example.org,Cy\n",
                "2!fewer cells than the header|a@example.org\n"
                "3!more cells than the header|b@example.org,Bob,x\n"
                "4|c@example.org|Cy\n");
    assert_rows("email\na@example.org,1,2,3,4,5,6,7,8,9,10,11\n",
                "2!more cells than the header|a@example.org,1,2,3,4,5,6,7,8,9,10,11\n");
}

static void a_stray_carriage_return_stays_for_the_checks(void **state)
{
    (void)state;
    assert_rows("email,name\na@example.org,An\rn\n", "2|a@example.org|An\\x0Dn\n");
}

/* before, then n times c, then after. */
static struct td_buf padded(const char *before, char c, size_t n, const char *after)
{
    struct td_buf file;
    td_buf_init(&file, 8 * 1024 * 1024);
    td_buf_add_str(&file, before);
    td_buf_add_repeat(&file, c, n);
    td_buf_add_str(&file, after);
    return file;
}

static void a_record_may_be_just_so_long(void **state)
{
    (void)state;
    static const size_t pieces[] = {1000, 65536, 10000000};
    const char *before = "email,name\na@example.org,";
    size_t room = TD_RECORD_MAX - strlen("a@example.org,");
    for (size_t i = 0; i < TD_ARRAY_LEN(pieces); i++) {
        struct td_buf fits = padded(before, 'x', room, "\nb@example.org,Bob\n");
        struct reading reading = read_pieces(td_buf_slice(&fits), pieces[i], 0);
        assert_ok(reading.status, reading.err);
        assert_int_equal(reading.count, 2);
        assert_true(strstr(reading.rows.ptr, "!") == NULL);
        td_buf_release(&reading.rows);
        td_buf_release(&fits);
        struct td_buf larger = padded(before, 'x', room + 1, "\nb@example.org,Bob\n");
        reading = read_pieces(td_buf_slice(&larger), pieces[i], 0);
        assert_ok(reading.status, reading.err);
        assert_string_equal(
            reading.rows.ptr,
            "2!longer than 64 KB|a@example.org,xxxxxxxxxxxxxxxxxxxxxxxxxx\n"
            "3|b@example.org|Bob\n");
        td_buf_release(&reading.rows);
        td_buf_release(&larger);
    }
}

static void megabytes_without_a_line_end_are_one_refused_row(void **state)
{
    (void)state;
    struct td_buf file = padded("email,name\na@example.org,\"", 'x', 3 * 1024 * 1024,
                                "\nb@example.org,Bob\n");
    struct reading reading = read_pieces(td_buf_slice(&file), 4096, 0);
    assert_ok(reading.status, reading.err);
    assert_string_equal(
        reading.rows.ptr,
        "2!quotation mark is never closed|a@example.org,\"xxxxxxxxxxxxxxxxxxxxxxxxx\n"
        "3|b@example.org|Bob\n");
    td_buf_release(&reading.rows);
    td_buf_release(&file);
}

static void a_quote_open_over_many_rows_loses_none_of_them(void **state)
{
    (void)state;
    struct td_buf file;
    td_buf_init(&file, 8 * 1024 * 1024);
    td_buf_add_str(&file, "email,name\na@example.org,\"open\n");
    for (int i = 0; i < 20000; i++)
        td_buf_addf(&file, "p%d@example.org,P\n", i);
    struct reading reading = read_pieces(td_buf_slice(&file), 10000, 0);
    assert_ok(reading.status, reading.err);
    assert_int_equal(reading.count, 20001);
    assert_true(
        td_slice_ends(td_buf_slice(&reading.rows), "20002|p19999@example.org|P\n"));
    td_buf_release(&reading.rows);
    td_buf_release(&file);
}

static void files_of_another_kind_are_refused_with_a_hint(void **state)
{
    (void)state;
    assert_refused(td_slice(""), "empty");
    assert_refused(td_slice("\n \r\n"), "empty");
    assert_refused(td_slice("name,topics\nAnn,x\n"), "line 1: no column \"email\"");
    assert_refused(td_slice("email,first name\n"), "no column is called \"first name\"");
    assert_refused(td_slice("email,email\n"), "\"email\" stands twice");
    assert_refused(td_slice("email,name,\n"), "no column is called \"\"");
    assert_refused(td_slice("email;name\na@example.org;Ann\n"), "commas are needed");
    assert_refused(td_slice("email\tname\n"), "commas are needed");
    assert_refused(td_slice("a@example.org,Ann\nb@example.org,Bob\n"), "no header line");
    assert_refused(td_slice("\n\nemail,\"name\n"), "line 3: quotation mark");
    assert_refused(td_slice("email,name\ra@example.org,Ann\r"), "CR alone");
    assert_refused(td_slice_n("\xff\xfe"
                              "e\0m\0a\0i\0l\0\n\0",
                              14),
                   "UTF-16");
    assert_refused(td_slice("e,m,a,i,l,n,e,w,s,l,e,t,t,e,r\n"),
                   "no column is called \"e\"");
}

static void the_sink_can_end_the_reading(void **state)
{
    (void)state;
    struct reading reading = read_pieces(
        td_slice("email\na@example.org\nb@example.org\nc@example.org\n"), 1000, 2);
    assert_int_equal(reading.status, TD_IO);
    assert_string_equal(reading.err.text, "the disk is full");
    assert_int_equal(reading.count, 2);
    td_buf_release(&reading.rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_come_in_any_order_and_case),
        cmocka_unit_test(quotes_hold_commas_quotes_and_line_breaks),
        cmocka_unit_test(marks_blanks_and_line_ends_of_other_systems_pass),
        cmocka_unit_test(one_address_a_line_is_enough),
        cmocka_unit_test(a_quote_that_never_closes_costs_its_own_line_only),
        cmocka_unit_test(a_quote_closed_by_a_later_row_costs_its_own_line_only),
        cmocka_unit_test(misplaced_quotes_cost_one_row_each),
        cmocka_unit_test(rows_of_another_width_are_refused),
        cmocka_unit_test(a_stray_carriage_return_stays_for_the_checks),
        cmocka_unit_test(a_record_may_be_just_so_long),
        cmocka_unit_test(megabytes_without_a_line_end_are_one_refused_row),
        cmocka_unit_test(a_quote_open_over_many_rows_loses_none_of_them),
        cmocka_unit_test(files_of_another_kind_are_refused_with_a_hint),
        cmocka_unit_test(the_sink_can_end_the_reading),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
