/* test_faults.c: the language of faults: what each rule takes, and what is no rule. */
#include "support/td_test.h"

#include "sink/faults.h"

static struct td_sink_faults *read_spec(const char *spec)
{
    struct td_sink_faults *faults = NULL;
    struct td_err err = {0};
    assert_ok(td_sink_faults_read(&faults, spec, &err), err);
    return faults;
}

static const struct td_sink_fault *at(struct td_sink_faults *faults,
                                      enum td_sink_stage stage, const char *recipients)
{
    return td_sink_faults_at(faults, stage, td_slice(recipients));
}

/* Which of so many times are taken, one character a time. */
static const char *taken(const char *spec, const char *recipients, int times)
{
    static char out[64];
    struct td_sink_faults *faults = read_spec(spec);
    for (int i = 0; i < times; i++)
        out[i] = at(faults, TD_SINK_RCPT, recipients) != NULL ? 'x' : '-';
    out[times] = '\0';
    td_sink_faults_destroy(faults);
    return out;
}

static void a_rule_without_when_always_applies_at_its_stage_and_no_other(void **state)
{
    (void)state;
    struct td_sink_faults *faults = read_spec("rcpt 450");
    for (int stage = 0; stage < TD_SINK_STAGE_COUNT; stage++)
        assert_int_equal(at(faults, (enum td_sink_stage)stage, "a@b\n") != NULL,
                         stage == TD_SINK_RCPT);
    const struct td_sink_fault *fault = at(faults, TD_SINK_RCPT, "a@b\n");
    assert_int_equal(fault->code, 450);
    assert_string_equal(fault->text, "4.0.0 a fault on demand");
    assert_int_equal(td_sink_faults_given(faults), 2);
    td_sink_faults_destroy(faults);
}

static void each_word_says_what_goes_wrong(void **state)
{
    (void)state;
    struct td_sink_faults *faults = read_spec(
        "mail 550 \"5.1.1 no; such\" multi-line over-long slow 300ms; rcpt malformed;\n"
        " DATA silent slow 2m; dot Drop; rset over-long 70000 every 1");
    const struct td_sink_fault *fault = at(faults, TD_SINK_MAIL, "");
    assert_int_equal(fault->code, 550);
    assert_string_equal(fault->text, "5.1.1 no; such");
    assert_true(fault->multi_line);
    assert_int_equal(fault->long_by, 1000);
    assert_int_equal(fault->wait, 300000);
    assert_int_equal(at(faults, TD_SINK_RCPT, "a@b\n")->kind, TD_FAULT_MALFORMED);
    assert_int_equal(at(faults, TD_SINK_DATA, "")->kind, TD_FAULT_SILENT);
    assert_int_equal(at(faults, TD_SINK_DATA, "")->wait, 2 * TD_MINUTE);
    assert_int_equal(at(faults, TD_SINK_DOT, "")->kind, TD_FAULT_DROP);
    assert_int_equal(at(faults, TD_SINK_RSET, "")->long_by, 70000);
    td_sink_faults_destroy(faults);
}

static void turns_are_counted_from_one(void **state)
{
    (void)state;
    assert_string_equal(taken("rcpt 450 first 2", "a@b\n", 5), "xx---");
    assert_string_equal(taken("rcpt 450 turn 2", "a@b\n", 5), "-x---");
    assert_string_equal(taken("rcpt 450 every 2", "a@b\n", 5), "-x-x-");
    assert_string_equal(taken("rcpt 450 first 4 every 2", "a@b\n", 6), "-x-x--");
    assert_string_equal(taken("rcpt 450 turn 1; rcpt 451 turn 1", "a@b\n", 4), "x---");
}

static void a_pattern_chooses_recipients_in_any_case(void **state)
{
    (void)state;
    assert_string_equal(taken("rcpt 450 to *@Gone.example", "A@GONE.example\n", 1), "x");
    assert_string_equal(taken("rcpt 450 to *@gone.example", "a@gone.example.org\n", 1),
                        "-");
    assert_string_equal(taken("rcpt 450 to r?@x", "r1@x\n", 1), "x");
    assert_string_equal(taken("rcpt 450 to b@x", "a@x\nb@x\n", 1), "x");
    /* the others do not use up a turn */
    struct td_sink_faults *faults = read_spec("rcpt 450 first 1 to b@x");
    assert_null(at(faults, TD_SINK_RCPT, "a@x\n"));
    assert_non_null(at(faults, TD_SINK_RCPT, "b@x\n"));
    assert_null(at(faults, TD_SINK_RCPT, "b@x\n"));
    td_sink_faults_destroy(faults);
}

static void with_each_every_recipient_has_turns_of_its_own(void **state)
{
    (void)state;
    char who[32];
    struct td_sink_faults *faults = read_spec("rcpt 450 first 1 each");
    for (int round = 0; round < 2; round++)
        for (int i = 0; i < 5000; i++) {
            (void)snprintf(who, sizeof who, "r%d@x\n", i);
            assert_int_equal(at(faults, TD_SINK_RCPT, who) != NULL, round == 0);
        }
    td_sink_faults_destroy(faults);
}

static int share(const char *spec, uint8_t marks[2000])
{
    char who[32];
    int n = 0;
    struct td_sink_faults *faults = read_spec(spec);
    for (int i = 0; i < 2000; i++) {
        (void)snprintf(who, sizeof who, "r%d@x\n", i);
        marks[i] = at(faults, TD_SINK_RCPT, who) != NULL;
        n += marks[i];
    }
    td_sink_faults_destroy(faults);
    return n;
}

