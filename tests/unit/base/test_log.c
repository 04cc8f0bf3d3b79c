/* test_log.c: lines as they arrive on stderr: levels, roles, quoting, addresses. */
#include "support/td_test.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"

struct ctx {
    FILE *file; /* what stderr is while a test runs */
    int kept;   /* the real stderr */
    char text[20000];
};

static int setup(void **state)
{
    struct ctx *ctx = calloc(1, sizeof *ctx);
    (void)unsetenv("JOURNAL_STREAM");
    ctx->file = tmpfile();
    ctx->kept = dup(STDERR_FILENO);
    (void)fflush(stderr);
    (void)dup2(fileno(ctx->file), STDERR_FILENO);
    td_log_setup(TD_INFO, NULL);
    *state = ctx;
    return ctx->file == NULL || ctx->kept < 0;
}

static int teardown(void **state)
{
    struct ctx *ctx = *state;
    (void)dup2(ctx->kept, STDERR_FILENO);
    (void)close(ctx->kept);
    (void)fclose(ctx->file);
    free(ctx);
    return 0;
}

/* All that was logged so far. */
static const char *logged(struct ctx *ctx)
{
    const ssize_t n = pread(fileno(ctx->file), ctx->text, sizeof ctx->text - 1, 0);
    assert_true(n >= 0);
    ctx->text[n] = '\0';
    return ctx->text;
}

static void an_event_is_one_line_of_pairs(void **state)
{
    td_log(TD_INFO, "settle", "msg=%s verdict=%s", "12-345", "retry");
    td_log(TD_WARN, "full", "disk=%s", "/");
    assert_string_equal(logged(*state),
                        "event=settle level=info msg=12-345 verdict=retry\n"
                        "event=full level=warn disk=/\n");
}

static void the_role_is_shown_where_there_is_one(void **state)
{
    td_log_setup(TD_WARN, "sender");
    td_log(TD_ERROR, "lost", "relay=%s", "a");
    assert_string_equal(logged(*state), "event=lost level=error role=sender relay=a\n");
}

static void levels_below_the_least_are_not_shown(void **state)
{
    td_log_setup(TD_WARN, NULL);
    assert_false(td_log_shows(TD_INFO));
    assert_true(td_log_shows(TD_WARN));
    td_log(TD_DEBUG, "a", "n=%d", 1);
    td_log(TD_INFO, "b", "n=%d", 2);
    assert_string_equal(logged(*state), "");
    td_log_setup(TD_DEBUG, NULL);
    td_log(TD_DEBUG, "c", "n=%d", 3);
    assert_string_equal(logged(*state), "event=c level=debug n=3\n");
}

static void values_are_quoted_and_escaped_as_needed(void **state)
{
    const char *missing = getenv("TIDINGS_HAS_NO_SUCH_VARIABLE");
    td_log(TD_INFO, "x", "a=%s b=%s c=%s d=%s e=%s", "two words", "say \"no\"", "a=b",
           "C:\\x", "");
    td_log(TD_INFO, "y", "a=%s b=%s c=%s", "l1\r\nevent=forged", "\xff", "caf\xc3\xa9");
    td_log(TD_INFO, "w", "a=%s", "one\ntwo");
    td_log(TD_INFO, "z", "a=%s b=%.*s", missing, 2, "abc");
    assert_string_equal(
        logged(*state),
        "event=x level=info a=\"two words\" b=\"say \\\"no\\\"\" c=\"a=b\" "
        "d=\"C:\\\\x\" e=\"\"\n"
        "event=y level=info a=\"l1\\x0D\\x0Aevent=forged\" b=\"\\xFF\" "
        "c=caf\xc3\xa9\n"
        "event=w level=info a=\"one\\x0Atwo\"\n"
        "event=z level=info a=- b=ab\n");
}

static void a_journal_stream_that_is_not_stderr_does_not_count(void **state)
{
    (void)setenv("JOURNAL_STREAM", "1:2", 1);
    td_log_setup(TD_INFO, NULL);
    td_log(TD_INFO, "x", "n=%d", 1);
    (void)unsetenv("JOURNAL_STREAM");
    assert_string_equal(logged(*state), "event=x level=info n=1\n");
}

static void numbers_of_every_size_are_shown(void **state)
{
    td_log(TD_INFO, "n", "a=%d b=%u c=%zu d=%lld e=%ld f=%lu g=%llu", -1, 2U, (size_t)3,
           -4LL, -5L, 6UL, 7ULL);
    assert_string_equal(logged(*state),
                        "event=n level=info a=-1 b=2 c=3 d=-4 e=-5 f=6 g=7\n");
}

static void a_line_that_is_too_long_is_cut_and_says_so(void **state)
{
    char long_value[9000];
    memset(long_value, 'x', sizeof long_value - 1);
    long_value[sizeof long_value - 1] = '\0';
    td_log(TD_INFO, "big", "a=%s b=%d", long_value, 1);
    td_log(TD_INFO, "next", "n=%d", 1);
    const char *text = logged(*state);
    assert_contains(text, " cut=1\nevent=next level=info n=1\n");
}

static void addresses_are_hashed_unless_debugging(void **state)
{
    (void)state;
    char a[300], b[300];
    td_log_setup(TD_INFO, NULL);
    (void)td_log_address(td_slice("Jane.Doe@Example.org"), a);
    assert_string_equal(a, "7f73355b@example.org");
    assert_string_equal(td_log_address(td_slice("jane.doe@example.org"), b), a);
    (void)td_log_address(td_slice("john@example.org"), b);
    assert_string_not_equal(a, b);
    assert_int_equal(strlen(td_log_address(td_slice("nonsense"), b)), 8);
    td_log_setup(TD_DEBUG, NULL);
    assert_string_equal(td_log_address(td_slice("Jane@x.org\n"), a), "Jane@x.org\\x0A");
}

#define LOG_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        LOG_TEST(an_event_is_one_line_of_pairs),
        LOG_TEST(the_role_is_shown_where_there_is_one),
        LOG_TEST(levels_below_the_least_are_not_shown),
        LOG_TEST(values_are_quoted_and_escaped_as_needed),
        LOG_TEST(a_journal_stream_that_is_not_stderr_does_not_count),
        LOG_TEST(numbers_of_every_size_are_shown),
        LOG_TEST(a_line_that_is_too_long_is_cut_and_says_so),
        LOG_TEST(addresses_are_hashed_unless_debugging),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
