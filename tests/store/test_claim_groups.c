/*
 * The claim goes by lane: a domain group that has no room is passed over in one step, all others take
 * turns; and who stands in the way in the common lane is moved out of it, once.
 */
#include "ledger_fixture.h"

#include <sqlite3.h>

#include "store/driver.h"

/* A gate that knows how much room some groups have; all others have none. */
struct doors {
    size_t room[8]; /* by group */
    size_t asked;   /* how often */
    bool shut;
};

static int take_one(void *context, int64_t group, enum td_class class_)
{
    struct doors *doors = context;

    (void)class_;
    doors->asked++;
    if (doors->shut || group < 0 || group >= 8 || doors->room[group] == 0)
        return doors->shut ? TD_GATE_SHUT : TD_GATE_GROUP;
    doors->room[group]--;
    return (int)group;
}

static void claim_by(struct ctx *t, const struct td_sender *sender, struct doors *doors,
                     size_t max, struct td_claims *claims)
{
    struct td_claim_terms terms = {T, max, {take_one, doors}};

    assert_ok(td_begin(t->store, &t->err), t->err);
    assert_ok(td_ledger_claim(sender, &terms, claims, &t->err), t->err);
    assert_ok(td_commit(t->store, &t->err), t->err);
}

/* Messages 1..60 of edition 1 to groups 1..3, by turns, all in the common lane. */
static void add_three_groups_mixed(struct ctx *t)
{
    add_messages(t, 1, 1, 60, TD_QUEUED, 0);
    sql(t, "INSERT INTO domain_group (id, name) VALUES (1, 'a'), (2, 'b'), (3, 'c');"
           "UPDATE subscriber SET domain_group = 1 + id % 3");
}

/* The same, each group in its lane. */
static void add_three_groups(struct ctx *t)
{
    add_three_groups_mixed(t);
    sql(t, "UPDATE domain_group SET apart = 1;"
           "UPDATE message SET lane = 1 + subscriber % 3");
}

static size_t of_group(const struct td_claims *claims, int64_t group)
{
    size_t count = 0;

    for (size_t i = 0; i < claims->count; i++)
        count += claims->items[i].group == group;
    return count;
}

static void a_group_gets_what_it_has_room_for(void **state)
{
    struct ctx *t = *state;
    struct td_claims claims = {0};
    struct doors doors = {.room = {[1] = 2, [2] = 0, [3] = 100}};

    add_three_groups(t);
    struct td_sender sender = start(t, t->store);
    claim_by(t, &sender, &doors, 50, &claims);
    assert_int_equal(of_group(&claims, 1), 2);
    assert_int_equal(of_group(&claims, 2), 0);
    assert_int_equal(of_group(&claims, 3), 20);
    assert_int_equal(claims.count, 22);
    for (size_t i = 0; i < claims.count; i++)
        assert_int_equal(claims.items[i].way, claims.items[i].group);
    td_claims_release(&claims);
    assert_ok(td_sender_stop(&sender, &t->err), t->err);
}

static void groups_take_turns_from_claim_to_claim(void **state)
{
    struct ctx *t = *state;
    struct td_claims claims = {0};
    size_t served[4] = {0};

    add_three_groups(t);
    struct td_sender sender = start(t, t->store);
    for (int i = 0; i < 6; i++) {
        struct doors doors = {.room = {[1] = 5, [2] = 5, [3] = 5}};
        claim_by(t, &sender, &doors, 5, &claims);
        assert_int_equal(claims.count, 5);
        served[claims.items[0].group] += 5;
    }
    assert_int_equal(served[1], 10);
    assert_int_equal(served[2], 10);
    assert_int_equal(served[3], 10);
    td_claims_release(&claims);
    assert_ok(td_sender_stop(&sender, &t->err), t->err);
}

static void who_has_no_room_is_moved_out_of_the_common_lane_once(void **state)
{
    struct ctx *t = *state;
    struct td_claims claims = {0};
    struct doors doors = {.room = {[1] = 3, [3] = 100}};

    add_three_groups_mixed(t);
    struct td_sender sender = start(t, t->store);
    claim_by(t, &sender, &doors, 50, &claims);
    assert_int_equal(of_group(&claims, 1), 3);
    assert_int_equal(of_group(&claims, 3), 20);
    assert_int_equal(claims.count, 23);
    assert_int_equal(claims.aside, 37);
    assert_sql(t, "SELECT lane, count(*) FROM message WHERE state = 0 GROUP BY lane",
               "1|17 2|20");
    assert_sql(t, "SELECT id FROM domain_group WHERE apart = 1", "1 2");
    doors = (struct doors){.room = {[2] = 1}};
    claim_by(t, &sender, &doors, 50, &claims);
    assert_int_equal(claims.count, 1);
    assert_int_equal(claims.aside, 0);
    assert_true(doors.asked <= 4); /* a head and one more of each lane */
    td_claims_release(&claims);
    assert_ok(td_sender_stop(&sender, &t->err), t->err);
}

