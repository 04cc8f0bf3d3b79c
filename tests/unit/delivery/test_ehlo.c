/* test_ehlo.c: what counts as offered by this session. */
#include "support/td_test.h"

#include "delivery/ehlo.h"

static struct td_ehlo after(const char *lines)
{
    struct td_ehlo ehlo = {0};
    struct td_slice rest = td_slice(lines);
    struct td_slice line;
    while (td_slice_line(&rest, &line))
        td_ehlo_line(&ehlo, line);
    return ehlo;
}

static void keywords_are_read_in_any_case(void **state)
{
    (void)state;
    struct td_ehlo ehlo =
        after("220 relay\n250-relay greets you\n250-Pipelining\n250-8bitmime\n"
              "250-SMTPUTF8\n250 size 1000\n");
    assert_true(ehlo.pipelining && ehlo.eightbit && ehlo.smtputf8 && ehlo.size);
    assert_int_equal(ehlo.size_max, 1000);
    assert_false(ehlo.authenticated);
}

static void what_stood_before_starttls_is_forgotten(void **state)
{
    (void)state;
    struct td_ehlo ehlo =
        after("220 relay\n250-relay\n250-PIPELINING\n250-SIZE 10\n250 STARTTLS\n"
              "220 go ahead\n250-relay\n250 8BITMIME\n");
    assert_false(ehlo.pipelining);
    assert_false(ehlo.size);
    assert_int_equal(ehlo.size_max, 0);
    assert_true(ehlo.eightbit);
}

static void a_server_named_pipelining_offers_nothing(void **state)
{
    (void)state;
    assert_false(after("220 x\n250-PIPELINING\n250 SIZE\n").pipelining);
    assert_false(after("220 x\n250 PIPELINING\n").pipelining);
    assert_false(after("220-PIPELINING\n220 x\n250 x\n").pipelining);
}

static void a_keyword_is_a_whole_word(void **state)
{
    (void)state;
    struct td_ehlo ehlo =
        after("220 x\n250-x\n250-PIPELININGX\n250-X-SIZE 5\n250 AUTH SMTPUTF8\n");
    assert_false(ehlo.pipelining || ehlo.size || ehlo.smtputf8);
}

static void a_size_that_is_no_number_is_no_limit(void **state)
{
    (void)state;
    const char *const lines[] = {"220 x\n250-x\n250 SIZE\n", "220 x\n250-x\n250 SIZE 0\n",
                                 "220 x\n250-x\n250 SIZE -5\n",
                                 "220 x\n250-x\n250 SIZE many\n",
                                 "220 x\n250-x\n250 SIZE 99999999999999999999\n"};
    for (size_t i = 0; i < TD_ARRAY_LEN(lines); i++) {
        struct td_ehlo ehlo = after(lines[i]);
        assert_true(ehlo.size);
        assert_int_equal(ehlo.size_max, 0);
    }
}

static void only_a_235_is_an_authentication(void **state)
{
    (void)state;
    assert_true(after("220 x\n250-x\n250 AUTH PLAIN\n235 2.7.0 ok\n").authenticated);
    assert_false(after("220 x\n250-x\n250 AUTH PLAIN\n334 \n535 no\n").authenticated);
}

static void stray_lines_do_no_harm(void **state)
{
    (void)state;
    struct td_ehlo ehlo = after("\n2\n25\n250\n250\n250-\n250 \nPIPELINING\n");
    assert_false(ehlo.pipelining);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keywords_are_read_in_any_case),
        cmocka_unit_test(what_stood_before_starttls_is_forgotten),
        cmocka_unit_test(a_server_named_pipelining_offers_nothing),
        cmocka_unit_test(a_keyword_is_a_whole_word),
        cmocka_unit_test(a_size_that_is_no_number_is_no_limit),
        cmocka_unit_test(only_a_235_is_an_authentication),
        cmocka_unit_test(stray_lines_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
