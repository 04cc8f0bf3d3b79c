/*
 * test_model_properties.c: what must hold for any walk through the states, any bytes from
 * a server and any address. Seeded; a failure prints its seed.
 */
#include "support/td_test.h"

#include "base/buf.h"
#include "base/rand.h"
#include "model/address.h"
#include "model/message.h"
#include "model/prefs.h"
#include "model/reply.h"

#define CASES 2000

static void any_walk_of_legal_moves_ends_final(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= CASES; seed++) {
        struct td_rand rand = td_rand_seeded(seed);
        enum td_state at = TD_QUEUED;
        int steps = 0;
        while (!td_state_is_final(at)) {
            enum td_state to = (enum td_state)td_rand_below(&rand, TD_STATE_COUNT);
            if (td_state_may_move(at, to))
                at = to;
            if (++steps > 100000)
                fail_msg("seed %d: still %s", (int)seed, td_state_name(at));
        }
    }
}

/* `queue retry`, and somebody who had left, or was not to be mailed, and is back. */
static bool may_revive(unsigned from, unsigned to)
{
    const bool let_go = from == TD_CANCELLED || from == TD_SUPPRESSED;
    return (from == TD_FAILED && to == TD_QUEUED) ||
           (let_go && (to == TD_QUEUED || to == TD_DEFERRED));
}

static void nothing_final_comes_back_to_life_but_what_was_not_delivered(void **state)
{
    (void)state;
    for (unsigned from = 0; from < TD_STATE_COUNT; from++) {
        for (unsigned to = 0; to < TD_STATE_COUNT; to++) {
            bool revives = td_state_is_final((enum td_state)from) &&
                           !td_state_is_final((enum td_state)to) &&
                           td_state_may_move((enum td_state)from, (enum td_state)to);
            assert_int_equal(revives, may_revive(from, to));
        }
    }
}

/* Bytes a hostile or broken server may send: mostly what replies are made of. */
static size_t noise(struct td_rand *rand, char *out, size_t max)
{
    static const char alphabet[] = "245501.- #\r\n\n\rok\0\xc3\xa9\xff";
    size_t n = td_rand_below(rand, max);
    for (size_t i = 0; i < n; i++)
        out[i] = alphabet[td_rand_below(rand, sizeof alphabet - 1)];
    return n;
}

static void any_bytes_give_a_reply_more_or_none(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= CASES * 10; seed++) {
        struct td_rand rand = td_rand_seeded(seed);
        char bytes[80];
        size_t n = noise(&rand, bytes, sizeof bytes);
        struct td_reply reply;
        size_t used = 0;
        int got = td_reply_parse(td_slice_n(bytes, n), &reply, &used);
        if (got == 1)
            assert_true(reply.code >= 200 && reply.code <= 599 && used > 0 && used <= n);
        else
            assert_true((got == 0 || got == -1) && used == 0);
        /* More bytes never change what was decided. */
        struct td_reply again;
        for (size_t cut = 0; cut < n; cut++) {
            size_t part = 0;
            int early = td_reply_parse(td_slice_n(bytes, cut), &again, &part);
            assert_true(early == 0 || early == got);
        }
    }
}

/* Something that looks like an address often enough. */
static size_t address_noise(struct td_rand *rand, char *out, size_t max)
{
    static const char *const pieces[] = {
        "a",   "B",
        "Ann", ".",
        "-",   "_",
        "+",   "@",
        "@",   "example",
        "org", ".",
        "\"",  "\\",
        " ",   "é",
        "É",   "e\xcc\x81",
        "ß",   "例",
        "😀",   "xn--mnchen-3ya",
        "1",   "\xff",
        "(",   "İ",
        "ﷺ",
    };
    size_t n = 0;
    for (uint64_t i = td_rand_below(rand, 14); i > 0; i--) {
        const char *piece = pieces[td_rand_below(rand, TD_ARRAY_LEN(pieces))];
        if (n + strlen(piece) < max) {
            memcpy(out + n, piece, strlen(piece));
            n += strlen(piece);
        }
    }
    static const char tail[] = "@Example.org";
    if (td_rand_below(rand, 2) == 0 && n + sizeof tail < max) {
        memcpy(out + n, tail, sizeof tail - 1);
        n += sizeof tail - 1;
    }
    return n;
}

static void what_is_sent_has_the_key_of_what_was_typed(void **state)
{
    (void)state;
    int taken = 0;
    for (uint64_t seed = 1; seed <= CASES * 10; seed++) {
        struct td_rand rand = td_rand_seeded(seed);
        char text[300];
        size_t n = address_noise(&rand, text, sizeof text);
        struct td_address address;
        struct td_address again;
        struct td_err err = {0};
        if (td_address_parse(td_slice_n(text, n), &address, &err) != TD_OK) {
            assert_true(err.text[0] != '\0');
            continue;
        }
        taken++;
        assert_true(td_slice_find_control(td_slice(address.wire)) == (size_t)-1);
        assert_int_equal(td_address_parse(td_slice(address.wire), &again, &err), TD_OK);
        if (strcmp(again.key, address.key) != 0)
            fail_msg("seed %d: %s and %s", (int)seed, address.key, again.key);
        char key[TD_ADDRESS_MAX + 1];
        assert_true(td_address_key(td_slice(address.key), key));
        if (strcmp(key, address.key) != 0)
            fail_msg("seed %d: the key of %s is %s", (int)seed, address.key, key);
    }
    assert_true(taken > CASES / 2);
}

static void canonical_topics_are_their_own_canonical_form(void **state)
{
    (void)state;
    const struct td_topic topics[] = {
        {.name = "d"}, {.name = "b"}, {.name = "c"}, {.name = "a"}};
    const struct td_newsletter newsletter = {
        .name = "n", .topics = topics, .topic_count = 4};
    for (uint64_t seed = 1; seed <= CASES; seed++) {
        struct td_rand rand = td_rand_seeded(seed);
        const char *sign = td_rand_below(&rand, 2) == 0 ? "-" : "";
        struct td_buf written;
        struct td_buf once;
        struct td_buf twice;
        td_buf_init(&written, 1000);
        td_buf_init(&once, TD_TOPICS_TEXT_MAX);
        td_buf_init(&twice, TD_TOPICS_TEXT_MAX);
        uint64_t named = 0;
        for (uint64_t i = td_rand_below(&rand, 6); i > 0; i--) {
            size_t topic = td_rand_below(&rand, 4);
            named |= UINT64_C(1) << topic;
            td_buf_addf(&written, "%s%s ;", sign, topics[topic].name);
        }
        struct td_err err = {0};
        assert_ok(td_topics_canonical(td_buf_slice(&written), &newsletter, &once, &err),
                  err);
        assert_ok(td_topics_canonical(td_buf_slice(&once), &newsletter, &twice, &err),
                  err);
        assert_string_equal(once.ptr, twice.ptr);
        uint64_t expected = named == 0 || sign[0] == '-' ? 15 & ~named : named;
        assert_true(td_topics_mask(td_buf_slice(&once), &newsletter) == expected);
        td_buf_release(&written);
        td_buf_release(&once);
        td_buf_release(&twice);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_walk_of_legal_moves_ends_final),
        cmocka_unit_test(nothing_final_comes_back_to_life_but_what_was_not_delivered),
        cmocka_unit_test(any_bytes_give_a_reply_more_or_none),
        cmocka_unit_test(what_is_sent_has_the_key_of_what_was_typed),
        cmocka_unit_test(canonical_topics_are_their_own_canonical_form),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
