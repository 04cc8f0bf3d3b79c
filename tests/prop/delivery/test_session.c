/*
 * test_session.c: the dialogue against a server that answers at random: refuses, closes, babbles,
 * falls silent, cuts replies anywhere. Whatever it does, what the dialogue reports is what the
 * server has seen. A failure names its seed.
 */
#include "support/td_test.h"

#include "base/rand.h"
#include "delivery/dialogue.h"

#define SEEDS    3000
#define MESSAGES 8

/* A server that takes down what it is told. */
struct server {
    uint64_t seed;
    struct td_rand rand;
    bool pipelining;
    unsigned mood;     /* one in `mood` replies is not the friendly one */
    struct td_buf in;  /* received, not looked at yet */
    struct td_buf out; /* said, not delivered yet */
    bool in_data;
    bool envelope; /* RCPT was taken */
    bool open;
    int ended; /* messages whose final dot arrived, empty ones apart */
    int kept;  /* of those answered by 250 */
    int empty; /* lone dots */
};

static void check(const struct server *server, bool holds, const char *what)
{
    if (!holds)
        fail_msg("seed %llu: not so: %s", (unsigned long long)server->seed, what);
}

static bool one_in(struct server *server, unsigned n)
{
    return td_rand_below(&server->rand, n) == 0;
}

static const char *unfriendly(struct server *server)
{
    static const char *const words[] = {
        "450 4.2.0 later\r\n",
        "550 5.1.1 no\r\n",
        "421 4.3.2 bye\r\n",
        "354 what\r\n",
        "250 fine\r\n",
        "550-no\r\n550 never\r\n",
        "550-no\r\n250 yes\r\n",
        "HTTP/1.1 200 OK\r\n",
        "\r\n",
        "250 ok\r\n250 ok\r\n",
        "25",
        "650 odd\r\n",
    };
    return words[td_rand_below(&server->rand, TD_ARRAY_LEN(words))];
}

/* Says the friendly reply or another; true when it was the friendly one. */
static bool say(struct server *server, const char *friendly)
{
    if (one_in(server, server->mood * 2)) {
        server->open = false;
        return false;
    }
    bool kind = !one_in(server, server->mood);
    td_buf_add_str(&server->out, kind ? friendly : unfriendly(server));
    return kind;
}

static void hear_data(struct server *server, struct td_slice line)
{
    if (!td_slice_is(line, "."))
        return;
    server->in_data = false;
    server->envelope = false;
    server->ended++;
    server->kept += say(server, "250 2.0.0 kept\r\n");
}

static void hear(struct server *server, struct td_slice line)
{
    if (server->in_data) {
        hear_data(server, line);
    } else if (td_slice_starts(line, "MAIL")) {
        server->envelope = false;
        say(server, "250 ok\r\n");
    } else if (td_slice_starts(line, "RCPT")) {
        server->envelope = say(server, "250 ok\r\n");
    } else if (td_slice_is(line, "DATA")) {
        /* some go ahead without a recipient, as RFC 2920 allows */
        server->in_data =
            (server->envelope || one_in(server, 2)) && say(server, "354 go\r\n");
        if (!server->in_data && server->open)
            td_buf_add_str(&server->out, "554 no recipients\r\n");
    } else if (td_slice_is(line, "RSET")) {
        say(server, "250 ok\r\n");
    } else if (td_slice_is(line, ".")) {
        server->empty++;
        td_buf_add_str(&server->out, "500 what\r\n");
    }
}

static void hear_all(struct server *server)
{
    struct td_slice rest = td_buf_slice(&server->in);
    struct td_slice line;
    while (server->open && td_slice_find(rest, 0, '\n') != (size_t)-1 &&
           td_slice_line(&rest, &line)) {
        bool lone = server->in_data && !server->envelope && td_slice_is(line, ".");
        if (lone) { /* ends an empty message: no mail */
            server->in_data = false;
            server->empty++;
            td_buf_add_str(&server->out, "554 no valid recipients\r\n");
            continue;
        }
        hear(server, line);
    }
    struct td_buf left;
    td_buf_init(&left, SIZE_MAX);
    td_buf_add_slice(&left, rest);
    td_buf_release(&server->in);
    server->in = left;
}

struct tally {
    int begun, ended, kept, maybe, after_dot;
    bool waiting; /* AT_DOT was told, no permit yet */
};

