/* test_dkim.c: what a signature covers and how it is written. That it verifies is shown by
 * tests/prop/delivery/test_dkim_mails.c. */
#include "support/td_test.h"

#include "delivery/dkim.h"
#include "support/sign_keys.h"

#define WHEN ((td_time)1528637909 * TD_SECOND + 999999)

static const char mail[] =
    "From: Joe SixPack <joe@football.example.com>\r\n"
    "Received: by nobody\r\n"
    "To: Suzie Q <suzie@shopping.example.net>\r\n"
    "Subject: Is dinner ready?\r\n"
    "Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)\r\n"
    "Message-ID: <20030712040037.46341.5F8J@football.example.com>\r\n"
    "X-Auto-Response-Suppress: OOF\r\n"
    "LIST-UNSUBSCRIBE:\r\n"
    " <https://football.example.com/u/1>\r\n"
    "\r\n"
    "Hi.\r\n\r\nWe lost the game.  Are you hungry yet?\r\n\r\nJoe.\r\n";

struct ctx {
    struct td_dkim_key keys[2];
    struct td_dkim_job job;
    struct td_buf mail;
    struct td_err err;
};

static int setup(void **state)
{
    static struct ctx ctx;
    static const char *const pems[] = {rsa1024_pem, ed25519_pem};
    static const char *const selectors[] = {"test", "brisbane"};
    ctx = (struct ctx){0};
    for (size_t i = 0; i < 2; i++) {
        ctx.keys[i].domain = "football.example.com";
        ctx.keys[i].selector = selectors[i];
        if (td_sign_key_create(&ctx.keys[i].key, td_slice(pems[i]), &ctx.err) != TD_OK)
            return -1;
    }
    ctx.job = (struct td_dkim_job){.keys = ctx.keys,
                                   .key_count = 2,
                                   .from_address = td_slice("joe@football.example.com"),
                                   .when = WHEN};
    td_buf_init(&ctx.mail, 100000);
    td_buf_add_str(&ctx.mail, mail);
    *state = &ctx;
    return 0;
}

static int teardown(void **state)
{
    struct ctx *ctx = *state;
    for (size_t i = 0; i < 2; i++)
        td_sign_key_destroy(ctx->keys[i].key);
    td_buf_release(&ctx->mail);
    return 0;
}

/* The body hash is RFC 8463's. Names run from the last field up, as verifiers count those of one
 * name; the eight behind them are the oversigned ones. */
static void each_key_puts_its_signature_before_the_mail(void **state)
{
    struct ctx *ctx = *state;
    static const char rest[] =
        "\r\n bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n"
        " h=LIST-UNSUBSCRIBE:Message-ID:Date:Subject:To:From:From:Subject:To:Date:\r\n"
        "  Reply-To:Content-Type:List-Unsubscribe:List-Unsubscribe-Post;\r\n"
        " b=";
    char first[1000];
    char second[1000];
    assert_ok(td_dkim_sign(&ctx->job, &ctx->mail, &ctx->err), ctx->err);
    (void)snprintf(first, sizeof first,
                   "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;\r\n"
                   " d=football.example.com; s=test; t=1528637909;%s",
                   rest);
    (void)snprintf(second, sizeof second,
                   "\r\nDKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;\r\n"
                   " d=football.example.com; s=brisbane; t=1528637909;%s",
                   rest);
    assert_true(td_slice_starts(td_buf_slice(&ctx->mail), first));
    assert_contains(ctx->mail.ptr, second);
    assert_true(td_slice_ends(td_buf_slice(&ctx->mail), mail));
}

static void no_line_is_longer_than_76(void **state)
{
    struct ctx *ctx = *state;
    struct td_slice line;
    ctx->keys[0].selector = "a-selector-of-a-good-length.and-a-second-label";
    assert_ok(td_dkim_sign(&ctx->job, &ctx->mail, &ctx->err), ctx->err);
    struct td_slice rest =
        td_slice_sub(td_buf_slice(&ctx->mail), 0, ctx->mail.len - strlen(mail));
    while (td_slice_line(&rest, &line)) {
        assert_in_range(line.len, 2, 76);
        assert_true(td_slice_starts(line, "DKIM-Signature: ") || line.ptr[0] == ' ');
    }
}

static void a_second_try_has_the_same_bytes(void **state)
{
    struct ctx *ctx = *state;
    struct td_buf again;
    td_buf_init(&again, 100000);
    td_buf_add_str(&again, mail);
    assert_ok(td_dkim_sign(&ctx->job, &ctx->mail, &ctx->err), ctx->err);
    assert_ok(td_dkim_sign(&ctx->job, &again, &ctx->err), ctx->err);
    assert_string_equal(ctx->mail.ptr, again.ptr);
    td_buf_release(&again);
}

static void what_a_variant_has_in_common_is_hashed_ahead_with_the_same_result(
    void **state)
{
    struct ctx *ctx = *state;
    struct td_variant variant = {0};
    const size_t body = (size_t)(strstr(mail, "\r\n\r\n") - mail) + 4;
    td_buf_init(&variant.bytes, 100000);
    td_buf_add_str(&variant.bytes, mail);
    variant.slot_count = 3; /* one in the header, two in the body */
    variant.slots[0].offset = 10;
    variant.slots[2].offset = strlen(mail) - 2;
    assert_ok(td_dkim_sign(&ctx->job, &ctx->mail, &ctx->err), ctx->err);
    for (size_t at = body; at < strlen(mail) - 1; at++) {
        struct td_buf again;
        td_buf_init(&again, 100000);
        td_buf_add_str(&again, mail);
        variant.slots[1].offset = at;
        struct td_relaxed_body *common = td_dkim_common(&variant);
        assert_int_equal(td_relaxed_body_size(common), at - body);
        ctx->job.common = common;
        assert_ok(td_dkim_sign(&ctx->job, &again, &ctx->err), ctx->err);
        assert_string_equal(ctx->mail.ptr, again.ptr);
        td_relaxed_body_destroy(common);
        td_buf_release(&again);
    }
    td_variant_release(&variant);
}

