/* A sound configuration becomes values; what may wait and what may not; odd files. */
#include "config_fixture.h"

#include <fcntl.h>

#define ASSERT_SOUND(ctx, status)                                                        \
    do {                                                                                 \
        enum td_status got_status = (status);                                            \
        if (got_status != TD_OK)                                                         \
            print_faults(ctx);                                                           \
        assert_ok(got_status, (ctx)->err);                                               \
    } while (0)

static void a_sound_file_becomes_values(void **state)
{
    struct ctx *ctx = *state;
    char path[128];
    ASSERT_SOUND(ctx, load_text(ctx, td_slice(sound)));
    const struct td_config *config = ctx->config;
    assert_int_equal(ctx->faults.count, 0);
    assert_string_equal(config->domain, "news.example");
    assert_string_equal(config->helo, "news.example");
    assert_string_equal(config->bounce_local, "b");
    assert_int_equal(config->bounce_delimiter, '+');
    assert_string_equal(config->bounce_domain, "bounces.news.example");
    assert_string_equal(config->web_base_url, "https://tidings.news.example");
    (void)snprintf(path, sizeof path, "sqlite:%s/queue/tidings.db", ctx->dir);
    assert_string_equal(config->database, path);
    (void)snprintf(path, sizeof path, "%s/conf/keys", ctx->dir);
    assert_string_equal(config->keys_dir, path);
    assert_int_equal(config->retry.first, 5 * TD_MINUTE);
    assert_int_equal(config->retry.longest, TD_HOUR);
    assert_int_equal(config->retry.jitter_percent, 10);
    assert_int_equal(td_config_line(config, "newsletters[1].at"), 34);
    assert_int_equal(td_config_line(config, "newsletters[1].greeting"), 29);
}

static void newsletters_have_their_values_and_defaults(void **state)
{
    struct ctx *ctx = *state;
    ASSERT_SOUND(ctx, load_text(ctx, td_slice(sound)));
    const struct td_newsletter *daily =
        td_config_newsletter(ctx->config, td_slice("daily"));
    const struct td_newsletter *weekly =
        td_config_newsletter(ctx->config, td_slice("weekly"));
    assert_null(td_config_newsletter(ctx->config, td_slice("Daily")));
    assert_int_equal(ctx->config->newsletter_count, 2);
    assert_string_equal(daily->title, "The Daily");
    assert_string_equal(daily->from_name, "The Daily");
    assert_string_equal(daily->from_address, "daily@news.example");
    assert_string_equal(daily->list_id, "daily.news.example");
    assert_string_equal(daily->language, "en");
    assert_string_equal(weekly->subject, "{{newsletter}}: {{headline}}");
    assert_null(daily->greeting);
    assert_string_equal(daily->postal_address, "1 High Street, London");
    assert_false(daily->postal_placeholder);
    assert_string_equal(daily->company, "Example Press Ltd");
    assert_int_equal(daily->at, 7 * 60);
    assert_int_equal(daily->valid_for, 10 * TD_HOUR);
    assert_false(daily->in_doubt_resend);
    assert_int_equal(daily->kind, TD_KIND_BRIEFING);
    assert_int_equal(weekly->kind, TD_KIND_DIGEST);
}

static void a_newsletter_has_all_topics_or_those_it_names(void **state)
{
    struct ctx *ctx = *state;
    ASSERT_SOUND(ctx, load_text(ctx, td_slice(sound)));
    const struct td_newsletter *daily = &ctx->config->newsletters[0];
    const struct td_newsletter *weekly = &ctx->config->newsletters[1];
    assert_int_equal(daily->topic_count, 2);
    assert_string_equal(daily->topics[0].title, "Money");
    assert_int_equal(daily->topics[0].keyword_count, 2);
    assert_string_equal(daily->topics[0].keywords[1], "CQC");
    assert_string_equal(daily->topics[1].title, "policy");
    assert_int_equal(weekly->topic_count, 1);
    assert_string_equal(weekly->topics[0].name, "policy");
    ASSERT_SOUND(ctx, load_changed(ctx, "topics: [policy]", "topics: []"));
    assert_int_equal(ctx->config->newsletters[1].topic_count, 0);
}

