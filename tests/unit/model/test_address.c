/*
 * test_address.c: which addresses are taken, what is kept, sent and matched, and why
 * others are not.
 */
#include "support/td_test.h"

#include "base/buf.h"
#include "model/address.h"

struct accepted {
    const char *typed;
    const char *wire;
    const char *key;
    bool smtputf8;
};

static const struct accepted good[] = {
    {"ann@example.org", "ann@example.org", "ann@example.org", false},
    {"  Ann.Lee+News@Example.ORG\r\n", "Ann.Lee+News@Example.ORG",
     "ann.lee+news@example.org", false},
    {"!#$%&'*+-/=?^_`{|}~@example.org", "!#$%&'*+-/=?^_`{|}~@example.org",
     "!#$%&'*+-/=?^_`{|}~@example.org", false},
    {"root@localhost", "root@localhost", "root@localhost", false},
    {"a@r3---sn.example.org", "a@r3---sn.example.org", "a@r3---sn.example.org", false},
    /* RFC 5321 4.1.2: quotes that change nothing are not part of the mailbox's name */
    {"\"Ann\"@example.org", "\"Ann\"@example.org", "ann@example.org", false},
    {"\"an\\n\"@example.org", "\"an\\n\"@example.org", "ann@example.org", false},
    {"\"Ann Lee\"@example.org", "\"Ann Lee\"@example.org", "\"ann lee\"@example.org",
     false},
    {"\"a@b\"@example.org", "\"a@b\"@example.org", "\"a@b\"@example.org", false},
    {"\"a\\\"\\\\b\"@example.org", "\"a\\\"\\\\b\"@example.org",
     "\"a\\\"\\\\b\"@example.org", false},
    {"\"\"@example.org", "\"\"@example.org", "\"\"@example.org", false},
    {"\"a..b\"@example.org", "\"a..b\"@example.org", "\"a..b\"@example.org", false},
    /* international domains, composed or not, typed either way, are one */
    {"ann@München.example", "ann@xn--mnchen-3ya.example", "ann@xn--mnchen-3ya.example",
     false},
    {"ann@mu\xcc\x88nchen.example", "ann@xn--mnchen-3ya.example",
     "ann@xn--mnchen-3ya.example", false},
    {"ann@XN--MNCHEN-3YA.example", "ann@XN--MNCHEN-3YA.example",
     "ann@xn--mnchen-3ya.example", false},
    {"ann@faß.example", "ann@xn--fa-hia.example", "ann@xn--fa-hia.example", false},
    {"ann@例え。テスト", "ann@xn--r8jz45g.xn--zckzah", "ann@xn--r8jz45g.xn--zckzah",
     false},
    /* international local parts */
    {"Jörg@example.org", "Jörg@example.org", "jörg@example.org", true},
    {"JO\xcc\x88RG@example.org", "JO\xcc\x88RG@example.org", "jörg@example.org", true},
    {"JÖRG_Ä+Wien@münchen.example", "JÖRG_Ä+Wien@xn--mnchen-3ya.example",
     "jörg_ä+wien@xn--mnchen-3ya.example", true},
    {"用户@例子.example", "用户@xn--fsqu00a.example", "用户@xn--fsqu00a.example", true},
    {"Hi😀@example.org", "Hi😀@example.org", "hi😀@example.org", true},
};

static void good_addresses_are_kept_sent_and_matched(void **state)
{
    (void)state;
    for (size_t i = 0; i < TD_ARRAY_LEN(good); i++) {
        struct td_address address;
        struct td_err err = {0};
        if (td_address_parse(td_slice(good[i].typed), &address, &err) != TD_OK)
            fail_msg("%s: %s", good[i].typed, err.text);
        assert_slice(td_slice_trim(td_slice(good[i].typed)), address.text);
        assert_string_equal(address.wire, good[i].wire);
        assert_string_equal(address.key, good[i].key);
        assert_int_equal(address.needs_smtputf8, good[i].smtputf8);
        assert_true(td_slice_ends(td_slice(address.key), address.domain));
    }
}

static const struct {
    const char *typed;
    const char *reason;
} bad[] = {
    {"", "no address"},
    {" \t ", "no address"},
    {"ann", "no @"},
    {"ann.example.org", "no @"},
    {"@example.org", "nothing before the @"},
    {"ann@", "nothing behind the @"},
    {"ann@b@example.org", "more than one @"},
    {"ann lee@example.org", "space in local part"},
    {"Ann <ann@example.org>", "angle bracket"},
    {"<ann@example.org>", "angle bracket"},
    {".ann@example.org", "dot at the start"},
    {"ann.@example.org", "dot at the start"},
    {"a..b@example.org", "dot at the start"},
    {"ann(x)@example.org", "character ( in local part"},
    {"ann,bob@example.org", "character , in local part"},
    {"\"ann@example.org", "not closed"},
    {"\"ann\\\"@example.org", "not closed"},
    {"\"ann\"x@example.org", "behind the quoted local part"},
    {"an\"n@example.org", "character \" in local part"},
    {"ann@example", "no dot in domain"},
    {"ann@example.org.", "dot at the end of domain"},
    {"ann@.example.org", "empty part in domain"},
    {"ann@example..org", "empty part in domain"},
    {"ann@exa mple.org", "space in domain"},
    {"ann@exa_mple.org", "character _ in domain"},
    {"ann@-example.org", "hyphen at the edge"},
    {"ann@example-.org", "hyphen at the edge"},
    {"ann@[192.0.2.1]", "address literal"},
    {"ann@192.0.2.1", "ends in a number"},
    {"ann@example.org>", "character > in domain"},
    {"ann@example.org\r\nRCPT TO:<x@example.net>", "control character"},
    {"ann\x01@example.org", "control character"},
    {"ann\x7f@example.org", "control character"},
    {"ann\xc2\x85@example.org", "control character"},
    {"ann\xe2\x80\xa8@example.org", "control character"},
    {"ann\xff@example.org", "not UTF-8"},
    {"ann\xc0\x80@example.org", "not UTF-8"},
    {"ann\xc2\xa0@example.org", "invisible character U+00A0"},
    {"ann@exa\xe2\x80\x8bmple.org", "invisible character U+200B"},
    {"\xef\xbb\xbf"
     "ann@example.org",
     "invisible character U+FEFF"},
    {"ann@xn--zzzzzzzz99.example", "domain: "},
    {"ann@😀.example", "domain: "},
    {"ann@mü_x.example", "character _ in domain"},
    {"ann@mü..example", "empty part in domain"},
    {"ann@mü.example.", "dot at the end of domain"},
};

