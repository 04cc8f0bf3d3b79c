/* Keys: made once, for their owner's eyes, and read back only when they are sound. */
#include "support/td_test.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/config/keys.h"
#include "base/buf.h"
#include "base/file.h"

struct ctx {
    char top[64];
    char *dir; /* of the keys */
    struct td_keys keys;
    struct td_err err;
};

static int setup(void **state)
{
    struct ctx *ctx = calloc(1, sizeof *ctx);
    assert_non_null(ctx);
    (void)snprintf(ctx->top, sizeof ctx->top, "/tmp/td-keys-XXXXXX");
    assert_non_null(mkdtemp(ctx->top));
    ctx->dir = td_path_join(ctx->top, "keys");
    assert_ok(td_keys_make(ctx->dir, &ctx->err), ctx->err);
    *state = ctx;
    return 0;
}

static int teardown(void **state)
{
    struct ctx *ctx = *state;
    struct td_names names;
    assert_ok(td_dir_list(ctx->dir, &names, &ctx->err), ctx->err);
    for (size_t i = 0; i < names.count; i++) {
        char *path = td_path_join(ctx->dir, names.items[i]);
        (void)remove(path);
        free(path);
    }
    td_names_free(&names);
    assert_int_equal(rmdir(ctx->dir), 0);
    assert_int_equal(rmdir(ctx->top), 0);
    td_keys_release(&ctx->keys);
    free(ctx->dir);
    free(ctx);
    return 0;
}

static enum td_status load(struct ctx *ctx)
{
    td_keys_release(&ctx->keys);
    return td_keys_load(ctx->dir, &ctx->keys, &ctx->err);
}

static void put(struct ctx *ctx, const char *name, const char *text, unsigned mode)
{
    char *path = td_path_join(ctx->dir, name);
    assert_ok(td_file_write(path, td_slice(text), mode, &ctx->err), ctx->err);
    free(path);
}

static unsigned mode_of(const char *path)
{
    struct stat info;
    assert_int_equal(stat(path, &info), 0);
    return (unsigned)info.st_mode & 0777U;
}

static void refused(struct ctx *ctx, const char *said)
{
    assert_int_equal(load(ctx), TD_CONFIG);
    assert_contains(ctx->err.text, said);
    assert_null(ctx->keys.verp);
}

static void new_keys_are_for_their_owner_and_all_differ(void **state)
{
    static const char *const names[] = {"address.key", "message.key", "token-1.key",
                                        "verp.key"};
    struct ctx *ctx = *state;
    struct td_names found;
    char seen[TD_ARRAY_LEN(names)][65];
    assert_int_equal(mode_of(ctx->dir), 0700);
    assert_ok(td_dir_list(ctx->dir, &found, &ctx->err), ctx->err);
    assert_int_equal(found.count, TD_ARRAY_LEN(names));
    td_names_free(&found);
    for (size_t i = 0; i < TD_ARRAY_LEN(names); i++) {
        char *path = td_path_join(ctx->dir, names[i]);
        struct td_buf key;
        td_buf_init(&key, 100);
        assert_int_equal(mode_of(path), 0600);
        assert_ok(td_secret_read(path, &key, &ctx->err), ctx->err);
        assert_int_equal(key.len, 64);
        memcpy(seen[i], key.ptr, 65);
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(seen[j], seen[i]);
        td_buf_release(&key);
        free(path);
    }
}

static void making_keys_again_changes_none(void **state)
{
    struct ctx *ctx = *state;
    unsigned char before[TD_ADDRESS_HASH_LEN], after[TD_ADDRESS_HASH_LEN];
    assert_ok(load(ctx), ctx->err);
    td_keys_address_hash(&ctx->keys, td_slice("a@b.example"), before);
    assert_ok(td_keys_make(ctx->dir, &ctx->err), ctx->err);
    assert_ok(load(ctx), ctx->err);
    td_keys_address_hash(&ctx->keys, td_slice("a@b.example"), after);
    assert_memory_equal(before, after, sizeof before);
}

static void the_highest_token_key_signs_and_all_are_there(void **state)
{
    struct ctx *ctx = *state;
    static const char hex[] =
        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n";
    assert_ok(load(ctx), ctx->err);
    assert_int_equal(ctx->keys.token_newest, 1);
    put(ctx, "token-99.key", hex, 0600);
    put(ctx, "token-9.key", hex, 0600);
    put(ctx, "relay-password", "no key", 0600);
    assert_ok(load(ctx), ctx->err);
    assert_int_equal(ctx->keys.token_newest, 99);
    assert_non_null(ctx->keys.token[1]);
    assert_non_null(ctx->keys.token[9]);
    assert_null(ctx->keys.token[2]);
}