static void sixty_five_topics_are_too_many_for_a_newsletter_but_not_for_the_file(
    void **state)
{
    struct ctx *ctx = *state;
    struct td_buf topics;
    td_buf_init(&topics, 10000);
    for (int i = 0; i < 63; i++)
        td_buf_addf(&topics, "  - name: t%d\n", i);
    td_buf_add_str(&topics, "  - name: policy\n");
    assert_int_equal(load_changed(ctx, "  - name: policy\n", topics.ptr), TD_CONFIG);
    const struct td_fault *fault = find_fault(ctx, "newsletters[0].topics");
    assert_non_null(fault);
    assert_contains(fault->text, "65 topics; a newsletter has at most 64");
    assert_null(find_fault(ctx, "newsletters[1].topics"));
    td_buf_release(&topics);
}

struct relay_case {
    const char *url;
    const char *host;
    int port;
    bool implicit_tls, loopback;
    enum td_tls tls;
};

static void relays_are_read_and_loopback_is_known(void **state)
{
    static const struct relay_case cases[] = {
        {"smtp://127.0.0.1:25", "127.0.0.1", 25, false, true, TD_TLS_NONE},
        {"smtp://127.9.9.9:25/", "127.9.9.9", 25, false, true, TD_TLS_NONE},
        {"smtp://localhost:2525", "localhost", 2525, false, true, TD_TLS_NONE},
        {"smtp://LocalHost:2525", "LocalHost", 2525, false, true, TD_TLS_NONE},
        {"smtp://[::1]:25", "::1", 25, false, true, TD_TLS_NONE},
        {"smtp://[::ffff:127.0.0.1]:25", "::ffff:127.0.0.1", 25, false, true,
         TD_TLS_NONE},
        {"smtps://127.0.0.1:465", "127.0.0.1", 465, true, true, TD_TLS_REQUIRED},
        {"smtp://128.0.0.1:25", "128.0.0.1", 25, false, false, TD_TLS_REQUIRED},
        {"smtp://[2001:db8::1]:587", "2001:db8::1", 587, false, false, TD_TLS_REQUIRED},
        {"smtp://localhost.example:587", "localhost.example", 587, false, false,
         TD_TLS_REQUIRED},
        {"SMTPS://mail.example:465", "mail.example", 465, true, false, TD_TLS_REQUIRED},
    };
    struct ctx *ctx = *state;
    for (size_t i = 0; i < TD_ARRAY_LEN(cases); i++) {
        ASSERT_SOUND(ctx, load_changed(ctx, "smtp://127.0.0.1:2525", cases[i].url));
        const struct td_relay *relay = &ctx->config->relays[0];
        assert_string_equal(relay->host, cases[i].host);
        assert_int_equal(relay->port, cases[i].port);
        assert_int_equal(relay->implicit_tls, cases[i].implicit_tls);
        assert_int_equal(relay->loopback, cases[i].loopback);
        assert_int_equal(relay->tls, cases[i].tls);
        assert_int_equal(td_config_remote(ctx->config), !cases[i].loopback);
    }
}

