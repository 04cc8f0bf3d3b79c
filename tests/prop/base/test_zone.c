/* test_zone.c: every zone here, as Python's zoneinfo sees it (zone_cases.py). */
#include "support/td_test.h"

#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/zone.h"

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/* All that Python prints; what it ended with is *status. */
static void run_python(const char *script, struct td_buf *out, int *status)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        (void)dup2(ends[1], STDOUT_FILENO);
        (void)close(ends[0]);
        (void)close(ends[1]);
        (void)execl("/usr/bin/python3", "python3", "-B", script, (char *)NULL);
        _exit(127);
    }
    (void)close(ends[1]);
    char piece[65536];
    for (ssize_t n; (n = read(ends[0], piece, sizeof piece)) > 0;) {
        td_buf_add(out, piece, (size_t)n);
    }
    (void)close(ends[0]);
    assert_int_equal(waitpid(child, status, 0), child);
}

static void check_case(const struct td_zone *zone, struct td_slice kind, int64_t given,
                       int64_t expected)
{
    int64_t got;
    if (td_slice_is(kind, "at")) {
        got = td_zone_offset_at(zone, given * TD_SECOND);
    } else {
        const int64_t day = floor_div(given, 86400);
        const int minute = (int)((given - day * 86400) / 60);
        got = td_zone_to_utc(zone, td_date_from_days(day), minute) / TD_SECOND;
    }
    if (got != expected) {
        fail_msg("%s: %.*s %lld gives %lld, not %lld", td_zone_name(zone), (int)kind.len,
                 kind.ptr, (long long)given, (long long)got, (long long)expected);
    }
}

static void every_zone_agrees_with_python(void **state)
{
    (void)state;
    struct td_buf out;
    int status;
    td_buf_init(&out, (size_t)256 * 1024 * 1024);
    run_python(TD_SOURCE_DIR "/tests/prop/base/zone_cases.py", &out, &status);
    assert_int_equal(status, 0);

    struct td_zone *zone = NULL;
    struct td_slice rest = td_buf_slice(&out);
    size_t zones = 0;
    size_t cases = 0;
    for (struct td_slice line; td_slice_line(&rest, &line);) {
        struct td_slice kind, first, second;
        assert_true(td_slice_token(&line, " ", &kind));
        assert_true(td_slice_token(&line, " ", &first));
        if (td_slice_is(kind, "zone")) {
            struct td_err err = {0};
            td_zone_destroy(zone);
            assert_ok(td_zone_load(&zone, first, &err), err);
            zones++;
            continue;
        }
        int64_t given = 0;
        int64_t expected = 0;
        assert_true(td_slice_token(&line, " ", &second));
        assert_true(td_slice_int64(first, &given) && td_slice_int64(second, &expected));
        check_case(zone, kind, given, expected);
        cases++;
    }
    td_zone_destroy(zone);
    td_buf_release(&out);
    print_message("%zu cases in %zu zones\n", cases, zones);
    assert_true(zones > 300 && cases > 50000);
}

int main(void)
{
    if (access("/usr/bin/python3", X_OK) != 0) {
        (void)puts("skipped: there is no /usr/bin/python3");
        return 77;
    }
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_zone_agrees_with_python)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