static int nothing_but_group_3(void *context, int64_t group, enum td_class class_)
{
    (void)context, (void)class_;
    return group == 3 ? 0 : TD_GATE_LANE;
}

/* That their relay is busy is no reason to take the common lane apart. */
static void who_only_waits_for_the_common_relay_stays_in_its_lane(void **state)
{
    struct ctx *t = *state;
    struct td_claims claims = {0};
    struct td_claim_terms terms = {T, 50, {nothing_but_group_3, NULL}};

    add_three_groups_mixed(t);
    sql(t, "UPDATE domain_group SET apart = 1 WHERE id = 3;"
           "UPDATE message SET lane = 3 WHERE subscriber % 3 = 2");
    struct td_sender sender = start(t, t->store);
    assert_ok(td_begin(t->store, &t->err), t->err);
    assert_ok(td_ledger_claim(&sender, &terms, &claims, &t->err), t->err);
    assert_ok(td_commit(t->store, &t->err), t->err);
    assert_int_equal(claims.count, 20);
    assert_int_equal(of_group(&claims, 3), 20);
    assert_int_equal(claims.aside, 0);
    td_claims_release(&claims);
    assert_ok(td_sender_stop(&sender, &t->err), t->err);
}

/* What is claimed together lies together: it is leased and settled together, page by page. */
static void the_common_lane_goes_by_subscriber(void **state)
{
    struct ctx *t = *state;
    struct td_claims claims = {0};

    add_three_groups_mixed(t);
    struct td_sender sender = start(t, t->store);
    claim(t, &sender, T, 10, &claims);
    assert_int_equal(claims.count, 10);
    for (size_t i = 0; i < claims.count; i++)
        assert_int_equal(claims.items[i].subscriber, 1 + i);
    td_claims_release(&claims);
    assert_ok(td_sender_stop(&sender, &t->err), t->err);
}

static void a_gate_that_is_shut_is_not_asked_for_every_group(void **state)
{
    struct ctx *t = *state;
    struct td_claims claims = {0};
    struct doors doors = {.shut = true};

    add_three_groups(t);
    struct td_sender sender = start(t, t->store);
    claim_by(t, &sender, &doors, 50, &claims);
    assert_int_equal(claims.count, 0);
    assert_int_equal(doors.asked, 1);
    td_claims_release(&claims);
    assert_ok(td_sender_stop(&sender, &t->err), t->err);
}

static void what_is_too_late_expires_though_its_group_has_no_room(void **state)
{
    struct ctx *t = *state;
    struct td_claims claims = {0};
    struct doors doors = {.room = {[1] = 5}};

    add_three_groups(t);
    sql(t, "UPDATE message SET due = due - 36000, next = next - 36000 WHERE subscriber "
           "<= 9");
    struct td_sender sender = start(t, t->store);
    claim_by(t, &sender, &doors, 50, &claims);
    assert_int_equal(claims.expired, 9);
    assert_int_equal(claims.count, 5);
    assert_sql(t, "SELECT count(*), max(subscriber) FROM message WHERE state = 11",
               "9|9");
    td_claims_release(&claims);
    assert_ok(td_sender_stop(&sender, &t->err), t->err);
}

/* Steps of SQLite's machine, over all statements there are. */
static long steps(struct ctx *t)
{
    sqlite3 *db = t->store->connection;
    long sum = 0;

    for (sqlite3_stmt *s = sqlite3_next_stmt(db, NULL); s; s = sqlite3_next_stmt(db, s))
        sum += sqlite3_stmt_status(s, SQLITE_STMTSTATUS_VM_STEP, 0);
    return sum;
}

/* What a claim of 50 of group 3 costs. */
static long cost_of_claim(struct ctx *t, const struct td_sender *sender)
{
    struct td_claims claims = {0};
    struct doors doors = {.room = {[3] = 50}};
    long before = steps(t);

    claim_by(t, sender, &doors, 50, &claims);
    assert_int_equal(claims.count, 50);
    assert_true(doors.asked < 55);
    td_claims_release(&claims);
    return steps(t) - before;
}

#ifdef TD_FULL
#define CROWD 900000
#else
#define CROWD 100000
#endif

