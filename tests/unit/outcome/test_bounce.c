/*
 * test_bounce.c: what a mail that came back is read as, where the flow tests cannot see: envelope,
 * quoted values, flags, and the words that decide.
 */
#include "support/td_test.h"

#include "support/bounce_rules.h"

#include "outcome/bounce.h"

static struct td_bounce read_mail(const char *text)
{
    struct td_bounce bounce = {0};
    struct td_err err;
    assert_int_equal(
        td_bounce_read(td_test_bounce_rules(), td_slice(text), &bounce, &err), TD_OK);
    return bounce;
}

#define REPORT(recipient, status, diagnostic)                                            \
    "From: MAILER-DAEMON@mx.trees.example\nReturn-Path: <>\n"                            \
    "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"        \
    "--b\n\nNot delivered.\n--b\nContent-Type: message/delivery-status\n\n"              \
    "Reporting-MTA: dns; mx.trees.example\n\nFinal-Recipient: rfc822; " recipient        \
    "\nAction: failed\nStatus: " status "\nDiagnostic-Code: smtp; " diagnostic           \
    "\n--b\nContent-Type: text/rfc822-headers\n\n"                                       \
    "Return-Path: <bounce+abc@news.example>\nFrom: daily@news.example\n"                 \
    "List-Unsubscribe: <https://news.example/u/abc>\nMessage-ID: <1-2@news.example>\n"   \
    "To: oak@trees.example\n--b--\n"

static bool quotes(const struct td_bounce *bounce, const char *value)
{
    for (size_t i = 0; i < bounce->quoted_count; i++) {
        if (td_slice_is(bounce->quoted[i], value))
            return true;
    }
    return false;
}

static void the_envelope_comes_in_the_order_of_its_worth(void **state)
{
    (void)state;
    struct td_bounce bounce =
        read_mail("To: Daily <c@news.example>, (x) d@news.example\n"
                  "X-Original-To: b@news.example\nDelivered-To: a@news.example\n\n.\n");
    static const char *const to[] = {"a@news.example", "b@news.example",
                                     "c@news.example"};
    assert_int_equal(bounce.to_count, 4);
    for (size_t i = 0; i < TD_ARRAY_LEN(to); i++)
        assert_true(td_slice_is(bounce.to[i], to[i]));
    assert_true(bounce.null_sender); /* no Return-Path */
    td_bounce_release(&bounce);
}

static void a_sender_is_no_null_sender(void **state)
{
    (void)state;
    struct td_bounce bounce = read_mail("Return-Path: <oak@trees.example>\n\n.\n");
    assert_false(bounce.null_sender);
    td_bounce_release(&bounce);
    bounce = read_mail("Return-Path: <>\n\n.\n");
    assert_true(bounce.null_sender);
    td_bounce_release(&bounce);
}

#define FEEDBACK                                                                         \
    "From: abuse@mx.trees.example\nContent-Type: multipart/report; "                     \
    "report-type=feedback-report; boundary=b\n\n--b\n\nA complaint.\n--b\n"              \
    "Content-Type: message/feedback-report\n\nFeedback-Type: abuse\nVersion: 1\n"        \
    "Original-Rcpt-To: oak@trees.example\n\n--b\nContent-Type: message/rfc822\n\n"       \
    "Return-Path: <bounce+abc@news.example>\nFrom: daily@news.example\n"                 \
    "List-Unsubscribe: <https://news.example/u/abc>\nMessage-ID: <1-2@news.example>\n"   \
    "To: oak@trees.example\n\nHello.\n--b--\n"

/* What is returned in a report of failure is anybody's: only feedback needs it. */
static void the_message_complained_of_is_quoted_for_tokens(void **state)
{
    (void)state;
    struct td_bounce bounce = read_mail(FEEDBACK);
    assert_int_equal(bounce.form, TD_BOUNCE_FEEDBACK);
    assert_true(quotes(&bounce, "<bounce+abc@news.example>"));
    assert_true(quotes(&bounce, "<https://news.example/u/abc>"));
    assert_true(quotes(&bounce, "<1-2@news.example>"));
    td_bounce_release(&bounce);
    bounce = read_mail(REPORT("oak@trees.example", "5.1.1", "550 no such user"));
    assert_int_equal(bounce.form, TD_BOUNCE_REPORT);
    assert_int_equal(bounce.quoted_count, 0);
    td_bounce_release(&bounce);
}

static void is_complaint_of_oak(const struct td_bounce *bounce)
{
    assert_int_equal(bounce->form, TD_BOUNCE_FEEDBACK);
    assert_int_equal(bounce->kind, TD_BOUNCE_COMPLAINT);
    assert_int_equal(bounce->count, 1);
    assert_slice(bounce->items[0].address, "oak@trees.example");
    assert_int_equal(bounce->items[0].reason, TD_REASON_COMPLAINT);
    assert_int_equal(bounce->items[0].scope, TD_SCOPE_RECIPIENT);
}