static void a_share_follows_from_the_seed_and_is_about_as_large_as_asked(void **state)
{
    (void)state;
    static const char *const shares[] = {"rcpt 450 10%", "rcpt 450 10% each"};
    uint8_t one[2000], two[2000];
    for (size_t i = 0; i < TD_ARRAY_LEN(shares); i++) {
        char spec[64];
        int n = share(shares[i], one);
        assert_in_range(n, 140, 260);
        assert_int_equal(share(shares[i], two), n);
        assert_memory_equal(one, two, sizeof one);
        (void)snprintf(spec, sizeof spec, "seed 2; %s", shares[i]);
        (void)share(spec, two);
        assert_memory_not_equal(one, two, sizeof one);
    }
    assert_int_equal(share("rcpt 450 100%", one), 2000);
    assert_in_range(share("rcpt 450 0.5%", one), 2, 25);
}

static void a_share_of_each_is_of_recipients_and_stays_with_them(void **state)
{
    (void)state;
    char who[32];
    struct td_sink_faults *faults = read_spec("rcpt 450 50% each");
    for (int i = 0; i < 100; i++) {
        (void)snprintf(who, sizeof who, "r%d@x\n", i);
        bool first = at(faults, TD_SINK_RCPT, who) != NULL;
        for (int k = 0; k < 5; k++)
            assert_int_equal(at(faults, TD_SINK_RCPT, who) != NULL, first);
    }
    td_sink_faults_destroy(faults);
}

static void the_first_rule_that_applies_answers(void **state)
{
    (void)state;
    struct td_sink_faults *faults =
        read_spec("rcpt 550 to b@x; rcpt 450 turn 2; rcpt 451");
    assert_int_equal(at(faults, TD_SINK_RCPT, "b@x\n")->code, 550);
    assert_int_equal(at(faults, TD_SINK_RCPT, "a@x\n")->code, 450);
    assert_int_equal(at(faults, TD_SINK_RCPT, "a@x\n")->code, 451);
    td_sink_faults_destroy(faults);
}

static void what_is_no_rule_is_refused_with_its_place(void **state)
{
    (void)state;
    static const struct {
        const char *spec, *place;
    } cases[] = {
        {"rctp 450", "at 1, \"rctp\": a rule begins with a stage"},
        {"mail 450; rctp 450", "at 11, \"rctp\": "},
        {"rcpt", "at 5, the end of a rule: what is to go wrong there?"},
        {"rcpt 10%; mail 450", "at 9, the end of a rule: what is to go wrong"},
        {"rcpt 650", "at 6, \"650\": expected is"},
        {"rcpt 450 550", "at 10, \"550\": one reply is enough"},
        {"rcpt 450 sometimes", "at 10, \"sometimes\": expected is"},
        {"rcpt 450 0%", "at 10, \"0%\": a share"},
        {"rcpt 450 101%", "at 10, \"101%\": a share"},
        {"rcpt 450 x%", "at 10, \"x%\": a share"},
        {"rcpt 450 %", "at 10, \"%\": a share"},
        {"rcpt 450 first", "at 15, the end of a rule: a number"},
        {"rcpt 450 every 0", "at 16, \"0\": a number"},
        {"mail 450 to a@b", "at 13, \"a@b\": no recipient is known"},
        {"quit 450 each", "at 10, \"each\": no recipient is known"},
        {"rcpt 450 to", "at 12, the end of a rule: a recipient"},
        {"rcpt slow fast", "at 11, \"fast\": a length of time"},
        {"rcpt slow 0s", "at 11, \"0s\": a length of time"},
        {"rcpt over-long 0", "at 16, \"0\": from 1"},
        {"rcpt drop 450", "at 14, the end of a rule: malformed, silent and drop"},
        {"body slow 1s", "at 13, the end of a rule: no reply is due at body"},
        {"rcpt 450 \"no end", "at 11, \"no end\": the quotes are not closed"},
        {"rcpt 450 \"two\nlines\"", "at 11, \"two\\x0Alines\": a reply's text"},
        {"seed", "at 5, the end of a rule: a number"},
        {"seed 1 rcpt 450", "at 8, \"rcpt\": a seed stands alone"},
        {"", "there is no rule in it"},
        {" ; ;", "there is no rule in it"},
        {"seed 1", "there is no rule in it"},
    };
    for (size_t i = 0; i < TD_ARRAY_LEN(cases); i++) {
        struct td_sink_faults *faults = NULL;
        struct td_err err = {0};
        assert_int_equal(td_sink_faults_read(&faults, cases[i].spec, &err), TD_USAGE);
        assert_null(faults);
        if (strncmp(err.text, cases[i].place, strlen(cases[i].place)) != 0)
            fail_msg("%s\n  said     %s\n  expected %s", cases[i].spec, err.text,
                     cases[i].place);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rule_without_when_always_applies_at_its_stage_and_no_other),
        cmocka_unit_test(each_word_says_what_goes_wrong),
        cmocka_unit_test(turns_are_counted_from_one),
        cmocka_unit_test(a_pattern_chooses_recipients_in_any_case),
        cmocka_unit_test(with_each_every_recipient_has_turns_of_its_own),
        cmocka_unit_test(a_share_follows_from_the_seed_and_is_about_as_large_as_asked),
        cmocka_unit_test(a_share_of_each_is_of_recipients_and_stays_with_them),
        cmocka_unit_test(the_first_rule_that_applies_answers),
        cmocka_unit_test(what_is_no_rule_is_refused_with_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
