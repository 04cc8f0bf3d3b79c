/*
 * Whatever befalls what waits, in whatever order (two senders that claim by doors that open and shut, give
 * back, put off and die; people who move, editions held, groups parted): no message is in two hands, and
 * once the doors are open each is sent, once.
 */
#include "ledger_fixture.h"

#include "base/rand.h"
#include "store/groups.h"

#define EDITIONS 4
#define PEOPLE   60
#define GROUPS   6
#define SENDERS  2
#define STEPS    150
#define SEEDS    5

struct world {
    struct ctx *t;
    struct td_rand rand;
    td_time now;
    bool open[GROUPS + 1]; /* doors, by group; 0: of the relay that all share */
    bool calm;
    struct td_sender senders[SENDERS];
    struct td_claims claims[SENDERS];
    struct td_parting parting;
    int holder[EDITIONS + 1][PEOPLE + 1]; /* 1 + the sender's place; 0: nobody */
    int sent[EDITIONS + 1][PEOPLE + 1];
    size_t left; /* not sent yet */
};

static int64_t below(struct world *w, int64_t most)
{
    return (int64_t)td_rand_below(&w->rand, (uint64_t)most);
}

static int ask(void *context, int64_t group, enum td_class class_)
{
    struct world *w = context;

    (void)class_;
    if (w->calm)
        return 0;
    if (group % 2 == 0) /* these have relays of their own, or a window */
        return w->open[group] || group == 0 ? 0 : TD_GATE_GROUP;
    return w->open[0] ? 0 : TD_GATE_LANE;
}

static void claim_some(struct world *w, size_t who)
{
    struct td_claims *claims = &w->claims[who];
    struct td_claim_terms terms = {
        w->now, w->calm ? 50 : 1 + (size_t)below(w, 20), {ask, w}};
    struct ctx *t = w->t;

    assert_ok(td_begin(t->store, &t->err), t->err);
    assert_ok(td_ledger_claim(&w->senders[who], &terms, claims, &t->err), t->err);
    assert_ok(td_commit(t->store, &t->err), t->err);
    for (size_t i = 0; i < claims->count; i++) {
        int *holder = &w->holder[claims->items[i].edition][claims->items[i].subscriber];
        assert_int_equal(*holder, 0);
        *holder = 1 + (int)who;
    }
}

/* What a sender has in hand is sent, given back as it was, or put off. */
static void settle_some(struct world *w, size_t who)
{
    struct ctx *t = w->t;

    assert_ok(td_begin(t->store, &t->err), t->err);
    for (int e = 1; e <= EDITIONS; e++)
        for (int p = 1; p <= PEOPLE; p++) {
            int64_t fate = w->calm ? 0 : below(w, 4);
            if (w->holder[e][p] != 1 + (int)who || fate == 3)
                continue;
            struct td_move what = {.edition = e,
                                   .subscriber = p,
                                   .from = TD_LEASED,
                                   .to = fate == 1 ? TD_QUEUED : TD_DEFERRED,
                                   .next = w->now + below(w, 120) * TD_SECOND,
                                   .charged = fate == 2,
                                   .sender = w->senders[who].number};
            if (fate == 0) {
                what.to = TD_ON_WIRE;
                assert_ok(td_ledger_move(t->store, &what, &t->err), t->err);
                what.from = TD_ON_WIRE;
                what.to = TD_SENT;
                w->sent[e][p]++;
                w->left--;
            }
            assert_ok(td_ledger_move(t->store, &what, &t->err), t->err);
            w->holder[e][p] = 0;
        }
    assert_ok(td_commit(t->store, &t->err), t->err);
}

/* It stood still beyond its lease, and another takes what it had. */
static void die(struct world *w, size_t who)
{
    sql(w->t, "UPDATE sender SET until = 0");
    (void)reap(w->t, w->t->store, w->now);
    for (size_t i = 0; i < SENDERS; i++) {
        (void)td_sender_stop(&w->senders[i], &w->t->err);
        w->senders[i] = start(w->t, w->t->store);
    }
    for (int e = 1; e <= EDITIONS; e++)
        for (int p = 1; p <= PEOPLE; p++)
            w->holder[e][p] = 0;
    td_claims_release(&w->claims[who]); /* a new process remembers nothing */
}

