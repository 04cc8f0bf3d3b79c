/* test_slots.c: values of any kind stay in their place, and hostile ones are refused. */
#include "decode.h"
#include "sample.h"

/* The value as spliced; NULL when it was refused (then err holds why). */
static const char *encoded(enum td_slot_kind kind, enum td_slot_place place,
                           const char *value, struct td_err *err)
{
    static struct td_buf out;
    struct td_slot_values values = sample_values();
    const struct td_slot slot = {.kind = kind, .place = place};
    td_buf_release(&out);
    td_buf_init(&out, 100000);
    if (kind == TD_SLOT_TO && value != NULL && strchr(value, '@') == NULL)
        values.to_name = td_slice(value);
    else
        values.values[kind] = td_slice(value);
    return td_slot_encode(&slot, &values, &out, err) == TD_OK ? out.ptr : NULL;
}

static void assert_refused(enum td_slot_kind kind, enum td_slot_place place,
                           const char *value, const char *why)
{
    struct td_err err = {0};
    const char *got = encoded(kind, place, value, &err);
    if (got != NULL)
        fail_msg("not refused: %s, gave %s", value, got);
    assert_contains(err.text, why);
}

static void header_values_get_the_syntax_of_their_header(void **state)
{
    (void)state;
    struct td_err err = {0};
    assert_string_equal(encoded(TD_SLOT_TO, TD_PLACE_HEADER, "Smith, \"Ann\"", &err),
                        "\"Smith, \\\"Ann\\\"\" <ann@example.org>");
    assert_string_equal(encoded(TD_SLOT_TO, TD_PLACE_HEADER, "", &err),
                        "ann@example.org");
    assert_string_equal(
        encoded(TD_SLOT_MESSAGE_ID, TD_PLACE_HEADER, "1-2@n.example", &err),
        "<1-2@n.example>");
    assert_string_equal(encoded(TD_SLOT_UNSUBSCRIBE_HEADER, TD_PLACE_HEADER,
                                "https://n.example/u/x", &err),
                        "<https://n.example/u/x>");
    assert_string_equal(
        encoded(TD_SLOT_DATE, TD_PLACE_HEADER, "Fri, 20 Nov 2026 07:00:00 +0000", &err),
        "Fri, 20 Nov 2026 07:00:00 +0000");
}

static void a_long_name_of_any_script_folds_before_the_address(void **state)
{
    (void)state;
    static const char *const units[] = {"Zoë ", "张伟", "Иван ", "שלום ", "🚑", "x"};
    struct td_err err = {0};
    for (size_t u = 0; u < TD_ARRAY_LEN(units); u++) {
        struct td_buf name, back;
        td_buf_init(&name, 10000);
        td_buf_init(&back, 10000);
        for (int i = 0; i < 200; i++)
            td_buf_add_str(&name, units[u]);
        const struct td_slice trimmed = td_slice_trim(td_buf_slice(&name));
        name.ptr[trimmed.len] = '\0';
        const char *got = encoded(TD_SLOT_TO, TD_PLACE_HEADER, name.ptr, &err);
        assert_non_null(got);
        const char *bracket = strrchr(got, '<');
        assert_string_equal(bracket, "<ann@example.org>");
        struct td_slice phrase = td_slice_n(got, (size_t)(bracket - got));
        decode_unstructured(td_slice_trim(phrase), 4, &back);
        assert_string_equal(back.ptr, name.ptr);
        td_buf_release(&name);
        td_buf_release(&back);
    }
}

static void text_is_quoted_printable_and_html_is_escaped_before(void **state)
{
    (void)state;
    struct td_err err = {0};
    const char *name = "Dear <b>\"Ann\"</b> & 'Bo'=";
    assert_string_equal(encoded(TD_SLOT_GREETING, TD_PLACE_TEXT, name, &err),
                        "Dear <b>\"Ann\"</b> & 'Bo'=3D");
    assert_string_equal(encoded(TD_SLOT_GREETING, TD_PLACE_HTML, name, &err),
                        "Dear &lt;b&gt;&quot;Ann&quot;&lt;/b&gt; &amp; &#39;Bo&#39;=3D");
    assert_string_equal(
        encoded(TD_SLOT_GREETING, TD_PLACE_HTML, "\xe2\x80\xaeliamE", &err),
        "=E2=80=AEliamE");
    assert_string_equal(encoded(TD_SLOT_GREETING, TD_PLACE_TEXT, "", &err), "");
    assert_string_equal(
        encoded(TD_SLOT_VIEW, TD_PLACE_HTML, "https://n.example/?a=1&b=2", &err),
        "https://n.example/?a=3D1&amp;b=3D2");
}

