/* test_encode.c: what goes on the wire decodes to what was given, within the line limits. */
#include "decode.h"

#include <stdlib.h>
#include <string.h>

#include "base/rand.h"
#include "variant/encode.h"

static void assert_qp(const char *text, const char *expected)
{
    struct td_buf out;
    td_buf_init(&out, 1 << 20);
    td_encode_qp(td_slice(text), &out);
    assert_string_equal(out.ptr, expected);
    td_buf_release(&out);
}

static void quoted_printable_protects_what_transport_alters(void **state)
{
    (void)state;
    assert_qp("plain", "plain");
    assert_qp("a=b", "a=3Db");
    assert_qp("one\ntwo\r\nthree", "one\r\ntwo\r\nthree");
    assert_qp("space \ntab\t\r\nend ", "space=20\r\ntab=09\r\nend=20");
    assert_qp(".\n..\n.x\n x.", "=2E\r\n=2E.\r\n=2Ex\r\n x.");
    assert_qp("From me\nFromage\n>From", "=46rom me\r\nFromage\r\n>From");
    assert_qp("bare\rcr", "bare=0Dcr");
    assert_qp("£ \xe2\x80\x9c", "=C2=A3 =E2=80=9C");
    assert_qp("", "");
    assert_qp("\n", "\r\n");
}

static void quoted_printable_lines_end_at_76(void **state)
{
    (void)state;
    char line[160];
    for (size_t n = 74; n <= 154; n++) {
        struct td_buf out, back;
        td_buf_init(&out, 1000);
        td_buf_init(&back, 1000);
        for (size_t i = 0; i < n; i++)
            line[i] = i % 7 == 6 ? '.' : 'x';
        td_encode_qp(td_slice_n(line, n), &out);
        decode_qp(td_buf_slice(&out), &back);
        assert_memory_equal(back.ptr, line, n);
        if (n <= 76)
            assert_int_equal(out.len, n);
        td_buf_clear(&out);
        td_encode_qp_open(td_slice_n(line, n), &out);
        td_buf_add_str(&out, "=\r\n");
        td_buf_clear(&back);
        decode_qp(td_buf_slice(&out), &back);
        assert_int_equal(back.len, n);
        td_buf_release(&out);
        td_buf_release(&back);
    }
}

static void quoted_printable_gives_back_any_bytes(void **state)
{
    (void)state;
    struct td_rand rand = td_rand_seeded(20261120);
    for (int round = 0; round < 400; round++) {
        struct td_buf text, out, back;
        td_buf_init(&text, 1000);
        td_buf_init(&out, 10000);
        td_buf_init(&back, 10000);
        const size_t n = (size_t)td_rand_below(&rand, 300);
        for (size_t i = 0; i < n; i++) {
            static const char often[] = "  \t\n\n.=F\r";
            const bool pick = td_rand_below(&rand, 3) == 0;
            td_buf_add_char(&text, pick ? often[td_rand_below(&rand, sizeof often - 1)]
                                        : (char)td_rand_below(&rand, 256));
            if (text.ptr[text.len - 1] == '\n' && text.len > 1 &&
                text.ptr[text.len - 2] == '\r')
                text.ptr[text.len - 2] = 'r'; /* CR LF would come back as LF */
        }
        td_encode_qp(td_buf_slice(&text), &out);
        decode_qp(td_buf_slice(&out), &back);
        assert_int_equal(back.len, text.len);
        assert_memory_equal(back.ptr, text.ptr, text.len);
        td_buf_release(&text);
        td_buf_release(&out);
        td_buf_release(&back);
    }
}

static void assert_unstructured(const char *text, const char *expected)
{
    struct td_buf out, back;
    td_buf_init(&out, 10000);
    td_buf_init(&back, 10000);
    td_encode_unstructured(td_slice(text), 9, &out);
    if (expected != NULL)
        assert_string_equal(out.ptr, expected);
    decode_unstructured(td_buf_slice(&out), 9, &back);
    assert_string_equal(back.ptr, text);
    td_buf_release(&out);
    td_buf_release(&back);
}

static void subjects_fold_and_unfold_to_the_same_text(void **state)
{
    (void)state;
    assert_unstructured("Plain and short", "Plain and short");
    assert_unstructured(
        "A subject of plain words that is too long for one line and so is folded "
        "at a space",
        "A subject of plain words that is too long for one line and so is\r\n"
        " folded at a space");
    assert_unstructured("Two  spaces", "=?utf-8?Q?Two__spaces?=");
    assert_unstructured("=?utf-8?Q?Bcc?= is text", NULL);
    assert_unstructured("£20m", "=?utf-8?B?wqMyMG0=?=");
    assert_unstructured("Ambulance delays cost £20m",
                        "=?utf-8?Q?Ambulance_delays_cost_=C2=A320m?=");
    assert_unstructured(
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        NULL);
}

