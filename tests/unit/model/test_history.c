/*
 * test_history.c: a year of editions in a few bytes: entries come back in order whatever the order
 * in which they went in, and damaged bytes are refused.
 */
#include "support/td_test.h"

#include "model/history.h"

static void add(struct td_buf *history, int64_t edition, enum td_state state,
                enum td_reason reason)
{
    struct td_history_entry entry = {edition, state, reason};
    struct td_buf out;

    td_buf_init(&out, history->max);
    assert_true(td_history_add(td_buf_slice(history), &entry, &out));
    td_buf_release(history);
    *history = out;
}

static void expect(const struct td_buf *history, const struct td_history_entry *entries,
                   size_t count)
{
    struct td_slice rest = td_buf_slice(history);
    struct td_history_entry at = {0};

    for (size_t i = 0; i < count; i++) {
        assert_true(td_history_next(&rest, &at));
        assert_int_equal(at.edition, entries[i].edition);
        assert_int_equal(at.state, entries[i].state);
        assert_int_equal(at.reason, entries[i].reason);
    }
    assert_false(td_history_next(&rest, &at));
    assert_int_equal(rest.len, 0);
}

static void entries_stand_by_edition(void **state)
{
    static const struct td_history_entry entries[] = {
        {3, TD_FAILED, TD_REASON_ADDRESS},
        {7, TD_SENT, TD_REASON_NONE},
        {8, TD_SKIPPED, TD_REASON_NO_SECTION},
        {4000, TD_IN_DOUBT, TD_REASON_UNKNOWN_FATE},
    };
    struct td_buf history;

    (void)state;
    td_buf_init(&history, 1000);
    expect(&history, NULL, 0);
    add(&history, 7, TD_SENT, TD_REASON_NONE);
    add(&history, 4000, TD_IN_DOUBT, TD_REASON_UNKNOWN_FATE);
    add(&history, 3, TD_FAILED, TD_REASON_ADDRESS);
    add(&history, 8, TD_SKIPPED, TD_REASON_NO_SECTION);
    expect(&history, entries, TD_ARRAY_LEN(entries));
    td_buf_release(&history);
}

static void an_edition_stands_once_with_what_was_said_last(void **state)
{
    static const struct td_history_entry entries[] = {
        {5, TD_BOUNCED, TD_REASON_ADDRESS},
        {6, TD_SENT, TD_REASON_NONE},
    };
    struct td_buf history;

    (void)state;
    td_buf_init(&history, 1000);
    add(&history, 5, TD_SENT, TD_REASON_NONE);
    add(&history, 6, TD_SENT, TD_REASON_NONE);
    add(&history, 5, TD_BOUNCED, TD_REASON_ADDRESS);
    expect(&history, entries, TD_ARRAY_LEN(entries));
    td_buf_release(&history);
}

static void a_sent_daily_takes_two_bytes(void **state)
{
    struct td_buf history;

    (void)state;
    td_buf_init(&history, 10000);
    for (int64_t edition = 1000; edition < 1000 + 3 * 260; edition += 3)
        add(&history, edition, TD_SENT, TD_REASON_NONE);
    assert_true(history.len <= 260 * 2 + 1);
    td_buf_release(&history);
}

static void damage_is_refused(void **state)
{
    static const struct td_history_entry entry = {9, TD_SENT, TD_REASON_NONE};
    static const char *const damaged[] = {
        "\x01",     /* cut behind the distance */
        "\x01\x41", /* a reason is to follow */
        "\x01\x0e", /* no such state */
        "\x01\x81", /* a bit that means nothing */
        "\x80",     /* a cut number */
    };

    (void)state;
    for (size_t i = 0; i < TD_ARRAY_LEN(damaged); i++) {
        struct td_slice rest = td_slice(damaged[i]);
        struct td_history_entry at = {0};
        struct td_buf out;
        td_buf_init(&out, 100);
        assert_false(td_history_next(&rest, &at));
        assert_true(rest.len > 0);
        assert_false(td_history_add(td_slice(damaged[i]), &entry, &out));
        td_buf_release(&out);
    }
    struct td_slice same = td_slice_n("\x00\x01", 2); /* a distance of none */
    struct td_history_entry at = {0};
    assert_false(td_history_next(&same, &at));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries_stand_by_edition),
        cmocka_unit_test(an_edition_stands_once_with_what_was_said_last),
        cmocka_unit_test(a_sent_daily_takes_two_bytes),
        cmocka_unit_test(damage_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
