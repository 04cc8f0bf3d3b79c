/*
 * test_parts.c: a mail taken apart: multiparts in multiparts, the returned message that ends it all,
 * boundaries that do not fit, and mails made to be deep or long.
 */
#include "support/td_test.h"

#include "base/buf.h"
#include "outcome/parts.h"

static int setup(void **state)
{
    *state = td_arena_create();
    return 0;
}

static int teardown(void **state)
{
    td_arena_destroy(*state);
    return 0;
}

/* The kinds of the leaves, a letter each: t text, h HTML, s status, f feedback, r returned, o
 * other. */
static const char *leaves(void *arena, struct td_slice mail, struct td_parts *parts)
{
    static const char letters[] = {
        [TD_PART_TEXT] = 't',     [TD_PART_HTML] = 'h',    [TD_PART_STATUS] = 's',
        [TD_PART_FEEDBACK] = 'f', [TD_PART_RECEIPT] = 'd', [TD_PART_RETURNED] = 'r',
        [TD_PART_OTHER] = 'o',
    };
    td_parts_read(arena, mail, parts);
    char *found = td_arena_alloc(arena, parts->count + 1);
    for (size_t i = 0; i < parts->count; i++)
        found[i] = letters[parts->items[i].kind];
    return found;
}

#define MULTI(kind, boundary)                                                            \
    "Content-Type: multipart/" kind "; boundary=\"" boundary "\"\n\n"

static void multiparts_within_multiparts_are_walked(void **state)
{
    struct td_parts parts;
    const char *mail = "Subject: x\n" MULTI(
        "mixed",
        "outer") "preamble\n"
                 "--outer\n" MULTI(
                     "alternative",
                     "inner") "--inner\n\nplain words\n--inner\nContent-Type: "
                              "text/html\n\n"
                              "<p>words\n--inner--\nepilogue\n"
                              "--outer\n" MULTI(
                                  "report",
                                  "report") "--report\nContent-Type: text/plain\n\nnot "
                                            "delivered\n--report\n"
                                            "Content-Type: "
                                            "message/delivery-status\n\nFinal-Recipient: "
                                            "x\n"
                                            "--report--\n--outer\nContent-Type: "
                                            "image/png\n\nx\n--outer--\n";
    assert_string_equal(leaves(*state, td_slice(mail), &parts), "thtso");
    assert_slice(td_slice_trim(parts.items[0].raw), "plain words");
    assert_slice(td_slice_trim(parts.items[3].raw), "Final-Recipient: x");
}

/* Also where it is inside another part, and whatever the outer ones hold behind it. */
static void a_returned_message_ends_the_mail(void **state)
{
    struct td_parts parts;
    const char *mail = MULTI("mixed", "outer") "--outer\n" MULTI(
        "report", "inner") "--inner\n\nnot delivered\n--inner\nContent-Type: "
                           "message/rfc822\n\n" MULTI(
                               "report", "theirs") "--theirs\nContent-Type: "
                                                   "message/delivery-status\n\n"
                                                   "Final-Recipient: rfc822; "
                                                   "victim@trees.example\n--theirs--"
                                                   "\n--inner\n"
                                                   "Content-Type: "
                                                   "message/"
                                                   "delivery-status\n\nFinal-"
                                                   "Recipient: x\n--inner--\n"
                                                   "--outer\nContent-Type: "
                                                   "message/"
                                                   "delivery-status\n\nFinal-"
                                                   "Recipient: y\n--outer--\n";
    assert_string_equal(leaves(*state, td_slice(mail), &parts), "tr");
}

static void a_boundary_is_a_whole_line(void **state)
{
    struct td_parts parts;
    const char *mail =
        MULTI("mixed", "b") "--b\n\nwords --b\n --b\n--bb\n-b\nx--b--\n"
                            "--b \nContent-Type: text/html\n\n<p>\n--b--\n";
    assert_string_equal(leaves(*state, td_slice(mail), &parts), "th");
    assert_slice(td_slice_trim(parts.items[0].raw), "words --b\n --b\n--bb\n-b\nx--b--");
}

