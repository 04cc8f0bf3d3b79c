/* test_relaxed.c: the canonical form of headers and bodies, as in RFC 6376 3.4 and beyond. */
#include "support/td_test.h"

#include "delivery/relaxed.h"

static void fields_lose_case_folds_and_needless_white_space(void **state)
{
    (void)state;
    static const struct {
        const char *field, *canonical;
    } rows[] = {
        {"A: X\r\n", "a:X"},               /* RFC 6376 3.4.5 */
        {"B : Y\t\r\n\tZ  \r\n", "b:Y Z"}, /* RFC 6376 3.4.5 */
        {"Subject:no space", "subject:no space"},
        {"Subject:", "subject:"},
        {"Subject: \r\n \r\n", "subject:"},
        {"List-ID: The  Daily\t\t<a.b>", "list-id:The Daily <a.b>"},
        {"X:\r\n a:b\r\n\tc", "x:a:b c"},
        {"To: =?utf-8?Q?J=C3=B6?=\r\n <j@x.example>\r\n",
         "to:=?utf-8?Q?J=C3=B6?= <j@x.example>"},
    };
    for (size_t i = 0; i < TD_ARRAY_LEN(rows); i++) {
        struct td_buf out;
        td_buf_init(&out, 1000);
        td_relaxed_field(td_slice(rows[i].field), &out);
        assert_string_equal(out.ptr, rows[i].canonical);
        td_buf_release(&out);
    }
}

/* A body and what RFC 6376 3.4.4 makes of it. */
struct body_row {
    const char *body, *canonical;
};
static const struct body_row bodies[] = {
    {" C \r\nD \t E\r\n\r\n\r\n", " C\r\nD E\r\n"}, /* RFC 6376 3.4.5 */
    {"", ""},
    {"\r\n", ""},
    {"\r\n\r\n\r\n", ""},
    {" \t\r\n \r\n", ""},
    {"a", "a\r\n"},
    {"a\r\n", "a\r\n"},
    {"a\r\n\r\n \r\n\t", "a\r\n"},
    {"\r\n\r\na\r\n", "\r\n\r\na\r\n"},
    {"a \r\n\r\n b\t\tc \t \r\n", "a\r\n\r\n b c\r\n"},
    {"\ta\r\n", " a\r\n"},
    {"a  \r\n  b\r\n", "a\r\n b\r\n"},
    {"a\r\n \r\nb\r\n", "a\r\n\r\nb\r\n"},
    {"  ", ""},
    {"one two three=\r\n four  five=20\r\n", "one two three=\r\n four five=20\r\n"},
    /* Longer than a block, with something to change in the last of it. */
    {"0123456789012345678901234567890123456789012345678901234567890123456789012345\r\n"
     "0123456789012345678901234567890123456789012345678901234567890 2345678901 \r\n"
     "0123456789012345678901234567890123456789012345678901234567890123456789  \r\n\r\n",
     "0123456789012345678901234567890123456789012345678901234567890123456789012345\r\n"
     "0123456789012345678901234567890123456789012345678901234567890 2345678901\r\n"
     "0123456789012345678901234567890123456789012345678901234567890123456789\r\n"},
};

static void expect_same(const unsigned char hash[TD_SHA256_LEN], const char *canonical)
{
    unsigned char expected[TD_SHA256_LEN];
    td_sha256(td_slice(canonical), expected);
    if (memcmp(hash, expected, sizeof expected) != 0)
        fail_msg("not hashed as \"%s\"", canonical);
}

static void bodies_hash_as_their_canonical_form_wherever_they_are_cut(void **state)
{
    (void)state;
    for (size_t i = 0; i < TD_ARRAY_LEN(bodies); i++) {
        const struct td_slice body = td_slice(bodies[i].body);
        for (size_t cut = 0; cut <= body.len; cut++) {
            unsigned char hash[TD_SHA256_LEN];
            struct td_relaxed_body *pieces = td_relaxed_body_create();
            td_relaxed_body_add(pieces, td_slice_sub(body, 0, cut));
            td_relaxed_body_add(pieces, td_slice_sub(body, cut, body.len));
            assert_int_equal(td_relaxed_body_size(pieces), body.len);
            td_relaxed_body_finish(pieces, hash);
            expect_same(hash, bodies[i].canonical);
        }
    }
}

static void a_copy_goes_on_by_itself(void **state)
{
    (void)state;
    for (size_t i = 0; i < TD_ARRAY_LEN(bodies); i++) {
        const struct td_slice body = td_slice(bodies[i].body);
        for (size_t cut = 0; cut <= body.len; cut++) {
            unsigned char hash[TD_SHA256_LEN];
            struct td_relaxed_body *start = td_relaxed_body_create();
            td_relaxed_body_add(start, td_slice_sub(body, 0, cut));
            struct td_relaxed_body *copy = td_relaxed_body_copy(start);
            td_relaxed_body_add(start, td_slice("\r\nsomething else"));
            td_relaxed_body_destroy(start);
            td_relaxed_body_add(copy, td_slice_sub(body, cut, body.len));
            td_relaxed_body_finish(copy, hash);
            expect_same(hash, bodies[i].canonical);
        }
    }
    td_relaxed_body_destroy(NULL);
}

/* Work in proportion to its length, whatever it is made of: this would take hours otherwise. */
static void nothing_makes_it_slow(void **state)
{
    (void)state;
    static const char *const units[] = {"\r\n",      " ",   "\t",
                                        "x\r\n\r\n", "x  ", "\r\n \r\n"};
    for (size_t i = 0; i < TD_ARRAY_LEN(units); i++) {
        struct td_buf text;
        unsigned char hash[TD_SHA256_LEN];
        td_buf_init(&text, (size_t)2 << 20);
        while (text.len < (size_t)1 << 20)
            td_buf_add_str(&text, units[i]);
        struct td_relaxed_body *body = td_relaxed_body_create();
        td_relaxed_body_add(body, td_buf_slice(&text));
        td_relaxed_body_finish(body, hash);
        td_buf_release(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_lose_case_folds_and_needless_white_space),
        cmocka_unit_test(bodies_hash_as_their_canonical_form_wherever_they_are_cut),
        cmocka_unit_test(a_copy_goes_on_by_itself),
        cmocka_unit_test(nothing_makes_it_slow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
