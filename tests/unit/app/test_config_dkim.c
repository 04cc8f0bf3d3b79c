/* DKIM keys in the configuration: what is refused, what is warned of, and what comes of a sound
 * list. */
#include "config_fixture.h"
#include "support/sign_keys.h"

#define KEYS    "relays:\n" /* the list is put before this, at line 10 */
#define RSA     "  - domain: news.example\n    selector: r\n    key_file: rsa.pem\n"
#define ED25519 "  - domain: news.example\n    selector: e\n    key_file: ed25519.pem\n"

static const struct {
    const char *name, *pem;
    unsigned mode;
} files[] = {
    {"rsa.pem", rsa1024_pem, 0600},
    {"ed25519.pem", ed25519_pem, 0600},
    {"open.pem", ed25519_pem, 0644},
    {"group.pem", ed25519_pem, 0640},
    {"encrypted.pem", encrypted_pem, 0600},
    {"short.pem", rsa512_pem, 0600},
    {"ec.pem", ec_pem, 0600},
};

static int setup_keys(void **state)
{
    if (setup(state) != 0)
        return -1;
    for (size_t i = 0; i < TD_ARRAY_LEN(files); i++)
        write_in(*state, files[i].name, td_slice(files[i].pem), files[i].mode);
    return 0;
}

static int teardown_keys(void **state)
{
    const struct ctx *ctx = *state;
    for (size_t i = 0; i < TD_ARRAY_LEN(files); i++) {
        char *path = td_path_join(ctx->dir, files[i].name);
        assert_int_equal(remove(path), 0);
        free(path);
    }
    return teardown(state);
}

static enum td_status load_dkim(struct ctx *ctx, const char *dkim)
{
    char text[2000];
    (void)snprintf(text, sizeof text, "dkim:%s%s", dkim, KEYS);
    return load_changed(ctx, KEYS, text);
}

static void expect_fault(const struct ctx *ctx, bool warning, const char *path,
                         const char *text)
{
    const struct td_fault *fault = find_fault(ctx, path);
    if (!fault) {
        print_faults(ctx);
        fail_msg("no fault at %s", path);
        return;
    }
    assert_contains(fault->text, text);
    assert_int_equal(fault->warning, warning);
}

static const struct {
    const char *dkim;
    int line;
    const char *path, *text;
} rows[] = {
    {"\n", 10, "dkim", "a list of keys is wanted here, or the word relay"},
    {" relays\n", 10, "dkim", "or the word relay"},
    {" []\n", 10, "dkim", "has 0 entries"},
    {"\n  domain: news.example\n", 10, "dkim", "a list of keys is wanted here"},
    {" [word]\n", 10, "dkim[0].domain", "domain, selector and key_file is wanted"},
    {"\n" ED25519 "    file: x\n", 14, "dkim[0].file",
     "unknown key; known here: domain, selector, key_file"},
    {"\n" ED25519 "    selector: x\n", 12, "dkim[0].selector", "stands here twice"},
    {"\n" ED25519 "  - domain: news.example\n    key_file: rsa.pem\n", 14,
     "dkim[1].selector", "missing"},
    {"\n" ED25519 ED25519, 15, "dkim[1].selector", "dkim[0] has this selector"},
    {"\n" ED25519 "  - domain: NEWS.example\n    selector: E\n    key_file: rsa.pem\n",
     15, "dkim[1].selector", "dkim[0] has this selector"},
    {"\n  - domain: news\n    selector: e\n    key_file: rsa.pem\n", 11, "dkim[0].domain",
     "no dot"},
    {"\n  - domain: news.example\n    selector: a_b\n    key_file: rsa.pem\n", 12,
     "dkim[0].selector", "cannot stand in the DNS"},
    {"\n  - domain: news.example\n    selector: [a]\n    key_file: rsa.pem\n", 12,
     "dkim[0].selector", "one value is wanted"},
    {"\n  - domain: news.example\n    selector: a\n    key_file: none.pem\n", 13,
     "dkim[0].key_file", "rsa_keygen_bits:2048 -out none.pem"},
    {"\n  - domain: news.example\n    selector: a\n    key_file: open.pem\n", 13,
     "dkim[0].key_file", "lets others read or write it"},
    {"\n  - domain: news.example\n    selector: a\n    key_file: group.pem\n", 13,
     "dkim[0].key_file", "lets others read or write it"},
    {"\n  - domain: news.example\n    selector: a\n    key_file: encrypted.pem\n", 13,
     "dkim[0].key_file", "is encrypted"},
    {"\n  - domain: news.example\n    selector: a\n    key_file: short.pem\n", 13,
     "dkim[0].key_file", "an RSA key of 512 bits; receivers take 1024 to 4096"},
    {"\n  - domain: news.example\n    selector: a\n    key_file: ec.pem\n", 13,
     "dkim[0].key_file", "neither an RSA nor an Ed25519 key"},
    {"\n  - domain: news.example\n    selector: a\n    key_file: ca.pem\n", 13,
     "dkim[0].key_file", "lets others"},
    {"\n  - domain: news.example\n    selector: a\n    key_file: secret\n", 13,
     "dkim[0].key_file", "is not a private key in PEM"},
};