static void relays_may_be_several_by_weight_and_domain(void **state)
{
    struct ctx *ctx = *state;
    ASSERT_SOUND(ctx, load_changed(ctx, "    sessions: 4\n",
                                   "  - name: spare\n    url: smtp://127.0.0.1:2526\n"
                                   "    weight: 0\n"
                                   "  - name: google\n    url: smtp://127.0.0.1:2527\n"
                                   "    domains: [GoogleMail.com, .Example.org]\n"
                                   "    weight: 7\n    rate: 10\n    hourly: 100\n"
                                   "    daily: 200\n    warm_up: [50, 150]\n"
                                   "    warm_up_from: 2026-11-20\n"));
    const struct td_relay *relays = ctx->config->relays;
    assert_int_equal(ctx->config->relay_count, 3);
    assert_int_equal(relays[0].weight, 1);
    assert_int_equal(relays[1].weight, 0);
    assert_int_equal(relays[2].weight, 7);
    assert_int_equal(relays[2].domain_count, 2);
    assert_string_equal(relays[2].domains[0], "googlemail.com");
    assert_string_equal(relays[2].domains[1], ".example.org");
    assert_int_equal(relays[2].rate, 10);
    assert_int_equal(relays[2].hourly, 100);
    assert_true(td_relay_is_rated(&relays[2]));
    assert_false(td_relay_is_rated(&relays[0]));
    td_time first = INT64_C(1795132800) * TD_SECOND; /* 2026-11-20T00:00:00Z */
    assert_int_equal(td_relay_daily(&relays[2], first - TD_HOUR), 50);
    assert_int_equal(td_relay_daily(&relays[2], first + TD_DAY - 1), 50);
    assert_int_equal(td_relay_daily(&relays[2], first + TD_DAY), 150);
    assert_int_equal(td_relay_daily(&relays[2], first + 2 * TD_DAY), 200);
}

static void a_password_comes_from_its_file_without_the_line_end(void **state)
{
    struct ctx *ctx = *state;
    ASSERT_SOUND(ctx, load_changed(ctx, "    sessions: 4\n",
                                   "    user: me\n    password_file: secret\n"));
    assert_string_equal(ctx->config->relays[0].user, "me");
    assert_string_equal(ctx->config->relays[0].password, "s3cret word");
    assert_int_equal(ctx->config->relays[0].tls, TD_TLS_REQUIRED);
}

static void no_fault_repeats_a_password(void **state)
{
    struct ctx *ctx = *state;
    assert_int_equal(load_changed(ctx, "smtp://127", "smtp://me:s3cret@127"), TD_CONFIG);
    assert_null(strstr(ctx->err.text, "s3cret"));
    assert_int_equal(load_changed(ctx, "    sessions: 4\n",
                                  "    user: me\n    password_file: open-secret\n"),
                     TD_CONFIG);
    assert_null(strstr(ctx->err.text, "s3cret"));
}

static void the_placeholder_waits_for_loopback_relays_only(void **state)
{
    struct ctx *ctx = *state;
    const char *old = "1 High Street, London";
    ASSERT_SOUND(ctx, load_changed(ctx, old, "'PLACEHOLDER: your address'"));
    const struct td_fault *fault = find_fault(ctx, "publisher.postal_address");
    assert_non_null(fault);
    assert_true(fault->warning);
    assert_int_equal(fault->line, 4);
    assert_true(ctx->config->newsletters[0].postal_placeholder);

    const char *middle =
        "1 High Street, London\n  company: Example Press Ltd\nweb:\n"
        "  base_url: https://tidings.news.example/\nretry:\n  first: 5m\n"
        "relays:\n  - name: main\n    url: smtp://127.0.0.1:2525\n";
    assert_int_equal(
        load_changed(ctx, middle,
                     "'PLACEHOLDER: your address'\n"
                     "relays:\n  - name: main\n    url: smtp://mail.example:587\n"),
        TD_CONFIG);
    fault = find_fault(ctx, "publisher.postal_address");
    assert_non_null(fault);
    assert_false(fault->warning);
    fault = find_fault(ctx, "web.base_url");
    assert_non_null(fault);
    assert_false(fault->warning);
}

static void a_link_in_clear_does_for_this_machine_only(void **state)
{
    struct ctx *ctx = *state;
    const char *old = "https://tidings.news.example/\nretry:\n  first: 5m\nrelays:\n"
                      "  - name: main\n    url: smtp://127.0.0.1:2525\n";
    ASSERT_SOUND(ctx, load_changed(ctx, "https://tidings.news.example/",
                                   "http://127.0.0.1:80/t/"));
    assert_string_equal(ctx->config->web_base_url, "http://127.0.0.1:80/t");
    assert_int_equal(load_changed(ctx, old,
                                  "http://127.0.0.1:80/\nrelays:\n  - name: main\n"
                                  "    url: smtp://mail.example:587\n"),
                     TD_CONFIG);
    assert_non_null(find_fault(ctx, "web.base_url"));
}