static void hostile_values_are_refused(void **state)
{
    (void)state;
    const enum td_slot_place h = TD_PLACE_HEADER, t = TD_PLACE_TEXT;
    assert_refused(TD_SLOT_TO, h, "Ann\r\nBcc: x", "To name: ");
    assert_refused(TD_SLOT_TO, h, "Ann\nBcc", "control character");
    assert_refused(TD_SLOT_TO, h, "\xff\xfe", "UTF-8");
    assert_refused(TD_SLOT_TO, h, "a@b.example\r\nBcc: c@d.example",
                   "To address: a control");
    assert_refused(TD_SLOT_TO, h, "a@b.example>, <c@d.example", "cannot have");
    assert_refused(TD_SLOT_TO, h, "a@", "expected an address");
    assert_refused(TD_SLOT_GREETING, t, "Dear\rAnn", "greeting: a control character");
    assert_refused(TD_SLOT_GREETING, t, "Dear \xc2\x85", "greeting: a control character");
    assert_refused(TD_SLOT_GREETING, t, "\xc3\x28", "greeting: not UTF-8");
    assert_refused(TD_SLOT_VIEW, t, "javascript:alert(1)", "view URL: expected a web");
    assert_refused(TD_SLOT_VIEW, t, "https://x.example/\" onload=\"",
                   "view URL: a URL has");
    assert_refused(TD_SLOT_UNSUBSCRIBE_HEADER, h, "http://n.example/u", "https");
    assert_refused(TD_SLOT_UNSUBSCRIBE_HEADER, h, "https://n.example/>, <https://x",
                   "printable");
    assert_refused(TD_SLOT_MESSAGE_ID, h, "a b@c", "Message-ID: expected");
    assert_refused(TD_SLOT_MESSAGE_ID, h, "ab", "Message-ID: expected");
    assert_refused(TD_SLOT_DATE, h, "", "Date: expected");
    assert_refused(TD_SLOT_PREFERENCES, t, NULL, "preferences URL: no value");
}

static void a_refused_splice_leaves_the_output_as_it_was(void **state)
{
    (void)state;
    struct sample s;
    struct td_variant variant;
    struct td_err err = {0};
    struct td_buf out;
    struct td_slot_values values = sample_values();
    td_buf_init(&out, 1 << 20);
    sample_briefing(&s);
    assert_ok(sample_compose(&s, TD_FORMAT_HTML, &variant, &err), err);
    td_buf_add_str(&out, "before");
    values.values[TD_SLOT_ADDRESS] = td_slice("x\ny");
    assert_int_equal(td_variant_splice(&variant, &values, &out, &err), TD_DATA);
    assert_string_equal(out.ptr, "before");
    assert_int_equal(out.len, 6);
    td_buf_release(&out);
    td_variant_release(&variant);
}

static void a_message_is_the_variant_and_its_values(void **state)
{
    (void)state;
    struct sample s;
    struct td_variant variant;
    struct td_err err = {0};
    struct td_buf out, value;
    const struct td_slot_values values = sample_values();
    td_buf_init(&out, 1 << 20);
    td_buf_init(&value, 1 << 20);
    sample_live(&s);
    assert_ok(sample_compose(&s, TD_FORMAT_HTML, &variant, &err), err);
    assert_ok(td_variant_splice(&variant, &values, &out, &err), err);
    for (size_t i = 0; i < variant.slot_count; i++)
        assert_ok(td_slot_encode(&variant.slots[i], &values, &value, &err), err);
    assert_int_equal(out.len, variant.bytes.len + value.len);
    td_buf_release(&value);
    td_buf_release(&out);
    td_variant_release(&variant);
}

static void a_variant_comes_back_from_its_blob(void **state)
{
    (void)state;
    struct sample s;
    struct td_variant variant, back;
    struct td_err err = {0};
    struct td_buf blob;
    td_buf_init(&blob, 1 << 20);
    sample_briefing(&s);
    assert_ok(sample_compose(&s, TD_FORMAT_TEXT, &variant, &err), err);
    td_variant_pack(&variant, &blob);
    assert_ok(td_variant_unpack(td_buf_slice(&blob), &back, &err), err);
    assert_true(td_slice_eq(td_buf_slice(&back.bytes), td_buf_slice(&variant.bytes)));
    assert_int_equal(back.slot_count, variant.slot_count);
    for (size_t i = 0; i < back.slot_count; i++) {
        assert_int_equal(back.slots[i].offset, variant.slots[i].offset);
        assert_int_equal(back.slots[i].kind, variant.slots[i].kind);
        assert_int_equal(back.slots[i].place, variant.slots[i].place);
    }
    td_variant_release(&back);
    for (size_t cut = 0; cut < blob.len; cut += 7)
        assert_int_equal(td_variant_unpack(td_slice_n(blob.ptr, cut), &back, &err),
                         TD_DATA);
    blob.ptr[12 + 4] = 99; /* the first slot's kind */
    assert_int_equal(td_variant_unpack(td_buf_slice(&blob), &back, &err), TD_DATA);
    td_buf_release(&blob);
    td_variant_release(&variant);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(header_values_get_the_syntax_of_their_header),
        cmocka_unit_test(a_long_name_of_any_script_folds_before_the_address),
        cmocka_unit_test(text_is_quoted_printable_and_html_is_escaped_before),
        cmocka_unit_test(hostile_values_are_refused),
        cmocka_unit_test(a_refused_splice_leaves_the_output_as_it_was),
        cmocka_unit_test(a_message_is_the_variant_and_its_values),
        cmocka_unit_test(a_variant_comes_back_from_its_blob),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
