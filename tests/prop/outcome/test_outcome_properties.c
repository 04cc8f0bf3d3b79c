/*
 * test_outcome_properties.c: what every verdict keeps, whatever a server says and
 * whenever.
 */
#include "support/td_test.h"

#include "support/bounce_rules.h"

#include "outcome/judge.h"
#include "outcome/retry.h"
#include "outcome/verp.h"

#define NOW (1000 * TD_DAY)

static const enum td_stage stages[] = {TD_STAGE_CONNECT, TD_STAGE_MAIL, TD_STAGE_RCPT,
                                       TD_STAGE_DATA,    TD_STAGE_DOT,  TD_STAGE_SESSION};

static const char *const words[] = {
    "user unknown", "5.1.1",  "mailbox full", "spam",      "blocked",
    "rate limit",   "sender", "does not",     "exist",     "4.7.1",
    "5.7.1",        "5.2.2",  "rejected",     "too large", "too many recipients",
    "greylisted",   "5.0.0",  "\n550 ",       "<a@b>",     "",
    "\xff",         "5.6.7",
};

static struct td_reply some_reply(struct td_rand *rand, enum td_stage stage, int code)
{
    struct td_reply reply = {.stage = stage, .code = code};
    int n = snprintf(reply.text, sizeof reply.text, "%d ", code);
    for (uint64_t i = td_rand_below(rand, 5); i > 0; i--) {
        const char *word = words[td_rand_below(rand, TD_ARRAY_LEN(words))];
        n += snprintf(reply.text + n, sizeof reply.text - (size_t)n, "%s ", word);
    }
    if ((code / 100 == 4 || code / 100 == 5) && td_rand_below(rand, 2) == 0) {
        reply.enhanced[0] = code / 100;
        reply.enhanced[1] = (int)td_rand_below(rand, 9);
        reply.enhanced[2] = (int)td_rand_below(rand, 40);
    }
    return reply;
}

static struct td_history some_history(struct td_rand *rand)
{
    return (struct td_history){
        .attempts = (int)td_rand_below(rand, 100),
        .deadline =
            NOW + (td_time)td_rand_below(rand, 3 * (uint64_t)TD_HOUR) - TD_HOUR / 2,
        .now = NOW,
    };
}

static void assert_sane(const struct td_reply *reply, const struct td_history *history,
                        struct td_verdict v)
{
    int class_ = reply->code / 100;
    bool dot = reply->stage == TD_STAGE_DOT;
    bool ok = true;
    /* Never a try at or past the deadline; a time only with a retry. */
    ok = ok && (v.kind != TD_VERDICT_RETRY ||
                (v.next_try > history->now && v.next_try < history->deadline));
    ok = ok && (v.kind == TD_VERDICT_RETRY || v.next_try == 0);
    /* Sent means 2yz to the dot; doubt means no answer to it. */
    ok = ok && (v.kind == TD_VERDICT_SENT) == (dot && class_ == 2);
    ok = ok && (v.kind == TD_VERDICT_IN_DOUBT) ==
                   (dot && class_ != 2 && class_ != 4 && class_ != 5);
    /* Suppression is for addresses that are gone, and a reply below RCPT never says so.
     */
    ok = ok && v.suppress == (v.reason == TD_REASON_ADDRESS);
    ok = ok && (!v.suppress || (class_ == 5 && v.kind == TD_VERDICT_FAILED &&
                                v.scope == TD_SCOPE_RECIPIENT && v.charged));
    ok = ok && (!v.suppress || reply->stage == TD_STAGE_RCPT ||
                reply->stage == TD_STAGE_DATA || dot);
    /* What is the relay's affair is charged to nobody while it can pass. */
    ok = ok && (v.kind != TD_VERDICT_RETRY || v.scope != TD_SCOPE_RELAY || !v.charged);
    if (!ok)
        fail_msg("stage %s, \"%s\": kind %d reason %d scope %d",
                 td_stage_name(reply->stage), reply->text, v.kind, v.reason, v.scope);
}

static void every_code_at_every_stage_has_a_sane_verdict(void **state)
{
    (void)state;
    struct td_policy policy = td_policy_default();
    for (int code = 100; code <= 1000; code++) {
        struct td_rand rand = td_rand_seeded((uint64_t)code);
        for (size_t i = 0; i < TD_ARRAY_LEN(stages) * 8; i++) {
            struct td_reply reply = some_reply(&rand, stages[i % TD_ARRAY_LEN(stages)],
                                               code == 1000 ? 0 : code);
            struct td_history history = some_history(&rand);
            assert_sane(
                &reply, &history,
                td_judge(td_test_bounce_rules(), &reply, &history, &policy, &rand));
        }
    }
}

