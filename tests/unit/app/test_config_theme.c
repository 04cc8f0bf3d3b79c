/* The look of mails in the configuration: what a publisher says, what they may not say. */
#include "config_fixture.h"

static const struct td_newsletter *newsletter(const struct ctx *ctx, size_t i)
{
    return &ctx->config->newsletters[i];
}

/* The sound file with a theme of the whole file and one of the first newsletter. */
static enum td_status load_themes(struct ctx *ctx, const char *file, const char *own)
{
    static const char line[] = "    template: daily\n";
    struct td_buf changed;
    const char *at = strstr(sound, line);
    assert_non_null(at);
    at += sizeof line - 1;
    td_buf_init(&changed, sizeof sound + 4000);
    td_buf_add(&changed, sound, (size_t)(at - sound));
    td_buf_add_str(&changed, own);
    td_buf_add_str(&changed, at);
    td_buf_add_str(&changed, file);
    enum td_status status = load_text(ctx, td_buf_slice(&changed));
    td_buf_release(&changed);
    return status;
}

static void without_a_theme_the_look_is_the_built_in_one(void **state)
{
    struct ctx *ctx = *state;
    assert_ok(load_text(ctx, td_slice(sound)), ctx->err);
    for (size_t i = 0; i < 2; i++) {
        const struct td_theme *theme = newsletter(ctx, i)->theme;
        for (int k = 0; k < TD_COLOURS; k++) {
            assert_string_equal(theme->light[k], td_theme_default()->light[k]);
            assert_string_equal(theme->dark[k], td_theme_default()->dark[k]);
        }
        assert_string_equal(theme->text_font, td_theme_default()->text_font);
        assert_null(theme->logo_url);
        assert_null(theme->logo_file);
    }
}

static void a_newsletter_changes_what_it_says_and_keeps_the_rest_of_the_file(void **state)
{
    struct ctx *ctx = *state;
    assert_ok(load_themes(ctx,
                          "theme:\n  accent: \"#00558C\"\n  paper: \"#ffffff\"\n"
                          "  text_font: Arial, sans-serif\n"
                          "  logo: https://news.example/logo.png\n  logo_width: 100\n",
                          "    theme:\n      accent: \"#006600\"\n"),
              ctx->err);
    const struct td_theme *first = newsletter(ctx, 0)->theme;
    const struct td_theme *second = newsletter(ctx, 1)->theme;
    assert_string_equal(first->light[TD_COLOUR_ACCENT], "#006600");
    assert_string_equal(second->light[TD_COLOUR_ACCENT], "#00558c");
    assert_string_equal(first->dark[TD_COLOUR_ACCENT], "#ff9d8f");
    assert_string_equal(first->light[TD_COLOUR_PAPER], "#ffffff");
    assert_string_equal(first->text_font, "Arial, sans-serif");
    assert_string_equal(first->logo_url, "https://news.example/logo.png");
    assert_int_equal(second->logo_width, 100);
}

static void a_logo_of_a_newsletter_takes_the_place_of_the_files_one(void **state)
{
    struct ctx *ctx = *state;
    assert_ok(load_themes(ctx, "theme:\n  logo: https://news.example/logo.png\n",
                          "    theme:\n      logo: ca.pem\n"),
              ctx->err);
    assert_null(newsletter(ctx, 0)->theme->logo_url);
    assert_true(td_slice_ends(td_slice(newsletter(ctx, 0)->theme->logo_file), "/ca.pem"));
    assert_null(newsletter(ctx, 1)->theme->logo_file);
}

struct theme_case {
    const char *file, *own;
    int line;
    const char *path, *text;
};

/* The sound file has 37 lines: the theme of the file begins in line 38, its keys in 39. */
static const struct theme_case cases[] = {
    {"theme:\n  accent: red\n", "", 39, "theme.accent", "\"red\" is not a colour"},
    {"theme:\n  accent: \"#12345\"\n", "", 39, "theme.accent", "is not a colour"},
    {"theme:\n  rule_dark: \"#12345g\"\n", "", 39, "theme.rule_dark", "is not a colour"},
    {"theme:\n  accent: \"#ff9d8f\"\n", "", 39, "theme.accent",
     "accent #ff9d8f on paper #fffdf9 cannot be read: contrast 2.0"},
    {"theme:\n  paper_dark: \"#805050\"\n", "", 39, "theme.paper_dark",
     "on paper_dark #805050 cannot be read"},
    {"theme:\n  quiet_dark: \"#555555\"\n", "", 39, "theme.quiet_dark", "WCAG 1.4.3"},
    {"", "    theme:\n      ink: \"#cccccc\"\n", 29, "newsletters[0].theme.ink",
     "ink #cccccc on paper"},
    {"theme:\n  colour: \"#9b1c1f\"\n", "", 39, "theme.colour", "unknown key"},
    {"theme:\n  text_font: \"Georgia;color:red\"\n", "", 39, "theme.text_font",
     "font families"},
    {"theme:\n  text_font: \"'Georgia\"\n", "", 39, "theme.text_font", "font families"},
    {"theme:\n  logo: http://news.example/logo.png\n", "", 39, "theme.logo", "https://"},
    {"theme:\n  logo: \"https://news.example/a b.png\"\n", "", 39, "theme.logo",
     "not a URL"},
    {"theme:\n  logo: nowhere.png\n", "", 39, "theme.logo", "cannot be read"},
    {"theme:\n  logo_width: 1000\n", "", 39, "theme.logo_width", "from 16 to 576"},
    {"theme: blue\n", "", 38, "theme", "a map of keys is wanted"},
};

static void faults_of_a_theme_name_key_and_line(void **state)
{
    struct ctx *ctx = *state;
    for (size_t i = 0; i < TD_ARRAY_LEN(cases); i++) {
        const struct theme_case *c = &cases[i];
        bool found = false;
        assert_int_equal(load_themes(ctx, c->file, c->own), TD_CONFIG);
        for (size_t k = 0; k < ctx->faults.count; k++) {
            const struct td_fault *fault = &ctx->faults.items[k];
            found =
                found || (fault->line == c->line && strcmp(fault->path, c->path) == 0 &&
                          strstr(fault->text, c->text) != NULL);
        }
        if (!found) {
            print_faults(ctx);
            fail_msg("case %zu: no fault %s in line %d with \"%s\"", i, c->path, c->line,
                     c->text);
        }
    }
}

/* A fault of the file's theme is told once, not again for each newsletter. */
static void a_fault_is_told_where_it_was_written_only(void **state)
{
    struct ctx *ctx = *state;
    assert_int_equal(load_themes(ctx, "theme:\n  ink: \"#eeeeee\"\n", ""), TD_CONFIG);
    for (size_t k = 0; k < ctx->faults.count; k++)
        if (!ctx->faults.items[k].warning)
            assert_string_equal(ctx->faults.items[k].path, "theme.ink");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(without_a_theme_the_look_is_the_built_in_one,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(
            a_newsletter_changes_what_it_says_and_keeps_the_rest_of_the_file, setup,
            teardown),
        cmocka_unit_test_setup_teardown(
            a_logo_of_a_newsletter_takes_the_place_of_the_files_one, setup, teardown),
        cmocka_unit_test_setup_teardown(faults_of_a_theme_name_key_and_line, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_fault_is_told_where_it_was_written_only, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
