/* test_sign.c: published and independent signatures; which keys are refused, and why. */
#include "support/td_test.h"

#include "base/sign.h"
#include "support/sign_keys.h"

static struct td_sign_key *key_of(const char *pem)
{
    struct td_sign_key *key = NULL;
    struct td_err err = {0};
    assert_ok(td_sign_key_create(&key, td_slice(pem), &err), err);
    return key;
}

static void expect_signature(struct td_sign_key *key, const char *text,
                             const char *base64)
{
    unsigned char hash[TD_SHA256_LEN];
    unsigned char signature[TD_SIGNATURE_MAX];
    size_t n = 0;
    struct td_err err = {0};
    struct td_buf shown;
    td_buf_init(&shown, 1000);
    td_sha256(td_slice(text), hash);
    assert_ok(td_sign(key, hash, signature, &n, &err), err);
    td_base64(&shown, signature, n);
    assert_string_equal(shown.ptr, base64);
    td_buf_release(&shown);
}

static void expect_public(const struct td_sign_key *key, const char *base64)
{
    struct td_buf shown;
    td_buf_init(&shown, 1000);
    td_sign_public(key, &shown);
    assert_string_equal(shown.ptr, base64);
    td_buf_release(&shown);
}

/* The text is what its appendix signs, in canonical form. */
static void ed25519_gives_the_signature_that_rfc_8463_publishes(void **state)
{
    (void)state;
    struct td_sign_key *key = key_of(ed25519_pem);
    assert_int_equal(td_sign_key_kind(key), TD_SIGN_ED25519);
    expect_public(key, "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=");
    for (int i = 0; i < 2; i++)
        expect_signature(
            key,
            "from:Joe SixPack <joe@football.example.com>\r\n"
            "to:Suzie Q <suzie@shopping.example.net>\r\n"
            "subject:Is dinner ready?\r\n"
            "date:Fri, 11 Jul 2003 21:00:37 -0700 (PDT)\r\n"
            "message-id:<20030712040037.46341.5F8J@football.example.com>\r\n"
            "dkim-signature:v=1; a=ed25519-sha256; c=relaxed/relaxed; "
            "d=football.example.com; i=@football.example.com; q=dns/txt; "
            "s=brisbane; t=1528637909; h=from : to : subject : date : "
            "message-id : from : subject : date; "
            "bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=; b=",
            "/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11BusFa3bT3FY"
            "5OsU7ZbnKELq+eXdp1Q1Dw==");
    td_sign_key_destroy(key);
}

/* What `openssl dgst -sha256 -sign` and `openssl pkey -pubout` give for that key. */
static void rsa_gives_what_openssl_gives(void **state)
{
    (void)state;
    struct td_sign_key *key = key_of(rsa1024_pem);
    assert_int_equal(td_sign_key_kind(key), TD_SIGN_RSA);
    assert_int_equal(td_sign_key_bits(key), 1024);
    for (int i = 0; i < 2; i++)
        expect_signature(
            key, "abc",
            "VQ3ZecF42ynvKopx6Y9PgjgOJ8KCb+RKYPBKqyDFhps8HQoHuDjnNPFOqYd0VmrI"
            "YMZuYiqLpANN369uX6fFya47BaOGDK3X46Iu9R9iEUPHV7dcJ+73KM0y6Nwh+BXF"
            "Twzywym8573WAhB1N9NVMXr5Zp7loXDMofDV1O9Zl7c=");
    expect_public(
        key,
        "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDVr/XGpg0O+ddV+cIqlPhV92x7ajRNzsXTsFNe"
        "8i/bWdxPtFFEAsWpIjlA4Gvp8TTMkwev5f3V7VXtZYtoFLCC3dDCuNFsEv6T8AsYvBDdZMsQ30z6"
        "PlZSPgKmu7YaOrP0kzyOwG0fpBS/o6C7A6anK7q1tpN0jp2C2atR/B3cwQIDAQAB");
    td_sign_key_destroy(key);
}

static void a_key_that_will_not_do_is_refused_with_the_reason(void **state)
{
    (void)state;
    static const struct {
        const char *pem, *why;
    } rows[] = {
        {rsa512_pem, "is an RSA key of 512 bits; receivers take 1024 to 4096"},
        {ec_pem, "is neither an RSA nor an Ed25519 key"},
        {encrypted_pem, "is encrypted"},
        {"", "is not a private key in PEM"},
        {"-----BEGIN PRIVATE KEY-----\nMC4C\n-----END PRIVATE KEY-----\n",
         "is not a private key in PEM"},
        {"-----BEGIN PUBLIC KEY-----\n"
         "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n"
         "-----END PUBLIC KEY-----\n",
         "is not a private key in PEM"},
    };
    for (size_t i = 0; i < TD_ARRAY_LEN(rows); i++) {
        struct td_sign_key *key = NULL;
        struct td_err err = {0};
        assert_int_equal(td_sign_key_create(&key, td_slice(rows[i].pem), &err), TD_DATA);
        assert_contains(err.text, rows[i].why);
        assert_null(key);
    }
    td_sign_key_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ed25519_gives_the_signature_that_rfc_8463_publishes),
        cmocka_unit_test(rsa_gives_what_openssl_gives),
        cmocka_unit_test(a_key_that_will_not_do_is_refused_with_the_reason),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