static void what_is_not_closed_or_wrongly_named_is_read(void **state)
{
    struct td_parts parts;
    assert_string_equal(
        leaves(*state, td_slice(MULTI("mixed", "b") "--b\n\nx\n--b"), &parts), "tt");
    const char *other =
        MULTI("report", "named") "--meant\nContent-Type: text/plain\n\nx\n"
                                 "--meant\nContent-Type: text/html\n\nx\n";
    assert_string_equal(leaves(*state, td_slice(other), &parts), "th");
    assert_string_equal(leaves(*state, td_slice(MULTI("mixed", "") "words\n"), &parts),
                        "t");
    assert_string_equal(leaves(*state, td_slice(MULTI("mixed", "b")), &parts), "t");
}

static void fields_are_found_by_their_names(void **state)
{
    struct td_slice mail = td_slice("Subject: a\nX-One : b\nsubject: c\n\nTo: d\n");
    struct td_fields fields = td_fields_take(*state, &mail, TD_JUNK_SKIPPED);
    size_t at = 0;
    assert_slice(td_fields_next(&fields, "SUBJECT", &at), "a");
    assert_slice(td_fields_next(&fields, "SUBJECT", &at), "c");
    assert_null(td_fields_next(&fields, "SUBJECT", &at).ptr);
    assert_slice(td_fields_get(&fields, "x-one"), "b");
    assert_null(td_fields_get(&fields, "To").ptr);
    assert_null(td_fields_get(&fields, "").ptr); /* as a rule file may ask */
    assert_slice(mail, "To: d\n");
}

/* Every level within the last, each with a boundary of its own or all with the same. */
static void a_bomb_of_depth_ends_as_one_leaf(void **state)
{
    for (int same = 0; same < 2; same++) {
        struct td_parts parts;
        struct td_buf mail;
        td_buf_init(&mail, 1024 * 1024);
        for (int i = 0; i < 5000; i++)
            td_buf_addf(&mail, MULTI("mixed", "b%d") "--b%d\n", same ? 0 : i,
                        same ? 0 : i);
        td_buf_add_str(&mail,
                       "Content-Type: message/delivery-status\n\nFinal-Recipient: x\n");
        const char *found = leaves(*state, td_buf_slice(&mail), &parts);
        assert_true(parts.count <= TD_PARTS_MAX);
        assert_null(strchr(found, 's'));
        assert_null(strchr(found, 'r'));
        td_buf_release(&mail);
    }
}

static void a_level_below_the_limit_is_still_seen(void **state)
{
    struct td_parts parts;
    struct td_buf mail;
    td_buf_init(&mail, 64 * 1024);
    for (int i = 0; i < TD_PART_DEPTH_MAX - 1; i++)
        td_buf_addf(&mail, MULTI("mixed", "b%d") "--b%d\n", i, i);
    td_buf_add_str(&mail,
                   "Content-Type: message/delivery-status\n\nFinal-Recipient: x\n");
    assert_string_equal(leaves(*state, td_buf_slice(&mail), &parts), "s");
    td_buf_release(&mail);
}

static void a_bomb_of_parts_is_cut(void **state)
{
    struct td_parts parts;
    struct td_buf mail;
    td_buf_init(&mail, 4 * 1024 * 1024);
    td_buf_add_str(&mail, MULTI("mixed", "b"));
    for (int i = 0; i < 100000; i++)
        td_buf_add_str(&mail, "--b\n\nx\n");
    (void)leaves(*state, td_buf_slice(&mail), &parts);
    assert_int_equal(parts.count, TD_PARTS_MAX);
    td_buf_release(&mail);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(multiparts_within_multiparts_are_walked, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_returned_message_ends_the_mail, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_boundary_is_a_whole_line, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_not_closed_or_wrongly_named_is_read,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(a_bomb_of_depth_ends_as_one_leaf, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_level_below_the_limit_is_still_seen, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_bomb_of_parts_is_cut, setup, teardown),
        cmocka_unit_test_setup_teardown(fields_are_found_by_their_names, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