static void faults_name_key_and_line(void **state)
{
    for (size_t i = 0; i < TD_ARRAY_LEN(rows); i++) {
        struct ctx *ctx = *state;
        assert_int_equal(load_dkim(ctx, rows[i].dkim), TD_CONFIG);
        expect_fault(ctx, false, rows[i].path, rows[i].text);
        assert_int_equal(find_fault(ctx, rows[i].path)->line, rows[i].line);
    }
}

static void what_receivers_may_miss_is_a_warning(void **state)
{
    struct ctx *ctx = *state;
    assert_ok(load_dkim(ctx, "\n" RSA), ctx->err);
    expect_fault(ctx, true, "dkim[0].key_file", "an RSA key of 1024 bits");
    assert_ok(load_dkim(ctx, "\n" ED25519), ctx->err);
    expect_fault(ctx, true, "newsletters[0].from_address", "Ed25519 only");
    assert_ok(load_dkim(ctx, "\n  - domain: other.example\n    selector: a\n"
                             "    key_file: rsa.pem\n"),
              ctx->err);
    expect_fault(ctx, true, "dkim[0].domain", "this key signs nothing");
    expect_fault(ctx, true, "newsletters[0].from_address", "goes out unsigned");
    expect_fault(ctx, true, "newsletters[1].from_address", "goes out unsigned");
}

static void keys_of_the_domain_or_one_above_or_below_are_as_they_should_be(void **state)
{
    struct ctx *ctx = *state;
    assert_ok(load_dkim(ctx,
                        "\n" ED25519 "  - domain: mail.news.example\n    selector: R.x\n"
                        "    key_file: rsa.pem\n"),
              ctx->err);
    assert_null(find_fault(ctx, "newsletters[0].from_address"));
    assert_null(find_fault(ctx, "dkim[1].domain"));
    assert_int_equal(ctx->config->dkim_key_count, 2);
    assert_false(ctx->config->dkim_by_relay);
    const struct td_dkim_key *keys = ctx->config->dkim_keys;
    assert_string_equal(keys[0].domain, "news.example");
    assert_int_equal(td_sign_key_kind(keys[0].key), TD_SIGN_ED25519);
    assert_string_equal(keys[1].domain, "mail.news.example");
    assert_string_equal(keys[1].selector, "R.x");
    assert_int_equal(td_sign_key_bits(keys[1].key), 1024);
}

static void a_relay_elsewhere_is_to_be_told_who_signs(void **state)
{
    struct ctx *ctx = *state;
    static const char relay[] =
        "relays:\n  - name: main\n    url: smtp://127.0.0.1:2525\n";
    static const char away[] = "relays:\n  - name: main\n    url: smtp://mx.example:25\n";
    char text[200];
    assert_ok(load_changed(ctx, relay, away), ctx->err);
    expect_fault(ctx, true, "dkim", "not set: mail goes out unsigned");
    (void)snprintf(text, sizeof text, "dkim: relay\n%s", away);
    assert_ok(load_changed(ctx, relay, text), ctx->err);
    assert_null(find_fault(ctx, "dkim"));
    assert_true(ctx->config->dkim_by_relay);
    assert_int_equal(ctx->config->dkim_key_count, 0);
    assert_ok(load_changed(ctx, "domain:", "domain:"),
              ctx->err); /* on loopback it may wait */
    assert_null(find_fault(ctx, "dkim"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(faults_name_key_and_line, setup_keys,
                                        teardown_keys),
        cmocka_unit_test_setup_teardown(what_receivers_may_miss_is_a_warning, setup_keys,
                                        teardown_keys),
        cmocka_unit_test_setup_teardown(
            keys_of_the_domain_or_one_above_or_below_are_as_they_should_be, setup_keys,
            teardown_keys),
        cmocka_unit_test_setup_teardown(a_relay_elsewhere_is_to_be_told_who_signs,
                                        setup_keys, teardown_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