static void a_complaint_has_its_reason(void **state)
{
    (void)state;
    struct td_bounce bounce = read_mail(FEEDBACK);
    is_complaint_of_oak(&bounce);
    td_bounce_release(&bounce);
    /* JMRP names the recipient in the returned message alone */
    bounce = read_mail("From: staff@hotmail.example\nSubject: complaint about message\n"
                       "Content-Type: message/rfc822\n\n"
                       "X-HmXmrOriginalRecipient: oak@trees.example\n"
                       "From: daily@news.example\n\nHello.\n");
    is_complaint_of_oak(&bounce);
    td_bounce_release(&bounce);
}

static void one_reading_leaves_nothing_to_the_next(void **state)
{
    (void)state;
    static const char *const mails[] = {FEEDBACK,
                                        REPORT("oak@trees.example", "5.1.1", "550 x"),
                                        "Subject: hello\n\nHow are you?\n"};
    struct td_bounce reused = {0};
    struct td_err err;
    for (size_t i = 0; i < 2 * TD_ARRAY_LEN(mails); i++) {
        const char *mail = mails[i % TD_ARRAY_LEN(mails)];
        struct td_bounce fresh = read_mail(mail);
        assert_int_equal(
            td_bounce_read(td_test_bounce_rules(), td_slice(mail), &reused, &err), TD_OK);
        assert_int_equal(reused.form, fresh.form);
        assert_int_equal(reused.kind, fresh.kind);
        assert_int_equal(reused.count, fresh.count);
        assert_int_equal(reused.to_count, fresh.to_count);
        assert_int_equal(reused.quoted_count, fresh.quoted_count);
        td_bounce_release(&fresh);
    }
    td_bounce_release(&reused);
}

struct judgement {
    const char *mail;
    enum td_bounce_kind kind;
    enum td_scope scope;
    enum td_reason reason;
    bool disputed, blocks_us;
};

#define R(status, diagnostic) REPORT("oak@trees.example", status, diagnostic)

static const struct judgement judgements[] = {
    {R("5.1.1", "550 5.1.1 user unknown"), TD_BOUNCE_HARD, TD_SCOPE_RECIPIENT,
     TD_REASON_ADDRESS, false, false},
    /* a code alone (standards K8) */
    {R("5.1.10", "550 x"), TD_BOUNCE_HARD, TD_SCOPE_RECIPIENT, TD_REASON_ADDRESS, false,
     false},
    {R("5.4.4", "x"), TD_BOUNCE_HARD, TD_SCOPE_RECIPIENT, TD_REASON_ADDRESS, false,
     false},
    {R("5.1.8", "x"), TD_BOUNCE_SOFT, TD_SCOPE_RELAY, TD_REASON_POLICY, false, true},
    {R("5.7.1", "x"), TD_BOUNCE_SOFT, TD_SCOPE_MESSAGE, TD_REASON_POLICY, false, true},
    {R("5.7.26", "x"), TD_BOUNCE_SOFT, TD_SCOPE_RELAY, TD_REASON_POLICY, false, true},
    /* a dead address at a provider that says so with 5.7.1: many of them must not hold a run */
    {R("5.7.1", "550 5.7.1 No such user!"), TD_BOUNCE_SOFT, TD_SCOPE_MESSAGE,
     TD_REASON_POLICY, false, false},
    {R("5.6.7", "x"), TD_BOUNCE_SOFT, TD_SCOPE_RECIPIENT, TD_REASON_SMTPUTF8, false,
     false},
    {R("5.0.0", "x"), TD_BOUNCE_SOFT, TD_SCOPE_RECIPIENT, TD_REASON_REFUSED, false,
     false},
    /* the diagnostic against the status (K10) */
    {R("5.1.1", "550 5.7.1 IP address blacklisted"), TD_BOUNCE_SOFT, TD_SCOPE_RELAY,
     TD_REASON_POLICY, false, true},
    {R("5.0.0", "550 <x@y.example>: no such user"), TD_BOUNCE_HARD, TD_SCOPE_RECIPIENT,
     TD_REASON_ADDRESS, false, false},
    /* disputed (K11) */
    {R("5.2.1", "x"), TD_BOUNCE_HARD, TD_SCOPE_RECIPIENT, TD_REASON_REFUSED, true, false},
    {R("5.7.13", "x"), TD_BOUNCE_HARD, TD_SCOPE_RECIPIENT, TD_REASON_REFUSED, true,
     false},
    {R("5.4.1", "550 5.4.1 Recipient address rejected: Access denied"), TD_BOUNCE_HARD,
     TD_SCOPE_RECIPIENT, TD_REASON_REFUSED, true, false},
    {R("5.0.0", "550 mailbox unavailable"), TD_BOUNCE_HARD, TD_SCOPE_RECIPIENT,
     TD_REASON_REFUSED, true, false},
    /* for now */
    {R("4.1.1", "450 4.1.1 user unknown"), TD_BOUNCE_SOFT, TD_SCOPE_RECIPIENT,
     TD_REASON_ADDRESS, false, false},
    {R("5.2.2", "552 mailbox full"), TD_BOUNCE_SOFT, TD_SCOPE_RECIPIENT, TD_REASON_QUOTA,
     false, false},
    {R("5.3.4", "552 message too large"), TD_BOUNCE_SOFT, TD_SCOPE_MESSAGE,
     TD_REASON_SIZE, false, false},
};

