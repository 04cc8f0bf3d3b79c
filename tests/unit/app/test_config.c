/* Configuration: each fault is told with its key and line, and a sound file becomes values. */
#include "config_fixture.h"

struct fault_case {
    const char *old, *new; /* the change to the sound file */
    int line;
    const char *path;
    const char *text; /* part of what is said */
};

static const struct fault_case schema_cases[] = {
    {"domain: news", "domian: news", 1, "domian", "did you mean domain?"},
    {"domain: news.example\n", "", 1, "domain", "missing"},
    {"domain: news.example\n", "domain:\n", 1, "domain", "nothing is written"},
    {"domain: news.example\n", "domain: [a]\n", 1, "domain",
     "one value is wanted here, not a list"},
    {"  first: 5m\n", "  first: 5m\n  first: 6m\n", 10, "retry.first", "twice"},
    {"  first: 5m\n", "  frist: 5m\n", 9, "retry.frist", "did you mean first?"},
    {"  first: 5m\n", "  speed: 5m\n", 9, "retry.speed",
     "known here: first, longest, jitter"},
    {"    sessions: 4\n", "    ssl: yes\n", 13, "relays[0].ssl", "unknown key"},
    {"    url: smtp://127.0.0.1:2525\n", "", 11, "relays[0].url", "missing"},
    {"  - name: main\n    url: smtp://127.0.0.1:2525\n    sessions: 4\n", "  []\n", 10,
     "relays", "has 0 entries"},
    {"    kind: digest\n", "", 29, "newsletters[1].kind", "missing"},
    {"    keywords: [budget, CQC]\n", "    keywords: budget\n", 17, "topics[0].keywords",
     "a list is wanted here, not one value"},
    {"    keywords: [budget, CQC]\n", "    keywords: [budget, {a: b}]\n", 17,
     "topics[0].keywords[1]", "one value is wanted here, not a map"},
    {"    topics: [policy]\n", "    topics:\n      policy: yes\n", 37,
     "newsletters[1].topics", "a list is wanted here, not a map"},
    {"web:\n  base_url: https://tidings.news.example/\n", "web: https://news.example\n",
     6, "web", "a map of keys is wanted here, not one value"},
};

static const struct fault_case form_cases[] = {
    {"domain: news.example\n", "domain: &a news.example\n", 1, "", "anchor"},
    {"  company: Example Press Ltd\n", "  company: *a\n", 5, "", "alias"},
    {"  company: Example Press Ltd\n", "  company: !!str a\n", 5, "", "tag"},
    {"domain: news.example\n", "domain: news: example\n", 1, "", "not YAML"},
    {"relays:\n", "\trelays:\n", 10, "", "not YAML"},
    {"retry:\n", "retry: [\n", 10, "", "not YAML"},
    {"    topics: [policy]\n", "---\ndomain: b\n", 37, "", "second document"},
    {"    topics: [policy]\n", "    ? [a]\n    : b\n", 37, "",
     "key must be a plain word"},
    {"    title: The Daily\n", "    title: The \xff Daily\n", 21, "", "not YAML text"},
    {"    title: The Daily\n", "    title: \"a\\0b\"\n", 21, "", "NUL"},
    {"    topics: [policy]\n", "    topics: [[[[[[[[[[[[[[[[[[[[a]]]]]]]]]]]]]]]]]]]]\n",
     37, "", "nested too deep"},
};

#define RELAY "    url: smtp://127.0.0.1:2525\n"
#define LOGIN "    user: me\n    password_file: secret\n"

