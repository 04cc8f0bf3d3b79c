/*
 * The ledger from outside: who may send what, and what a row looks like afterwards.
 */
#include "ledger_fixture.h"

#include "store/people.h"

/* A sender that dies by SIGKILL: the kernel closes its descriptor, nothing else happens. */
static void die(struct td_sender *sender)
{
    assert_int_equal(close(sender->lock), 0);
    sender->lock = -1;
}

static void stop(struct ctx *t, struct td_sender *sender)
{
    assert_ok(td_sender_stop(sender, &t->err), t->err);
}

static void a_claim_gives_all_that_a_letter_needs(void **state)
{
    struct ctx *t = *state;
    struct td_claims claims = {0};

    add_messages(t, 1, 3, 3, TD_QUEUED, 0);
    struct td_sender sender = start(t, t->store);
    claim(t, &sender, T, 10, &claims);
    assert_int_equal(claims.count, 1);
    assert_int_equal(claims.items[0].edition, 1);
    assert_int_equal(claims.items[0].subscriber, 3);
    assert_int_equal(claims.items[0].newsletter, 1);
    assert_int_equal(claims.items[0].variant, 73);
    assert_int_equal(claims.items[0].tries, 0);
    assert_int_equal(claims.items[0].due, T);
    assert_int_equal(claims.items[0].deadline, T + 10 * TD_HOUR);
    assert_slice(claims.items[0].address, "P3@Example.org");
    assert_slice(claims.items[0].domain, "example.org");
    assert_slice(claims.items[0].name, "Ann 3");
    assert_sql(t, "SELECT state, sender FROM message", "3|1");
    td_claims_release(&claims);
    stop(t, &sender);
}

static void nothing_is_claimed_before_it_is_due_or_while_its_edition_is_shut(void **state)
{
    struct ctx *t = *state;
    struct td_claims claims = {0};
    struct td_next_due next;

    struct td_sender sender = start(t, t->store);
    assert_ok(td_ledger_next_due(t->store, T, &next, &t->err), t->err);
    assert_true(next.when == INT64_MAX);
    add_messages(t, 1, 1, 9, TD_QUEUED, 60);
    claim(t, &sender, T + 59 * TD_SECOND, 10, &claims);
    assert_int_equal(claims.count, 0);
    assert_ok(td_ledger_next_due(t->store, T, &next, &t->err), t->err);
    assert_int_equal(next.when, T + 60 * TD_SECOND);
    sql(t, "UPDATE edition SET held = 1");
    claim(t, &sender, T + TD_HOUR, 10, &claims);
    assert_int_equal(claims.count, 0);
    assert_ok(td_ledger_next_due(t->store, T, &next, &t->err), t->err);
    assert_true(next.when == INT64_MAX);
    sql(t, "UPDATE edition SET held = 0, phase = 0");
    claim(t, &sender, T + TD_HOUR, 10, &claims);
    assert_int_equal(claims.count, 0);
    sql(t, "UPDATE edition SET phase = 1");
    claim(t, &sender, T + 60 * TD_SECOND, 10, &claims);
    assert_int_equal(claims.count, 9);
    td_claims_release(&claims);
    stop(t, &sender);
}

static void notices_go_before_alerts_and_alerts_before_issues(void **state)
{
    struct ctx *t = *state;
    struct td_claims claims = {0};

    add_edition(t, 2, TD_CLASS_NOTICE, 36000, 0);
    add_edition(t, 3, TD_CLASS_ALERT, 36000, 0);
    add_messages(t, 1, 1, 2, TD_QUEUED, 0);
    add_messages(t, 2, 1, 2, TD_QUEUED, 100);
    add_messages(t, 3, 1, 2, TD_QUEUED, 50);
    struct td_sender sender = start(t, t->store);
    claim(t, &sender, T + 200 * TD_SECOND, 5, &claims);
    assert_int_equal(claims.count, 5);
    assert_int_equal(claims.items[0].edition, 2);
    assert_int_equal(claims.items[1].edition, 2);
    assert_int_equal(claims.items[2].edition, 3);
    assert_int_equal(claims.items[3].edition, 3);
    assert_int_equal(claims.items[4].edition, 1);
    td_claims_release(&claims);
    stop(t, &sender);
}