static void take_events(const struct server *server, struct td_dialogue *dialogue,
                        struct tally *tally)
{
    struct td_event event;
    while (td_dialogue_event(dialogue, &event)) {
        tally->waiting = event.kind == TD_EVENT_AT_DOT;
        if (event.kind == TD_EVENT_AT_DOT)
            continue;
        tally->ended++;
        tally->after_dot += event.after_dot;
        if (event.kind == TD_EVENT_DONE && event.reply.code / 100 == 2) {
            check(server, event.after_dot, "a 250 comes after the dot");
            tally->kept++;
        } else if (event.after_dot) {
            tally->maybe += event.reply.code == 0;
        }
    }
}

/* Some bytes in each direction. */
static void exchange(struct server *server, struct td_dialogue *dialogue)
{
    struct td_slice bytes = td_dialogue_output(dialogue);
    size_t n = bytes.len > 0 ? 1 + td_rand_below(&server->rand, bytes.len) : 0;
    if (n > 0 && server->open) {
        td_buf_add(&server->in, bytes.ptr, n);
        td_dialogue_wrote(dialogue, n);
        hear_all(server);
    }
    size_t said = server->out.len;
    if (said > 0 && one_in(server, 2)) {
        size_t some = 1 + td_rand_below(&server->rand, said);
        struct td_buf copy;
        td_buf_init(&copy, SIZE_MAX);
        td_buf_add_slice(&copy, td_slice_sub(td_buf_slice(&server->out), some, said));
        td_dialogue_feed(dialogue, td_slice_n(server->out.ptr, some));
        td_buf_release(&server->out);
        server->out = copy;
    } else if (said == 0 && (!server->open || (n == 0 && one_in(server, 20)))) {
        td_dialogue_lost(dialogue, "closed or silent");
    }
}

/* Adds what happened to *all. */
static void play(uint64_t seed, struct tally *all)
{
    struct server server = {.seed = seed, .rand = td_rand_seeded(seed), .open = true};
    server.mood = 2 + (unsigned)td_rand_below(&server.rand, 40);
    server.pipelining = one_in(&server, 2);
    td_buf_init(&server.in, SIZE_MAX);
    td_buf_init(&server.out, SIZE_MAX);
    struct td_ehlo offered = {.pipelining = server.pipelining};
    struct td_dialogue *dialogue = td_dialogue_create(&offered);
    struct td_parcel parcel = {.mail_from = "a@from.example", .rcpt = "b@to.example"};
    td_buf_init(&parcel.data, 1000);
    td_buf_add_str(&parcel.data, ".\r\nSubject: x\r\n\r\n.\r\nend\r\n");
    struct tally tally = {0};
    int turns = 0;
    while (!td_dialogue_gone(dialogue) && turns++ < 100000) {
        if (td_dialogue_ready(dialogue) && tally.begun == MESSAGES)
            break;
        if (td_dialogue_ready(dialogue)) {
            td_dialogue_begin(dialogue, &parcel);
            tally.begun++;
        }
        int dots = server.ended;
        exchange(&server, dialogue);
        check(&server, !tally.waiting || server.ended == dots, "no dot without a permit");
        take_events(&server, dialogue, &tally);
        if (tally.waiting && one_in(&server, 3)) {
            td_dialogue_permit(dialogue);
            tally.waiting = false;
        }
    }
    take_events(&server, dialogue, &tally);
    check(&server, turns < 100000, "it comes to an end");
    check(&server, tally.ended == tally.begun, "each message ends once");
    check(&server, tally.kept <= server.ended, "what we call sent the server had whole");
    check(&server, server.kept <= tally.kept + tally.maybe,
          "what it kept is sent or in doubt");
    check(&server, server.ended <= tally.after_dot,
          "a dot that arrived is known to have left");
    all->begun += tally.begun;
    all->kept += tally.kept;
    all->maybe += tally.maybe;
    td_dialogue_destroy(dialogue);
    td_buf_release(&server.in);
    td_buf_release(&server.out);
    td_buf_release(&parcel.data);
}

static void what_is_reported_is_what_the_server_has_seen(void **state)
{
    (void)state;
    struct tally all = {0};
    for (uint64_t seed = 1; seed <= SEEDS; seed++)
        play(seed, &all);
    /* all kinds of ends were among them */
    assert_true(all.kept > SEEDS && all.maybe > SEEDS / 10 &&
                all.begun > all.kept + SEEDS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_reported_is_what_the_server_has_seen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
