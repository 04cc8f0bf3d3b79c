/*
 * test_reply.c: what a server said, read from bytes as they come.
 */
#include "support/td_test.h"

#include "base/buf.h"
#include "model/reply.h"

static struct td_reply parsed(const char *input)
{
    struct td_reply reply = {.stage = TD_STAGE_RCPT};
    size_t used = 0;
    assert_int_equal(td_reply_parse(td_slice(input), &reply, &used), 1);
    assert_int_equal(used, strlen(input));
    return reply;
}

static void one_line_is_a_reply(void **state)
{
    (void)state;
    struct td_reply reply = parsed("250 2.1.5 Ok\r\n");
    assert_int_equal(reply.code, 250);
    assert_int_equal(reply.enhanced[0], 2);
    assert_int_equal(reply.enhanced[1], 1);
    assert_int_equal(reply.enhanced[2], 5);
    assert_string_equal(reply.text, "250 2.1.5 Ok");
    assert_int_equal(reply.stage, TD_STAGE_RCPT);
}

static void three_lines_are_one_reply(void **state)
{
    (void)state;
    struct td_reply reply =
        parsed("550-5.1.1 The account\r\n550-does not\r\n550 exist\r\n");
    assert_int_equal(reply.code, 550);
    assert_int_equal(reply.enhanced[2], 1);
    assert_string_equal(reply.text, "550-5.1.1 The account\n550-does not\n550 exist");
}

static void a_code_without_text_is_a_reply(void **state)
{
    (void)state;
    assert_string_equal(parsed("354\r\n").text, "354");
    assert_int_equal(parsed("250-\r\n250 \r\n").code, 250);
}

static void a_bare_line_feed_ends_a_line(void **state)
{
    (void)state;
    assert_string_equal(parsed("250-a\n250 b\n").text, "250-a\n250 b");
}

static void what_comes_behind_the_reply_is_left(void **state)
{
    (void)state;
    struct td_reply reply;
    size_t used = 0;
    struct td_slice input = td_slice("250 ok\r\n550 no\r\n");
    assert_int_equal(td_reply_parse(input, &reply, &used), 1);
    assert_int_equal(used, 8);
    assert_int_equal(reply.code, 250);
    assert_int_equal(td_reply_parse(td_slice_sub(input, used, input.len), &reply, &used),
                     1);
    assert_int_equal(reply.code, 550);
}

static void any_beginning_of_a_reply_needs_more(void **state)
{
    (void)state;
    const char *whole = "550-5.1.1 one\r\n550-two\r\n550 three\r\n";
    for (size_t n = 0; n < strlen(whole); n++) {
        struct td_reply reply;
        size_t used = 9;
        assert_int_equal(td_reply_parse(td_slice_n(whole, n), &reply, &used), 0);
        assert_int_equal(used, 0);
    }
}

static void what_is_no_reply_is_told_apart(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "hello\r\n",
        "25\r\n",
        "\r\n",
        "2x0 a\r\n",
        "150 a\r\n",
        "650 a\r\n",
        "099 a\r\n",
        "250_a\r\n",
        "2500 a\r\n",
        "250-a\r\nb\r\n",
        " 250 a\r\n",
        "HTTP/1.1 400 Bad\r\n",
        "250-ok\r\n550 no\r\n",
        "550-no\r\n250 ok\r\n",
    };
    for (size_t i = 0; i < TD_ARRAY_LEN(bad); i++) {
        struct td_reply reply;
        size_t used = 0;
        if (td_reply_parse(td_slice(bad[i]), &reply, &used) != -1)
            fail_msg("\"%s\" was taken for a reply", bad[i]);
    }
}

