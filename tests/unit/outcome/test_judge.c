/*
 * test_judge.c: replies as servers really write them, and what they must mean here.
 */
#include "support/td_test.h"

#include "support/bounce_rules.h"

#include "outcome/judge.h"

#define NOW      (1000 * TD_DAY)
#define DEADLINE (NOW + 10 * TD_HOUR)

static struct td_verdict judged(enum td_stage stage, const char *text, int attempts,
                                td_time deadline)
{
    struct td_reply reply = {.stage = stage};
    char line[TD_REPLY_TEXT_MAX];
    snprintf(line, sizeof line, "%s\r\n", text);
    size_t used = 0;
    assert_int_equal(td_reply_parse(td_slice(line), &reply, &used), 1);
    struct td_history history = {.attempts = attempts, .deadline = deadline, .now = NOW};
    struct td_policy policy = td_policy_default();
    struct td_rand rand = td_rand_seeded(7);
    return td_judge(td_test_bounce_rules(), &reply, &history, &policy, &rand);
}

static struct td_verdict judged_lost(enum td_stage stage)
{
    struct td_reply reply = {.stage = stage, .code = 0, .text = "connection lost"};
    struct td_history history = {.attempts = 0, .deadline = DEADLINE, .now = NOW};
    struct td_policy policy = td_policy_default();
    struct td_rand rand = td_rand_seeded(7);
    return td_judge(td_test_bounce_rules(), &reply, &history, &policy, &rand);
}

static void two_fifty_at_the_dot_is_sent(void **state)
{
    (void)state;
    struct td_verdict verdict =
        judged(TD_STAGE_DOT, "250 2.0.0 Ok: queued as 4XY", 0, DEADLINE);
    assert_int_equal(verdict.kind, TD_VERDICT_SENT);
    assert_false(verdict.suppress);
}

struct gone {
    enum td_stage stage;
    const char *text;
};

static const struct gone gone[] = {
    {TD_STAGE_RCPT,
     "550 5.1.1 <x@example.org>: Recipient address rejected: User unknown in "
     "local recipient table"},
    {TD_STAGE_RCPT, "550 5.1.1 rejected"},
    {TD_STAGE_RCPT, "550 5.1.10 RESOLVER.ADR.RecipientNotFound"},
    {TD_STAGE_RCPT, "550 5.1.2 bad destination system"},
    {TD_STAGE_RCPT, "550 5.4.4 unable to route"},
    {TD_STAGE_RCPT, "550 #5.1.0 Address rejected."},
    {TD_STAGE_RCPT, "556 we take no mail here"},
    {TD_STAGE_RCPT, "550 No such user here"},
    {TD_STAGE_RCPT, "550 5.0.0 <x@example.org>... User unknown"},
    {TD_STAGE_RCPT, "550-5.1.1 The email account that you tried to reach does\r\n"
                    "550-5.1.1 not exist. Please try double-checking\r\n"
                    "550 5.1.1 https://support.example/mail/?p=NoSuchUser x1si - gsmtp"},
    {TD_STAGE_RCPT, "550-the account does not\r\n550 exist here"},
    {TD_STAGE_RCPT, "550 5.1.1 <spam@example.org>: no such mailbox"},
    {TD_STAGE_DATA, "554 5.1.1 user unknown"},
    {TD_STAGE_DOT, "550 5.1.1 mailbox not found"},
};

static void a_missing_mailbox_suppresses_the_address(void **state)
{
    (void)state;
    for (size_t i = 0; i < TD_ARRAY_LEN(gone); i++) {
        struct td_verdict verdict = judged(gone[i].stage, gone[i].text, 0, DEADLINE);
        if (verdict.kind != TD_VERDICT_FAILED || !verdict.suppress ||
            verdict.reason != TD_REASON_ADDRESS || verdict.scope != TD_SCOPE_RECIPIENT)
            fail_msg("%s: kind %d reason %d", gone[i].text, verdict.kind, verdict.reason);
    }
}

struct final {
    enum td_stage stage;
    const char *text;
    enum td_reason reason;
    enum td_scope scope;
};

