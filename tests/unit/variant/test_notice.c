/*
 * test_notice.c: confirmation, welcome, goodbye and report against golden files, and what must
 * hold for each. TD_UPDATE_GOLDEN=1 writes the golden files anew.
 */
#include "sample.h"

#include <stdlib.h>

#include "variant/extract.h"
#include "variant/notice.h"

static const struct td_report_row figures[] = {
    {LITERAL("sent"), LITERAL("19,998")},
    {LITERAL("failed"), LITERAL("2")},
    {LITERAL("in doubt"), LITERAL("0")},
    {LITERAL("a label that is much too long for its column"), LITERAL("x")},
};
static const struct td_slice notes[] = {
    LITERAL(
        "Relay main: 451 4.7.1 try \"again\" <later>\x1b[31m \xff, which is a line that "
        "is long enough to be wrapped"),
};
static const struct td_report_part report_parts[] = {
    {.heading = LITERAL("The Daily Briefing, 2026-11-20"),
     .rows = figures,
     .row_count = 4},
    {.heading = LITERAL("What servers said"), .notes = notes, .note_count = 1},
};
static const struct td_report report = {
    .subject = LITERAL("Two messages of 20,000 failed"),
    .intro =
        LITERAL("Everything went out by 07:04. Two addresses do not exist any more."),
    .parts = report_parts,
    .part_count = 2,
};

struct ctx {
    struct td_newsletter newsletter;
    struct td_templates *templates;
    struct td_notice_input input;
};

static int setup(void **state)
{
    struct ctx *ctx = calloc(1, sizeof *ctx);
    assert_non_null(ctx);
    ctx->newsletter = sample_newsletter();
    ctx->templates = sample_templates();
    ctx->input = (struct td_notice_input){
        .newsletter = &ctx->newsletter, .templates = ctx->templates, .report = &report};
    *state = ctx;
    return 0;
}

static int teardown(void **state)
{
    struct ctx *ctx = *state;
    td_templates_destroy(ctx->templates);
    free(ctx);
    return 0;
}

/* The notice as one person gets it. */
static struct td_buf spliced(const struct ctx *ctx)
{
    struct td_variant variant;
    struct td_err err = {0};
    struct td_buf out;
    struct td_slot_values values = sample_values();
    values.values[TD_SLOT_CONFIRM] = td_slice("https://news.example/c/abcdef");
    td_buf_init(&out, 1 << 20);
    assert_ok(td_notice_compose(&ctx->input, &variant, &err), err);
    assert_ok(td_variant_splice(&variant, &values, &out, &err), err);
    td_variant_release(&variant);
    return out;
}

static void compare_golden(const char *name, struct td_slice mail)
{
    char path[512];
    struct td_err err = {0};
    struct td_buf golden;
    td_buf_init(&golden, 1 << 20);
    snprintf(path, sizeof path, "%s/tests/data/variant/%s.eml", TD_SOURCE_DIR, name);
    if (getenv("TD_UPDATE_GOLDEN") != NULL)
        assert_ok(td_file_write(path, mail, 0644, &err), err);
    assert_ok(td_file_read(path, 1 << 20, &golden, &err), err);
    if (!td_slice_eq(mail, td_buf_slice(&golden)))
        fail_msg("%s is not what it was: compare with TD_UPDATE_GOLDEN=1 and git diff",
                 name);
    td_buf_release(&golden);
}

static void notices_are_what_they_were(void **state)
{
    struct ctx *ctx = *state;
    for (int i = 0; i <= TD_NOTICE_PROBE; i++) {
        ctx->input.notice = (enum td_notice)i;
        struct td_buf mail = spliced(ctx);
        compare_golden(td_notice_name(ctx->input.notice), td_buf_slice(&mail));
        td_buf_release(&mail);
    }
}

/* CRLF, 7 bits, no line over 76 in bodies. */
static void notices_are_safe_on_the_wire(void **state)
{
    struct ctx *ctx = *state;
    for (int i = 0; i <= TD_NOTICE_PROBE; i++)
        for (int format = 0; format < 2; format++) {
            ctx->input.notice = (enum td_notice)i;
            ctx->input.format = (enum td_format)format;
            struct td_buf mail = spliced(ctx);
            struct td_slice rest = td_buf_slice(&mail), line;
            bool body = false;
            for (size_t k = 0; k < mail.len; k++) {
                const char c = mail.ptr[k];
                assert_true(c == '\r' || c == '\n' || (c >= ' ' && c <= '~'));
                assert_true(c != '\n' || mail.ptr[k - 1] == '\r');
            }
            while (td_slice_line(&rest, &line)) {
                assert_true(line.len <= (body ? 76 : 998));
                body = body || line.len == 0;
            }
            td_buf_release(&mail);
        }
}

static bool has(const struct td_buf *text, const char *part)
{
    return strstr(text->ptr, part) != NULL;
}

