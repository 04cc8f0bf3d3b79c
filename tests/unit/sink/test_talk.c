/* test_talk.c: the sink's side of a session: what it keeps, and what it will not be told. */
#include "support/td_test.h"

#include "sink/talk.h"

struct kept {
    int mails;
    struct td_buf sender, recipients, content;
    bool full; /* refuse to keep */
};

struct desk {
    struct kept kept;
    struct td_talk *talk;
};

static enum td_status keep(void *self, const struct td_sink_mail *mail,
                           struct td_err *err)
{
    struct kept *kept = self;
    if (kept->full)
        return td_fail(err, TD_IO, "no space left");
    kept->mails++;
    td_buf_clear(&kept->sender);
    td_buf_clear(&kept->recipients);
    td_buf_clear(&kept->content);
    td_buf_add_slice(&kept->sender, mail->sender);
    td_buf_add_slice(&kept->recipients, mail->recipients);
    td_buf_add_slice(&kept->content, mail->content);
    return TD_OK;
}

static void open_desk(struct desk *desk)
{
    memset(desk, 0, sizeof *desk);
    td_buf_init(&desk->kept.sender, 10000);
    td_buf_init(&desk->kept.recipients, 1000000);
    td_buf_init(&desk->kept.content, SIZE_MAX);
    desk->talk =
        td_talk_create(&(struct td_sink_keeper){.keep = keep, .self = &desk->kept},
                       &(struct td_talk_terms){.faults = NULL});
    td_talk_wrote(desk->talk, td_talk_output(desk->talk).len);
}

static void close_desk(struct desk *desk)
{
    td_talk_destroy(desk->talk);
    td_buf_release(&desk->kept.sender);
    td_buf_release(&desk->kept.recipients);
    td_buf_release(&desk->kept.content);
}

/* The codes of all replies to these bytes, apart by spaces. */
static const char *codes(struct desk *desk, const char *bytes)
{
    static char out[400];
    size_t n = 0;
    td_talk_feed(desk->talk, td_slice(bytes));
    struct td_slice rest = td_talk_output(desk->talk);
    struct td_slice line;
    while (td_slice_line(&rest, &line) && n + 5 < sizeof out)
        if (line.ptr[3] == ' ')
            n += (size_t)snprintf(out + n, sizeof out - n, "%s%.3s", n ? " " : "",
                                  line.ptr);
    out[n] = '\0';
    td_talk_wrote(desk->talk, td_talk_output(desk->talk).len);
    return out;
}

static void it_greets_and_offers_what_it_understands(void **state)
{
    (void)state;
    struct desk desk;
    open_desk(&desk);
    td_talk_feed(desk.talk, td_slice("EHLO client.example\r\n"));
    struct td_slice said = td_talk_output(desk.talk);
    static const char *const words[] = {"250-PIPELINING", "250-SIZE ", "250-8BITMIME",
                                        "250-SMTPUTF8", "250 ENHANCEDSTATUSCODES\r\n"};
    for (size_t i = 0; i < TD_ARRAY_LEN(words); i++)
        assert_int_not_equal(td_slice_find_str(said, 0, words[i]), (size_t)-1);
    close_desk(&desk);
}

static void a_mail_is_kept_with_its_envelope(void **state)
{
    (void)state;
    struct desk desk;
    open_desk(&desk);
    assert_string_equal(
        codes(&desk, "EHLO c\r\nMAIL FROM:<a@b.example> SIZE=20 BODY=8BITMIME\r\n"
                     "RCPT TO:<c@d.example>\r\nrcpt to:<\"x>y\"@d.example>\r\nDATA\r\n"),
        "250 250 250 250 354");
    assert_string_equal(codes(&desk, "Subject: x\r\n\r\nhi\r\n.\r\nQUIT\r\n"), "250 221");
    assert_true(td_talk_over(desk.talk));
    assert_int_equal(desk.kept.mails, 1);
    assert_slice(td_buf_slice(&desk.kept.sender), "a@b.example");
    assert_slice(td_buf_slice(&desk.kept.recipients), "c@d.example\n\"x>y\"@d.example\n");
    assert_slice(td_buf_slice(&desk.kept.content), "Subject: x\r\n\r\nhi\r\n");
    close_desk(&desk);
}

static const char envelope[] = "MAIL FROM:<>\r\nRCPT TO:<a@b>\r\nDATA\r\n";

static void every_way_to_cut_the_input_gives_the_same_mail(void **state)
{
    (void)state;
    static const char sent[] =
        "a\r\n..\r\n...b\r\n\r\n\r.\r\n\n.\n..\r\n.x\r\n.\ry\r\nend\r\n.\r\nNOOP\r\n";
    static const char kept[] =
        "a\r\n.\r\n..b\r\n\r\n\r.\r\n\n.\n..\r\nx\r\n\ry\r\nend\r\n";
    for (size_t cut = 1; cut < sizeof sent; cut++) {
        struct desk desk;
        open_desk(&desk);
        assert_string_equal(codes(&desk, envelope), "250 250 354");
        for (size_t i = 0; i < sizeof sent - 1; i += cut) {
            size_t n = sizeof sent - 1 - i < cut ? sizeof sent - 1 - i : cut;
            td_talk_feed(desk.talk, td_slice_n(sent + i, n));
        }
        assert_slice(td_buf_slice(&desk.kept.content), kept);
        assert_string_equal(codes(&desk, ""), "250 250");
        close_desk(&desk);
    }
}

