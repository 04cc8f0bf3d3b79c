/*
 * What waits is reached: whoever stands in the wrong lane does not bar it, lanes without room, however
 * many, do not keep a claim from the other lines, and small claims do not keep retries waiting.
 */
#include "ledger_fixture.h"

#include "store/claiming.h"
#include "store/groups.h"

/* The groups that have room, and all other groups have none. */
struct doors {
    int64_t open; /* this group, or 0: none */
    int64_t shut; /* but this one, or 0: `open` alone has room */
    int refusal;
    size_t asked;
};

static int ask(void *context, int64_t group, enum td_class class_)
{
    struct doors *doors = context;

    (void)class_;
    doors->asked++;
    if (doors->shut != 0 ? group != doors->shut : group == doors->open)
        return 0;
    return doors->refusal;
}

static void claim_at(struct ctx *t, const struct td_sender *sender, struct doors *doors,
                     td_time now, size_t max, struct td_claims *claims)
{
    struct td_claim_terms terms = {now, max, {ask, doors}};

    assert_ok(td_begin(t->store, &t->err), t->err);
    assert_ok(td_ledger_claim(sender, &terms, claims, &t->err), t->err);
    assert_ok(td_commit(t->store, &t->err), t->err);
}

static void claim_by(struct ctx *t, const struct td_sender *sender, struct doors *doors,
                     size_t max, struct td_claims *claims)
{
    claim_at(t, sender, doors, T, max, claims);
}

/* Who waits in the lane of a group and has moved to another address meanwhile belongs elsewhere. */
static void a_renamed_person_does_not_bar_the_lane_they_are_in(void **state)
{
    struct ctx *t = *state;
    struct td_claims claims = {0};
    struct doors doors = {.shut = 2, .refusal = TD_GATE_GROUP};

    add_messages(t, 1, 1, 10, TD_QUEUED, 0);
    sql(t, "INSERT INTO domain_group (id, name, apart) VALUES (1, 'a', 1), (2, 'b', 1);"
           "UPDATE subscriber SET domain_group = 1; UPDATE message SET lane = 1;"
           "UPDATE subscriber SET domain_group = 2 WHERE id = 1");
    struct td_sender sender = start(t, t->store);
    claim_by(t, &sender, &doors, 50, &claims);
    assert_int_equal(claims.count, 9);
    assert_sql(t, "SELECT lane FROM message WHERE subscriber = 1", "2");
    td_claims_release(&claims);
    assert_ok(td_sender_stop(&sender, &t->err), t->err);
}

static void add_lanes(struct ctx *t, int from, int upto, int edition, int state, int next)
{
    char text[1200];

    (void)snprintf(
        text, sizeof text,
        "WITH RECURSIVE n(i) AS (SELECT %d UNION ALL SELECT i + 1 FROM n WHERE i < %d)"
        "INSERT OR IGNORE INTO domain_group (id, name, apart) SELECT i, 'g' || i, 1 FROM "
        "n;"
        "INSERT OR IGNORE INTO subscriber (id, address, address_key, domain, "
        "domain_group, name,"
        " hash, created) SELECT 100000 + id, 'c' || id || '@' || name, 'c' || id || '@' "
        "||"
        " name, name, id, '', CAST('c' || id AS BLOB), 0 FROM domain_group;"
        "INSERT OR IGNORE INTO subscription (newsletter, subscriber, status, prefs, "
        "changed)"
        " SELECT 1, id, 1, 1, 0 FROM subscriber WHERE id > 100000;"
        "INSERT INTO message (edition, subscriber, variant, state, due, next, lane)"
        " SELECT %d, id, 7, %d, 1795158000, 1795158000 + %d, domain_group FROM subscriber"
        " WHERE id BETWEEN 100000 + %d AND 100000 + %d",
        from, upto, edition, state, next, from, upto);
    sql(t, text);
}

static size_t claimed_within(struct ctx *t, int edition, struct doors *doors,
                             int claims_most)
{
    struct td_claims claims = {0};
    struct td_sender sender = start(t, t->store);
    size_t got = 0;

    for (int i = 0; i < claims_most; i++) {
        claim_by(t, &sender, doors, 50, &claims);
        for (size_t k = 0; k < claims.count; k++)
            got += claims.items[k].edition == edition;
    }
    td_claims_release(&claims);
    assert_ok(td_sender_stop(&sender, &t->err), t->err);
    return got;
}

static void lanes_without_room_do_not_bar_other_editions(void **state)
{
    struct ctx *t = *state;
    struct doors doors = {.open = 0, .refusal = TD_GATE_GROUP};

    doors.open = 9000;
    add_lanes(t, 1, 5000, 1, TD_QUEUED, 0);
    add_edition(t, 2, TD_CLASS_ISSUE, 72000, 0);
    add_lanes(t, 9000, 9000, 2, TD_QUEUED, 0);
    assert_int_equal(claimed_within(t, 2, &doors, 20), 1);
}