/* HMAC-SHA-256 of "" under the key 000102…1f, by Python's hmac. */
static void the_hex_digits_are_the_key(void **state)
{
    struct ctx *ctx = *state;
    static const unsigned char expected[TD_ADDRESS_HASH_LEN] = {
        0xd3, 0x8b, 0x42, 0x09, 0x6d, 0x80, 0xf4, 0x5f,
        0x82, 0x6b, 0x44, 0xa9, 0xd5, 0x60, 0x7d, 0xe7};
    unsigned char hash[TD_ADDRESS_HASH_LEN];
    put(ctx, "address.key",
        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n", 0600);
    assert_ok(load(ctx), ctx->err);
    td_keys_address_hash(&ctx->keys, td_slice(""), hash);
    assert_memory_equal(hash, expected, sizeof hash);
}

static void a_key_that_others_may_read_is_refused(void **state)
{
    static const unsigned modes[] = {0604, 0640, 0620, 0601, 0644};
    struct ctx *ctx = *state;
    char *path = td_path_join(ctx->dir, "verp.key");
    for (size_t i = 0; i < TD_ARRAY_LEN(modes); i++) {
        assert_int_equal(chmod(path, (mode_t)modes[i]), 0);
        refused(ctx, "verp.key: mode 6");
    }
    assert_int_equal(chmod(path, 0400), 0);
    assert_ok(load(ctx), ctx->err);
    free(path);
}

static void a_missing_key_is_named(void **state)
{
    struct ctx *ctx = *state;
    char *path = td_path_join(ctx->dir, "message.key");
    assert_int_equal(remove(path), 0);
    free(path);
    refused(ctx, "message.key: No such file");
    path = td_path_join(ctx->dir, "token-1.key");
    assert_int_equal(remove(path), 0);
    free(path);
    refused(ctx, "there is no token-N.key");
}

static void a_malformed_key_is_refused(void **state)
{
    static const char *const texts[] = {
        "",
        "00\n",
        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1\n",
        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f00\n",
        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1g\n",
        " 00102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n",
    };
    struct ctx *ctx = *state;
    for (size_t i = 0; i < TD_ARRAY_LEN(texts); i++) {
        put(ctx, "address.key", texts[i], 0600);
        refused(ctx, "64 hex digits");
    }
}

static void the_number_of_a_token_key_is_plain_and_in_range(void **state)
{
    static const char *const names[] = {"token-100.key", "token--1.key", "token-01.key",
                                        "token-.key", "token-x.key"};
    struct ctx *ctx = *state;
    for (size_t i = 0; i < TD_ARRAY_LEN(names); i++) {
        char *path = td_path_join(ctx->dir, names[i]);
        put(ctx, names[i], "", 0600);
        refused(ctx, names[i]);
        assert_int_equal(remove(path), 0);
        free(path);
    }
}

static void a_secret_is_a_file_of_reasonable_size(void **state)
{
    struct ctx *ctx = *state;
    struct td_buf secret;
    td_buf_init(&secret, 10);
    char *path = td_path_join(ctx->dir, "pipe");
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_int_equal(td_secret_read(path, &secret, &ctx->err), TD_CONFIG);
    assert_contains(ctx->err.text, "not a regular file");
    free(path);
    put(ctx, "long", "more than ten bytes", 0600);
    path = td_path_join(ctx->dir, "long");
    assert_int_equal(td_secret_read(path, &secret, &ctx->err), TD_CONFIG);
    assert_contains(ctx->err.text, "too large");
    free(path);
    td_buf_release(&secret);
}

int main(void)
{
#define ROW(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        ROW(new_keys_are_for_their_owner_and_all_differ),
        ROW(making_keys_again_changes_none),
        ROW(the_highest_token_key_signs_and_all_are_there),
        ROW(the_hex_digits_are_the_key),
        ROW(a_key_that_others_may_read_is_refused),
        ROW(a_missing_key_is_named),
        ROW(a_malformed_key_is_refused),
        ROW(the_number_of_a_token_key_is_plain_and_in_range),
        ROW(a_secret_is_a_file_of_reasonable_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