static void part_some(struct world *w)
{
    struct ctx *t = w->t;
    int64_t parted = 0;

    assert_ok(td_begin(t->store, &t->err), t->err);
    assert_ok(
        td_store_domain_group_part(t->store, 1 + below(w, GROUPS), &parted, &t->err),
        t->err);
    if (parted > 0)
        w->parting = (struct td_parting){0};
    if (!w->parting.done)
        assert_ok(td_store_part_waiting(t->store, &w->parting, &t->err), t->err);
    assert_ok(td_commit(t->store, &t->err), t->err);
}

static void step(struct world *w)
{
    char text[128];
    size_t who = (size_t)below(w, SENDERS);

    switch (below(w, 12)) {
    case 0:
        (void)snprintf(text, sizeof text,
                       "UPDATE subscriber SET domain_group = %lld WHERE id = %lld",
                       (long long)below(w, GROUPS + 1),
                       (long long)(1 + below(w, PEOPLE)));
        sql(w->t, text);
        break;
    case 1:
        (void)snprintf(text, sizeof text,
                       "UPDATE edition SET held = 1 - held WHERE id = %lld",
                       (long long)(1 + below(w, EDITIONS)));
        sql(w->t, text);
        break;
    case 2: part_some(w); break;
    case 3: die(w, who); break;
    case 4:
    case 5: w->now += below(w, 90) * TD_SECOND; break;
    case 6:
    case 7: w->open[below(w, GROUPS + 1)] ^= true; break;
    case 8:
    case 9: settle_some(w, who); break;
    default: claim_some(w, who); break;
    }
}

static void play(struct world *w)
{
    for (int e = 2; e <= EDITIONS; e++)
        add_edition(w->t, e, (int)below(w, 3), 36000, 0);
    for (int e = 1; e <= EDITIONS; e++)
        add_messages(w->t, e, 1, PEOPLE, TD_QUEUED, (int)below(w, 600));
    sql(w->t,
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 6)"
        "INSERT INTO domain_group (id, name) SELECT i, 'g' || i FROM n;"
        "UPDATE subscriber SET domain_group = id * 7 % 7");
    for (size_t i = 0; i < SENDERS; i++)
        w->senders[i] = start(w->t, w->t->store);
    for (int i = 0; i < STEPS; i++)
        step(w);
    w->calm = true;
    w->now += TD_HOUR;
    sql(w->t, "UPDATE edition SET held = 0");
    die(w, 0);
    for (int i = 0; i < 30 && w->left > 0; i++) {
        claim_some(w, (size_t)i % SENDERS);
        settle_some(w, (size_t)i % SENDERS);
    }
}

static void each_is_sent_once(void **state)
{
    for (uint64_t seed = 1; seed < 1 + SEEDS; seed++) {
        void *inner = NULL;
        (void)make_ledger(&inner);
        struct world w = {.t = inner,
                          .rand = td_rand_seeded(seed),
                          .now = T,
                          .open = {true},
                          .left = (size_t)EDITIONS * PEOPLE};
        play(&w);
        for (int e = 1; e <= EDITIONS; e++)
            for (int p = 1; p <= PEOPLE; p++)
                if (w.sent[e][p] != 1)
                    fail_msg("seed %d: message %d-%d was sent %d times", (int)seed, e, p,
                             w.sent[e][p]);
        assert_sql(w.t, "SELECT state, count(*) FROM message GROUP BY state", "1|240");
        for (size_t i = 0; i < SENDERS; i++) {
            td_claims_release(&w.claims[i]);
            assert_ok(td_sender_stop(&w.senders[i], &w.t->err), w.t->err);
        }
        (void)drop_store(&inner);
    }
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_is_sent_once)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