static void lanes_that_wait_for_later_do_not_bar_what_is_due(void **state)
{
    struct ctx *t = *state;
    struct doors doors = {.open = 9000, .refusal = TD_GATE_GROUP};

    add_lanes(t, 1, 5000, 1, TD_DEFERRED, 600);
    add_edition(t, 2, TD_CLASS_ISSUE, 72000, 0);
    add_lanes(t, 9000, 9000, 2, TD_QUEUED, 0);
    assert_int_equal(claimed_within(t, 2, &doors, 20), 1);
}

/* A claim looks at a part of many lanes, then rests; meanwhile the common lane goes on. */
static void looks_in_vain_are_few_and_far_between(void **state)
{
    struct ctx *t = *state;
    struct td_claims claims = {0};
    struct doors doors = {.open = 0, .refusal = TD_GATE_GROUP};
    struct td_sender sender = start(t, t->store);

    add_messages(t, 1, 1, 60, TD_QUEUED, 0);
    add_lanes(t, 1, 1000, 1, TD_QUEUED, 0);
    for (size_t i = 1; i <= 5; i++) {
        claim_at(t, &sender, &doors, T, 10, &claims);
        assert_int_equal(claims.count, 10);
    }
    assert_int_equal(doors.asked, 50 + TD_LANES_AT_ONCE);
    claim_at(t, &sender, &doors, T + TD_LANES_AT_ONCE * TD_LANE_REST, 50, &claims);
    assert_int_equal(claims.count, 10);
    assert_int_equal(doors.asked, 60 + 2 * TD_LANES_AT_ONCE);
    sql(t, "UPDATE message SET due = due - 3600, next = next - 3600 WHERE state = 0");
    claim_at(t, &sender, &doors, T - TD_HOUR, 50, &claims); /* the clock was set back */
    assert_int_equal(doors.asked, 60 + 3 * TD_LANES_AT_ONCE);
    td_claims_release(&claims);
    assert_ok(td_sender_stop(&sender, &t->err), t->err);
}

/* Many editions wait, each in two lanes: all lanes of all get their turn. */
static void lanes_take_turns_in_many_lines(void **state)
{
    struct ctx *t = *state;
    struct td_claims claims = {0};
    struct doors doors = {.shut = -1};
    size_t common = 0;

    for (int i = 2; i <= 41; i++) {
        add_edition(t, i, TD_CLASS_ISSUE, 30000, 0);
        add_messages(t, i, 1, 2, TD_DEFERRED, 600);
    }
    add_messages(t, 1, 1, 60, TD_QUEUED, 0);
    sql(t, "INSERT INTO domain_group (id, name, apart) VALUES (1, 'a', 1);"
           "UPDATE subscriber SET domain_group = 1 WHERE id > 30;"
           "UPDATE message SET lane = 1 WHERE subscriber > 30");
    struct td_sender sender = start(t, t->store);
    for (int i = 0; i < 4; i++) {
        claim_by(t, &sender, &doors, 5, &claims);
        for (size_t k = 0; k < claims.count; k++)
            common += claims.items[k].group == 0;
    }
    assert_int_equal(common, 10);
    td_claims_release(&claims);
    assert_ok(td_sender_stop(&sender, &t->err), t->err);
}

/* A small claim is no reason to put retries off until nothing else is left. */
static void one_in_four_is_a_retry_though_claims_are_small(void **state)
{
    struct ctx *t = *state;
    struct td_claims claims = {0};
    struct doors doors = {.shut = -1};
    size_t retries = 0;

    add_messages(t, 1, 1, 40, TD_QUEUED, 0);
    add_messages(t, 1, 41, 60, TD_DEFERRED, 0);
    struct td_sender sender = start(t, t->store);
    for (size_t i = 0; i < 24; i++) {
        claim_by(t, &sender, &doors, 1 + i % 2, &claims); /* 36 in all */
        assert_int_equal(claims.count, 1 + i % 2);
        for (size_t k = 0; k < claims.count; k++)
            retries += claims.items[k].tries > 0;
    }
    assert_int_equal(retries, 9);
    td_claims_release(&claims);
    assert_ok(td_sender_stop(&sender, &t->err), t->err);
}

