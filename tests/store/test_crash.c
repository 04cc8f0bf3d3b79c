/*
 * A sender that dies at any commit, and one that comes after it: everybody gets exactly one, or is
 * named in doubt.
 */
#include "ledger_fixture.h"

#include <fcntl.h>
#include <sys/wait.h>

#define MESSAGES 7

/* The relay's view: one byte for every message that was taken, the subscriber's number. */
static int open_relay(const struct ctx *t, int flags)
{
    char path[128];

    (void)snprintf(path, sizeof path, "%s/relay", t->dir);
    return open(path, flags | O_CREAT | O_CLOEXEC, 0600);
}

static enum td_status move_all(const struct td_sender *sender,
                               const struct td_claims *claims, enum td_state from,
                               enum td_state to, struct td_err *err)
{
    enum td_status status = td_begin(sender->store, err);

    for (size_t i = 0; status == TD_OK && i < claims->count; i++) {
        struct td_move step = {.edition = claims->items[i].edition,
                               .subscriber = claims->items[i].subscriber,
                               .from = from,
                               .to = to,
                               .sender = sender->number};
        status = td_ledger_move(sender->store, &step, err);
    }
    return status == TD_OK ? td_commit(sender->store, err) : status;
}

/* One turn: claim, mark, the dot, settle. *more is false when nothing was due. */
static enum td_status turn(const struct td_sender *sender, int relay, bool *more,
                           struct td_err *err)
{
    struct td_claims claims = {0};
    struct td_reaped reaped;
    enum td_status status = td_begin(sender->store, err);

    if (status == TD_OK)
        status = td_ledger_reap(sender->store, T, &reaped, err);
    struct td_claim_terms terms = {T, 3, td_gate_open()};
    if (status == TD_OK)
        status = td_ledger_claim(sender, &terms, &claims, err);
    if (status == TD_OK)
        status = td_commit(sender->store, err);
    if (status == TD_OK)
        status = move_all(sender, &claims, TD_LEASED, TD_ON_WIRE, err);
    for (size_t i = 0; status == TD_OK && i < claims.count; i++) {
        char byte = (char)claims.items[i].subscriber;
        if (write(relay, &byte, 1) != 1)
            status = TD_IO;
    }
    if (status == TD_OK)
        status = move_all(sender, &claims, TD_ON_WIRE, TD_SENT, err);
    *more = claims.count > 0;
    td_claims_release(&claims);
    return status;
}

/* The life of a sender process; its exit status. */
static int send_all(const struct ctx *t, const char *crash_at)
{
    struct td_store *store = NULL;
    struct td_err err = {0};
    struct td_sender sender;
    bool more = true;

    if (crash_at != NULL)
        (void)setenv("TIDINGS_CRASH_AT", crash_at, 1);
    int relay = open_relay(t, O_WRONLY | O_APPEND);
    enum td_status status = td_store_open(&store, t->url, &err);
    if (status == TD_OK)
        status = td_sender_start(&sender, store, T, &err);
    while (status == TD_OK && more)
        status = turn(&sender, relay, &more, &err);
    if (status == TD_OK)
        status = td_sender_stop(&sender, &err);
    if (status != TD_OK)
        (void)fprintf(stderr, "%s\n", err.text);
    td_store_close(store);
    (void)close(relay);
    return status == TD_OK ? 0 : 1;
}

static int run_sender(const struct ctx *t, const char *crash_at)
{
    int status = 0;
    pid_t child = fork();

    assert_true(child >= 0);
    if (child == 0)
        _exit(send_all(t, crash_at));
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void state_of(const struct ctx *t, int subscriber, const char *expected)
{
    char text[80];

    (void)snprintf(text, sizeof text, "SELECT state FROM message WHERE subscriber = %d",
                   subscriber);
    assert_sql(t, text, expected);
}

/* Nobody was sent two; who has none is in doubt, and who is said to have one has it. */
static int64_t check_everybody(struct ctx *t)
{
    int taken[MESSAGES + 1] = {0};
    int64_t counts[TD_STATE_COUNT];
    char bytes[256];
    int relay = open_relay(t, O_RDONLY);
    ssize_t n = read(relay, bytes, sizeof bytes);

    (void)close(relay);
    for (ssize_t i = 0; i < n; i++)
        taken[(int)bytes[i]]++;
    t->store = open_store(t);
    assert_ok(td_ledger_counts(t->store, 1, counts, &t->err), t->err);
    assert_int_equal(counts[TD_SENT] + counts[TD_IN_DOUBT], MESSAGES);
    for (int i = 1; i <= MESSAGES; i++) {
        assert_true(taken[i] <= 1);
        if (taken[i] == 0)
            state_of(t, i, "5");
    }
    return counts[TD_IN_DOUBT];
}

static void whatever_commit_a_sender_dies_at_everybody_gets_one_or_is_in_doubt(
    void **state)
{
    int exit_status = 99;
    int crashes = 0;
    int64_t doubts = 0;

    (void)state;
    for (int n = 1; exit_status == 99; n++) {
        void *fresh = NULL;
        char at[16];
        (void)make_ledger(&fresh);
        struct ctx *t = fresh;
        add_messages(t, 1, 1, MESSAGES, TD_QUEUED, 0);
        td_store_close(t->store);
        t->store = NULL;
        (void)snprintf(at, sizeof at, "%d", n);
        exit_status = run_sender(t, at);
        if (exit_status == 99) {
            crashes++;
            assert_int_equal(run_sender(t, NULL), 0);
        }
        assert_true(exit_status == 99 || exit_status == 0);
        doubts += check_everybody(t);
        (void)drop_store(&fresh);
    }
    assert_true(crashes > 8);
    assert_true(doubts > 0); /* some died between the dot and its answer */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            whatever_commit_a_sender_dies_at_everybody_gets_one_or_is_in_doubt),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