static const struct fault_case meaning_cases[] = {
    {"domain: news.example\n", "domain: news\n", 1, "domain", "no dot"},
    {"domain: news.example\n", "domain: a b.example\n", 1, "domain", "space"},
    {"domain: news.example\n", "domain: news.example\nhelo: -x\n", 2, "helo",
     "not a domain"},
    {"domain: news.example\n", "domain: news.example\ndatabase: mysql:x\n", 2, "database",
     "sqlite:PATH"},
    {"domain: news.example\n", "domain: news.example\ndatabase: postgresql://h/d\n", 2,
     "database", "PostgreSQL"},
    {"domain: news.example\n", "domain: news.example\ndatabase: 'sqlite::memory:'\n", 2,
     "database", "path of a file"},
    {"b+TOKEN@bounces.news.example", "bounces@news.example", 2, "bounce_address",
     "bounce+TOKEN"},
    {"b+TOKEN@bounces.news.example", "b+TOKEN@nowhere", 2, "bounce_address", "no dot"},
    {"b+TOKEN@", "a-very-long-local-part+TOKEN@", 2, "bounce_address", "at most 15"},
    {"https://tidings.news.example/", "http://tidings.news.example/", 7, "web.base_url",
     "https"},
    {"https://tidings.news.example/", "tidings.news.example", 7, "web.base_url",
     "https://host"},
    {"https://tidings.news.example/", "https://h.example/?a=b", 7, "web.base_url",
     "without ?"},
    {"https://tidings.news.example/", "https:///", 7, "web.base_url", "not a host"},
    {"https://tidings.news.example/", "https://h.example:99999", 7, "web.base_url",
     "not a port"},
    {"  first: 5m\n", "  first: 5\n", 9, "retry.first", "length of time"},
    {"  first: 5m\n", "  first: 0m\n", 9, "retry.first", "length of time"},
    {"  first: 5m\n", "  first: 2h\n", 9, "retry.first", "shorter than the first"},
    {"  first: 5m\n", "  jitter: 10%\n", 9, "retry.jitter", "whole number from 0 to 50"},
    {"  - name: main\n", "  - name: Main\n", 11, "relays[0].name", "not a name"},
    {RELAY, "    url: 127.0.0.1\n", 12, "relays[0].url", "smtp://host:port"},
    {RELAY, "    url: smtp://mail.example\n", 12, "relays[0].url", "names no port"},
    {RELAY, "    url: smtp://mail.example:0\n", 12, "relays[0].url", "not a port"},
    {RELAY, "    url: smtp://mail.example:25x\n", 12, "relays[0].url", "not a port"},
    {RELAY, "    url: smtp://:25\n", 12, "relays[0].url", "not a host"},
    {RELAY, "    url: smtp://127.1:25\n", 12, "relays[0].url", "not a host"},
    {RELAY, "    url: smtp://[::g]:25\n", 12, "relays[0].url", "not an IPv6 address"},
    {RELAY, "    url: smtp://me:pw@mail.example:25\n", 12, "relays[0].url",
     "password_file"},
    {"    sessions: 4\n", "    sessions: 12x\n", 13, "relays[0].sessions",
     "whole number"},
    {"    sessions: 4\n", "    sessions: 0\n", 13, "relays[0].sessions",
     "from 1 to 1000"},
    {"    sessions: 4\n", "    tls: maybe\n", 13, "relays[0].tls",
     "not one of required, opportunistic or none"},
    {"    sessions: 4\n", "    tls: none\n" LOGIN, 13, "relays[0].tls",
     "required TLS only"},
    {"    sessions: 4\n", "    tls: opportunistic\n" LOGIN, 13, "relays[0].tls",
     "required TLS only"},
    {RELAY, "    url: smtp://mail.example:25\n    tls: none\n", 13, "relays[0].tls",
     "loopback"},
    {RELAY, "    url: smtps://127.0.0.1:465\n    tls: none\n", 13, "relays[0].tls",
     "smtps://"},
    {"    sessions: 4\n", "    user: me\n", 13, "relays[0].user",
     "without a password_file"},
    {"    sessions: 4\n", "    password_file: secret\n", 13, "relays[0].password_file",
     "without a user"},
    {"    sessions: 4\n", "    user: me\n    password_file: open-secret\n", 14,
     "relays[0].password_file", "mode 644 lets others"},
    {"    sessions: 4\n", "    user: me\n    password_file: no-secret\n", 14,
     "relays[0].password_file", "No such file"},
    {"    sessions: 4\n", "    user: me\n    password_file: empty-secret\n", 14,
     "relays[0].password_file", "is empty"},
    {"    sessions: 4\n", "    user: me\n    password_file: conf\n", 14,
     "relays[0].password_file", "not a regular file"},
    {"    sessions: 4\n", "    user: me\n    auth: magic\n    password_file: secret\n",
     14, "relays[0].auth", "is not one of"},
    {"    sessions: 4\n", "    user: me\n    auth: xoauth2\n    password_file: secret\n",
     14, "relays[0].auth", "wants a token_file"},
    {"    sessions: 4\n", "    user: me\n    token_file: open-secret\n", 14,
     "relays[0].token_file", "mode 644 lets others"},
    {"    sessions: 4\n",
     "    user: me\n    token_file: secret\n    password_file: secret\n", 14,
     "relays[0].token_file", "one of"},
    {"    sessions: 4\n", "    user: me\n    token_command: [no-such-thing]\n", 14,
     "relays[0].token_command", "path of a program"},
    {"    sessions: 4\n", "    token_file: secret\n", 13, "relays[0].token_file",
     "without a user"},
    {"    sessions: 4\n", "    tls: required\n    cert_file: ca.pem\n", 14,
     "relays[0].cert_file", "belong together"},
    {"    sessions: 4\n",
     "    tls: required\n    cert_file: ca.pem\n    key_file: open-secret\n", 15,
     "relays[0].key_file", "mode 644 lets others"},
    {"    sessions: 4\n",
     "    user: me\n    password_file: $CREDENTIALS_DIRECTORY/relay\n", 14,
     "relays[0].password_file", "systemd gave no credentials"},
    {"    sessions: 4\n", "    domains: [example.org]\n", 13, "relays[0].domains",
     "has no way out"},
    {"    sessions: 4\n", "    weight: 0\n", 13, "relays[0].weight", "must have more"},
    {"    sessions: 4\n", "    rate: 0\n", 13, "relays[0].rate", "whole number"},
    {"    sessions: 4\n", "    warm_up: [5]\n", 13, "relays[0].warm_up",
     "belong together"},
    {"    sessions: 4\n", "    warm_up: [5]\n    warm_up_from: soon\n", 14,
     "relays[0].warm_up_from", "is not a day"},
    {"    sessions: 4\n", "    tls: required\n    ca_file: no.pem\n", 14,
     "relays[0].ca_file", "cannot be read"},
    {"    sessions: 4\n", "  - name: main\n" RELAY, 13, "relays[1].name",
     "relays[0] is called"},
    {"  - name: policy\n", "  - name: finance\n", 18, "topics[1].name",
     "topics[0] is called"},
    {"  - name: policy\n", "  - name: po licy\n", 18, "topics[1].name", "not a name"},
    {"[budget, CQC]", "[budget, '...']", 17, "topics[0].keywords[1]", "no letter"},
    {"[budget, CQC]", "[budget, '']", 17, "topics[0].keywords[1]", "is empty"},
    {"topics: [policy]", "topics: [policy, rugby]", 37, "newsletters[1].topics[1]",
     "rugby"},
    {"topics: [policy]", "topics: [policy, policy]", 37, "newsletters[1].topics[1]",
     "twice"},
    {"  - name: weekly\n", "  - name: daily\n", 29, "newsletters[1].name",
     "newsletters[0] is called"},
    {"  - name: weekly\n", "  - name: ../etc\n", 29, "newsletters[1].name", "not a name"},
    {"title: The Daily\n", "title: \"\"\n", 21, "newsletters[0].title", "is empty"},
    {"title: The Daily\n", "title: \"a\\nBcc: x\"\n", 21, "newsletters[0].title",
     "one line"},
    {"title: The Daily\n", "title: \"a\\ab\"\n", 21, "newsletters[0].title",
     "control character"},
    {"kind: briefing", "kind: leaflet", 22, "newsletters[0].kind",
     "not one of briefing, live or digest"},
    {"daily@news.example", "daily.news.example", 23, "newsletters[0].from_address",
     "no @"},
    {"daily@news.example", "d\xc3\xa4ily@news.example", 23, "newsletters[0].from_address",
     "ASCII"},
    {"daily@news.example", "'\"the daily\"@news.example'", 23,
     "newsletters[0].from_address", "quotation marks"},
    {"    at: 07:00\n", "    at: 07:00\n    reply_to: x@\n", 26,
     "newsletters[0].reply_to", "not an address"},
    {"    at: 07:00\n", "    at: 07:00\n    list_id: daily\n", 26,
     "newsletters[0].list_id", "not a List-Id"},
    {"    at: 07:00\n", "    at: 07:00\n    language: English!\n", 26,
     "newsletters[0].language", "not a language"},
    {"zone: Europe/London\n    at: 07", "zone: Europe/Lodnon\n    at: 07", 24,
     "newsletters[0].zone", "Lodnon"},
    {"zone: Europe/London\n    at: 07", "zone: ../../etc/passwd\n    at: 07", 24,
     "newsletters[0].zone", "passwd"},
    {"    at: 07:00\n", "    at: 7am\n", 25, "newsletters[0].at", "time of day"},
    {"    at: 07:00\n", "", 20, "newsletters[0].at", "missing"},
    {"valid_for: 10h", "valid_for: 10", 26, "newsletters[0].valid_for", "length of time"},
    {"    at: 07:00\n", "    at: 07:00\n    in_doubt: maybe\n", 26,
     "newsletters[0].in_doubt", "hold or resend"},
    {"template: daily", "template: yearly", 27, "newsletters[0].template",
     "no template yearly.html"},
    {"template: daily", "template: ../daily", 27, "newsletters[0].template",
     "not a name"},
    {"{{headline}}", "{{headlin}}", 28, "newsletters[0].subject",
     "{{headlin}} is not known"},
    {"{{headline}}", "{{headline}", 28, "newsletters[0].subject", "here:1"},
    {"{{headline}}", "{{>daily}}", 28, "newsletters[0].subject", "not known"},
    {"    at: 07:00\n", "    at: 07:00\n    greeting: Dear {{nmae}},\n", 26,
     "newsletters[0].greeting", "{{nmae}} is not known"},
    {"    at: 07:00\n", "    at: 07:00\n    greeting_fallback: Hello\n", 26,
     "newsletters[0].greeting_fallback", "without a greeting"},
    {"  postal_address: 1 High Street, London\n", "", 19, "newsletters[0].postal_address",
     "the law asks"},
    {"  postal_address: 1 High Street, London\n", "  postal_address: '  '\n", 4,
     "publisher.postal_address", "is empty"},
};

