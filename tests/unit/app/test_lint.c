/* The rules of `brief lint` about mails: one good mail, and what each rule says when it is broken. */
#include "support/td_test.h"

#include <string.h>

#include "app/proof/lint_rule.h"

#define MAIL_MAX 100000

static const char good_mail[] =
    "Date: Fri, 20 Nov 2026 07:00:00 +0000\r\n"
    "From: The Daily Briefing <daily@news.example>\r\n"
    "To: =?utf-8?Q?Zo=C3=AB?= <zoe@readers.example>\r\n"
    "Subject: =?utf-8?Q?Caf=C3=A9?= =?utf-8?B?w6k=?=\r\n"
    "Message-ID: <abc@news.example>\r\n"
    "List-Id: The Daily Briefing <daily.news.example>\r\n"
    "List-Unsubscribe: <https://news.example/u/token?a&b>\r\n"
    "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
    "Auto-Submitted: auto-generated\r\n"
    "MIME-Version: 1.0\r\n"
    "Content-Type: multipart/related; boundary=\"outer\"\r\n"
    "\r\n"
    "--outer\r\n"
    "Content-Type: multipart/alternative;\r\n"
    " boundary=\"=_inner\"\r\n"
    "\r\n"
    "--=_inner\r\n"
    "Content-Type: text/plain; charset=\"utf-8\"\r\n"
    "Content-Transfer-Encoding: quoted-printable\r\n"
    "\r\n"
    "Beds[1] are full =E2=80=93 again=\r\n"
    "=2E\r\n"
    "  1. Wards & <crews>\r\n"
    "[1] https://news.example/beds\r\n"
    "https://news.example/u/token?a&b\r\n"
    "--=_inner\r\n"
    "Content-Type: text/html; charset=utf-8\r\n"
    "Content-Transfer-Encoding: quoted-printable\r\n"
    "\r\n"
    "<html lang=3D\"en\"><head><meta charset=3D\"utf-8\"><title>Beds</title>\r\n"
    "<style>h9 { color: red }</style></head><body><h1>Briefing</h1>\r\n"
    "<div id=3D\"content\"><p><a href=3D\"https://news.example/beds\">Beds</a>\r\n"
    "are full =E2=80=93 <em>again</em>.</p>\r\n"
    "<ol><li>Wards &amp; "
    "&lt;crews&gt;</li></ol>\r\n"
    "</div><h2 id=3D\"foot\">Foot</h2><a href=3D\"#foot\">Foot</a>\r\n"
    "<img src=3D\"cid:logo@news.example\" alt=3D\"\" width=3D\"40\">\r\n"
    "<a "
    "href=3D\"https://news.example/u/token?a&amp;b\">Unsubscribe</a>\r\n</body></"
    "html>\r\n"
    "--=_inner--\r\n"
    "--outer\r\n"
    "Content-Type: image/png\r\n"
    "Content-ID: <logo@news.example>\r\n"
    "Content-Transfer-Encoding: base64\r\n"
    "\r\n"
    "iVBORw0KGgo=\r\n"
    "--outer--\r\n";

/* The mail with the first `from` as `to`. */
static void broken(const char *from, const char *to, struct td_buf *out)
{
    const struct td_slice mail = td_slice(good_mail);
    const size_t at = td_slice_find_str(mail, 0, from);
    assert_true(at != (size_t)-1);
    td_buf_init(out, MAIL_MAX);
    td_buf_add_slice(out, td_slice_sub(mail, 0, at));
    td_buf_add_str(out, to);
    td_buf_add_slice(out, td_slice_sub(mail, at + strlen(from), mail.len));
}

static void judge(struct td_slice bytes, struct td_lint_report *report)
{
    static struct td_lint_mail mail; /* too large for the stack */
    struct td_lint lint = {.mail = &mail, .report = report};
    memset(&mail, 0, sizeof mail);
    mail.label = "html, all topics";
    mail.bytes = bytes;
    mail.domain = "news.example";
    td_lint_report_init(report);
    td_lint_mail_read(&mail);
    td_lint_mail_rules(&lint);
    td_lint_mail_release(&mail);
}

static bool names(const struct td_lint_report *report, const char *rule,
                  const char *words)
{
    for (size_t i = 0; i < report->count; i++)
        if (strcmp(report->items[i].rule, rule) == 0 &&
            strstr(report->items[i].text, words) != NULL)
            return true;
    return false;
}

static void a_good_mail_gets_no_finding(void **state)
{
    struct td_lint_report report;
    (void)state;
    judge(td_slice(good_mail), &report);
    for (size_t i = 0; i < report.count; i++)
        print_error("%s: %s\n", report.items[i].rule, report.items[i].text);
    assert_int_equal(report.count, 0);
    td_lint_report_release(&report);
}

