/* test_embed.c: embedded files are found by their exact name. */
#include "support/td_test.h"

#include "base/embed.h"

static const struct td_embedded table[] = {
    {"claim", (const unsigned char *)"SELECT 1", 8},
    {"empty", (const unsigned char *)"", 0},
    {NULL, NULL, 0},
};

static void a_file_is_found_by_its_name(void **state)
{
    (void)state;
    assert_slice(td_embedded_find(table, "claim"), "SELECT 1");
    assert_slice(td_embedded_find(table, "empty"), "");
}

static void an_unknown_name_gives_the_absent_slice(void **state)
{
    (void)state;
    assert_null(td_embedded_find(table, "clai").ptr);
    assert_null(td_embedded_find(table, "claims").ptr);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_found_by_its_name),
        cmocka_unit_test(an_unknown_name_gives_the_absent_slice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
