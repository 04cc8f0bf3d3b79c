/* test_crypto.c: published vectors of hashes and text forms; what is refused. */
#include "support/td_test.h"

#include "base/crypto.h"

static void expect_hex(const unsigned char hash[TD_SHA256_LEN], const char *expected)
{
    struct td_buf text;
    td_buf_init(&text, 100);
    td_hex(&text, hash, TD_SHA256_LEN);
    assert_string_equal(text.ptr, expected);
    td_buf_release(&text);
}

static void sha256_gives_the_vectors_of_fips_180(void **state)
{
    (void)state;
    unsigned char hash[TD_SHA256_LEN];
    td_sha256(td_slice("abc"), hash);
    expect_hex(hash, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    td_sha256(td_slice(NULL), hash);
    expect_hex(hash, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static void hashing_in_pieces_gives_the_same(void **state)
{
    (void)state;
    unsigned char hash[TD_SHA256_LEN];
    struct td_sha256 *pieces = td_sha256_create();
    td_sha256_add(pieces, "a", 1);
    td_sha256_add(pieces, "", 0);
    td_sha256_add(pieces, "bc", 2);
    td_sha256_finish(pieces, hash);
    expect_hex(hash, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

static void a_copy_goes_on_from_where_its_original_stands(void **state)
{
    (void)state;
    unsigned char hash[TD_SHA256_LEN];
    struct td_sha256 *original = td_sha256_create();
    td_sha256_add(original, "ab", 2);
    struct td_sha256 *copy = td_sha256_copy(original);
    td_sha256_add(original, "x", 1);
    td_sha256_add(copy, "c", 1);
    td_sha256_finish(copy, hash);
    expect_hex(hash, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    td_sha256_destroy(original);
    td_sha256_destroy(NULL);
}

static void a_kept_hmac_key_gives_the_vectors_of_rfc_4231_each_time(void **state)
{
    (void)state;
    unsigned char hash[TD_SHA256_LEN];
    struct td_hmac *hmac = td_hmac_create(td_slice("Jefe"));
    for (int i = 0; i < 3; i++) {
        td_hmac(hmac, td_slice("what do ya want for nothing?"), hash);
        expect_hex(hash,
                   "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
        td_hmac(hmac, td_slice("something else"), hash);
    }
    td_hmac_destroy(hmac);

    char long_key[131];
    memset(long_key, 0xaa, sizeof long_key);
    hmac = td_hmac_create(td_slice_n(long_key, sizeof long_key));
    td_hmac(hmac, td_slice("Test Using Larger Than Block-Size Key - Hash Key First"),
            hash);
    expect_hex(hash, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    td_hmac_destroy(hmac);
}

static void an_empty_key_and_an_empty_text_are_allowed(void **state)
{
    (void)state;
    unsigned char hash[TD_SHA256_LEN];
    struct td_hmac *hmac = td_hmac_create(td_slice(NULL));
    td_hmac(hmac, td_slice(NULL), hash);
    expect_hex(hash, "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
    td_hmac_destroy(hmac);
    td_hmac_destroy(NULL);
}

static void secrets_are_compared_whole(void **state)
{
    (void)state;
    assert_true(td_equal_secret("abcd", "abcd", 4));
    assert_false(td_equal_secret("abcd", "abce", 4));
    assert_false(td_equal_secret("Abcd", "abcd", 4));
}

static void text_forms_are_those_of_rfc_4648(void **state)
{
    (void)state;
    static const struct {
        const char *bytes, *base32, *base64, *base64url;
    } cases[] = {
        {"", "", "", ""},
        {"f", "my", "Zg==", "Zg"},
        {"fo", "mzxq", "Zm8=", "Zm8"},
        {"foo", "mzxw6", "Zm9v", "Zm9v"},
        {"foob", "mzxw6yq", "Zm9vYg==", "Zm9vYg"},
        {"fooba", "mzxw6ytb", "Zm9vYmE=", "Zm9vYmE"},
        {"foobar", "mzxw6ytboi", "Zm9vYmFy", "Zm9vYmFy"},
        {"\xfb\xff\xfe", "7p774", "+//+", "-__-"},
    };
    for (size_t i = 0; i < TD_ARRAY_LEN(cases); i++) {
        const size_t n = strlen(cases[i].bytes);
        struct td_buf out;
        td_buf_init(&out, 100);
        td_base32(&out, cases[i].bytes, n);
        assert_string_equal(out.ptr, cases[i].base32);
        td_buf_clear(&out);
        td_base64(&out, cases[i].bytes, n);
        assert_string_equal(out.ptr, cases[i].base64);
        td_buf_clear(&out);
        td_base64url(&out, cases[i].bytes, n);
        assert_string_equal(out.ptr, cases[i].base64url);
        td_buf_clear(&out);
        assert_true(td_base32_decode(td_slice(cases[i].base32), &out));
        assert_true(td_base64url_decode(td_slice(cases[i].base64url), &out));
        assert_true(td_base64_decode(td_slice(cases[i].base64), &out));
        assert_int_equal(out.len, 3 * n);
        for (size_t k = 0; k < 3; k++)
            assert_memory_equal(out.ptr + k * n, cases[i].bytes, n);
        td_buf_release(&out);
    }
}

static void every_byte_survives_every_text_form(void **state)
{
    (void)state;
    unsigned char bytes[256];
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (unsigned char)i;
    }
    struct td_buf text, back;
    td_buf_init(&text, 1000);
    td_buf_init(&back, 1000);
    td_base32(&text, bytes, sizeof bytes);
    assert_true(td_base32_decode(td_buf_slice(&text), &back));
    td_buf_clear(&text);
    td_base64url(&text, bytes, sizeof bytes);
    assert_true(td_base64url_decode(td_buf_slice(&text), &back));
    assert_int_equal(back.len, 512);
    assert_memory_equal(back.ptr, bytes, 256);
    assert_memory_equal(back.ptr + 256, bytes, 256);
    td_buf_release(&text);
    td_buf_release(&back);
}

static void base32_takes_capitals_too(void **state)
{
    (void)state;
    struct td_buf out;
    td_buf_init(&out, 100);
    assert_true(td_base32_decode(td_slice("MzXw6yTb"), &out));
    assert_string_equal(out.ptr, "fooba");
    td_buf_release(&out);
}

static void texts_that_no_encoder_writes_are_refused(void **state)
{
    (void)state;
    static const char *const bad32[] = {
        "m",      "mz=",  "m1", "my======", "mz",  "mzx",
        "mzxw6y", "mzxr", "a",  "mya",      "m y", "mzxw6ytbo"};
    static const char *const bad64[] = {"Z",   "A",    "Zm9vA",  "Zg==", "Zh",
                                        "Zm9", "Zm+v", "Zm9v\n", "Zm9vY"};
    struct td_buf out;
    td_buf_init(&out, 100);
    td_buf_add_str(&out, "kept");
    for (size_t i = 0; i < TD_ARRAY_LEN(bad32); i++) {
        if (td_base32_decode(td_slice(bad32[i]), &out)) {
            fail_msg("\"%s\" passed for base32", bad32[i]);
        }
    }
    for (size_t i = 0; i < TD_ARRAY_LEN(bad64); i++) {
        if (td_base64url_decode(td_slice(bad64[i]), &out)) {
            fail_msg("\"%s\" passed for base64url", bad64[i]);
        }
    }
    static const char *const bad_padded[] = {
        "Zg", "Zg=", "Zg===", "Zm9v====", "Zh==", "Zm-v"};
    for (size_t i = 0; i < TD_ARRAY_LEN(bad_padded); i++) {
        if (td_base64_decode(td_slice(bad_padded[i]), &out)) {
            fail_msg("\"%s\" passed for base64", bad_padded[i]);
        }
    }
    assert_false(td_base64url_decode(td_slice_n("Zm9v\0Zm9", 8), &out));
    assert_string_equal(out.ptr, "kept");
    td_buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sha256_gives_the_vectors_of_fips_180),
        cmocka_unit_test(hashing_in_pieces_gives_the_same),
        cmocka_unit_test(a_copy_goes_on_from_where_its_original_stands),
        cmocka_unit_test(a_kept_hmac_key_gives_the_vectors_of_rfc_4231_each_time),
        cmocka_unit_test(an_empty_key_and_an_empty_text_are_allowed),
        cmocka_unit_test(secrets_are_compared_whole),
        cmocka_unit_test(text_forms_are_those_of_rfc_4648),
        cmocka_unit_test(every_byte_survives_every_text_form),
        cmocka_unit_test(base32_takes_capitals_too),
        cmocka_unit_test(texts_that_no_encoder_writes_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
