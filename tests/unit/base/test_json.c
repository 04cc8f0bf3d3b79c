/* test_json.c: JSON written in order, read strictly, and never broken by bad bytes. */
#include "support/td_test.h"

#include <math.h>

#include "base/json.h"

static void expect_text(struct td_json *json, bool pretty, const char *expected)
{
    struct td_buf out;
    td_buf_init(&out, 10000);
    td_json_write(json, pretty, &out);
    assert_string_equal(out.ptr, expected);
    td_buf_release(&out);
    td_json_destroy(json);
}

static void keys_keep_the_order_in_which_they_were_set(void **state)
{
    (void)state;
    struct td_json *json = td_json_object();
    td_json_set_int(json, "zebra", -5);
    td_json_set_str(json, "apple", td_slice_n("green!", 5));
    td_json_set_cstr(json, "none", NULL);
    td_json_set_str(json, "absent", td_slice(NULL));
    td_json_set_cstr(json, "empty", "");
    td_json_set_bool(json, "yes", true);
    td_json_set_bool(json, "no", false);
    td_json_set_null(json, "null");
    td_json_set_real(json, "real", 0.1);
    struct td_json *list = td_json_array();
    td_json_append_str(list, td_slice("a"));
    td_json_append_take(list, td_json_int(2));
    td_json_set_take(json, "list", list);
    expect_text(json, false,
                "{\"zebra\":-5,\"apple\":\"green\",\"none\":null,\"absent\":null,"
                "\"empty\":\"\",\"yes\":true,\"no\":false,\"null\":null,\"real\":0.1,"
                "\"list\":[\"a\",2]}");
}

static void pretty_text_is_indented_by_two(void **state)
{
    (void)state;
    struct td_json *json = td_json_object();
    td_json_set_take(json, "a", td_json_array());
    td_json_set_int(json, "b", INT64_MAX);
    expect_text(json, true, "{\n  \"a\": [],\n  \"b\": 9223372036854775807\n}");
}

static void no_control_byte_reaches_a_terminal(void **state)
{
    (void)state;
    struct td_json *json = td_json_array();
    td_json_append_str(json, td_slice("\x1b[2J\x7f \xc2\x9b"
                                      "31m \xc2\x80\xc2\xa0\xc3\x9b"));
    expect_text(json, false,
                "[\"\\u001B[2J\\u007f \\u009b31m \\u0080\xc2\xa0\xc3\x9b\"]");
}

static void text_stays_utf8_and_bad_bytes_become_replacement_characters(void **state)
{
    (void)state;
    struct td_json *json = td_json_array();
    td_json_append_str(json, td_slice("\xe2\x80\x9c\"\n"));
    td_json_append_str(json, td_slice("a\xff\xe2\x82"));
    td_json_append_str(json, td_slice_n("x\0y", 3));
    expect_text(json, false,
                "[\"\xe2\x80\x9c\\\"\\n\",\"a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\","
                "\"x\\u0000y\"]");
    json = td_json_object();
    td_json_set_int(json, "k\xff", 1);
    expect_text(json, false, "{\"k\xef\xbf\xbd\":1}");
}

static void a_number_that_json_has_not_is_null(void **state)
{
    (void)state;
    struct td_json *json = td_json_object();
    td_json_set_real(json, "x", HUGE_VAL);
    expect_text(json, false, "{\"x\":null}");
}

static void values_stand_alone_too(void **state)
{
    (void)state;
    expect_text(td_json_string(td_slice("x")), false, "\"x\"");
    expect_text(td_json_int(0), true, "0");
    td_json_destroy(NULL);
}

static void what_was_written_can_be_read(void **state)
{
    (void)state;
    struct td_err err = {0};
    struct td_json *json = NULL;
    const struct td_slice text = td_slice(
        "{\"name\":\"caf\\u00e9\",\"n\":7,\"on\":true,\"list\":[\"a\",{\"b\":-1}]}");
    assert_ok(td_json_parse(text, &json, &err), err);
    assert_slice(td_json_str(td_json_get(json, "name")), "caf\xc3\xa9");
    assert_int_equal(td_json_int_or(td_json_get(json, "n"), 0), 7);
    assert_true(td_json_bool_or(td_json_get(json, "on"), false));
    const struct td_json *list = td_json_get(json, "list");
    assert_int_equal(td_json_count(list), 2);
    assert_slice(td_json_str(td_json_at(list, 0)), "a");
    assert_int_equal(td_json_int_or(td_json_get(td_json_at(list, 1), "b"), 0), -1);

    assert_null(td_json_get(json, "nothing"));
    assert_null(td_json_get(list, "name"));
    assert_null(td_json_at(list, 2));
    assert_null(td_json_at(json, 0));
    assert_null(td_json_str(td_json_get(json, "n")).ptr);
    assert_null(td_json_str(NULL).ptr);
    assert_int_equal(td_json_int_or(td_json_get(json, "name"), 42), 42);
    assert_int_equal(td_json_int_or(NULL, 42), 42);
    assert_true(td_json_bool_or(td_json_get(json, "n"), true));
    assert_int_equal(td_json_count(json), 0);
    assert_int_equal(td_json_count(NULL), 0);
    td_json_destroy(json);
}

static void faults_have_line_and_column(void **state)
{
    (void)state;
    struct td_err err = {0};
    struct td_json *json = NULL;
    assert_int_equal(td_json_parse(td_slice("{\n  \"a\": x\n}"), &json, &err), TD_DATA);
    assert_null(json);
    assert_contains(err.text, "line 2, column");
    static const char *const bad[] = {
        "", "{", "[1,]", "{\"a\":1} x", "\"\xff\"", "{\"a\":1,\"a\":2}", "nul", "[01]"};
    for (size_t i = 0; i < TD_ARRAY_LEN(bad); i++) {
        assert_int_equal(td_json_parse(td_slice(bad[i]), &json, &err), TD_DATA);
    }
    assert_int_equal(td_json_parse(td_slice(NULL), &json, &err), TD_DATA);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_keep_the_order_in_which_they_were_set),
        cmocka_unit_test(pretty_text_is_indented_by_two),
        cmocka_unit_test(no_control_byte_reaches_a_terminal),
        cmocka_unit_test(text_stays_utf8_and_bad_bytes_become_replacement_characters),
        cmocka_unit_test(a_number_that_json_has_not_is_null),
        cmocka_unit_test(values_stand_alone_too),
        cmocka_unit_test(what_was_written_can_be_read),
        cmocka_unit_test(faults_have_line_and_column),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