#define A10 "aaaaaaaaaa"
#define A70 A10 A10 A10 A10 A10 A10 A10

static const struct {
    const char *rule, *from, *to, *words;
} breaks[] = {
    {"wire-bytes", "Beds[1]", "B\xc3\xa9s[1]", "0xc3"},
    {"wire-bytes", "Beds[1]", "Be\rds[1]", "0x0d"},
    {"wire-bytes", "Beds[1]", "Be\nds[1]", "0x0a"},
    {"wire-bytes", "Briefing <", "Brief\x7fing <", "0x7f"},
    {"line-long",
     "Auto-Submitted:", "X-A: " A70 " " A10 "\r\nAuto-Submitted:", "86 characters"},
    {"header-syntax", "Auto-Submitted:", "no colon\r\nAuto-Submitted:", "no colon"},
    {"header-syntax", "Auto-Submitted:", " \r\nAuto-Submitted:", ""},
    {"header-once", "Date:", "X-Date:", "no Date"},
    {"header-once", "Date:", "From: a@b.example\r\nDate:", "2 times"},
    {"header-once", "Date:", "Reply-To: a@b.c\r\nreply-to: a@b.c\r\nDate:", "Reply-To"},
    {"header-forbidden", "Date:", "Bcc: a@b.example\r\nDate:", "Bcc"},
    {"date", "+0000", "GMT", "GMT"},
    {"date", "20 Nov", "20 nov", ""},
    {"message-id", "abc@news.example", "abc@other.example", "other.example"},
    {"message-id", "<abc@", "<a bc@", ""},
    {"encoded-word", "=?utf-8?Q?Caf=C3=A9?=", "=?utf-8?Q?Caf=C3?=", "cuts a character"},
    {"encoded-word", "=?utf-8?Q?Caf=C3=A9?=", "=?utf-8?Q?Caf=ZZ?=", "does not decode"},
    {"encoded-word", "=?utf-8?Q?Caf=C3=A9?=", "=?utf-8?Q?" A70 "?=", "82 characters"},
    {"encoded-word", "Zo=C3=AB", A10 A10 A10 A10 A10 "Zo=C3=AB", "a line"},
    {"encoded-place", "<daily.news.example>", "<=?utf-8?Q?daily?=.news.example>",
     "List-Id"},
    {"encoded-place", "auto-generated", "=?utf-8?Q?auto?=", "Auto-Submitted"},
    {"list-id", "<daily.news.example>", "daily", ""},
    {"list-unsubscribe", "<https://news", "<http://news", "one <https"},
    {"list-unsubscribe", "a&b>", "a&b>, <https://two.example/>", "one <https"},
    {"list-unsubscribe", "=One-Click", "=one-click", "Post"},
    {"auto-submitted", "auto-generated", "no", ""},
    {"mime-labels", "MIME-Version: 1.0", "MIME-Version: 1.1", "1.0"},
    {"mime-labels", "charset=utf-8", "charset=iso-8859-1", "text/html"},
    {"mime-labels", "Content-Transfer-Encoding: base64\r\n", "", "image/png"},
    {"mime-tree", "text/plain", "text/html", "then text/html"},
    {"mime-tree", "--outer--", "--outer-", "without its end"},
    {"mime-tree", "multipart/alternative", "multipart/mixed", "inside"},
    {"boundary", "boundary=\"outer\"", "boundary=\"out<er\"", "out<er"},
    {"boundary", "boundary=\"outer\"", "boundary=\"" A70 "a\"", "aaa"},
    {"boundary", "Beds[1]", "=_inner Beds[1]", "text/plain"},
    {"body-line", "Beds[1]", A70 A10 " Beds[1]", "76"},
    {"body-line", "<crews>", "<crews> ", "white space"},
    {"body-line", "=2E", ".", "dot"},
    {"body-line", "  1. Wards", "From 1. Wards", "From"},
    {"body-encoding", "=E2=80=93 again", "=E2=8 again", "does not decode"},
    {"body-encoding", "=E2=80=93 again", "=E2=80 again", "not UTF-8"},
    {"body-encoding", "Beds[1]", "=EF=BB=BFBeds[1]", "byte order mark"},
    {"body-encoding", "iVBORw0KGgo=", "iVBOR!!!", "image/png"},
    {"text-empty", "text/plain", "text/x-plain", ""},
    {"way-out", "token?a&b\r\n--=_inner", "tok\r\n--=_inner", "text part"},
    {"way-out", "a&amp;b", "a&b", "HTML part"},
    {"cid-missing", "Content-ID: <logo", "Content-ID: <pogo", "logo@news.example"},
    {"html-head", " lang=3D\"en\"", "", "lang"},
    {"html-head", "<title>Beds", "<title> ", "title"},
    {"html-head", "<meta charset", "<meta x", "charset"},
    {"heading-order", "<h2 id", "<h4 id", "level 4"},
    {"heading-order", "<h1>Briefing</h1>", "", "0 headings"},
    {"html-alt", " alt=3D\"\"", "", "logo"},
    {"tracking-pixel", "\"cid:logo@news.example\" alt=3D\"\" width=3D\"40\"",
     "\"https://t.example/\" alt=3D\"\" width=3D\"1\"", "t.example"},
    {"contrast", "<h2 id", "<h2 style=3D\"color: #dddddd\" id", "Foot"},
    {"contrast", "<h2 id", "<h2 style=3D\"font:x;background:#333333\" id", "#333333"},
    {"encoded-place", "image/png\r\n", "image/png; name=3D=?utf-8?Q?a?=3D\r\n", "part"},
    {"html-link", ">Foot</a>", "> </a>", "#foot"},
    {"html-link", "\"#foot\"", "\"\"", "nowhere"},
    {"anchor-missing", "id=3D\"foot\"", "id=3D\"root\"", "#foot"},
    {"html-active", "<h1>", "<script>1</script><h1>", "<script>"},
    {"html-active", "<h1>", "<h1 onclick=3D\"x\">", "h1"},
    {"parts-differ", "Beds[1] are", "Beds[1] were", "behind \"Beds\""},
    {"parts-differ", "are full =E2=80=93 <em>", "are <em>", "behind"},
    {"parts-differ", "id=3D\"content\"", "id=3D\"other\"", "content"},
};

