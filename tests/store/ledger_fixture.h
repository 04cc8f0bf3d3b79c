/*
 * ledger_fixture.h: a store with a newsletter, 60 subscribers of it, and edition 1: an issue, open,
 * valid for 10 h. Messages are added by each test.
 */
#ifndef TD_TEST_LEDGER_FIXTURE_H
#define TD_TEST_LEDGER_FIXTURE_H

#include "store_fixture.h"

#include "model/edition.h"
#include "store/ledger.h"

#define T (INT64_C(1795158000) * TD_SECOND) /* 2026-11-20T07:00:00Z */

static inline void add_edition(const struct ctx *t, int id, int class_, int valid_for,
                               int resend)
{
    char text[600];

    (void)snprintf(
        text, sizeof text,
        "INSERT INTO edition (id, newsletter, slug, date, class, phase, hash, subject,"
        " headline, source_name, source, created, released, valid_for,"
        " resend_in_doubt) VALUES (%d, 1, 's%d', '2026-11-20', %d, 1, x'00', 's', 'h',"
        " 'f', x'00', 0, 0, %d, %d)",
        id, id, class_, valid_for, resend);
    sql(t, text);
}

/* Messages of subscribers from..to of an edition, waiting since T + due seconds. */
static inline void add_messages(const struct ctx *t, int edition, int from, int to,
                                int state, int due)
{
    char text[600];

    (void)snprintf(
        text, sizeof text,
        "INSERT INTO message (edition, subscriber, variant, state, due, next, tries)"
        " SELECT %d, id, 70 + id, %d, 1795158000 + %d, 1795158000 + %d, %d"
        " FROM subscriber WHERE id BETWEEN %d AND %d",
        edition, state, due, due, state == TD_DEFERRED ? 1 : 0, from, to);
    sql(t, text);
}

static inline int make_ledger(void **state)
{
    (void)make_store(state);
    struct ctx *t = *state;

    sql(t,
        "INSERT INTO newsletter VALUES (1, 'daily');"
        "INSERT INTO prefs VALUES (1, '', 0, 0, -1, '', 0);"
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60)"
        "INSERT INTO subscriber (id, address, address_key, domain, name, hash, created)"
        " SELECT i, 'P' || i || '@Example.org', 'p' || i ||"
        " '@example.org', 'example.org', 'Ann ' || i, CAST('h' || i AS BLOB), 0 FROM n;"
        "INSERT INTO subscription (newsletter, subscriber, status, prefs, changed)"
        " SELECT 1, id, 1, 1, 0 FROM subscriber;");
    add_edition(t, 1, TD_CLASS_ISSUE, 36000, 0);
    return 0;
}

#define LEDGER_TEST(name) cmocka_unit_test_setup_teardown(name, make_ledger, drop_store)

static inline struct td_sender start(struct ctx *t, struct td_store *store)
{
    struct td_sender sender;

    assert_ok(td_sender_start(&sender, store, T, &t->err), t->err);
    return sender;
}

/* One claim in a transaction of its own. */
static inline void claim(struct ctx *t, const struct td_sender *sender, td_time now,
                         size_t max, struct td_claims *claims)
{
    assert_ok(td_begin(sender->store, &t->err), t->err);
    struct td_claim_terms terms = {now, max, td_gate_open()};
    assert_ok(td_ledger_claim(sender, &terms, claims, &t->err), t->err);
    assert_ok(td_commit(sender->store, &t->err), t->err);
}

static inline enum td_status move(struct ctx *t, struct td_store *store,
                                  const struct td_move *what)
{
    assert_ok(td_begin(store, &t->err), t->err);
    enum td_status status = td_ledger_move(store, what, &t->err);
    assert_ok(td_commit(store, &t->err), t->err);
    return status;
}

static inline struct td_reaped reap(struct ctx *t, struct td_store *store, td_time now)
{
    struct td_reaped reaped;

    assert_ok(td_begin(store, &t->err), t->err);
    assert_ok(td_ledger_reap(store, now, &reaped, &t->err), t->err);
    assert_ok(td_commit(store, &t->err), t->err);
    return reaped;
}

#endif