static void an_enhanced_code_counts_only_when_it_agrees(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        int enhanced[3];
    } cases[] = {
        {"550 5.1.1 x\r\n", {5, 1, 1}},
        {"550 5.1.1\r\n", {5, 1, 1}},
        {"550 5.7.515: x\r\n", {5, 7, 515}},
        {"550 #5.1.0 Address rejected.\r\n", {5, 1, 0}},
        {"450-Wait\r\n450 4.2.0 greylisted\r\n", {4, 2, 0}},
        {"550 2.1.5 x\r\n",
         {0, 0, 0}}, /* RFC 2034 section 4: the reply code is the truth */
        {"250 5.1.1 x\r\n", {0, 0, 0}},
        {"550 5.34.1.2 is blocked\r\n", {0, 0, 0}}, /* an IP address */
        {"550 5.1 x\r\n", {0, 0, 0}},
        {"550 5.1.x\r\n", {0, 0, 0}},
        {"550 5.1.1234 x\r\n", {0, 0, 0}},
        {"550 x 5.1.1\r\n", {0, 0, 0}},
        {"550  5.1.1\r\n", {0, 0, 0}},
    };
    for (size_t i = 0; i < TD_ARRAY_LEN(cases); i++) {
        struct td_reply reply = parsed(cases[i].line);
        for (int j = 0; j < 3; j++) {
            if (reply.enhanced[j] != cases[i].enhanced[j])
                fail_msg("%s gives %d.%d.%d", cases[i].line, reply.enhanced[0],
                         reply.enhanced[1], reply.enhanced[2]);
        }
    }
}

static void a_long_reply_is_cut_and_an_endless_one_refused(void **state)
{
    (void)state;
    struct td_buf input;
    td_buf_init(&input, 1024 * 1024);
    for (int i = 0; i < 500; i++)
        td_buf_add_str(&input, "550-a line that says very little, as lines do\r\n");
    td_buf_add_str(&input, "550 end\r\n");
    struct td_reply reply;
    size_t used = 0;
    assert_int_equal(td_reply_parse(td_buf_slice(&input), &reply, &used), 1);
    assert_int_equal(used, input.len);
    assert_int_equal(strlen(reply.text), TD_REPLY_TEXT_MAX - 1);
    td_buf_clear(&input);
    while (input.len <= TD_REPLY_INPUT_MAX)
        td_buf_add_str(&input, "250-more\r\n");
    assert_int_equal(td_reply_parse(td_buf_slice(&input), &reply, &used), -1);
    td_buf_release(&input);
}

static void a_nul_does_not_hide_the_rest(void **state)
{
    (void)state;
    struct td_reply reply;
    size_t used = 0;
    assert_int_equal(td_reply_parse(td_slice_n("550 a\0b\r\n", 9), &reply, &used), 1);
    assert_string_equal(reply.text, "550 a?b");
}

static void assert_shown(const struct td_reply *reply, const char *expected)
{
    struct td_buf out;
    td_buf_init(&out, 4096);
    td_reply_show(reply, &out);
    assert_string_equal(out.ptr, expected);
    td_buf_release(&out);
}

static void people_see_one_harmless_line(void **state)
{
    (void)state;
    struct td_reply reply = parsed("550-5.1.1 no\x1b[31m\r\n550 such user\r\n");
    assert_shown(&reply, "550 5.1.1 no\\x1B[31m such user");
    reply = parsed("250\r\n");
    assert_shown(&reply, "250");
    struct td_reply lost = {.stage = TD_STAGE_DOT, .code = 0, .text = "connection lost"};
    assert_shown(&lost, "connection lost");
}

static void stages_have_their_names(void **state)
{
    (void)state;
    static const char *const stages[] = {"connect", "mail", "rcpt",
                                         "data",    "dot",  "session"};
    for (unsigned i = 0; i < TD_ARRAY_LEN(stages); i++)
        assert_string_equal(td_stage_name((enum td_stage)i), stages[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_line_is_a_reply),
        cmocka_unit_test(three_lines_are_one_reply),
        cmocka_unit_test(a_code_without_text_is_a_reply),
        cmocka_unit_test(a_bare_line_feed_ends_a_line),
        cmocka_unit_test(what_comes_behind_the_reply_is_left),
        cmocka_unit_test(any_beginning_of_a_reply_needs_more),
        cmocka_unit_test(what_is_no_reply_is_told_apart),
        cmocka_unit_test(an_enhanced_code_counts_only_when_it_agrees),
        cmocka_unit_test(a_long_reply_is_cut_and_an_endless_one_refused),
        cmocka_unit_test(a_nul_does_not_hide_the_rest),
        cmocka_unit_test(people_see_one_harmless_line),
        cmocka_unit_test(stages_have_their_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