/* One of each: whatever is to become of a message, one claim sees to all of them. */
static void every_fate_in_one_claim(void **state)
{
    struct ctx *t = *state;
    struct td_claims claims = {0};
    struct doors doors = {.shut = 2, .refusal = TD_GATE_GROUP};

    add_messages(t, 1, 1, 12, TD_QUEUED, 0);
    add_edition(t, 2, TD_CLASS_ISSUE, 36000, 0);
    add_edition(t, 3, TD_CLASS_ISSUE, 36000, 0);
    add_messages(t, 2, 1, 1, TD_QUEUED, 0);
    add_messages(t, 3, 1, 1, TD_QUEUED, 0);
    sql(t,
        "UPDATE edition SET held = 1 WHERE id = 2; UPDATE edition SET phase = 2 WHERE id "
        "= 3;"
        "INSERT INTO domain_group (id, name, apart) VALUES (1, 'a', 0), (2, 'b', 0),"
        " (3, 'c', 1);"
        "UPDATE subscriber SET domain_group = 1;"
        "INSERT INTO suppression SELECT hash, 0, 1, '', 0 FROM"
        " subscriber WHERE id = 1;"
        "UPDATE subscription SET status = 2 WHERE subscriber = 2;"
        "UPDATE subscription SET paused_until = 9000000000000000 WHERE subscriber = 3;"
        "UPDATE message SET due = due - 36000, next = next - 36000 WHERE subscriber = 4;"
        "UPDATE subscriber SET domain_group = 2 WHERE id IN (5, 6);" /* no room */
        "UPDATE message SET lane = 3 WHERE subscriber IN (6, 7);"    /* moved since */
        "UPDATE message SET state = 6 WHERE subscriber = 8;"         /* held */
        "UPDATE message SET next = next + 60 WHERE subscriber = 9;"  /* later */
        "UPDATE subscriber SET address = '', domain_group = 0 WHERE id = 10;" /* erased */
        "DELETE FROM subscriber WHERE id = 11"); /* forgotten */
    struct td_sender sender = start(t, t->store);
    claim_by(t, &sender, &doors, 50, &claims);
    assert_int_equal(claims.count, 2); /* 7 and 12 */
    assert_int_equal(claims.suppressed, 1);
    assert_int_equal(claims.cancelled, 4);
    assert_int_equal(claims.expired, 1);
    assert_int_equal(claims.aside, 2);
    assert_sql(t,
               "SELECT subscriber, state, reason, lane FROM message WHERE edition = 1"
               " ORDER BY subscriber",
               "1|10|3|0 2|12|2|0 3|12|15|0 4|11|4|0 5|0|0|2 6|0|0|2 7|3|0|3 8|6|0|0"
               " 9|0|0|0 10|12|2|0 11|12|2|0 12|3|0|0");
    assert_sql(t, "SELECT count(*) FROM message WHERE edition > 1 AND state = 0", "2");
    td_claims_release(&claims);
    assert_ok(td_sender_stop(&sender, &t->err), t->err);
}

/* All that waits in the common lane and belongs elsewhere is moved, slice by slice, and nothing else. */
static void what_waits_is_parted_step_by_step(void **state)
{
    struct ctx *t = *state;
    struct td_parting parting = {0};
    int64_t parted = 0;
    int steps = 0;

    sql(t, "INSERT INTO domain_group (id, name) VALUES (1, 'a'), (2, 'b'), (3, 'c')");
    add_messages(t, 1, 1, 60, TD_QUEUED, 0);
    add_edition(t, 2, TD_CLASS_ISSUE, 72000, 0);
    add_lanes(t, 1000, 4999, 2, TD_DEFERRED, 60);
    sql(t, "UPDATE domain_group SET apart = 0;"
           "UPDATE subscriber SET domain_group = 1 + id % 3;"
           "UPDATE message SET lane = 0;"
           "UPDATE message SET state = 1, next = NULL WHERE subscriber IN (1, 4)");
    assert_ok(td_begin(t->store, &t->err), t->err);
    assert_ok(td_store_domain_group_part(t->store, 2, &parted, &t->err), t->err);
    assert_ok(td_store_domain_group_part(t->store, 2, &parted, &t->err), t->err);
    assert_int_equal(parted, 1);
    while (!parting.done) {
        assert_ok(td_store_part_waiting(t->store, &parting, &t->err), t->err);
        steps++;
    }
    assert_ok(td_commit(t->store, &t->err), t->err);
    assert_true(steps >= 6); /* no more than a thousand in one */
    assert_sql(t,
               "SELECT s.domain_group, m.lane, m.state, count(*) FROM message m"
               " JOIN subscriber s ON s.id = m.subscriber GROUP BY 1, 2, 3",
               "1|0|0|20 1|0|2|1333 2|0|1|2 2|2|0|18 2|2|2|1333 3|0|0|20 3|0|2|1334");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LEDGER_TEST(a_renamed_person_does_not_bar_the_lane_they_are_in),
        LEDGER_TEST(lanes_without_room_do_not_bar_other_editions),
        LEDGER_TEST(lanes_that_wait_for_later_do_not_bar_what_is_due),
        LEDGER_TEST(one_in_four_is_a_retry_though_claims_are_small),
        LEDGER_TEST(every_fate_in_one_claim),
        LEDGER_TEST(looks_in_vain_are_few_and_far_between),
        LEDGER_TEST(lanes_take_turns_in_many_lines),
        LEDGER_TEST(what_waits_is_parted_step_by_step),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
