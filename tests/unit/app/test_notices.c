/* Notices in the queue: once a day and person, in whose audience, and in which words. */
#include "support/td_test.h"
#include "support/scratch.h"

#include <stdlib.h>
#include <unistd.h>

#include "app/instance/init.h"
#include "app/assemble/notices.h"
#include "base/file.h"
#include "store/editions.h"
#include "store/people.h"

struct ctx {
    char dir[64];
    struct td_app app;
    struct td_err err;
    const struct td_newsletter *daily;
};

/* Friday 2026-11-20, 23:30 in London. */
#define LATE (INT64_C(1795217400) * TD_SECOND)

static int setup(void **state)
{
    struct ctx *ctx = calloc(1, sizeof *ctx);
    assert_non_null(ctx);
    (void)snprintf(ctx->dir, sizeof ctx->dir, "/tmp/tidings-notices-XXXXXX");
    assert_non_null(mkdtemp(ctx->dir));
    const struct td_init_options options = {.dir = ctx->dir, .domain = "news.example"};
    assert_ok(td_init(&options, &ctx->err), ctx->err);
    td_app_init(&ctx->app, ctx->dir, NULL, td_clock_frozen(LATE));
    assert_ok(td_app_store(&ctx->app, &ctx->err), ctx->err);
    assert_ok(td_app_newsletter(&ctx->app, "daily", &ctx->daily, &ctx->err), ctx->err);
    *state = ctx;
    return 0;
}

static int teardown(void **state)
{
    struct ctx *ctx = *state;
    td_app_release(&ctx->app);
    assert_int_equal(remove_tree(ctx->dir), 0);
    free(ctx);
    return 0;
}

static struct td_notice_queued queue(struct ctx *ctx, enum td_notice notice, int64_t who)
{
    struct td_notice_queued queued = {0};
    const struct td_notice_order order = {
        .newsletter = ctx->daily, .notice = notice, .subscriber = who};
    assert_ok(td_begin(ctx->app.store, &ctx->err), ctx->err);
    assert_ok(td_notice_queue(&ctx->app, &order, &queued, &ctx->err), ctx->err);
    assert_ok(td_commit(ctx->app.store, &ctx->err), ctx->err);
    return queued;
}

static void a_person_gets_a_notice_once_a_day_however_often_it_is_asked_for(void **state)
{
    struct ctx *ctx = *state;
    const struct td_notice_queued first = queue(ctx, TD_NOTICE_CONFIRM, 7);
    assert_true(first.added);
    for (int i = 0; i < 3; i++) {
        const struct td_notice_queued again = queue(ctx, TD_NOTICE_CONFIRM, 7);
        assert_int_equal(again.edition, first.edition);
        assert_false(again.added);
    }
    const struct td_notice_queued other = queue(ctx, TD_NOTICE_CONFIRM, 8);
    assert_int_equal(other.edition, first.edition);
    assert_true(other.added);
    ctx->app.clock = td_clock_frozen(LATE + TD_HOUR); /* the next day in London */
    const struct td_notice_queued tomorrow = queue(ctx, TD_NOTICE_CONFIRM, 7);
    assert_true(tomorrow.added);
    assert_int_not_equal(tomorrow.edition, first.edition);
}

