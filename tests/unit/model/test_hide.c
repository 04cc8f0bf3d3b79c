/*
 * test_hide.c: a server's words without the addresses in them.
 */
#include "support/td_test.h"

#include "model/hide.h"

static void hides_each_address_and_nothing_else(void **state)
{
    (void)state;
    static const struct {
        const char *said, *kept;
    } cases[] = {
        {"", ""},
        {"250 2.0.0 Ok", "250 2.0.0 Ok"},
        {"550 <ann@example.org>: User unknown", "550 <[address]>: User unknown"},
        {"no mailbox ann@example.org.", "no mailbox [address]."},
        {"rfc822;ann@example.org mailto:bob@example.org!",
         "rfc822;[address] mailto:[address]!"},
        {"ann@example.org,bob@example.org", "[address],[address]"},
        {"to \"ann lee\"@example.org now", "to [address] now"},
        {"\"@example.org", "\"@example.org"},
        {"j\xc3\xb6rg@m\xc3\xbcnchen.example weg", "[address] weg"},
        {"a@b@c d", "[address] d"},
        {"an @ sign, @home and home@", "an @ sign, @home and home@"},
        {"see https://x.example/?who=ann@example.org&why", "see https:[address]"},
    };
    for (size_t i = 0; i < TD_ARRAY_LEN(cases); i++) {
        struct td_buf kept;
        td_buf_init(&kept, 200);
        td_hide_addresses(td_slice(cases[i].said), &kept);
        assert_string_equal(kept.len > 0 ? kept.ptr : "", cases[i].kept);
        td_buf_release(&kept);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(hides_each_address_and_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