static void only_mails_to_subscribers_are_of_the_list(void **state)
{
    struct ctx *ctx = *state;
    for (int i = 0; i <= TD_NOTICE_PROBE; i++) {
        ctx->input.notice = (enum td_notice)i;
        struct td_buf mail = spliced(ctx);
        const bool list = i == TD_NOTICE_WELCOME || i == TD_NOTICE_PROBE;
        assert_int_equal(has(&mail, "\r\nList-Unsubscribe: "), list);
        assert_int_equal(has(&mail, "\r\nList-Id: "), list);
        assert_int_equal(has(&mail, "\r\nPrecedence: bulk"), list);
        const bool answer = i == TD_NOTICE_LEAVE || i == TD_NOTICE_HELP;
        assert_true(has(&mail, answer ? "\r\nAuto-Submitted: auto-replied"
                                      : "\r\nAuto-Submitted: auto-generated"));
        td_buf_release(&mail);
    }
}

static void a_confirmation_holds_no_name_and_no_link_but_its_own(void **state)
{
    struct ctx *ctx = *state;
    struct td_buf text;
    td_buf_init(&text, 1 << 20);
    for (int i = 0; i < 4; i++) {
        ctx->input.notice = i < 2 ? TD_NOTICE_CONFIRM : TD_NOTICE_REMIND;
        struct td_buf mail = spliced(ctx);
        td_buf_clear(&text);
        assert_true(td_extract_part(td_buf_slice(&mail),
                                    i % 2 ? "text/html" : "text/plain", &text));
        assert_true(has(&text, "https://news.example/c/abcdef"));
        assert_false(has(&text, "Dear"));
        assert_false(has(&text, "/u/"));
        assert_false(has(&text, "/p/"));
        td_buf_release(&mail);
    }
    td_buf_release(&text);
}

static void what_a_server_said_is_shown_and_cannot_do_anything(void **state)
{
    struct ctx *ctx = *state;
    struct td_buf text;
    td_buf_init(&text, 1 << 20);
    ctx->input.notice = TD_NOTICE_REPORT;
    struct td_buf mail = spliced(ctx);
    assert_true(td_extract_part(td_buf_slice(&mail), "text/html", &text));
    assert_true(has(&text, "&quot;again&quot; &lt;later&gt;\\x1B[31m \\xFF"));
    td_buf_clear(&text);
    assert_true(td_extract_part(td_buf_slice(&mail), "text/plain", &text));
    assert_true(has(&text, "\"again\" <later>\\x1B[31m \\xFF"));
    assert_true(has(&text, "\n  sent      19,998\n"));
    td_buf_release(&mail);
    td_buf_release(&text);
}

static enum td_status load_without_links(void *context, const char *name,
                                         struct td_buf *out, struct td_err *err)
{
    if (strcmp(name, context) == 0) {
        td_buf_add_str(out, "Nothing to press.\n");
        return TD_OK;
    }
    return sample_load(NULL, name, out, err);
}

static void a_template_without_the_link_of_its_notice_is_refused(void **state)
{
    struct ctx *ctx = *state;
    static const struct {
        enum td_notice notice;
        char name[20];
    } cases[] = {
        {TD_NOTICE_CONFIRM, "confirm.html"}, {TD_NOTICE_CONFIRM, "confirm.text"},
        {TD_NOTICE_REMIND, "remind.text"},   {TD_NOTICE_LEAVE, "leave.html"},
        {TD_NOTICE_PROBE, "probe.text"},     {TD_NOTICE_WELCOME, "welcome.text"}};
    for (size_t i = 0; i < TD_ARRAY_LEN(cases); i++) {
        struct td_variant variant;
        struct td_err err = {0};
        char name[20];
        (void)snprintf(name, sizeof name, "%s", cases[i].name);
        struct td_templates *own = td_templates_create(
            (struct td_template_source){.load = load_without_links, .context = name});
        ctx->input.templates = own;
        ctx->input.notice = cases[i].notice;
        assert_int_equal(td_notice_compose(&ctx->input, &variant, &err), TD_CONFIG);
        assert_non_null(strstr(err.text, name));
        td_templates_destroy(own);
    }
}

static void a_logo_file_goes_with_the_html_only(void **state)
{
    struct ctx *ctx = *state;
    struct td_theme theme = *td_theme_default();
    const struct td_enclosure logo = {.kind = TD_ENCLOSURE_LOGO,
                                      .name = LITERAL("logo.png"),
                                      .type = "image/png",
                                      .cid = "abc@daily.news.example",
                                      .bytes = LITERAL("\x89PNG\r\n\x1a\n")};
    theme.logo_file = "/anywhere/logo.png";
    ctx->newsletter.theme = &theme;
    ctx->input.logo = &logo;
    ctx->input.notice = TD_NOTICE_GOODBYE;
    struct td_buf mail = spliced(ctx);
    assert_true(has(&mail, "Content-Type: multipart/related;"));
    assert_true(has(&mail, "Content-ID: <abc@daily.news.example>"));
    td_buf_release(&mail);
    ctx->input.format = TD_FORMAT_TEXT;
    mail = spliced(ctx);
    assert_false(has(&mail, "Content-ID"));
    td_buf_release(&mail);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(notices_are_what_they_were),
        TEST(notices_are_safe_on_the_wire),
        TEST(only_mails_to_subscribers_are_of_the_list),
        TEST(a_confirmation_holds_no_name_and_no_link_but_its_own),
        TEST(what_a_server_said_is_shown_and_cannot_do_anything),
        TEST(a_template_without_the_link_of_its_notice_is_refused),
        TEST(a_logo_file_goes_with_the_html_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