static void a_notice_is_an_edition_of_its_own_audience(void **state)
{
    struct ctx *ctx = *state;
    static const struct {
        enum td_notice notice;
        const char *slug;
        const char *subject;
        enum td_audience audience;
    } cases[] = {
        {TD_NOTICE_CONFIRM, "confirm-2026-11-20", "Please confirm: The Daily Briefing",
         TD_AUDIENCE_PENDING},
        {TD_NOTICE_REMIND, "remind-2026-11-20",
         "Still waiting for your yes: The Daily Briefing", TD_AUDIENCE_PENDING},
        {TD_NOTICE_WELCOME, "welcome-2026-11-20", "Welcome to The Daily Briefing",
         TD_AUDIENCE_ACTIVE},
        {TD_NOTICE_GOODBYE, "goodbye-2026-11-20", "You have left The Daily Briefing",
         TD_AUDIENCE_LEFT},
    };
    for (size_t i = 0; i < TD_ARRAY_LEN(cases); i++) {
        struct td_edition_row row;
        const int64_t id = queue(ctx, cases[i].notice, 7).edition;
        assert_ok(td_store_edition_get(ctx->app.store, id, &row, &ctx->err), ctx->err);
        assert_slice(row.slug, cases[i].slug);
        assert_slice(row.subject, cases[i].subject);
        assert_int_equal(row.class_, TD_CLASS_NOTICE);
        assert_int_equal(row.phase, TD_PHASE_OPEN);
        assert_int_equal(row.audience, cases[i].audience);
        assert_true(row.resend_in_doubt);
    }
}

static void the_version_of_the_words_follows_the_words(void **state)
{
    struct ctx *ctx = *state;
    char first[TD_WORDING_MAX];
    char second[TD_WORDING_MAX];
    int64_t edition = queue(ctx, TD_NOTICE_CONFIRM, 7).edition;
    assert_ok(td_notice_wording(&ctx->app, edition, first, &ctx->err), ctx->err);
    assert_int_equal(strlen(first), strlen("confirm 0123456789ab"));
    ctx->app.clock = td_clock_frozen(LATE + TD_DAY);
    edition = queue(ctx, TD_NOTICE_CONFIRM, 7).edition;
    assert_ok(td_notice_wording(&ctx->app, edition, second, &ctx->err), ctx->err);
    assert_string_equal(first, second);
    char *path = td_path_join(ctx->dir, "templates/mail/confirm.text.mustache");
    assert_ok(
        td_file_write(path, td_slice("Do you want it? {{confirm}}\n"), 0644, &ctx->err),
        ctx->err);
    free(path);
    ctx->app.clock = td_clock_frozen(LATE + 2 * TD_DAY);
    edition = queue(ctx, TD_NOTICE_CONFIRM, 7).edition;
    assert_ok(td_notice_wording(&ctx->app, edition, second, &ctx->err), ctx->err);
    assert_string_not_equal(first, second);
}

static bool report(struct ctx *ctx, const char *key)
{
    const struct td_report words = {.subject = td_slice("Done"),
                                    .intro = td_slice("All is well.")};
    const struct td_operator_report operator_report = {
        .newsletter = ctx->daily,
        .address = "Desk@news.example",
        .key = key,
        .report = &words,
    };
    bool queued = false;
    assert_ok(td_begin(ctx->app.store, &ctx->err), ctx->err);
    assert_ok(td_notice_report(&ctx->app, &operator_report, &queued, &ctx->err),
              ctx->err);
    assert_ok(td_commit(ctx->app.store, &ctx->err), ctx->err);
    return queued;
}

static void a_report_reaches_an_operator_without_subscription_once_a_key(void **state)
{
    struct ctx *ctx = *state;
    struct td_subscriber_row row;
    struct td_subscription_row none;
    assert_true(report(ctx, "done-2026-11-20"));
    assert_false(report(ctx, "done-2026-11-20"));
    assert_true(report(ctx, "late-2026-11-20"));
    assert_ok(td_store_subscriber_find(ctx->app.store, td_slice("desk@news.example"),
                                       &row, &ctx->err),
              ctx->err);
    assert_slice(row.address, "Desk@news.example");
    assert_int_equal(
        td_store_subscription_find(ctx->app.store, 1, row.id, &none, &ctx->err),
        TD_NOINPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            a_person_gets_a_notice_once_a_day_however_often_it_is_asked_for, setup,
            teardown),
        cmocka_unit_test_setup_teardown(a_notice_is_an_edition_of_its_own_audience, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(the_version_of_the_words_follows_the_words, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(
            a_report_reaches_an_operator_without_subscription_once_a_key, setup,
            teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