static const struct final finals[] = {
    /* about us, not about the address: also where the code says 5.1.1 (standards K10) */
    {TD_STAGE_RCPT, "550 5.1.1 IP address blacklisted", TD_REASON_POLICY,
     TD_SCOPE_RECIPIENT},
    {TD_STAGE_RCPT, "550 5.7.1 user unknown", TD_REASON_POLICY, TD_SCOPE_RECIPIENT},
    {TD_STAGE_RCPT,
     "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using "
     "zen.spamhaus.org",
     TD_REASON_POLICY, TD_SCOPE_RECIPIENT},
    {TD_STAGE_RCPT, "550 5.1.8 Sender address rejected: Domain not found",
     TD_REASON_POLICY, TD_SCOPE_RECIPIENT},
    {TD_STAGE_RCPT, "554 5.7.1 <x@example.org>: Relay access denied", TD_REASON_POLICY,
     TD_SCOPE_RECIPIENT},
    {TD_STAGE_RCPT, "550 5.1.0 Sender denied", TD_REASON_POLICY, TD_SCOPE_RECIPIENT},
    {TD_STAGE_DOT,
     "550 5.7.515 Access denied, sending domain does not meet the required "
     "authentication level",
     TD_REASON_POLICY, TD_SCOPE_RELAY},
    {TD_STAGE_DOT, "550 5.7.26 This mail is unauthenticated", TD_REASON_POLICY,
     TD_SCOPE_RELAY},
    {TD_STAGE_DOT, "554 5.7.1 Message rejected as spam", TD_REASON_POLICY,
     TD_SCOPE_MESSAGE},
    {TD_STAGE_DOT, "550 5.7.0 denied", TD_REASON_POLICY, TD_SCOPE_MESSAGE},
    /* "slow down" behind a 550 is no hard bounce */
    {TD_STAGE_RCPT, "550 Too many messages, slow down", TD_REASON_POLICY,
     TD_SCOPE_DOMAIN},
    {TD_STAGE_DOT, "554 5.7.1 rate limit exceeded", TD_REASON_POLICY, TD_SCOPE_DOMAIN},
    /* full mailboxes */
    {TD_STAGE_RCPT, "552 5.2.2 x", TD_REASON_QUOTA, TD_SCOPE_RECIPIENT},
    {TD_STAGE_RCPT, "552 5.1.1 mailbox full", TD_REASON_QUOTA, TD_SCOPE_RECIPIENT},
    {TD_STAGE_DOT, "552 Requested mail action aborted: exceeded storage allocation",
     TD_REASON_QUOTA, TD_SCOPE_RECIPIENT},
    /* size */
    {TD_STAGE_DOT, "552 5.3.4 too much", TD_REASON_SIZE, TD_SCOPE_MESSAGE},
    {TD_STAGE_DOT, "552 message exceeds fixed maximum message size", TD_REASON_SIZE,
     TD_SCOPE_MESSAGE},
    {TD_STAGE_MAIL, "552 5.3.4 Message size exceeds fixed limit", TD_REASON_SIZE,
     TD_SCOPE_MESSAGE},
    /* international addresses */
    {TD_STAGE_RCPT, "553 5.6.7 no", TD_REASON_SMTPUTF8, TD_SCOPE_RECIPIENT},
    {TD_STAGE_MAIL, "550 5.6.7 no", TD_REASON_SMTPUTF8, TD_SCOPE_RECIPIENT},
    /* nothing that blames the address (standards K11, K12) */
    {TD_STAGE_RCPT, "550 rejected", TD_REASON_REFUSED, TD_SCOPE_RECIPIENT},
    {TD_STAGE_RCPT, "550 5.0.0 no", TD_REASON_REFUSED, TD_SCOPE_RECIPIENT},
    {TD_STAGE_RCPT, "550 mailbox unavailable", TD_REASON_REFUSED, TD_SCOPE_RECIPIENT},
    {TD_STAGE_RCPT, "550 5.2.1 mailbox disabled", TD_REASON_REFUSED, TD_SCOPE_RECIPIENT},
    {TD_STAGE_RCPT, "550 5.4.1 Recipient address rejected: Access denied",
     TD_REASON_REFUSED, TD_SCOPE_RECIPIENT},
    {TD_STAGE_DATA, "554 no valid recipients", TD_REASON_REFUSED, TD_SCOPE_MESSAGE},
    {TD_STAGE_DOT, "554 transaction failed", TD_REASON_REFUSED, TD_SCOPE_MESSAGE},
    {TD_STAGE_DOT, "554 5.3.0 x", TD_REASON_REFUSED, TD_SCOPE_RELAY},
};

static void other_refusals_fail_and_suppress_nobody(void **state)
{
    (void)state;
    for (size_t i = 0; i < TD_ARRAY_LEN(finals); i++) {
        struct td_verdict verdict = judged(finals[i].stage, finals[i].text, 0, DEADLINE);
        if (verdict.kind != TD_VERDICT_FAILED || verdict.suppress ||
            verdict.reason != finals[i].reason || verdict.scope != finals[i].scope)
            fail_msg("%s: kind %d reason %s scope %d", finals[i].text, verdict.kind,
                     td_reason_name(verdict.reason), verdict.scope);
    }
}