static void expect(struct ctx *ctx, const struct fault_case *one)
{
    char first[300];
    enum td_status status = load_changed(ctx, one->old, one->new);
    const struct td_fault *fault = find_fault(ctx, one->path);
    if (!fault || fault->warning || fault->line != one->line ||
        !strstr(fault->text, one->text) || status != TD_CONFIG) {
        print_message("status %d; told:\n", (int)status);
        print_faults(ctx);
        fail_msg("\"%s\" for \"%s\": expected %d %s: … %s", one->new, one->old, one->line,
                 one->path, one->text);
    }
    (void)snprintf(first, sizeof first, "%s/conf/tidings.yaml:", ctx->dir);
    assert_contains(ctx->err.text, first);
    assert_null(ctx->config);
}

static void faults_of_form_name_their_line(void **state)
{
    for (size_t i = 0; i < TD_ARRAY_LEN(form_cases); i++)
        expect(*state, &form_cases[i]);
}

static void faults_of_the_schema_name_key_and_line(void **state)
{
    for (size_t i = 0; i < TD_ARRAY_LEN(schema_cases); i++)
        expect(*state, &schema_cases[i]);
}

static void faults_of_meaning_name_key_and_line(void **state)
{
    for (size_t i = 0; i < TD_ARRAY_LEN(meaning_cases); i++)
        expect(*state, &meaning_cases[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(faults_of_form_name_their_line, setup, teardown),
        cmocka_unit_test_setup_teardown(faults_of_the_schema_name_key_and_line, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(faults_of_meaning_name_key_and_line, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
