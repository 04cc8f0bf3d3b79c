/* Which domains are one provider's. */
#include "support/td_test.h"

#include "model/group.h"

static void assert_group(const char *domain, const char *name)
{
    struct td_slice is = td_group_name(td_slice(domain));

    if (!td_slice_is(is, name))
        fail_msg("%s is of %.*s, not %s", domain, (int)is.len, is.ptr, name);
}

static void a_providers_domains_are_one_group(void **state)
{
    (void)state;
    assert_group("gmail.com", "gmail.com");
    assert_group("googlemail.com", "gmail.com");
    assert_group("hotmail.com", "outlook.com");
    assert_group("hotmail.co.uk", "outlook.com");
    assert_group("live.fr", "outlook.com");
    assert_group("msn.com", "outlook.com");
    assert_group("yahoo.com.au", "yahoo.com");
    assert_group("aol.com", "yahoo.com");
    assert_group("me.com", "icloud.com");
}

static void every_other_domain_is_a_group_of_its_own(void **state)
{
    (void)state;
    assert_group("example.org", "example.org");
    assert_group("gmail.com.example.org", "gmail.com.example.org");
    assert_group("notgmail.com", "notgmail.com");
    assert_group("mail.hotmail.com", "mail.hotmail.com");
    assert_group("live.example.org", "live.example.org"); /* a host of somebody's */
    assert_group("live.org", "live.org");
    assert_group("yahoo.co.uk.example", "yahoo.co.uk.example");
    assert_group("", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_providers_domains_are_one_group),
        cmocka_unit_test(every_other_domain_is_a_group_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
