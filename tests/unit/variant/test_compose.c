/*
 * test_compose.c: whole mails against golden files, and what must hold for each.
 *
 * TD_UPDATE_GOLDEN=1 writes the golden files anew: look at the difference before it is committed.
 */
#include "decode.h"
#include "sample.h"

#include <stdlib.h>

#include "variant/lines.h"

static struct td_buf spliced(const struct sample *s, enum td_format format)
{
    struct td_variant variant;
    struct td_err err = {0};
    struct td_buf out;
    const struct td_slot_values values = sample_values();
    td_buf_init(&out, 1 << 20);
    assert_ok(sample_compose(s, format, &variant, &err), err);
    assert_ok(td_variant_splice(&variant, &values, &out, &err), err);
    td_variant_release(&variant);
    return out;
}

/* Standards A1, A3, D2, E5: CRLF, 7 bits, no line over 998, none over 76 in bodies. */
static void assert_wire_safe(struct td_slice mail)
{
    struct td_slice rest = mail, line;
    bool body = false;
    for (size_t i = 0; i < mail.len; i++) {
        const unsigned char c = (unsigned char)mail.ptr[i];
        assert_true(c == '\r' || c == '\n' || c == '\t' || (c >= ' ' && c <= '~'));
        if (c == '\n')
            assert_true(i > 0 && mail.ptr[i - 1] == '\r');
        if (c == '\r')
            assert_true(i + 1 < mail.len && mail.ptr[i + 1] == '\n');
    }
    assert_true(td_slice_ends(mail, "\r\n"));
    while (td_slice_line(&rest, &line)) {
        assert_true(line.len <= (body ? 76 : 998));
        assert_false(td_slice_starts(line, "."));
        body = body || line.len == 0;
    }
}

static void compare_golden(const char *name, struct td_slice mail)
{
    char path[512];
    struct td_err err = {0};
    struct td_buf golden;
    td_buf_init(&golden, 1 << 20);
    snprintf(path, sizeof path, "%s/tests/data/variant/%s", TD_SOURCE_DIR, name);
    if (getenv("TD_UPDATE_GOLDEN") != NULL)
        assert_ok(td_file_write(path, mail, 0644, &err), err);
    assert_ok(td_file_read(path, 1 << 20, &golden, &err), err);
    size_t i = 0;
    while (i < mail.len && i < golden.len && mail.ptr[i] == golden.ptr[i])
        i++;
    if (i < mail.len || i < golden.len)
        fail_msg("%s differs at byte %zu: got \"%.60s\", expected \"%.60s\"", name, i,
                 i < mail.len ? mail.ptr + i : "(end)",
                 i < golden.len ? golden.ptr + i : "(end)");
    td_buf_release(&golden);
}

static void check(const char *name, const struct sample *s, enum td_format format)
{
    struct td_buf first = spliced(s, format);
    struct td_buf second = spliced(s, format);
    assert_true(td_slice_eq(td_buf_slice(&first), td_buf_slice(&second)));
    assert_wire_safe(td_buf_slice(&first));
    compare_golden(name, td_buf_slice(&first));
    td_buf_release(&first);
    td_buf_release(&second);
}

static void mails_are_what_they_were(void **state)
{
    (void)state;
    struct sample s;
    sample_briefing(&s);
    check("briefing.eml", &s, TD_FORMAT_HTML);
    check("briefing-text.eml", &s, TD_FORMAT_TEXT);
    s.newsletter.template_name = "weekly";
    check("weekly.eml", &s, TD_FORMAT_HTML);
    s.edition.class_ = TD_CLASS_ALERT;
    check("alert.eml", &s, TD_FORMAT_HTML);
    sample_live(&s);
    check("live.eml", &s, TD_FORMAT_HTML);
}

static size_t count_of(const char *haystack, const char *needle)
{
    size_t n = 0;
    for (const char *p = strstr(haystack, needle); p != NULL; p = strstr(p + 1, needle))
        n++;
    return n;
}

