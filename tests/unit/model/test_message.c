/*
 * test_message.c: states, reasons, the table of legal moves and message ids.
 */
#include "support/td_test.h"

#include "model/edition.h"
#include "model/message.h"

/* Design 5, written out once more, so that a slip in the table cannot go unseen. */
static const struct {
    const char *from;
    const char *to; /* apart by spaces */
} moves[] = {
    {"queued", "leased held suppressed expired cancelled"},
    {"deferred", "leased held suppressed expired cancelled"},
    {"leased", "on_wire queued deferred failed suppressed expired cancelled"},
    {"on_wire", "sent deferred failed in_doubt"},
    {"in_doubt", "queued sent bounced cancelled"},
    {"held", "queued deferred cancelled expired"},
    {"sent", "bounced complained"},
    {"failed", "queued"},
    {"bounced", "sent"},
    {"complained", "sent"},
    {"suppressed", "queued deferred"},
    {"expired", ""},
    {"cancelled", "queued deferred"},
    {"skipped", ""},
};

static bool names(const char *list, const char *name)
{
    struct td_slice rest = td_slice(list);
    struct td_slice token;
    while (td_slice_token(&rest, " ", &token)) {
        if (td_slice_is(token, name))
            return true;
    }
    return false;
}

static void moves_are_exactly_those_of_the_ledger(void **state)
{
    (void)state;
    assert_int_equal(TD_ARRAY_LEN(moves), TD_STATE_COUNT);
    for (size_t i = 0; i < TD_ARRAY_LEN(moves); i++) {
        enum td_state from;
        assert_true(td_state_parse(td_slice(moves[i].from), &from));
        for (unsigned to = 0; to < TD_STATE_COUNT; to++) {
            const char *name = td_state_name((enum td_state)to);
            bool may = td_state_may_move(from, (enum td_state)to);
            if (may != names(moves[i].to, name))
                fail_msg("%s -> %s is %s", moves[i].from, name,
                         may ? "legal" : "illegal");
        }
    }
}

static void numbers_that_rows_hold_never_change(void **state)
{
    (void)state;
    static const char *const stored[] = {
        "queued",     "sent",    "deferred",  "leased",  "on_wire",
        "in_doubt",   "held",    "failed",    "bounced", "complained",
        "suppressed", "expired", "cancelled", "skipped",
    };
    for (unsigned i = 0; i < TD_STATE_COUNT; i++)
        assert_string_equal(td_state_name((enum td_state)i), stored[i]);
}

static void reasons_come_back_from_their_names(void **state)
{
    (void)state;
    for (unsigned i = 0; i < TD_REASON_COUNT; i++) {
        enum td_reason reason = TD_REASON_COUNT;
        assert_true(
            td_reason_parse(td_slice(td_reason_name((enum td_reason)i)), &reason));
        assert_int_equal(reason, i);
    }
    enum td_reason reason;
    assert_false(td_reason_parse(td_slice("nonsense"), &reason));
}

static void a_number_out_of_a_damaged_row_is_no_state(void **state)
{
    (void)state;
    enum td_state odd = (enum td_state)200;
    assert_string_equal(td_state_name(odd), "?");
    assert_false(td_state_may_move(odd, TD_QUEUED));
    assert_false(td_state_may_move(TD_QUEUED, odd));
    assert_false(td_state_is_final(odd));
    enum td_state parsed;
    assert_false(td_state_parse(td_slice("?"), &parsed));
    assert_false(td_state_parse(td_slice("Queued"), &parsed));
}

static void doubt_and_hold_are_not_final(void **state)
{
    (void)state;
    assert_false(td_state_is_final(TD_IN_DOUBT));
    assert_false(td_state_is_final(TD_HELD));
    assert_false(td_state_is_final(TD_DEFERRED));
    assert_true(td_state_is_final(TD_SENT));
    assert_true(td_state_is_final(TD_FAILED));
    assert_true(td_state_is_final(TD_SKIPPED));
}

static void message_ids_go_there_and_back(void **state)
{
    (void)state;
    char text[48];
    td_message_id_format(12, 9223372036854775807, text);
    assert_string_equal(text, "12-9223372036854775807");
    int64_t edition = 0;
    int64_t subscriber = 0;
    assert_true(td_message_id_parse(td_slice(text), &edition, &subscriber));
    assert_int_equal(edition, 12);
    assert_true(subscriber == 9223372036854775807);
}

static void what_is_no_message_id_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "-",
        "1-",
        "-1",
        "1",
        "01-2",
        "1-02",
        "0-1",
        "1-0",
        "1--2",
        "1-2-3",
        "a-1",
        "1-9223372036854775808",
        " 1-2",
        "1-2 ",
        "+1-2",
        "1-x",
    };
    for (size_t i = 0; i < TD_ARRAY_LEN(bad); i++) {
        int64_t edition = -5;
        int64_t subscriber = -5;
        if (td_message_id_parse(td_slice(bad[i]), &edition, &subscriber))
            fail_msg("\"%s\" was taken", bad[i]);
        assert_int_equal(edition, -5);
        assert_int_equal(subscriber, -5);
    }
}

static void classes_are_served_notice_first(void **state)
{
    (void)state;
    assert_true(TD_CLASS_NOTICE < TD_CLASS_ALERT && TD_CLASS_ALERT < TD_CLASS_ISSUE);
    assert_string_equal(td_class_name(TD_CLASS_NOTICE), "notice");
    assert_string_equal(td_class_name(TD_CLASS_ALERT), "alert");
    assert_string_equal(td_class_name(TD_CLASS_ISSUE), "issue");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moves_are_exactly_those_of_the_ledger),
        cmocka_unit_test(numbers_that_rows_hold_never_change),
        cmocka_unit_test(reasons_come_back_from_their_names),
        cmocka_unit_test(a_number_out_of_a_damaged_row_is_no_state),
        cmocka_unit_test(doubt_and_hold_are_not_final),
        cmocka_unit_test(message_ids_go_there_and_back),
        cmocka_unit_test(what_is_no_message_id_is_refused),
        cmocka_unit_test(classes_are_served_notice_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