/* An unknown code acts as x00 of its class (RFC 5321 4.3.2), while it says nothing. */
static void unknown_codes_act_as_their_class(void **state)
{
    (void)state;
    struct td_policy policy = td_policy_default();
    struct td_history history = {.attempts = 0, .deadline = NOW + TD_DAY, .now = NOW};
    for (int code = 400; code <= 599; code++) {
        if (code == 421 || code == 530 || code == 534 || code == 535 || code == 538 ||
            code == 556)
            continue; /* these have a meaning of their own */
        struct td_rand rand = td_rand_seeded(1);
        struct td_reply reply = {.stage = TD_STAGE_RCPT, .code = code};
        struct td_verdict verdict =
            td_judge(td_test_bounce_rules(), &reply, &history, &policy, &rand);
        assert_int_equal(verdict.kind, code < 500 ? TD_VERDICT_RETRY : TD_VERDICT_FAILED);
        assert_int_equal(verdict.reason,
                         code < 500 ? TD_REASON_TRY_LATER : TD_REASON_REFUSED);
    }
}

static void a_refusal_at_rcpt_fails_this_recipient_alone(void **state)
{
    (void)state;
    struct td_policy policy = td_policy_default();
    for (uint64_t seed = 1; seed <= 20000; seed++) {
        struct td_rand rand = td_rand_seeded(seed);
        int code = 500 + (int)td_rand_below(&rand, 100);
        struct td_reply reply = some_reply(&rand, TD_STAGE_RCPT, code);
        struct td_history history = some_history(&rand);
        struct td_verdict verdict =
            td_judge(td_test_bounce_rules(), &reply, &history, &policy, &rand);
        /* Slowing a domain down is no failure of others. */
        if (verdict.kind == TD_VERDICT_FAILED && verdict.reason != TD_REASON_TOO_LATE)
            assert_true(verdict.scope == TD_SCOPE_RECIPIENT ||
                        verdict.scope == TD_SCOPE_MESSAGE ||
                        (verdict.scope == TD_SCOPE_DOMAIN &&
                         strstr(reply.text, "rate limit") != NULL));
    }
}

static void waits_never_shrink_with_attempts_but_by_jitter(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 2000; seed++) {
        struct td_rand rand = td_rand_seeded(seed);
        struct td_policy policy = {
            .first = 1 + (td_time)td_rand_below(&rand, (uint64_t)TD_HOUR),
            .jitter_percent = (int)td_rand_below(&rand, 50),
        };
        policy.longest = policy.first + (td_time)td_rand_below(&rand, (uint64_t)TD_DAY);
        td_time before = 0;
        for (int attempts = 0; attempts < 30; attempts++) {
            td_time at = 0;
            assert_true(td_retry_at(&policy, attempts, 0, 100 * TD_DAY, &rand, &at));
            td_time jitter = policy.longest / 100 * policy.jitter_percent;
            assert_true(at >= before - 2 * jitter);
            assert_true(at > 0 && at <= policy.longest + jitter);
            before = at;
        }
    }
}

static void a_flipped_token_byte_never_verifies(void **state)
{
    (void)state;
    struct td_hmac *key = td_hmac_create(td_slice("0123456789abcdef0123456789abcdef"));
    for (uint64_t seed = 1; seed <= 200; seed++) {
        struct td_rand rand = td_rand_seeded(seed);
        char token[TD_VERP_TOKEN_MAX + 1];
        int64_t edition =
            (int64_t)(td_rand_next(&rand) >> (1 + td_rand_below(&rand, 62)));
        int64_t subscriber =
            (int64_t)(td_rand_next(&rand) >> (1 + td_rand_below(&rand, 62)));
        td_verp_token(key, edition, subscriber, token);
        int64_t a = -1;
        int64_t b = -1;
        assert_true(td_verp_read(key, td_slice(token), &a, &b));
        assert_true(a == edition && b == subscriber);
        for (size_t i = 0; token[i] != '\0'; i++) {
            char kept = token[i];
            for (unsigned bit = 0; bit < 8; bit++) {
                token[i] = (char)(kept ^ (1 << bit));
                bool same = (kept ^ token[i]) == 0x20 && kept >= 'a' && kept <= 'z';
                if (!same && td_verp_read(key, td_slice_n(token, strlen(token)), &a, &b))
                    fail_msg("seed %d: %s was believed", (int)seed, token);
            }
            token[i] = kept;
        }
    }
    td_hmac_destroy(key);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_at_every_stage_has_a_sane_verdict),
        cmocka_unit_test(unknown_codes_act_as_their_class),
        cmocka_unit_test(a_refusal_at_rcpt_fails_this_recipient_alone),
        cmocka_unit_test(waits_never_shrink_with_attempts_but_by_jitter),
        cmocka_unit_test(a_flipped_token_byte_never_verifies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