static void every_broken_mail_is_named(void **state)
{
    (void)state;
    for (size_t i = 0; i < TD_ARRAY_LEN(breaks); i++) {
        struct td_lint_report report;
        struct td_buf mail;
        broken(breaks[i].from, breaks[i].to, &mail);
        judge(td_buf_slice(&mail), &report);
        if (!names(&report, breaks[i].rule, breaks[i].words)) {
            for (size_t k = 0; k < report.count; k++)
                print_error("  found %s: %s\n", report.items[k].rule,
                            report.items[k].text);
            fail_msg("%s was not found with \"%s\" as \"%s\"", breaks[i].rule,
                     breaks[i].from, breaks[i].to);
        }
        td_lint_report_release(&report);
        td_buf_release(&mail);
    }
}

/* A line of 999 characters, which no replacement above could show. */
static void a_line_over_998_characters_is_named(void **state)
{
    struct td_lint_report report;
    struct td_buf mail;
    (void)state;
    broken("Beds[1]", "", &mail);
    td_buf_add_repeat(&mail, 'a', 999);
    td_buf_add_str(&mail, "\r\n");
    judge(td_buf_slice(&mail), &report);
    assert_true(names(&report, "line-too-long", "999"));
    td_lint_report_release(&report);
    td_buf_release(&mail);
}

static void a_large_mail_is_named(void **state)
{
    struct td_lint_report report;
    struct td_buf mail;
    (void)state;
    td_buf_init(&mail, 2000000);
    td_buf_add_str(&mail, good_mail);
    for (int i = 0; i < 20000; i++)
        td_buf_add_str(&mail, "fifty characters, of which two are the line's end\r\n");
    judge(td_buf_slice(&mail), &report);
    assert_true(names(&report, "mail-size", "kB"));
    td_lint_report_release(&report);
    td_buf_release(&mail);
}

static void a_finding_is_told_once_for_all_mails(void **state)
{
    struct td_lint_report report;
    const struct td_finding finding = {
        .rule = "text-empty", .level = TD_LINT_ERROR, .variant = "html", .text = "empty"};
    struct td_finding again = finding;
    (void)state;
    td_lint_report_init(&report);
    again.variant = "text";
    td_lint_add(&report, finding);
    td_lint_add(&report, again);
    assert_int_equal(report.count, 1);
    assert_int_equal(report.errors, 1);
    assert_string_equal(report.items[0].variant, "html");
    td_lint_report_release(&report);
}

/* Cut anywhere, a mail is judged without a crash. */
static void half_a_mail_is_judged(void **state)
{
    (void)state;
    for (size_t n = 0; n < sizeof good_mail; n += 7) {
        struct td_lint_report report;
        judge(td_slice_n(good_mail, n), &report);
        assert_true(report.errors > 0 || n >= sizeof good_mail - 7);
        td_lint_report_release(&report);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_mail_gets_no_finding),
        cmocka_unit_test(every_broken_mail_is_named),
        cmocka_unit_test(a_line_over_998_characters_is_named),
        cmocka_unit_test(a_large_mail_is_named),
        cmocka_unit_test(a_finding_is_told_once_for_all_mails),
        cmocka_unit_test(half_a_mail_is_judged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
