/*
 * test_people_properties.c: a file reads the same in any pieces, a bad row never takes a
 * good one with it, and a changed token is no token.
 */
#include "support/td_test.h"

#include "base/rand.h"
#include "people/csv.h"
#include "people/token.h"

struct seen {
    struct td_buf text; /* every row in full */
    size_t good;
    size_t bad;
};

static enum td_status note(void *context, const struct td_row *row, struct td_err *err)
{
    (void)err;
    struct seen *seen = context;
    td_buf_addf(&seen->text, "%lld %s [", (long long)row->line,
                row->fault != NULL ? row->fault : "");
    td_buf_add_slice(&seen->text, row->raw);
    for (size_t i = 0; i < TD_COLUMNS; i++) {
        td_buf_add_char(&seen->text, '|');
        td_buf_add_slice(&seen->text, row->cells[i]);
    }
    td_buf_add_str(&seen->text, "]\n");
    if (row->fault != NULL)
        seen->bad++;
    else
        seen->good++;
    return TD_OK;
}

/* Reads in pieces of 1..most bytes (0: all at once). */
static struct seen read_in_pieces(struct td_slice file, struct td_rand *rand, size_t most,
                                  enum td_status *status)
{
    struct seen seen = {.good = 0};
    td_buf_init(&seen.text, 4 * 1024 * 1024);
    struct td_csv *csv = td_csv_create((struct td_row_sink){note, &seen});
    struct td_err err = {0};
    *status = TD_OK;
    for (size_t at = 0; *status == TD_OK && at < file.len;) {
        size_t n = most == 0 ? file.len : 1 + td_rand_below(rand, most);
        *status = td_csv_feed(csv, td_slice_sub(file, at, at + n), &err);
        at += n;
    }
    if (*status == TD_OK)
        *status = td_csv_finish(csv, &err);
    td_csv_destroy(csv);
    return seen;
}

static void any_bytes_read_the_same_in_any_pieces(void **state)
{
    (void)state;
    static const char alphabet[] = "ab@,,\"\"\n\n\r ;\0\xc3\xa9";
    for (uint64_t seed = 1; seed <= 3000; seed++) {
        struct td_rand rand = td_rand_seeded(seed);
        struct td_buf file;
        td_buf_init(&file, 1000);
        if (td_rand_below(&rand, 8) != 0)
            td_buf_add_str(&file, "email,name\n");
        for (uint64_t n = td_rand_below(&rand, 60); n > 0; n--)
            td_buf_add_char(&file, alphabet[td_rand_below(&rand, sizeof alphabet - 1)]);
        enum td_status whole;
        enum td_status pieces;
        struct seen a = read_in_pieces(td_buf_slice(&file), &rand, 0, &whole);
        struct seen b = read_in_pieces(td_buf_slice(&file), &rand, 5, &pieces);
        if (whole != pieces || !td_slice_eq(td_buf_slice(&a.text), td_buf_slice(&b.text)))
            fail_msg("seed %d: %s", (int)seed, file.ptr);
        td_buf_release(&a.text);
        td_buf_release(&b.text);
        td_buf_release(&file);
    }
}

/* Rows of one line each, good ones quoted where need be, bad ones broken in all known
 * ways. */
static void every_bad_row_costs_just_itself(void **state)
{
    (void)state;
    static const char *const good[] = {
        "a@example.org,Ann\n",
        "b@example.org,\"Lee, Bob\"\r\n",
        "\"c@example.org\",\"C \"\"y\"\"\"\n",
        "d@example.org,\n",
        " e@example.org , E \n",
        "f@example.org,\"two\nlines\"\n",
    };
    static const char *const bad[] = {
        "x@example.org,\"open\n",        "x@example.org,in \"the\" middle\n",
        "x@example.org,\"closed\" on\n", "x@example.org\n",
        "x@example.org,1,2\n",           "\"x@example.org,open too\n",
        "x@example.org,5\" tall\n",
    };
    for (uint64_t seed = 1; seed <= 3000; seed++) {
        struct td_rand rand = td_rand_seeded(seed);
        struct td_buf file;
        td_buf_init(&file, 10000);
        td_buf_add_str(&file, "email,name\n");
        size_t good_rows = 0;
        size_t bad_rows = 0;
        for (uint64_t n = td_rand_below(&rand, 20); n > 0; n--) {
            bool is_bad = td_rand_below(&rand, 4) == 0;
            good_rows += is_bad ? 0 : 1;
            bad_rows += is_bad ? 1 : 0;
            td_buf_add_str(&file, is_bad
                                      ? bad[td_rand_below(&rand, TD_ARRAY_LEN(bad))]
                                      : good[td_rand_below(&rand, TD_ARRAY_LEN(good))]);
        }
        enum td_status status;
        struct seen seen = read_in_pieces(td_buf_slice(&file), &rand, 40, &status);
        assert_int_equal(status, TD_OK);
        if (seen.good != good_rows || seen.bad != bad_rows)
            fail_msg("seed %d: %zu good, %zu bad of %zu, %zu in:\n%s%s", (int)seed,
                     seen.good, seen.bad, good_rows, bad_rows, file.ptr, seen.text.ptr);
        td_buf_release(&seen.text);
        td_buf_release(&file);
    }
}