static void a_newsletter_may_have_its_own_address(void **state)
{
    struct ctx *ctx = *state;
    ASSERT_SOUND(
        ctx, load_changed(ctx, "    at: 08:00\n",
                          "    at: 08:00\n    postal_address: |\n"
                          "      2 Low Street\n      Leeds\n    company: Weekly Ltd\n"));
    assert_string_equal(ctx->config->newsletters[0].postal_address,
                        "1 High Street, London");
    assert_string_equal(ctx->config->newsletters[1].postal_address,
                        "2 Low Street\nLeeds");
    assert_string_equal(ctx->config->newsletters[1].company, "Weekly Ltd");
}

static void all_faults_of_meaning_are_told_at_once_by_line(void **state)
{
    struct ctx *ctx = *state;
    const char *old = "kind: briefing\n    from_address: daily@news.example\n"
                      "    zone: Europe/London\n    at: 07:00\n    valid_for: 10h\n";
    assert_int_equal(load_changed(ctx, old,
                                  "kind: b\n    from_address: c\n    zone: d\n    at: e\n"
                                  "    valid_for: f\n"),
                     TD_CONFIG);
    assert_int_equal(ctx->faults.errors, 5);
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(ctx->faults.items[i].line, 22 + (int)i);
    assert_contains(ctx->err.text, "conf/tidings.yaml:22: newsletters[0].kind: ");
}

static void more_faults_than_are_kept_are_counted(void **state)
{
    struct ctx *ctx = *state;
    struct td_buf topics;
    td_buf_init(&topics, 10000);
    for (int i = 0; i < 100; i++)
        td_buf_add_str(&topics, "  - name: policy\n");
    assert_int_equal(load_changed(ctx, "  - name: policy\n", topics.ptr), TD_CONFIG);
    assert_int_equal(ctx->faults.count, TD_FAULTS_MAX);
    assert_int_equal(ctx->faults.errors,
                     99 + 1); /* and 101 topics are too many for daily */
    td_buf_release(&topics);
}

static void texts_have_a_length_that_mail_can_carry(void **state)
{
    static const char *const keys[] = {
        "    title: ", "    greeting: ", "    company: ", "    postal_address: "};
    struct ctx *ctx = *state;
    for (size_t i = 0; i < TD_ARRAY_LEN(keys); i++) {
        struct td_buf text;
        td_buf_init(&text, 10000);
        if (i > 0)
            td_buf_add_str(&text, "    title: The Daily\n");
        td_buf_add_str(&text, keys[i]);
        td_buf_add_repeat(&text, 'x', 2001);
        td_buf_add_str(&text, "\n");
        assert_int_equal(load_changed(ctx, "    title: The Daily\n", text.ptr),
                         TD_CONFIG);
        assert_contains(ctx->err.text, "long");
        assert_int_equal(ctx->faults.errors, 1);
        td_buf_release(&text);
    }
}

/* ---- odd files ---- */

static void line_ends_of_windows_and_a_byte_order_mark_change_nothing(void **state)
{
    struct ctx *ctx = *state;
    struct td_buf text;
    td_buf_init(&text, 10000);
    td_buf_add_str(&text, "\xef\xbb\xbf");
    for (const char *c = sound; *c; c++)
        td_buf_addf(&text, "%s%c", *c == '\n' ? "\r" : "", *c);
    ASSERT_SOUND(ctx, load_text(ctx, td_buf_slice(&text)));
    assert_string_equal(ctx->config->domain, "news.example");
    assert_string_equal(ctx->config->newsletters[0].postal_address,
                        "1 High Street, London");
    assert_int_equal(td_config_line(ctx->config, "newsletters[1].at"), 34);
    td_buf_release(&text);
}

static void odd(struct ctx *ctx, struct td_slice text, const char *said)
{
    assert_int_equal(load_text(ctx, text), TD_CONFIG);
    assert_contains(ctx->err.text, said);
    assert_true(ctx->faults.errors > 0);
}