static void a_key_of_another_domain_is_passed_over(void **state)
{
    struct ctx *ctx = *state;
    ctx->keys[0].domain = "other.example";
    assert_ok(td_dkim_sign(&ctx->job, &ctx->mail, &ctx->err), ctx->err);
    assert_null(strstr(ctx->mail.ptr, "rsa-sha256"));
    assert_contains(ctx->mail.ptr, "a=ed25519-sha256");
    td_buf_clear(&ctx->mail);
    td_buf_add_str(&ctx->mail, mail);
    ctx->keys[1].domain = "ball.example.com";
    assert_ok(td_dkim_sign(&ctx->job, &ctx->mail, &ctx->err), ctx->err);
    assert_string_equal(ctx->mail.ptr, mail);
}

static void domains_align_with_their_own_and_those_above_and_below(void **state)
{
    (void)state;
    assert_true(td_dkim_aligned("a.example", td_slice("x@a.example")));
    assert_true(td_dkim_aligned("a.example", td_slice("x@A.Example")));
    assert_true(td_dkim_aligned("a.example", td_slice("x@news.a.example")));
    assert_true(td_dkim_aligned("news.a.example", td_slice("x@a.example")));
    assert_true(td_dkim_aligned("a.example", td_slice("\"b@c\"@a.example")));
    assert_false(td_dkim_aligned("a.example", td_slice("x@aa.example")));
    assert_false(td_dkim_aligned("a.example", td_slice("x@b.example")));
    assert_false(td_dkim_aligned("aa.example", td_slice("x@a.example")));
    assert_false(td_dkim_aligned("a.example", td_slice("a.example@b.example")));
}

static void a_mail_that_cannot_be_signed_stays_as_it_is(void **state)
{
    struct ctx *ctx = *state;
    struct td_buf small;
    td_buf_init(&small, 100 + strlen(mail));
    td_buf_add_str(&small, mail);
    assert_int_equal(td_dkim_sign(&ctx->job, &small, &ctx->err), TD_DATA);
    assert_contains(ctx->err.text, "larger than it may be");
    assert_string_equal(small.ptr, mail);
    td_buf_release(&small);

    td_buf_clear(&ctx->mail);
    td_buf_add_str(&ctx->mail, "From: a@football.example.com\r\nSubject: no body\r\n");
    assert_int_equal(td_dkim_sign(&ctx->job, &ctx->mail, &ctx->err), TD_DATA);
    assert_contains(ctx->err.text, "no empty line");

    td_buf_clear(&ctx->mail);
    for (int i = 0; i < 101; i++)
        td_buf_add_str(&ctx->mail, "To: x@y.example\r\n");
    td_buf_add_str(&ctx->mail, "\r\nx\r\n");
    assert_int_equal(td_dkim_sign(&ctx->job, &ctx->mail, &ctx->err), TD_DATA);
    assert_contains(ctx->err.text, "more than 100 header fields");
}

static void the_record_is_what_rfc_8463_publishes(void **state)
{
    struct ctx *ctx = *state;
    struct td_buf name;
    struct td_buf value;
    td_buf_init(&name, 1000);
    td_buf_init(&value, 1000);
    td_dkim_record(&ctx->keys[1], &name, &value);
    assert_string_equal(name.ptr, "brisbane._domainkey.football.example.com");
    assert_string_equal(
        value.ptr, "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=");
    td_buf_clear(&value);
    td_dkim_record(&ctx->keys[0], &name, &value);
    assert_true(
        td_slice_starts(td_buf_slice(&value), "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3"));
    td_buf_release(&name);
    td_buf_release(&value);
}

static void selectors_are_labels_of_the_dns(void **state)
{
    (void)state;
    static const char *const good[] = {"a",   "2026a",           "K1",
                                       "a-b", "jan2026.example", "1.2.3"};
    static const char *const bad[] = {"",    ".",   "a.",  ".a",       "a..b", "-a", "a-",
                                      "a_b", "a b", "a;b", "\xc3\xb6", "a.-b", "a\n"};
    char label[70];
    for (size_t i = 0; i < TD_ARRAY_LEN(good); i++)
        assert_true(td_dkim_selector_valid(good[i]));
    for (size_t i = 0; i < TD_ARRAY_LEN(bad); i++)
        assert_false(td_dkim_selector_valid(bad[i]));
    memset(label, 'a', sizeof label);
    label[63] = '\0';
    assert_true(td_dkim_selector_valid(label));
    label[63] = 'a';
    label[64] = '\0';
    assert_false(td_dkim_selector_valid(label));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_key_puts_its_signature_before_the_mail,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(no_line_is_longer_than_76, setup, teardown),
        cmocka_unit_test_setup_teardown(a_second_try_has_the_same_bytes, setup, teardown),
        cmocka_unit_test_setup_teardown(
            what_a_variant_has_in_common_is_hashed_ahead_with_the_same_result, setup,
            teardown),
        cmocka_unit_test_setup_teardown(a_key_of_another_domain_is_passed_over, setup,
                                        teardown),
        cmocka_unit_test(domains_align_with_their_own_and_those_above_and_below),
        cmocka_unit_test_setup_teardown(a_mail_that_cannot_be_signed_stays_as_it_is,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(the_record_is_what_rfc_8463_publishes, setup,
                                        teardown),
        cmocka_unit_test(selectors_are_labels_of_the_dns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