static void bad_addresses_are_refused_with_the_reason(void **state)
{
    (void)state;
    for (size_t i = 0; i < TD_ARRAY_LEN(bad); i++) {
        struct td_address address;
        struct td_err err = {0};
        if (td_address_parse(td_slice(bad[i].typed), &address, &err) != TD_DATA)
            fail_msg("\"%s\" was taken", bad[i].typed);
        if (strstr(err.text, bad[i].reason) == NULL)
            fail_msg("\"%s\": %s", bad[i].typed, err.text);
    }
    struct td_address address;
    struct td_err err = {0};
    assert_int_equal(td_address_parse(td_slice_n("a\0b@example.org", 15), &address, &err),
                     TD_DATA);
}

/* n times c, then rest, into out. */
static const char *filled(char *out, char c, size_t n, const char *rest)
{
    memset(out, c, n);
    memcpy(out + n, rest, strlen(rest) + 1);
    return out;
}

static void lengths_stop_where_the_rfc_stops(void **state)
{
    (void)state;
    char text[600];
    char label[80];
    struct td_address address;
    struct td_err err = {0};
    assert_ok(
        td_address_parse(td_slice(filled(text, 'a', 64, "@example.org")), &address, &err),
        err);
    assert_int_equal(
        td_address_parse(td_slice(filled(text, 'a', 65, "@example.org")), &address, &err),
        TD_DATA);
    assert_contains(err.text, "local part longer than 64");
    snprintf(text, sizeof text, "a@%s", filled(label, 'b', 63, ".org"));
    assert_ok(td_address_parse(td_slice(text), &address, &err), err);
    snprintf(text, sizeof text, "a@%s", filled(label, 'b', 64, ".org"));
    assert_int_equal(td_address_parse(td_slice(text), &address, &err), TD_DATA);
    assert_contains(err.text, "longer than 63");

    filled(label, 'b', 62, "");
    int n = snprintf(text, sizeof text, "%.*s@%s.%s.%s", 61, label, label, label, label);
    n += snprintf(text + n, sizeof text - (size_t)n, ".org");
    assert_int_equal(n, TD_ADDRESS_MAX);
    assert_ok(td_address_parse(td_slice(text), &address, &err), err);
    assert_int_equal(strlen(address.key), TD_ADDRESS_MAX);
    text[n] = 'x';
    text[n + 1] = '\0';
    assert_int_equal(td_address_parse(td_slice(text), &address, &err), TD_DATA);
    assert_contains(err.text, "longer than 254");
}

static void a_domain_that_grows_past_the_limit_on_the_wire_is_refused(void **state)
{
    (void)state;
    struct td_buf text;
    td_buf_init(&text, 1000);
    td_buf_add_str(&text, "a@");
    for (int i = 0; i < 30; i++)
        td_buf_add_str(&text, "ö.é.");
    td_buf_add_str(&text, "org");
    assert_true(text.len <= TD_ADDRESS_MAX);
    struct td_address address;
    struct td_err err = {0};
    assert_int_equal(td_address_parse(td_buf_slice(&text), &address, &err), TD_DATA);
    assert_contains(err.text, "longer than");
    td_buf_release(&text);
}

static void a_key_is_made_of_anything_that_people_type(void **state)
{
    (void)state;
    char key[TD_ADDRESS_MAX + 1];
    assert_true(td_address_key(td_slice(" ANN@Example.org "), key));
    assert_string_equal(key, "ann@example.org");
    assert_true(td_address_key(td_slice("Ann@"), key));
    assert_string_equal(key, "ann@");
    assert_false(td_address_key(td_slice("  "), key));
    char text[400];
    assert_false(td_address_key(td_slice(filled(text, 'a', 300, "")), key));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_addresses_are_kept_sent_and_matched),
        cmocka_unit_test(bad_addresses_are_refused_with_the_reason),
        cmocka_unit_test(lengths_stop_where_the_rfc_stops),
        cmocka_unit_test(a_domain_that_grows_past_the_limit_on_the_wire_is_refused),
        cmocka_unit_test(a_key_is_made_of_anything_that_people_type),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
