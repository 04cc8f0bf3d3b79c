/*
 * Replies taken apart and put together again.
 */
#include "support/td_test.h"

#include "base/rand.h"
#include "model/reply.h"
#include "store/interned.h"

static void assert_split(const char *text, const char *pattern, const char *words)
{
    struct td_buf p, w;

    td_buf_init(&p, 10000);
    td_buf_init(&w, 10000);
    td_interned_split(td_slice(text), &p, &w);
    if (strcmp(p.ptr, pattern) != 0 || strcmp(w.ptr, words) != 0)
        fail_msg("%s\n gives \"%s\" and \"%s\",\n   not \"%s\" and \"%s\"", text, p.ptr,
                 w.ptr, pattern, words);
    td_buf_release(&p);
    td_buf_release(&w);
}

static void assert_whole(struct td_slice text)
{
    struct td_buf p, w, back;

    td_buf_init(&p, 4 * TD_REPLY_TEXT_MAX);
    td_buf_init(&w, TD_REPLY_TEXT_MAX);
    td_buf_init(&back, TD_REPLY_TEXT_MAX);
    td_interned_split(text, &p, &w);
    assert_true(td_utf8_valid(td_buf_slice(&p), NULL));
    assert_true(td_utf8_valid(td_buf_slice(&w), NULL));
    assert_int_equal(td_slice_find(td_buf_slice(&p), 0, '\0'), -1);
    assert_true(td_interned_join(td_buf_slice(&p), td_buf_slice(&w), &back));
    assert_false(td_buf_full(&p) || td_buf_full(&w) || td_buf_full(&back));
    assert_int_equal(back.len, text.len);
    assert_memory_equal(back.ptr, text.ptr, text.len);
    td_buf_release(&p);
    td_buf_release(&w);
    td_buf_release(&back);
}

static void ids_of_known_servers_are_taken_out(void **state)
{
    (void)state;
    assert_split("250 2.0.0 Ok: queued as 4Rt3kD1xYz", "250 2.0.0 Ok: queued as *",
                 "4Rt3kD1xYz");
    assert_split("250 2.0.0 Ok: queued as DkBqLmTcpzXr", "250 2.0.0 Ok: queued as *",
                 "DkBqLmTcpzXr");
    assert_split("250 OK id=1tABcd-0001Gh-2X", "250 OK id=*", "1tABcd-0001Gh-2X");
    assert_split("250 2.0.0 OK  1763622000 a1-20020a05600c4f8f.77 - gsmtp",
                 "250 2.0.0 OK  * * - gsmtp", "1763622000 a1-20020a05600c4f8f.77");
    assert_split(
        "250 2.6.0 <a1@mx.example> [InternalId=42872] 8429 bytes in 0.345, 23.8 KB/sec",
        "250 2.6.0 <*> [*=*] * bytes in *, * KB/sec",
        "a1@mx.example InternalId 42872 8429 0.345 23.8");
    assert_split("451 4.3.0 at 07:00:01, try at 07:05:00.", "451 4.3.0 at *, try at *.",
                 "07:00:01 07:05:00");
}

static void nobodys_address_stays_in_the_shared_text(void **state)
{
    (void)state;
    assert_split("550 5.1.1 <ann@example.org>: Recipient address rejected",
                 "550 5.1.1 <*>: Recipient address rejected", "ann@example.org");
    assert_split("550 ann@example.org... User unknown", "550 *... User unknown",
                 "ann@example.org");
}

static void words_and_numbers_that_mean_something_stay(void **state)
{
    (void)state;
    assert_split("550 5.7.509 Access denied, sending domain fails DMARC",
                 "550 5.7.509 Access "
                 "denied, sending domain fails DMARC",
                 "");
    assert_split("450-4.7.1 Client host [192.0.2.17] blocked\n450 4.7.1 later",
                 "450-4.7.1 Client host [192.0.2.17] blocked\n450 4.7.1 later", "");
    assert_split("452 4.2.2 Over quota: 100 of 100", "452 4.2.2 Over quota: 100 of 100",
                 "");
}

static void stars_and_backslashes_survive(void **state)
{
    (void)state;
    assert_split("250 ** \\o/ *", "250 \\*\\* \\\\o/ \\*", "");
    assert_split("550 caf\xE9", "550 caf\\xE9", "");
    assert_whole(td_slice("250 *abc123* \\*abc123\\ \\x41 **"));
    assert_whole(td_slice(""));
    assert_whole(td_slice_n("a\0b1c2d3e4\0", 11));
}

static void any_text_comes_back_whole(void **state)
{
    static const char *const bits[] = {
        "abc123",     "*",        "\\",   " ", "  ", "\n", "a@b", "@",  "07:00",
        "1763622000", "\xC3\xA9", "\xC3", "x", ".",  "<",  ">",   "\t", "\xE2\x80\xA8",
        "fooBar",     "\x01",     "-"};
    struct td_rand rand = td_rand_seeded(20261120);

    (void)state;
    for (int round = 0; round < 5000; round++) {
        struct td_buf text;
        uint64_t n = td_rand_below(&rand, 30);
        td_buf_init(&text, TD_REPLY_TEXT_MAX);
        for (uint64_t i = 0; i < n; i++) {
            if (td_rand_below(&rand, 3) == 0)
                td_buf_add_char(&text, (char)td_rand_below(&rand, 256));
            else
                td_buf_add_str(&text, bits[td_rand_below(&rand, TD_ARRAY_LEN(bits))]);
        }
        assert_whole(td_buf_slice(&text));
        td_buf_release(&text);
    }
}

static void what_does_not_belong_together_is_refused(void **state)
{
    struct td_buf out;

    (void)state;
    td_buf_init(&out, 100);
    assert_false(td_interned_join(td_slice("a * *"), td_slice("b"), &out));
    assert_false(td_interned_join(td_slice("a *"), td_slice("b c"), &out));
    assert_false(td_interned_join(td_slice("a"), td_slice("b"), &out));
    assert_false(td_interned_join(td_slice("a\\"), td_slice(""), &out));
    assert_false(td_interned_join(td_slice("a\\q"), td_slice(""), &out));
    assert_false(td_interned_join(td_slice("a\\x4"), td_slice(""), &out));
    assert_false(td_interned_join(td_slice("a\\xZZ"), td_slice(""), &out));
    td_buf_release(&out);
}

static void a_star_stands_where_the_words_were_erased(void **state)
{
    struct td_buf out;

    (void)state;
    td_buf_init(&out, 100);
    assert_true(td_interned_join(td_slice("550 <*>: no \\* *"), td_slice(""), &out));
    assert_string_equal(out.ptr, "550 <*>: no * *");
    td_buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids_of_known_servers_are_taken_out),
        cmocka_unit_test(nobodys_address_stays_in_the_shared_text),
        cmocka_unit_test(words_and_numbers_that_mean_something_stay),
        cmocka_unit_test(stars_and_backslashes_survive),
        cmocka_unit_test(any_text_comes_back_whole),
        cmocka_unit_test(what_does_not_belong_together_is_refused),
        cmocka_unit_test(a_star_stands_where_the_words_were_erased),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
