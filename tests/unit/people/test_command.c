/* test_command.c: what somebody who writes to us wants. */
#include "support/td_test.h"

#include "people/command.h"

static void the_subject_decides_and_else_the_first_own_line(void **state)
{
    (void)state;
    static const struct {
        const char *subject, *text;
        enum td_command_verb verb;
        const char *about;
    } cases[] = {
        {"unsubscribe", "", TD_COMMAND_UNSUBSCRIBE, ""},
        {" UnSubscribe  weekly ", "", TD_COMMAND_UNSUBSCRIBE, "weekly"},
        {"Re: AW: Fwd: Unsubscribe", "subscribe", TD_COMMAND_UNSUBSCRIBE, ""},
        {"remove me", "", TD_COMMAND_UNSUBSCRIBE, "me"},
        {"Subscribe \"daily\"", "", TD_COMMAND_SUBSCRIBE, "daily"},
        {"", "> help\n\n| help\n\nsubscribe daily, please", TD_COMMAND_SUBSCRIBE,
         "daily"},
        {"Hello", "HELP!", TD_COMMAND_HELP, ""},
        {"", "confirm <AbC-_9>", TD_COMMAND_CONFIRM, "AbC-_9"},
        {"Hello", "I would like to subscribe", TD_COMMAND_NONE, ""},
        {"subscribers wanted", "", TD_COMMAND_NONE, ""},
        {"", "-- \nunsubscribe", TD_COMMAND_NONE, ""},
        {"", "", TD_COMMAND_NONE, ""},
        {"Re:", "", TD_COMMAND_NONE, ""},
        {"Re: Re: Please confirm: The Daily", "> help", TD_COMMAND_NONE, ""},
    };
    for (size_t i = 0; i < TD_ARRAY_LEN(cases); i++) {
        struct td_mail_wish wish;
        td_command_read(td_slice(cases[i].subject), td_slice(cases[i].text), &wish);
        if (wish.verb != cases[i].verb)
            fail_msg("\"%s\" / \"%s\": %s", cases[i].subject, cases[i].text,
                     td_command_name(wish.verb));
        assert_slice(wish.about, cases[i].about);
    }
}

static void a_no_and_a_stop_are_heard_in_the_writers_own_words(void **state)
{
    (void)state;
    static const struct {
        const char *subject, *text;
        bool no, stop;
    } cases[] = {
        {"Re: Please confirm", "", false, false},
        {"Re: Please confirm", "Yes!", false, false},
        {"Re: Please confirm", "> no\n> stop\nok", false, false},
        {"Re: Please confirm", "Yes, no problem", false, false},
        {"Re: Please confirm", "No, thanks", true, false},
        {"Re: Please confirm", "I did NOT sign up", true, false},
        {"Re: Please confirm", "this was not me", true, false},
        {"Re: Please confirm", "I know nothing of it, no", false, false},
        {"Re: Please confirm", "please STOP", false, true},
        {"unsubscribe", "", false, true},
    };
    for (size_t i = 0; i < TD_ARRAY_LEN(cases); i++) {
        struct td_mail_wish wish;
        td_command_read(td_slice(cases[i].subject), td_slice(cases[i].text), &wish);
        if (wish.says_no != cases[i].no || wish.says_stop != cases[i].stop)
            fail_msg("\"%s\": no %d, stop %d", cases[i].text, wish.says_no,
                     wish.says_stop);
    }
}

static void the_token_of_an_address_of_ours_is_found(void **state)
{
    (void)state;
    const struct td_mail_commands ours = {
        .local = "tidings", .domain = "news.example", .delimiter = '+'};
    static const struct {
        const char *address;
        const char *token; /* NULL: none */
    } cases[] = {
        {"tidings+abc@news.example", "abc"},
        {"TIDINGS+AbC@News.Example", "AbC"},
        {"tidings@news.example", NULL},
        {"tidings+@news.example", NULL},
        {"tidings-abc@news.example", NULL},
        {"tidingsx+abc@news.example", NULL},
        {"tidings+abc@news.example.org", NULL},
        {"tidings+abc", NULL},
        {"", NULL},
        {"@news.example", NULL},
    };
    for (size_t i = 0; i < TD_ARRAY_LEN(cases); i++) {
        struct td_slice token;
        const bool found = td_command_token(&ours, td_slice(cases[i].address), &token);
        if (found != (cases[i].token != NULL))
            fail_msg("%s", cases[i].address);
        if (found)
            assert_slice(token, cases[i].token);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_subject_decides_and_else_the_first_own_line),
        cmocka_unit_test(a_no_and_a_stop_are_heard_in_the_writers_own_words),
        cmocka_unit_test(the_token_of_an_address_of_ours_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