struct later {
    enum td_stage stage;
    const char *text;
    enum td_reason reason;
    enum td_scope scope;
    bool charged;
};

static const struct later laters[] = {
    /* the relay's affair */
    {TD_STAGE_CONNECT, "421 4.3.2 All server ports are busy", TD_REASON_TRY_LATER,
     TD_SCOPE_RELAY, false},
    {TD_STAGE_CONNECT, "554 5.7.1 blocked", TD_REASON_REFUSED, TD_SCOPE_RELAY, false},
    {TD_STAGE_CONNECT, "535 5.7.8 authentication failed", TD_REASON_REFUSED,
     TD_SCOPE_RELAY, false},
    {TD_STAGE_MAIL, "530 5.7.0 Authentication required", TD_REASON_REFUSED,
     TD_SCOPE_RELAY, false},
    {TD_STAGE_RCPT, "530 5.7.0 Must issue a STARTTLS command first", TD_REASON_REFUSED,
     TD_SCOPE_RELAY, false},
    {TD_STAGE_MAIL, "550 5.1.0 sender rejected", TD_REASON_REFUSED, TD_SCOPE_RELAY,
     false},
    {TD_STAGE_MAIL, "550 user unknown", TD_REASON_REFUSED, TD_SCOPE_RELAY, false},
    {TD_STAGE_MAIL, "451 4.3.0 try again", TD_REASON_TRY_LATER, TD_SCOPE_RELAY, false},
    {TD_STAGE_MAIL, "452 4.3.4 message size", TD_REASON_TRY_LATER, TD_SCOPE_RELAY, false},
    {TD_STAGE_SESSION, "421 idle too long", TD_REASON_TRY_LATER, TD_SCOPE_RELAY, false},
    {TD_STAGE_RCPT, "421 4.4.2 closing", TD_REASON_TRY_LATER, TD_SCOPE_RELAY, false},
    {TD_STAGE_DOT, "421 shutting down", TD_REASON_TRY_LATER, TD_SCOPE_RELAY, false},
    {TD_STAGE_DOT, "452 4.3.1 Insufficient system storage", TD_REASON_TRY_LATER,
     TD_SCOPE_RELAY, false},
    /* the destination's */
    {TD_STAGE_RCPT, "421 4.7.0 [TSS04] Messages temporarily deferred",
     TD_REASON_TRY_LATER, TD_SCOPE_DOMAIN, false},
    {TD_STAGE_RCPT, "451 4.7.650 The mail server has been temporarily rate limited",
     TD_REASON_TRY_LATER, TD_SCOPE_DOMAIN, true},
    {TD_STAGE_DOT, "421-4.7.28 Gmail has detected an unusual rate of\r\n421 4.7.28 mail",
     TD_REASON_TRY_LATER, TD_SCOPE_DOMAIN, false},
    {TD_STAGE_RCPT, "451 try again later", TD_REASON_TRY_LATER, TD_SCOPE_DOMAIN, true},
    {TD_STAGE_DATA, "450 4.7.1 no", TD_REASON_TRY_LATER, TD_SCOPE_DOMAIN, true},
    /* RFC 5321 4.5.3.1.10: 552 for too many recipients is to be taken for 452 */
    {TD_STAGE_RCPT, "552 too many recipients", TD_REASON_TRY_LATER, TD_SCOPE_DOMAIN,
     true},
    {TD_STAGE_RCPT, "452 4.5.3 Too many recipients", TD_REASON_TRY_LATER, TD_SCOPE_DOMAIN,
     true},
    /* the recipient's */
    {TD_STAGE_RCPT, "450 4.2.0 <x@example.org>: Greylisted, see http://example.org",
     TD_REASON_TRY_LATER, TD_SCOPE_RECIPIENT, true},
    {TD_STAGE_RCPT, "451 greylisting in action", TD_REASON_TRY_LATER, TD_SCOPE_RECIPIENT,
     true},
    {TD_STAGE_RCPT, "450 4.1.1 unverified address", TD_REASON_TRY_LATER,
     TD_SCOPE_RECIPIENT, true},
    {TD_STAGE_RCPT, "452 4.2.2 mailbox full", TD_REASON_QUOTA, TD_SCOPE_RECIPIENT, true},
    {TD_STAGE_RCPT,
     "450 4.2.1 The user you are trying to contact is receiving mail at a rate "
     "that prevents additional messages",
     TD_REASON_TRY_LATER, TD_SCOPE_RECIPIENT, true},
    /* out of turn: not an answer */
    {TD_STAGE_RCPT, "250 ok", TD_REASON_CONNECTION, TD_SCOPE_RELAY, false},
    {TD_STAGE_DATA, "250 ok", TD_REASON_CONNECTION, TD_SCOPE_RELAY, false},
    {TD_STAGE_MAIL, "354 go on", TD_REASON_CONNECTION, TD_SCOPE_RELAY, false},
};