static void the_nearer_deadline_goes_first(void **state)
{
    struct ctx *t = *state;
    struct td_claims claims = {0};

    add_edition(t, 2, TD_CLASS_ISSUE, 7200, 0);
    add_messages(t, 1, 1, 2, TD_QUEUED, 0);
    add_messages(t, 2, 1, 2, TD_QUEUED, 60);
    struct td_sender sender = start(t, t->store);
    claim(t, &sender, T + TD_HOUR, 3, &claims);
    assert_int_equal(claims.count, 3);
    assert_int_equal(claims.items[0].edition, 2);
    assert_int_equal(claims.items[1].edition, 2);
    assert_int_equal(claims.items[2].edition, 1);
    td_claims_release(&claims);
    stop(t, &sender);
}

static void retries_take_a_quarter_while_there_is_anything_else(void **state)
{
    struct ctx *t = *state;
    struct td_claims claims = {0};
    size_t tried = 0;

    add_messages(t, 1, 1, 20, TD_DEFERRED, 0);
    add_messages(t, 1, 21, 60, TD_QUEUED, 30);
    struct td_sender sender = start(t, t->store);
    claim(t, &sender, T + TD_MINUTE, 20, &claims);
    assert_int_equal(claims.count, 20);
    for (size_t i = 0; i < claims.count; i++)
        tried += claims.items[i].tries > 0;
    assert_int_equal(tried, 5);
    claim(t, &sender, T + TD_MINUTE, 100,
          &claims); /* the 25 that are left, then the rest */
    assert_int_equal(claims.count, 40);
    td_claims_release(&claims);
    stop(t, &sender);
}

/* Person 1 is pending, 2 active, 3 has left, 4 is suspended, 5 suppressed, 6 has no subscription. */
static void an_edition_goes_to_its_audience_only(void **state)
{
    struct ctx *t = *state;
    static const char *const moved[] = {
        [TD_AUDIENCE_ACTIVE] = "12|2 3|0 12|2 12|15 10|3 12|2",
        [TD_AUDIENCE_PENDING] = "3|0 12|16 12|16 12|15 10|3 12|16",
        [TD_AUDIENCE_LEFT] = "12|16 12|16 3|0 12|15 10|3 12|16",
        [TD_AUDIENCE_ANYONE] = "3|0 3|0 3|0 3|0 10|3 3|0",
    };
    sql(t, "UPDATE subscription SET status = 0 WHERE subscriber = 1;"
           "UPDATE subscription SET status = 2 WHERE subscriber = 3;"
           "UPDATE subscription SET status = 3 WHERE subscriber = 4;"
           "INSERT INTO suppression VALUES (CAST('h5' AS BLOB), 0, 9, 'DSN', 0);"
           "DELETE FROM subscription WHERE subscriber = 6");
    for (int audience = 0; audience < (int)TD_ARRAY_LEN(moved); audience++) {
        struct td_claims claims = {0};
        char text[100];
        (void)snprintf(text, sizeof text,
                       "DELETE FROM message; UPDATE edition SET audience = %d", audience);
        sql(t, text);
        add_messages(t, 1, 1, 6, TD_QUEUED, 0);
        struct td_sender sender = start(t, t->store);
        claim(t, &sender, T, 10, &claims);
        assert_sql(t, "SELECT state, reason FROM message ORDER BY subscriber",
                   moved[audience]);
        td_claims_release(&claims);
        stop(t, &sender);
    }
}

static void one_message_is_enqueued_once(void **state)
{
    struct ctx *t = *state;
    struct td_claim message = {.edition = 1, .subscriber = 7, .variant = 70, .due = T};
    bool added = false;
    for (int i = 0; i < 2; i++) {
        assert_ok(td_begin(t->store, &t->err), t->err);
        assert_ok(td_ledger_enqueue(t->store, &message, &added, &t->err), t->err);
        assert_ok(td_commit(t->store, &t->err), t->err);
        assert_int_equal(added, i == 0);
        sql(t, "UPDATE message SET state = 1, next = NULL"); /* sent */
    }
    assert_sql(t, "SELECT subscriber, variant, state, due, tries FROM message",
               "7|70|1|1795158000|0");
}