static void files_that_are_no_configuration_are_refused(void **state)
{
    struct ctx *ctx = *state;
    static const char binary[] = "\x7f"
                                 "ELF\x02\x01\x01\0\0\0\0\0";
    static const char wide[] = "\xff\xfe"
                               "d\0o\0m\0a\0i\0n\0:\0 \0a\0\n\0";
    odd(ctx, td_slice(""), "the file is empty");
    odd(ctx, td_slice("# nothing but words\n"), "the file is empty");
    odd(ctx, td_slice("just a text\n"),
        ":1: a map of keys is wanted here, not one value");
    odd(ctx, td_slice("- a\n- b\n"), ":1: a map of keys is wanted here, not a list");
    odd(ctx, td_slice_n(binary, sizeof binary - 1), ":1: not YAML text");
    odd(ctx, td_slice_n(wide, sizeof wide - 1), "not YAML text");
    odd(ctx, td_slice("domain: a\nweb: {base_url: \"\xed\xa0\x80\"}\n"),
        ":2: not YAML text");
}

static void files_that_want_to_grow_are_refused_in_time(void **state)
{
    struct ctx *ctx = *state;
    struct td_buf text;
    td_buf_init(&text, (size_t)16 * 1024 * 1024);
    td_buf_add_repeat(&text, '#', (size_t)10 * 1024 * 1024);
    odd(ctx, td_buf_slice(&text), "larger than 1048576 bytes");
    td_buf_clear(&text);
    td_buf_add_repeat(&text, '[', (size_t)1000 * 1000);
    odd(ctx, td_buf_slice(&text), ":1: nested too deep");
    td_buf_release(&text);
    odd(ctx,
        td_slice(
            "a: &a [l, l, l, l, l, l, l, l, l]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a]\n"
            "c: &c [*b, *b, *b, *b, *b, *b, *b, *b]\nd: [*c, *c, *c, *c, *c, *c, *c]\n"),
        ":1: an anchor");
}

static void a_missing_file_is_told_with_what_makes_one(void **state)
{
    struct ctx *ctx = *state;
    write_in(ctx, "conf/tidings.yaml", td_slice(""), 0644); /* for teardown */
    assert_int_equal(td_config_load(ctx->dir, "/nowhere/t.yaml", &ctx->config,
                                    &ctx->faults, &ctx->err),
                     TD_CONFIG);
    assert_contains(ctx->err.text,
                    "/nowhere/t.yaml: there is no such file; `tidings init DIR`");
    assert_int_equal(
        td_config_load("/nowhere", NULL, &ctx->config, &ctx->faults, &ctx->err),
        TD_CONFIG);
    assert_contains(ctx->err.text, "/nowhere");
}

int main(void)
{
#define ROW(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        ROW(a_sound_file_becomes_values),
        ROW(newsletters_have_their_values_and_defaults),
        ROW(a_newsletter_has_all_topics_or_those_it_names),
        ROW(sixty_five_topics_are_too_many_for_a_newsletter_but_not_for_the_file),
        ROW(relays_are_read_and_loopback_is_known),
        ROW(relays_may_be_several_by_weight_and_domain),
        ROW(a_password_comes_from_its_file_without_the_line_end),
        ROW(no_fault_repeats_a_password),
        ROW(the_placeholder_waits_for_loopback_relays_only),
        ROW(a_link_in_clear_does_for_this_machine_only),
        ROW(a_newsletter_may_have_its_own_address),
        ROW(all_faults_of_meaning_are_told_at_once_by_line),
        ROW(more_faults_than_are_kept_are_counted),
        ROW(texts_have_a_length_that_mail_can_carry),
        ROW(line_ends_of_windows_and_a_byte_order_mark_change_nothing),
        ROW(files_that_are_no_configuration_are_refused),
        ROW(files_that_want_to_grow_are_refused_in_time),
        ROW(a_missing_file_is_told_with_what_makes_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