static struct td_token some_token(struct td_rand *rand)
{
    return (struct td_token){
        .purpose = (enum td_purpose)(1 + td_rand_below(rand, 4)),
        .key_id = (int)td_rand_below(rand, 300),
        .newsletter = (int64_t)td_rand_below(rand, 300),
        .subscriber = (int64_t)(td_rand_next(rand) >> (1 + td_rand_below(rand, 62))),
        .edition = (int64_t)(td_rand_next(rand) >> (1 + td_rand_below(rand, 62))),
    };
}

static void a_flipped_token_byte_never_verifies(void **state)
{
    (void)state;
    struct td_hmac *key = td_hmac_create(td_slice("0123456789abcdef0123456789abcdef"));
    for (uint64_t seed = 1; seed <= 200; seed++) {
        struct td_rand rand = td_rand_seeded(seed);
        struct td_token token = some_token(&rand);
        struct td_token read;
        char text[TD_TOKEN_MAX + 1];
        td_token_make(key, &token, text);
        size_t len = strlen(text);
        assert_true(td_token_read(key, td_slice(text), &read));
        assert_true(read.purpose == token.purpose && read.key_id == token.key_id &&
                    read.newsletter == token.newsletter &&
                    read.subscriber == token.subscriber && read.edition == token.edition);
        for (size_t i = 0; i < len; i++) {
            char kept = text[i];
            for (unsigned bit = 0; bit < 8; bit++) {
                text[i] = (char)(kept ^ (1 << bit));
                if (td_token_read(key, td_slice_n(text, len), &read))
                    fail_msg("seed %d: %s was believed", (int)seed, text);
            }
            text[i] = kept;
            assert_false(td_token_read(key, td_slice_n(text, i), &read));
        }
    }
    td_hmac_destroy(key);
}

/* Altered tokens: with TD_FULL as many as the issue asks for. */
#ifdef TD_FULL
#define ALTERED 1000000
#else
#define ALTERED 100000
#endif

/* The token with its bytes changed, spelled well: what a forger would try. */
static void alter(struct td_rand *rand, const char *genuine, struct td_buf *out)
{
    struct td_buf bytes;
    td_buf_init(&bytes, TD_TOKEN_MAX);
    td_buf_clear(out);
    assert_true(td_base64url_decode(td_slice(genuine), &bytes));
    const uint64_t way = td_rand_below(rand, 6);
    const size_t at = td_rand_below(rand, bytes.len);
    const char other = (char)(bytes.ptr[at] ^ (char)(1 + td_rand_below(rand, 255)));
    if (way == 0)
        bytes.len -= 1 + td_rand_below(rand, bytes.len - 1); /* cut */
    else if (way == 1)
        td_buf_add_char(&bytes, other); /* longer */
    else if (way == 2)
        bytes.ptr[1 + td_rand_below(rand, 6)] ^= (char)(1 + td_rand_below(rand, 127));
    else if (way == 3)
        td_rand_bytes(bytes.ptr + bytes.len - 16, 16); /* another MAC */
    else if (way == 4)
        td_rand_bytes(bytes.ptr, bytes.len);
    else
        bytes.ptr[at] = other;
    td_base64url(out, bytes.ptr, bytes.len);
    td_buf_release(&bytes);
}

static void a_great_many_altered_tokens_are_refused(void **state)
{
    (void)state;
    struct td_hmac *key = td_hmac_create(td_slice("one key of 32 bytes, as they are"));
    struct td_rand rand = td_rand_seeded(20261120);
    struct td_buf text;
    td_buf_init(&text, 4 * TD_TOKEN_MAX);
    for (int i = 0; i < ALTERED; i++) {
        char genuine[TD_TOKEN_MAX + 1];
        const struct td_token token = some_token(&rand);
        struct td_token read;
        td_token_make(key, &token, genuine);
        alter(&rand, genuine, &text);
        if (!td_slice_is(td_buf_slice(&text), genuine))
            assert_false(td_token_read(key, td_buf_slice(&text), &read));
    }
    print_message("%d altered tokens refused\n", ALTERED);
    td_buf_release(&text);
    td_hmac_destroy(key);
}

static void a_token_in_an_address_is_the_same_token_in_any_case(void **state)
{
    (void)state;
    struct td_hmac *key = td_hmac_create(td_slice("one key of 32 bytes, as they are"));
    struct td_rand rand = td_rand_seeded(7);
    for (int i = 0; i < 2000; i++) {
        char link[TD_TOKEN_MAX + 1];
        char address[TD_TOKEN_ADDRESS_MAX + 1];
        char back[TD_TOKEN_MAX + 1];
        const struct td_token token = {
            .purpose = TD_PURPOSE_UNSUBSCRIBE,
            .key_id = (int)td_rand_below(&rand, 100),
            .newsletter = (int64_t)td_rand_below(&rand, 500),
            .subscriber = (int64_t)td_rand_below(&rand, UINT64_C(1) << 34),
        };
        td_token_make(key, &token, link);
        td_token_to_address(link, address);
        assert_true(strlen(address) > 0);
        for (char *c = address; *c; c++)
            if (*c >= 'a' && *c <= 'z' && td_rand_below(&rand, 2))
                *c = (char)(*c - 'a' + 'A');
        assert_true(td_token_from_address(td_slice(address), back));
        assert_string_equal(back, link);
    }
    td_hmac_destroy(key);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_bytes_read_the_same_in_any_pieces),
        cmocka_unit_test(every_bad_row_costs_just_itself),
        cmocka_unit_test(a_flipped_token_byte_never_verifies),
        cmocka_unit_test(a_great_many_altered_tokens_are_refused),
        cmocka_unit_test(a_token_in_an_address_is_the_same_token_in_any_case),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