static void whoever_left_or_is_suppressed_is_not_claimed(void **state)
{
    struct ctx *t = *state;
    struct td_claims claims = {0};

    add_messages(t, 1, 1, 6, TD_QUEUED, 0);
    sql(t, "UPDATE subscription SET status = 2 WHERE subscriber = 1;"
           "UPDATE subscription SET status = 3 WHERE subscriber = 2;"
           "INSERT INTO suppression VALUES (CAST('h3' AS BLOB), 0, 9, 'DSN', 0),"
           " (CAST('h4' AS BLOB), 1, 9, 'DSN', 0), (CAST('h5' AS BLOB), 2, 9, 'DSN', 0)");
    struct td_sender sender = start(t, t->store);
    claim(t, &sender, T, 10, &claims);
    assert_int_equal(claims.count, 2); /* 5 is suppressed for another newsletter only */
    assert_int_equal(claims.items[0].subscriber, 5);
    assert_int_equal(claims.items[1].subscriber, 6);
    assert_int_equal(claims.cancelled, 2);
    assert_int_equal(claims.suppressed, 2);
    assert_sql(t, "SELECT state, reason, next, sender FROM message ORDER BY subscriber",
               "12|2|-|- 12|15|-|- 10|3|-|- 10|3|-|- 3|0|1795158000|1 3|0|1795158000|1");
    td_claims_release(&claims);
    stop(t, &sender);
}

static void what_is_past_its_deadline_expires_instead(void **state)
{
    struct ctx *t = *state;
    struct td_claims claims = {0};

    add_messages(t, 1, 1, 3, TD_QUEUED, 0);
    add_messages(t, 1, 4, 4, TD_QUEUED, 1);
    add_messages(t, 1, 5, 5, TD_DEFERRED,
                 0); /* put off, to be tried after its deadline */
    sql(t, "UPDATE message SET next = next + 35000 WHERE subscriber = 5");
    struct td_sender sender = start(t, t->store);
    claim(t, &sender, T + 10 * TD_HOUR, 10, &claims);
    assert_int_equal(claims.count, 1);
    assert_int_equal(claims.items[0].subscriber, 4);
    assert_int_equal(claims.expired, 4);
    assert_sql(
        t, "SELECT subscriber, state, reason, next, sender FROM message WHERE state = 11",
        "1|11|4|-|- 2|11|4|-|- 3|11|4|-|- 5|11|4|-|-");
    td_claims_release(&claims);
    stop(t, &sender);
}

static void two_senders_never_get_the_same_message(void **state)
{
    struct ctx *t = *state;
    struct td_claims a = {0}, b = {0};
    bool seen[61] = {false};

    add_messages(t, 1, 1, 60, TD_QUEUED, 0);
    struct td_store *other = open_store(t);
    struct td_sender first = start(t, t->store);
    struct td_sender second = start(t, other);
    assert_int_not_equal(first.number, second.number);
    for (int round = 0; round < 5; round++) {
        claim(t, &first, T, 7, &a);
        claim(t, &second, T, 7, &b);
        for (size_t i = 0; i < a.count; i++) {
            assert_false(seen[a.items[i].subscriber]);
            seen[a.items[i].subscriber] = true;
        }
        for (size_t i = 0; i < b.count; i++) {
            assert_false(seen[b.items[i].subscriber]);
            seen[b.items[i].subscriber] = true;
        }
    }
    assert_sql(t, "SELECT sender, count(*) FROM message GROUP BY 1", "1|32 2|28");
    td_claims_release(&a);
    td_claims_release(&b);
    stop(t, &first);
    stop(t, &second);
    td_store_close(other);
}

static void a_message_is_marked_then_sent(void **state)
{
    struct ctx *t = *state;
    struct td_claims claims = {0};
    struct td_move step = {
        .edition = 1, .subscriber = 1, .from = TD_LEASED, .to = TD_ON_WIRE};

    add_messages(t, 1, 1, 1, TD_QUEUED, 0);
    struct td_sender sender = start(t, t->store);
    claim(t, &sender, T, 1, &claims);
    step.sender = sender.number;
    assert_ok(move(t, t->store, &step), t->err);
    assert_sql(t, "SELECT state, sender FROM message", "4|1");
    step.from = TD_ON_WIRE;
    step.to = TD_SENT;
    assert_ok(move(t, t->store, &step), t->err);
    assert_sql(t, "SELECT state, reason, next, tries, sender FROM message", "1|0|-|0|-");
    assert_int_equal(move(t, t->store, &step), TD_CONFLICT); /* not twice */
    assert_contains(t->err.text, "message 1-1 is no longer on_wire");
    td_claims_release(&claims);
    stop(t, &sender);
}