static void every_header_stands_there_once(void **state)
{
    (void)state;
    static const char *const names[] = {"Date",
                                        "From",
                                        "To",
                                        "Reply-To",
                                        "Subject",
                                        "Message-ID",
                                        "MIME-Version",
                                        "List-Id",
                                        "List-Unsubscribe",
                                        "List-Unsubscribe-Post",
                                        "Auto-Submitted",
                                        "Precedence"};
    struct sample s;
    sample_briefing(&s);
    struct td_buf mail = spliced(&s, TD_FORMAT_HTML);
    *strstr(mail.ptr, "\r\n\r\n") = '\0';
    for (size_t i = 0; i < TD_ARRAY_LEN(names); i++) {
        char line[60];
        snprintf(line, sizeof line, i == 0 ? "%s: " : "\r\n%s: ", names[i]);
        assert_int_equal(count_of(mail.ptr, line), 1);
    }
    assert_contains(mail.ptr,
                    "\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n");
    assert_contains(mail.ptr,
                    "\r\nList-Unsubscribe: <https://news.example/u/abcdef>\r\n");
    assert_null(strstr(mail.ptr, "X-Mailer"));
    assert_null(strstr(mail.ptr, "Bcc"));
    mail.ptr[strlen(mail.ptr)] = '\r';
    td_buf_release(&mail);
}

static void references_link_only_to_entries_in_the_mail(void **state)
{
    (void)state;
    struct sample s;
    sample_live(&s);
    struct td_buf mail = spliced(&s, TD_FORMAT_HTML);
    struct td_buf text;
    td_buf_init(&text, 1 << 20);
    const char *html = strstr(strstr(mail.ptr, "text/html"), "\r\n\r\n") + 4;
    decode_qp(td_slice_n(html, (size_t)(strstr(html, "\r\n--=_td_") - html)), &text);
    assert_contains(text.ptr, "<h2 id=\"at-1604\"");
    assert_contains(text.ptr, "<h2 id=\"at-1313\"");
    assert_contains(text.ptr, "<h2 id=\"at-1313-2\"");
    assert_contains(text.ptr, "(see <a href=\"#at-1313\"");
    assert_contains(text.ptr, "1.13pm</a> and 1.00am)");
    td_buf_release(&text);
    td_buf_release(&mail);
}

static void only_the_selected_parts_are_in_the_mail(void **state)
{
    (void)state;
    struct sample s;
    struct td_err err = {0};
    struct td_variant variant;
    struct td_selection selection;
    struct td_templates *templates = sample_templates();
    sample_briefing(&s);
    s.parts[1].topics = 1;
    td_selection_make(&s.edition, 2, TD_FORMAT_HTML, &selection);
    const struct td_compose_input input = {.edition = &s.edition,
                                           .selection = &selection,
                                           .templates = templates,
                                           .zone_date = "Friday 20 November 2026"};
    assert_ok(td_compose(&input, &variant, &err), err);
    const char *body = strstr(variant.bytes.ptr, "\r\n\r\n");
    assert_contains(body, "ambulances");
    assert_contains(body, "Also on hsj.example today");
    assert_null(strstr(body, "First thing"));
    assert_null(strstr(body, "A smaller heading"));
    td_variant_release(&variant);
    td_templates_destroy(templates);
}

static void assert_fails(struct sample *s, enum td_status expected, const char *why)
{
    struct td_err err = {0};
    struct td_variant variant;
    assert_int_equal(sample_compose(s, TD_FORMAT_HTML, &variant, &err), expected);
    assert_contains(err.text, why);
}