static void only_crlf_dot_crlf_ends_a_message(void **state)
{
    (void)state;
    static const char *const others[] = {"x\n.\n",      "x\n.\r\n",  "x\r.\r",
                                         "x\r\n.\n",    "x\r\n.\rQ", "x\r\n\n.\r\n",
                                         "x\r\n.\r\r\n"};
    for (size_t i = 0; i < TD_ARRAY_LEN(others); i++) {
        struct desk desk;
        open_desk(&desk);
        (void)codes(&desk, envelope);
        assert_string_equal(codes(&desk, others[i]), "");
        assert_int_equal(desk.kept.mails, 0);
        assert_string_equal(codes(&desk, "MAIL FROM:<evil@x>\r\n\r\n.\r\n"), "250");
        assert_int_equal(desk.kept.mails, 1);
        close_desk(&desk);
    }
}

static void an_empty_message_is_a_lone_dot(void **state)
{
    (void)state;
    struct desk desk;
    open_desk(&desk);
    (void)codes(&desk, envelope);
    assert_string_equal(codes(&desk, ".\r\n"), "250");
    assert_int_equal(desk.kept.content.len, 0);
    close_desk(&desk);
}

static void commands_out_of_order_are_refused(void **state)
{
    (void)state;
    struct desk desk;
    open_desk(&desk);
    assert_string_equal(codes(&desk,
                              "RCPT TO:<a@b>\r\nDATA\r\nMAIL FROM:<a@b>\r\nDATA\r\n"
                              "MAIL FROM:<a@b>\r\nRSET\r\nRCPT TO:<a@b>\r\n"),
                        "503 503 250 503 503 250 503");
    close_desk(&desk);
}

static void what_it_does_not_understand_is_refused(void **state)
{
    (void)state;
    struct desk desk;
    open_desk(&desk);
    assert_string_equal(
        codes(&desk, "HTTP GET\r\nMAIL FROM: <a@b>\r\nMAIL FROM:a@b\r\n"
                     "MAIL FROM:<a@b> AUTH=x\r\nMAIL FROM:<a@b> SIZE=x\r\n"
                     "MAIL FROM:<a@b> SIZE=999999999999\r\nMAIL FROM:<a@b>\r\n"
                     "RCPT TO:<>\r\nRCPT TO:<a\tb@c>\r\nRCPT TO:<a@b> NOTIFY=NEVER\r\n"),
        "500 501 501 555 501 552 250 501 501 555");
    close_desk(&desk);
}

static void an_error_does_not_lose_the_next_mail(void **state)
{
    (void)state;
    struct desk desk;
    open_desk(&desk);
    desk.kept.full = true;
    (void)codes(&desk, envelope);
    assert_string_equal(codes(&desk, "x\r\n.\r\n"), "451");
    desk.kept.full = false;
    assert_string_equal(codes(&desk, envelope), "250 250 354");
    assert_string_equal(codes(&desk, "y\r\n.\r\n"), "250");
    assert_slice(td_buf_slice(&desk.kept.content), "y\r\n");
    close_desk(&desk);
}

static void a_line_without_an_end_ends_the_session(void **state)
{
    (void)state;
    struct desk desk;
    open_desk(&desk);
    for (int i = 0; i < 100 && !td_talk_over(desk.talk); i++)
        td_talk_feed(
            desk.talk,
            td_slice("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"));
    assert_true(td_talk_over(desk.talk));
    assert_string_equal(codes(&desk, ""), "500");
    close_desk(&desk);
}

static void recipients_past_a_thousand_are_put_off(void **state)
{
    (void)state;
    struct desk desk;
    open_desk(&desk);
    assert_string_equal(codes(&desk, "MAIL FROM:<a@b>\r\n"), "250");
    for (int i = 0; i < TD_SINK_RECIPIENTS_MAX; i++)
        assert_string_equal(codes(&desk, "RCPT TO:<a@b>\r\n"), "250");
    assert_string_equal(codes(&desk, "RCPT TO:<a@b>\r\n"), "452");
    close_desk(&desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_greets_and_offers_what_it_understands),
        cmocka_unit_test(a_mail_is_kept_with_its_envelope),
        cmocka_unit_test(every_way_to_cut_the_input_gives_the_same_mail),
        cmocka_unit_test(only_crlf_dot_crlf_ends_a_message),
        cmocka_unit_test(an_empty_message_is_a_lone_dot),
        cmocka_unit_test(commands_out_of_order_are_refused),
        cmocka_unit_test(what_it_does_not_understand_is_refused),
        cmocka_unit_test(an_error_does_not_lose_the_next_mail),
        cmocka_unit_test(a_line_without_an_end_ends_the_session),
        cmocka_unit_test(recipients_past_a_thousand_are_put_off),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