static void a_refused_message_waits_and_is_charged(void **state)
{
    struct ctx *t = *state;
    struct td_claims claims = {0};
    struct td_move step = {.edition = 1,
                           .subscriber = 1,
                           .from = TD_LEASED,
                           .to = TD_DEFERRED,
                           .reason = TD_REASON_TRY_LATER,
                           .next = T + 5 * TD_MINUTE + 1, /* never too early */
                           .charged = true};

    add_messages(t, 1, 1, 1, TD_QUEUED, 0);
    struct td_sender sender = start(t, t->store);
    claim(t, &sender, T, 1, &claims);
    step.sender = sender.number;
    assert_ok(move(t, t->store, &step), t->err);
    assert_sql(t, "SELECT state, reason, next - due, tries, sender FROM message",
               "2|6|301|1|-");
    claim(t, &sender, T + 301 * TD_SECOND, 1, &claims);
    assert_int_equal(claims.count, 1);
    assert_int_equal(claims.items[0].tries, 1);
    assert_int_equal(claims.items[0].due, T);
    td_claims_release(&claims);
    stop(t, &sender);
}

static void a_stale_sender_is_refused(void **state)
{
    struct ctx *t = *state;
    struct td_claims claims = {0};
    struct td_move step = {
        .edition = 1, .subscriber = 1, .from = TD_LEASED, .to = TD_ON_WIRE};

    add_messages(t, 1, 1, 1, TD_QUEUED, 0);
    struct td_store *other = open_store(t);
    struct td_sender stale = start(t, t->store);
    struct td_sender fresh = start(t, other);
    claim(t, &stale, T, 1, &claims);
    step.sender = fresh.number; /* not its lease */
    assert_int_equal(move(t, other, &step), TD_CONFLICT);
    assert_ok(td_begin(other, &t->err), t->err);
    assert_ok(td_sender_renew(&fresh, T + TD_LEASE, &t->err), t->err);
    assert_ok(td_commit(other, &t->err), t->err);
    struct td_reaped reaped =
        reap(t, other, T + TD_LEASE); /* alive, but its time has passed */
    assert_int_equal(reaped.senders, 1);
    assert_int_equal(reaped.returned, 1);
    assert_sql(t, "SELECT state, sender FROM message", "0|-");
    claim(t, &fresh, T + TD_LEASE, 1, &claims);
    assert_int_equal(claims.count, 1);
    step.sender = stale.number;
    assert_int_equal(move(t, t->store, &step), TD_CONFLICT);
    step.sender = fresh.number;
    assert_ok(move(t, other, &step), t->err);
    step.from = TD_ON_WIRE; /* the stale one's answer to another dot */
    step.to = TD_SENT;
    step.sender = stale.number;
    assert_int_equal(move(t, t->store, &step), TD_CONFLICT);
    step.to = TD_DEFERRED;
    assert_int_equal(move(t, t->store, &step), TD_CONFLICT);
    assert_ok(td_begin(t->store, &t->err), t->err);
    assert_int_equal(td_sender_renew(&stale, T + TD_LEASE, &t->err), TD_CONFLICT);
    td_rollback(t->store);
    td_claims_release(&claims);
    stop(t, &stale);
    stop(t, &fresh);
    td_store_close(other);
}