static void what_cannot_be_sent_is_refused_with_the_reason(void **state)
{
    (void)state;
    struct sample s;
    sample_briefing(&s);
    s.newsletter.postal_address = NULL;
    assert_fails(&s, TD_CONFIG, "newsletter daily: no postal_address");
    sample_briefing(&s);
    s.newsletter.from_address = "a@b.example>\r\nBcc: c@d.example";
    assert_fails(&s, TD_CONFIG, "from_address cannot stand in a header");
    sample_briefing(&s);
    s.newsletter.from_name = "A\nB";
    assert_fails(&s, TD_CONFIG, "from_name cannot stand in a header");
    sample_briefing(&s);
    s.edition.subject = td_slice("One\r\nBcc: two");
    assert_fails(&s, TD_DATA, "daily 2026-11-20: the subject");
    sample_briefing(&s);
    s.edition.subject = td_slice(" ");
    assert_fails(&s, TD_DATA, "the subject is empty");
    sample_briefing(&s);
    s.edition.preheader = td_slice("\xff"
                                   "F");
    assert_fails(&s, TD_DATA, "the preheader is not UTF-8");
    sample_briefing(&s);
    s.newsletter.template_name = "nowhere";
    assert_fails(&s, TD_NOINPUT, "nowhere.text.mustache");
}

static void links_and_images_lead_to_the_web_only(void **state)
{
    (void)state;
    static const struct td_mark marks[] = {
        {.kind = TD_MARK_LINK, .from = 0, .to = 4, .url = {"javascript:alert(1)", 19}}};
    static const struct td_block link = {
        .type = TD_BLOCK_PARAGRAPH,
        .line = 7,
        .text = {.words = {"Here", 4}, .marks = marks, .mark_count = 1}};
    static const struct td_block image = {.type = TD_BLOCK_IMAGE,
                                          .line = 8,
                                          .src = {"chart.png", 9},
                                          .text = WORDS("A chart")};
    static const struct td_section with_link = {.blocks = &link, .block_count = 1};
    static const struct td_section with_image = {.blocks = &image, .block_count = 1};
    struct sample s;
    sample_briefing(&s);
    s.parts[0].section = &with_link;
    assert_fails(&s, TD_DATA,
                 "daily 2026-11-20: line 7: javascript:alert(1): a link goes to");
    s.parts[0].section = &with_image;
    assert_fails(&s, TD_DATA,
                 "daily 2026-11-20: line 8: image chart.png: neither on the web");
}

static void subject_and_greeting_come_from_their_templates(void **state)
{
    (void)state;
    struct td_newsletter newsletter = sample_newsletter();
    struct td_err err = {0};
    struct td_buf out;
    td_buf_init(&out, 1000);
    assert_ok(td_line_subject(&newsletter, td_slice("‘Present’ & correct"),
                              (struct td_date){2026, 11, 20}, &out, &err),
              err);
    assert_string_equal(out.ptr, "Health Daily: ‘Present’ & correct");
    td_buf_clear(&out);
    assert_ok(td_line_greeting(&newsletter, td_slice(" Ann & Bo "), &out, &err), err);
    assert_string_equal(out.ptr, "Dear Ann & Bo,");
    td_buf_clear(&out);
    assert_ok(td_line_greeting(&newsletter, td_slice(" "), &out, &err), err);
    assert_string_equal(out.ptr, "Good morning,");
    assert_int_equal(td_line_greeting(&newsletter, td_slice("A\nB"), &out, &err),
                     TD_DATA);
    newsletter.subject = "{{#x}}";
    assert_int_equal(td_line_subject(&newsletter, td_slice(""),
                                     (struct td_date){2026, 11, 20}, &out, &err),
                     TD_CONFIG);
    newsletter.greeting = NULL;
    td_buf_clear(&out);
    assert_ok(td_line_greeting(&newsletter, td_slice("Ann"), &out, &err), err);
    assert_string_equal(out.ptr, "");
    td_buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mails_are_what_they_were),
        cmocka_unit_test(every_header_stands_there_once),
        cmocka_unit_test(references_link_only_to_entries_in_the_mail),
        cmocka_unit_test(only_the_selected_parts_are_in_the_mail),
        cmocka_unit_test(what_cannot_be_sent_is_refused_with_the_reason),
        cmocka_unit_test(links_and_images_lead_to_the_web_only),
        cmocka_unit_test(subject_and_greeting_come_from_their_templates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