static void add_crowd(struct ctx *t)
{
    struct td_buf text;

    td_buf_init(&text, 4096);
    td_buf_addf(
        &text,
        "WITH RECURSIVE n(i) AS (SELECT 1000 UNION ALL SELECT i + 1 FROM n WHERE i < %d)"
        "INSERT INTO subscriber (id, address, address_key, domain, domain_group, name,"
        " hash, created) SELECT i, 'c' || i || '@example.net', 'c' || i || "
        "'@example.net', 'example.net', 1, '', CAST('c' || i AS BLOB), 0 FROM n;"
        "INSERT INTO subscription (newsletter, subscriber, status, prefs, changed)"
        " SELECT 1, id, 1, 1, 0 FROM subscriber WHERE id >= 1000;"
        "INSERT INTO message (edition, subscriber, variant, state, due, next, lane)"
        " SELECT 1, id, 7, 0, 1795158000, 1795158000, 1 FROM subscriber WHERE id >= 1000",
        1000 + CROWD - 1);
    sql(t, text.ptr);
    td_buf_release(&text);
}

static void a_crowd_without_room_costs_others_nothing(void **state)
{
    struct ctx *t = *state;
    struct td_sender sender = start(t, t->store);

    add_messages(t, 1, 1, 60, TD_QUEUED, 0);
    sql(t, "UPDATE subscriber SET domain_group = 3; UPDATE message SET lane = 3");
    (void)cost_of_claim(t, &sender); /* statements are prepared */
    sql(t, "UPDATE message SET state = 0, sender = NULL");
    long alone = cost_of_claim(t, &sender);
    sql(t, "UPDATE message SET state = 0, sender = NULL");
    add_crowd(t);
    long beside = cost_of_claim(t, &sender);
    if (beside > alone + alone / 4)
        fail_msg("%ld steps alone, %ld beside %d of a group without room", alone, beside,
                 CROWD);
    print_message("%ld steps alone, %ld beside %d of a group without room\n", alone,
                  beside, CROWD);
    assert_ok(td_sender_stop(&sender, &t->err), t->err);
}

/* Whether a line of a query plan is fine: rows are found by an index, or are those of a table that has a
 * few, or that the statement itself made. */
static bool is_cheap(const char *said)
{
    static const char *const few[] = {
        "SCAN CONSTANT ROW", "SCAN w",      "SCAN head", "SCAN r", "SCAN sender",
        "SCAN sender_grant", "SCAN edition"};

    for (size_t i = 0; i < TD_ARRAY_LEN(few); i++)
        if (strcmp(said, few[i]) == 0)
            return true;
    return strncmp(said, "SCAN ", 5) != 0 &&
           strstr(said, "TEMP B-TREE FOR ORDER BY") == NULL;
}

/* Every statement of a sender's transaction goes by an index wherever there may be many rows. */
static void no_claim_scans(void **state)
{
    static const char *const names[] = {
        "claim_line",        "claim_waiting",      "claim_heads",       "claim_take",
        "claim_aside",       "lane_part",          "lane_edition",      "admin_bound",
        "domain_group_next", "domain_group_apart", "domain_group_name", "window_find",
        "window_any",        "window_put",         "window_remove",     "group_in_hand",
        "grant_others",      "grant_set",          "grant_remove",      "use_add",
        "use_sum",           "use_forget",         "relay_find",        "relay_set",
        "message_settle",    "message_mark",       "message_wait",      "reap_leased",
        "reap_leased_tried", "reap_on_wire",       "reap_resend",       "reap_release",
        "sender_renew",      "sender_list",        "sender_remove",     "attempt_add",
        "reply_find",        "edition_get",        "tally_add",
    };
    struct ctx *t = *state;
    sqlite3 *db = t->store->connection;

    for (size_t i = 0; i < TD_ARRAY_LEN(names); i++) {
        sqlite3_stmt *plan = NULL;
        struct td_buf text;
        td_buf_init(&text, 16384);
        td_buf_add_str(&text, "EXPLAIN QUERY PLAN ");
        td_buf_add_slice(&text, td_query(t->store, names[i])->sql);
        assert_int_equal(sqlite3_prepare_v2(db, text.ptr, -1, &plan, NULL), SQLITE_OK);
        while (sqlite3_step(plan) == SQLITE_ROW) {
            const char *said = (const char *)sqlite3_column_text(plan, 3);
            if (!is_cheap(said))
                fail_msg("%s: %s", names[i], said);
        }
        (void)sqlite3_finalize(plan);
        td_buf_release(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LEDGER_TEST(a_group_gets_what_it_has_room_for),
        LEDGER_TEST(groups_take_turns_from_claim_to_claim),
        LEDGER_TEST(who_has_no_room_is_moved_out_of_the_common_lane_once),
        LEDGER_TEST(who_only_waits_for_the_common_relay_stays_in_its_lane),
        LEDGER_TEST(the_common_lane_goes_by_subscriber),
        LEDGER_TEST(a_gate_that_is_shut_is_not_asked_for_every_group),
        LEDGER_TEST(what_is_too_late_expires_though_its_group_has_no_room),
        LEDGER_TEST(a_crowd_without_room_costs_others_nothing),
        LEDGER_TEST(no_claim_scans),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