static void a_killed_sender_is_noticed_at_once(void **state)
{
    struct ctx *t = *state;
    struct td_claims claims = {0};
    struct td_move step = {.edition = 1, .from = TD_LEASED, .to = TD_ON_WIRE};

    add_messages(t, 1, 1, 2, TD_QUEUED, 0);
    add_messages(t, 1, 3, 3, TD_DEFERRED, 0);
    add_messages(t, 1, 4, 4, TD_QUEUED, 0);
    sql(t,
        "UPDATE message SET next = next + 30 WHERE subscriber = 4"); /* put off, not charged */
    struct td_sender sender = start(t, t->store);
    claim(t, &sender, T + TD_MINUTE, 10, &claims);
    assert_int_equal(claims.count, 4);
    assert_int_equal(reap(t, t->store, T).senders, 0); /* it lives */
    step.sender = sender.number;
    step.subscriber = 1;
    assert_ok(move(t, t->store, &step), t->err);
    die(&sender);
    struct td_reaped reaped = reap(t, t->store, T);
    assert_int_equal(reaped.senders, 1);
    assert_int_equal(reaped.returned, 3);
    assert_int_equal(reaped.in_doubt, 1);
    assert_int_equal(reaped.resent, 0);
    assert_sql(t, "SELECT state, reason, sender FROM message", "5|8|- 0|0|- 2|0|- 2|0|-");
    assert_sql(t, "SELECT count(*) FROM sender", "0");
    step.from = TD_ON_WIRE; /* what it would have settled is no longer its to settle */
    step.to = TD_SENT;
    assert_int_equal(move(t, t->store, &step), TD_CONFLICT);
    step.from = TD_IN_DOUBT; /* but a late 250 is evidence */
    step.sender = 0;
    assert_ok(move(t, t->store, &step), t->err);
    assert_sql(t, "SELECT state, reason, next FROM message WHERE subscriber = 1",
               "1|0|-");
    td_claims_release(&claims);
}

static void what_was_on_the_wire_is_sent_again_where_the_edition_says_so(void **state)
{
    struct ctx *t = *state;
    struct td_claims claims = {0};
    struct td_move step = {.from = TD_LEASED, .to = TD_ON_WIRE};

    add_edition(t, 2, TD_CLASS_ISSUE, 36000, 1);
    add_messages(t, 1, 1, 1, TD_QUEUED, 0);
    add_messages(t, 2, 1, 1, TD_QUEUED, 0);
    struct td_sender sender = start(t, t->store);
    claim(t, &sender, T, 10, &claims);
    step.sender = sender.number;
    step.subscriber = 1;
    step.edition = 1;
    assert_ok(move(t, t->store, &step), t->err);
    step.edition = 2;
    assert_ok(move(t, t->store, &step), t->err);
    die(&sender);
    struct td_reaped reaped = reap(t, t->store, T);
    assert_int_equal(reaped.in_doubt, 1);
    assert_int_equal(reaped.resent, 1);
    assert_sql(t, "SELECT edition, state, sender FROM message", "1|5|- 2|0|-");
    struct td_sender next = start(t, t->store);
    assert_int_not_equal(next.number, sender.number); /* numbers are never reused */
    claim(t, &next, T, 10, &claims);
    assert_int_equal(claims.count, 1);
    assert_int_equal(claims.items[0].edition, 2);
    td_claims_release(&claims);
    stop(t, &next);
}

static void a_sender_that_stops_gives_back_what_it_had(void **state)
{
    struct ctx *t = *state;
    struct td_claims claims = {0};
    struct td_names names = {0};

    add_messages(t, 1, 1, 9, TD_QUEUED, 0);
    struct td_sender sender = start(t, t->store);
    claim(t, &sender, T, 5, &claims);
    stop(t, &sender);
    assert_sql(t, "SELECT state, count(*) FROM message GROUP BY 1", "0|9");
    assert_sql(t, "SELECT count(*) FROM sender", "0");
    assert_ok(td_dir_list(t->dir, &names, &t->err), t->err);
    for (size_t i = 0; i < names.count; i++)
        assert_null(strstr(names.items[i], ".sender-"));
    td_names_free(&names);
    td_claims_release(&claims);
}

struct heard {
    struct td_buf text;
};

static enum td_status hear(void *context, const struct td_attempt *attempt,
                           struct td_err *err)
{
    struct heard *heard = context;

    (void)err;
    td_buf_addf(&heard->text, "%lld %s %s %d %s %d;", (long long)(attempt->at - T),
                attempt->relay, td_stage_name(attempt->reply->stage),
                attempt->reply->code, attempt->reply->text, (int)attempt->verdict);
    return TD_OK;
}