static void no_encoded_word_splits_a_character(void **state)
{
    (void)state;
    static const char *const units[] = {"\xf0\x9f\x9a\x91", "\xe7\x97\x85",
                                        "\xc3\xa9",         "e\xcc\x81 ",
                                        "x\xd7\xa9",        "\xe0\xa4\x95\xe0\xa5\x8d "};
    for (size_t u = 0; u < TD_ARRAY_LEN(units); u++) {
        struct td_buf text;
        td_buf_init(&text, 10000);
        for (int i = 0; i < 200; i++)
            td_buf_add_str(&text, units[u]);
        text.ptr[td_slice_trim(td_buf_slice(&text)).len] = '\0';
        assert_unstructured(text.ptr, NULL);
        td_buf_release(&text);
    }
}

static void assert_phrase(const char *text, const char *expected)
{
    struct td_buf out;
    td_buf_init(&out, 1000);
    td_encode_phrase(td_slice(text), 4, &out);
    assert_string_equal(out.ptr, expected);
    td_buf_release(&out);
}

static void names_are_atoms_quoted_or_encoded_words(void **state)
{
    (void)state;
    assert_phrase("Ann Example", "Ann Example");
    assert_phrase("J. R. Smith", "\"J. R. Smith\"");
    assert_phrase("Smith, Ann (x) \"y\" \\", "\"Smith, Ann (x) \\\"y\\\" \\\\\"");
    assert_phrase("ann@example.org", "\"ann@example.org\"");
    assert_phrase("Two  spaces", "\"Two  spaces\"");
    assert_phrase("Müller, Anna", "=?utf-8?Q?M=C3=BCller=2C_Anna?=");
    assert_phrase("=?x?=", "=?utf-8?B?PT94Pz0=?=");
    assert_phrase("", "");
}

static void base64_stands_in_lines_of_76(void **state)
{
    (void)state;
    char bytes[200];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)i;
    for (size_t n = 0; n <= sizeof bytes; n++) {
        struct td_buf out, whole, joined;
        struct td_slice rest, line;
        td_buf_init(&out, 1000);
        td_buf_init(&whole, 1000);
        td_buf_init(&joined, 1000);
        td_encode_base64(td_slice_n(bytes, n), &out);
        td_base64(&whole, bytes, n);
        for (rest = td_buf_slice(&out); td_slice_line(&rest, &line);) {
            assert_true(line.len == 76 || (rest.len == 0 && line.len > 0));
            td_buf_add_slice(&joined, line);
        }
        assert_true(td_slice_eq(td_buf_slice(&joined), td_buf_slice(&whole)));
        assert_true(n == 0 || td_slice_ends(td_buf_slice(&out), "\r\n"));
        td_buf_release(&out);
        td_buf_release(&whole);
        td_buf_release(&joined);
    }
}

static void assert_parameter(const char *value, const char *expected)
{
    struct td_buf out;
    td_buf_init(&out, 10000);
    td_encode_parameter("filename", td_slice(value), &out);
    assert_string_equal(out.ptr, expected);
    td_buf_release(&out);
}

static void parameters_are_quoted_or_extended_and_never_too_long(void **state)
{
    (void)state;
    struct td_buf out;
    struct td_slice rest, line;
    char name[401];
    assert_parameter("a b.pdf", ";\r\n filename=\"a b.pdf\"");
    assert_parameter("a\"b\\.pdf", ";\r\n filename*0*=utf-8''a%22b%5C.pdf");
    assert_parameter("f\xc3\xbcr.pdf", ";\r\n filename*0*=utf-8''f%C3%BCr.pdf");
    for (size_t i = 0; i < 400; i += 4)
        memcpy(name + i, "\xf0\x9f\x8d\x8f", 4);
    name[400] = '\0';
    td_buf_init(&out, 10000);
    td_encode_parameter("filename", td_slice(name), &out);
    for (rest = td_buf_slice(&out); td_slice_line(&rest, &line);) {
        assert_true(line.len <= 76);
        assert_true(td_slice_starts(line, " filename*") || line.len == 1);
        /* whole characters: each line's codes begin with the first byte of one */
        const size_t code = td_slice_find(line, 0, '%');
        assert_true(line.len == 1 || memcmp(line.ptr + code, "%F0%9F%8D%8F", 12) == 0);
    }
    td_buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quoted_printable_protects_what_transport_alters),
        cmocka_unit_test(quoted_printable_lines_end_at_76),
        cmocka_unit_test(quoted_printable_gives_back_any_bytes),
        cmocka_unit_test(subjects_fold_and_unfold_to_the_same_text),
        cmocka_unit_test(no_encoded_word_splits_a_character),
        cmocka_unit_test(names_are_atoms_quoted_or_encoded_words),
        cmocka_unit_test(base64_stands_in_lines_of_76),
        cmocka_unit_test(parameters_are_quoted_or_extended_and_never_too_long),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