static void what_may_pass_is_tried_again_at_whose_charge_it_is(void **state)
{
    (void)state;
    for (size_t i = 0; i < TD_ARRAY_LEN(laters); i++) {
        struct td_verdict verdict = judged(laters[i].stage, laters[i].text, 0, DEADLINE);
        if (verdict.kind != TD_VERDICT_RETRY || verdict.suppress ||
            verdict.reason != laters[i].reason || verdict.scope != laters[i].scope ||
            verdict.charged != laters[i].charged)
            fail_msg("%s: kind %d reason %s scope %d charged %d", laters[i].text,
                     verdict.kind, td_reason_name(verdict.reason), verdict.scope,
                     verdict.charged);
        assert_in_range(verdict.next_try, NOW + 270 * TD_SECOND, NOW + 330 * TD_SECOND);
    }
}

static void a_connection_lost_before_the_dot_is_the_relays_affair(void **state)
{
    (void)state;
    static const enum td_stage stages[] = {TD_STAGE_CONNECT, TD_STAGE_MAIL, TD_STAGE_RCPT,
                                           TD_STAGE_DATA, TD_STAGE_SESSION};
    for (size_t i = 0; i < TD_ARRAY_LEN(stages); i++) {
        struct td_verdict verdict = judged_lost(stages[i]);
        assert_int_equal(verdict.kind, TD_VERDICT_RETRY);
        assert_int_equal(verdict.scope, TD_SCOPE_RELAY);
        assert_int_equal(verdict.reason, TD_REASON_CONNECTION);
        assert_false(verdict.charged);
    }
}

static void a_connection_lost_behind_the_dot_is_in_doubt(void **state)
{
    (void)state;
    struct td_verdict verdict = judged_lost(TD_STAGE_DOT);
    assert_int_equal(verdict.kind, TD_VERDICT_IN_DOUBT);
    assert_int_equal(verdict.reason, TD_REASON_UNKNOWN_FATE);
    verdict = judged(TD_STAGE_DOT, "354 go on", 0, DEADLINE);
    assert_int_equal(verdict.kind, TD_VERDICT_IN_DOUBT);
}

static void a_retry_that_would_miss_the_deadline_is_too_late(void **state)
{
    (void)state;
    struct td_verdict verdict =
        judged(TD_STAGE_RCPT, "450 4.2.0 greylisted", 0, NOW + 4 * TD_MINUTE);
    assert_int_equal(verdict.kind, TD_VERDICT_FAILED);
    assert_int_equal(verdict.reason, TD_REASON_TOO_LATE);
    assert_false(verdict.suppress);
    verdict = judged(TD_STAGE_RCPT, "450 4.2.0 greylisted", 0, NOW + 6 * TD_MINUTE);
    assert_int_equal(verdict.kind, TD_VERDICT_RETRY);
}

static void only_charged_attempts_make_the_wait_longer(void **state)
{
    (void)state;
    struct td_verdict charged =
        judged(TD_STAGE_RCPT, "450 4.2.0 greylisted", 2, DEADLINE);
    assert_in_range(charged.next_try, NOW + 18 * TD_MINUTE, NOW + 22 * TD_MINUTE);
    struct td_verdict relay = judged(TD_STAGE_RCPT, "421 closing", 2, DEADLINE);
    assert_in_range(relay.next_try, NOW + 270 * TD_SECOND, NOW + 330 * TD_SECOND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_fifty_at_the_dot_is_sent),
        cmocka_unit_test(a_missing_mailbox_suppresses_the_address),
        cmocka_unit_test(other_refusals_fail_and_suppress_nobody),
        cmocka_unit_test(what_may_pass_is_tried_again_at_whose_charge_it_is),
        cmocka_unit_test(a_connection_lost_before_the_dot_is_the_relays_affair),
        cmocka_unit_test(a_connection_lost_behind_the_dot_is_in_doubt),
        cmocka_unit_test(a_retry_that_would_miss_the_deadline_is_too_late),
        cmocka_unit_test(only_charged_attempts_make_the_wait_longer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