static void attempts_keep_the_servers_words_and_share_what_repeats(void **state)
{
    struct ctx *t = *state;
    struct td_reply later = {.stage = TD_STAGE_RCPT, .code = 450};
    struct td_reply fine = {.stage = TD_STAGE_DOT, .code = 250};
    struct td_attempt attempt = {.edition = 1, .subscriber = 1, .at = T, .relay = "mx"};
    struct heard heard;

    (void)snprintf(later.text, sizeof later.text,
                   "450 4.2.0 <p1@example.org>: Greylisted");
    assert_ok(td_begin(t->store, &t->err), t->err);
    attempt.reply = &later;
    attempt.verdict = TD_VERDICT_RETRY;
    assert_ok(td_ledger_attempt(t->store, &attempt, &t->err), t->err);
    attempt.reply = &fine;
    attempt.verdict = TD_VERDICT_SENT;
    for (int i = 1; i <= 3; i++) {
        attempt.subscriber = i;
        (void)snprintf(fine.text, sizeof fine.text, "250 2.0.0 Ok: queued as 4Rt3kD1xY%d",
                       i);
        assert_ok(td_ledger_attempt(t->store, &attempt, &t->err),
                  t->err); /* the same instant */
    }
    assert_ok(td_commit(t->store, &t->err), t->err);
    td_buf_init(&heard.text, 1000);
    struct td_attempt_sink sink = {hear, &heard};
    assert_ok(td_ledger_attempts(t->store, 1, 1, sink, &t->err), t->err);
    assert_string_equal(heard.text.ptr,
                        "0 mx rcpt 450 450 4.2.0 <p1@example.org>: Greylisted 1;"
                        "0 mx dot 250 250 2.0.0 Ok: queued as 4Rt3kD1xY1 0;");
    assert_sql(t, "SELECT count(*) FROM reply", "2");
    td_buf_release(&heard.text);
}

static void counts_name_every_state(void **state)
{
    struct ctx *t = *state;
    int64_t counts[TD_STATE_COUNT];

    add_edition(t, 2, TD_CLASS_ISSUE, 36000, 0);
    add_messages(t, 1, 1, 9, TD_QUEUED, 0);
    add_messages(t, 2, 1, 4, TD_SKIPPED, 0);
    assert_ok(td_ledger_counts(t->store, 0, counts, &t->err), t->err);
    assert_int_equal(counts[TD_QUEUED], 9);
    assert_int_equal(counts[TD_SKIPPED], 4);
    assert_int_equal(counts[TD_SENT], 0);
    assert_ok(td_ledger_counts(t->store, 2, counts, &t->err), t->err);
    assert_int_equal(counts[TD_QUEUED], 0);
    assert_int_equal(counts[TD_SKIPPED], 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LEDGER_TEST(a_claim_gives_all_that_a_letter_needs),
        LEDGER_TEST(nothing_is_claimed_before_it_is_due_or_while_its_edition_is_shut),
        LEDGER_TEST(notices_go_before_alerts_and_alerts_before_issues),
        LEDGER_TEST(the_nearer_deadline_goes_first),
        LEDGER_TEST(retries_take_a_quarter_while_there_is_anything_else),
        LEDGER_TEST(an_edition_goes_to_its_audience_only),
        LEDGER_TEST(one_message_is_enqueued_once),
        LEDGER_TEST(whoever_left_or_is_suppressed_is_not_claimed),
        LEDGER_TEST(what_is_past_its_deadline_expires_instead),
        LEDGER_TEST(two_senders_never_get_the_same_message),
        LEDGER_TEST(a_message_is_marked_then_sent),
        LEDGER_TEST(a_refused_message_waits_and_is_charged),
        LEDGER_TEST(a_stale_sender_is_refused),
        LEDGER_TEST(a_killed_sender_is_noticed_at_once),
        LEDGER_TEST(what_was_on_the_wire_is_sent_again_where_the_edition_says_so),
        LEDGER_TEST(a_sender_that_stops_gives_back_what_it_had),
        LEDGER_TEST(attempts_keep_the_servers_words_and_share_what_repeats),
        LEDGER_TEST(counts_name_every_state),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
