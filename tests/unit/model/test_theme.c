/* test_theme.c: contrast as WCAG 2.2 counts it; the built-in look is readable everywhere. */
#include "base/err.h"
#include "model/theme.h"

#include "support/td_test.h"

static void assert_contrast(const char *a, const char *b, double expected)
{
    const double got = td_contrast(a, b);
    if (got < expected - 0.005 || got > expected + 0.005)
        fail_msg("%s on %s: %.3f, expected %.2f", a, b, got, expected);
    assert_true(td_contrast(b, a) == got);
}

/* Figures of the WCAG's own examples and of common checkers. */
static void contrast_is_what_the_standard_says(void **state)
{
    (void)state;
    assert_contrast("#000000", "#ffffff", 21.0);
    assert_contrast("#FFFFFF", "#ffffff", 1.0);
    assert_contrast("#767676", "#ffffff", 4.54);
    assert_contrast("#777777", "#ffffff", 4.48);
    assert_contrast("#ff0000", "#ffffff", 4.00);
    assert_contrast("#0000ff", "#ffffff", 8.59);
    assert_contrast("#00ff00", "#000000", 15.30);
}

static void only_six_digits_are_a_colour(void **state)
{
    (void)state;
    static const char *const good[] = {"#000000", "#ABCdef", "#9b1c1f"};
    static const char *const bad[] = {"",        "#",        "red",          "#fff",
                                      "9b1c1f",  "#9b1c1",   "#9b1c1g",      "#9b1c1f0",
                                      "#9b1c1 ", "##9b1c1f", "#9b1c\xc3\xa9"};
    for (size_t i = 0; i < TD_ARRAY_LEN(good); i++)
        assert_true(td_colour_valid(good[i]));
    for (size_t i = 0; i < TD_ARRAY_LEN(bad); i++)
        if (td_colour_valid(bad[i]))
            fail_msg("\"%s\" was taken for a colour", bad[i]);
}

static void the_built_in_look_can_be_read_on_every_ground(void **state)
{
    (void)state;
    static const enum td_colour words[] = {TD_COLOUR_INK, TD_COLOUR_QUIET,
                                           TD_COLOUR_ACCENT};
    static const enum td_colour grounds[] = {TD_COLOUR_PAGE, TD_COLOUR_PAPER,
                                             TD_COLOUR_TINT};
    const struct td_theme *theme = td_theme_default();
    for (size_t i = 0; i < TD_ARRAY_LEN(words); i++)
        for (size_t k = 0; k < TD_ARRAY_LEN(grounds); k++) {
            assert_true(td_contrast(theme->light[words[i]], theme->light[grounds[k]]) >=
                        TD_CONTRAST_LEAST);
            assert_true(td_contrast(theme->dark[words[i]], theme->dark[grounds[k]]) >=
                        TD_CONTRAST_LEAST);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(contrast_is_what_the_standard_says),
        cmocka_unit_test(only_six_digits_are_a_colour),
        cmocka_unit_test(the_built_in_look_can_be_read_on_every_ground),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
