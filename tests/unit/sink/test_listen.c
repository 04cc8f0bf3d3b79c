/* test_listen.c: the sink takes mail from everyone, so it listens on loopback and nowhere else. */
#include "support/td_test.h"

#include <unistd.h>

#include "sink/listen.h"
#include "sink/sink.h"

static void a_port_of_the_kernels_choice_is_named(void **state)
{
    (void)state;
    struct td_err err;
    struct td_sink *sink = NULL;
    assert_ok(
        td_sink_create(&sink, &(struct td_sink_config){.listen = "127.0.0.1:0"}, &err),
        err);
    char want[40];
    assert_in_range(td_sink_port(sink), 1, 65535);
    snprintf(want, sizeof want, "127.0.0.1:%d", td_sink_port(sink));
    assert_string_equal(td_sink_address(sink), want);
    td_sink_destroy(sink);
}

static void all_of_127_is_loopback_and_so_is_localhost(void **state)
{
    (void)state;
    static const char *const fine[] = {"localhost:0", "127.0.0.1:0", "127.3.2.1:0"};
    struct td_err err;
    for (size_t i = 0; i < TD_ARRAY_LEN(fine); i++) {
        int fd = -1;
        assert_ok(td_sink_listen(fine[i], 5, &fd, &err), err);
        (void)close(fd);
    }
}

static void other_addresses_are_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "0.0.0.0:0",
        "[::]:0",
        "192.0.2.1:25",
        "10.0.0.1:0",
        "[::ffff:192.0.2.1]:0",
        "mail.example:25",
        "127.0.0.1",
        "127.0.0.1:",
        ":25",
        "",
        "127.0.0.1:70000",
        "127.0.0.1:-1",
        "127.0.0.1:2x",
        "127.1:0",
        "[127.0.0.1:0",
    };
    for (size_t i = 0; i < TD_ARRAY_LEN(wrong); i++) {
        struct td_err err = {0};
        struct td_sink *sink = NULL;
        struct td_sink_config config = {.listen = wrong[i]};
        if (td_sink_create(&sink, &config, &err) != TD_USAGE)
            fail_msg("%s: taken", wrong[i]);
        assert_true(strlen(err.text) > 10);
    }
    assert_int_equal(td_sink_listen(NULL, 5, &(int){0}, NULL), TD_USAGE);
}

static void a_port_in_use_is_unavailable(void **state)
{
    (void)state;
    struct td_err err;
    struct td_sink *first = NULL;
    struct td_sink *second = NULL;
    assert_ok(
        td_sink_create(&first, &(struct td_sink_config){.listen = "127.0.0.1:0"}, &err),
        err);
    struct td_sink_config same = {.listen = td_sink_address(first)};
    assert_int_equal(td_sink_create(&second, &same, &err), TD_UNAVAILABLE);
    assert_contains(err.text, td_sink_address(first));
    td_sink_destroy(first);
}

static void it_stops_when_told_and_when_its_time_is_over(void **state)
{
    (void)state;
    struct td_err err;
    struct td_sink *sink = NULL;
    static const volatile int stop = 1;
    assert_ok(
        td_sink_create(&sink, &(struct td_sink_config){.listen = "127.0.0.1:0"}, &err),
        err);
    assert_ok(td_sink_run(sink, -1, &stop, &err), err);
    assert_ok(td_sink_run(sink, 10, NULL, &err), err);
    assert_int_equal(td_sink_messages(sink), 0);
    td_sink_destroy(sink);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_port_of_the_kernels_choice_is_named),
        cmocka_unit_test(all_of_127_is_loopback_and_so_is_localhost),
        cmocka_unit_test(other_addresses_are_refused),
        cmocka_unit_test(a_port_in_use_is_unavailable),
        cmocka_unit_test(it_stops_when_told_and_when_its_time_is_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