static void kind_scope_and_reason_follow_code_and_words(void **state)
{
    (void)state;
    for (size_t i = 0; i < TD_ARRAY_LEN(judgements); i++) {
        const struct judgement *want = &judgements[i];
        struct td_bounce bounce = read_mail(want->mail);
        assert_int_equal(bounce.count, 1);
        const struct td_bounced *got = &bounce.items[0];
        if (got->kind != want->kind || got->scope != want->scope ||
            got->reason != want->reason || got->disputed != want->disputed ||
            got->blocks_us != want->blocks_us)
            fail_msg("%.*s: kind %s scope %d reason %s disputed %d blocks %d",
                     (int)got->words.len, got->words.ptr, td_bounce_kind_name(got->kind),
                     got->scope, td_reason_name(got->reason), got->disputed,
                     got->blocks_us);
        td_bounce_release(&bounce);
    }
}

static void a_report_behind_the_returned_message_is_not_read(void **state)
{
    (void)state;
    struct td_bounce bounce = read_mail(
        "From: MAILER-DAEMON@mx.trees.example\nReturn-Path: <>\n"
        "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nHello.\n"
        "--b\nContent-Type: message/rfc822\n\nSubject: x\n\nHello.\n"
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\n"
        "Final-Recipient: rfc822; victim@trees.example\nAction: failed\nStatus: 5.1.1\n"
        "--b--\n");
    for (size_t i = 0; i < bounce.count; i++)
        assert_false(td_slice_is(bounce.items[i].address, "victim@trees.example"));
    td_bounce_release(&bounce);
}

static void a_quoted_local_part_holds_what_prints(void **state)
{
    (void)state;
    struct td_bounce bounce =
        read_mail(REPORT("\"old oak\"@trees.example", "5.1.1", "no"));
    assert_int_equal(bounce.count, 1);
    assert_true(td_slice_is(bounce.items[0].address, "\"old oak\"@trees.example"));
    td_bounce_release(&bounce);
    bounce = read_mail(REPORT("\"old\x01oak\"@trees.example", "5.1.1", "no"));
    assert_int_equal(bounce.count, 1); /* what the returned message was addressed to */
    assert_true(td_slice_is(bounce.items[0].address, "oak@trees.example"));
    td_bounce_release(&bounce);
}

static void encoded_parts_are_read(void **state)
{
    (void)state;
    /* "Final-Recipient: rfc822; oak@trees.example" and its fields, in base64 with rubbish */
    struct td_bounce bounce = read_mail(
        "From: MAILER-DAEMON@mx.trees.example\n"
        "Content-Type: multipart/report; boundary=\"b\"\n\n--b\n\nNot delivered.\n--b\n"
        "Content-Type: message/delivery-status\nContent-Transfer-Encoding: base64\n\n"
        "UmVwb3J0aW5nLU1UQTogZG5zOyB4CgpGaW5hbC1SZWNpcGllbnQ6IHJmYzgyMjsgb2FrQHRyZWVz\n"
        "!!\nLmV4YW1wbGUKQWN0aW9uOiBmYWlsZWQKU3RhdHVzOiA1LjEuMQo=\n--b--\n");
    assert_int_equal(bounce.count, 1);
    assert_true(td_slice_is(bounce.items[0].address, "oak@trees.example"));
    td_bounce_release(&bounce);
}

static void lines_that_are_no_fields_do_not_end_the_header(void **state)
{
    (void)state;
    struct td_bounce bounce = read_mail(
        "From MAILER-DAEMON Fri Nov 20 07:00:00 2026\nReturn-Path: <>\nlistener smtp3\n"
        "From: MAILER-DAEMON@mx.trees.example\nSubject: failure notice\n\n"
        "<oak@trees.example>:\nuser unknown\n");
    assert_int_equal(bounce.form, TD_BOUNCE_TEXT);
    assert_int_equal(bounce.kind, TD_BOUNCE_HARD);
    assert_true(td_slice_is(bounce.items[0].address, "oak@trees.example"));
    td_bounce_release(&bounce);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_envelope_comes_in_the_order_of_its_worth),
        cmocka_unit_test(a_sender_is_no_null_sender),
        cmocka_unit_test(the_message_complained_of_is_quoted_for_tokens),
        cmocka_unit_test(a_complaint_has_its_reason),
        cmocka_unit_test(one_reading_leaves_nothing_to_the_next),
        cmocka_unit_test(kind_scope_and_reason_follow_code_and_words),
        cmocka_unit_test(a_report_behind_the_returned_message_is_not_read),
        cmocka_unit_test(a_quoted_local_part_holds_what_prints),
        cmocka_unit_test(encoded_parts_are_read),
        cmocka_unit_test(lines_that_are_no_fields_do_not_end_the_header),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
