/* test_templates.c: a set of templates, and what may not be in it. */
#include "support/td_test.h"

#include "variant/templates.h"

struct file {
    const char *name;
    const char *text;
};

static int loads;

static enum td_status load(void *context, const char *name, struct td_buf *out,
                           struct td_err *err)
{
    loads++;
    for (const struct file *f = context; f->name != NULL; f++) {
        if (strcmp(f->name, name) == 0) {
            td_buf_add_str(out, f->text);
            return TD_OK;
        }
    }
    return td_fail(err, TD_NOINPUT, "%s: no such template", name);
}

static struct file files[] = {
    {"page.html", "<p>{{x}}{{> foot.html}}</p>"},
    {"foot.html", "<i>{{x}}</i>"},
    {"page.text", "{{x}}"},
    {"lost.html", "a\n{{> nowhere.html}}"},
    {"mixed.html", "{{> page.text}}"},
    {"outside.html", "{{> ../secret.html}}"},
    {"broken.html", "{{> bad.html}}"},
    {"bad.html", "\n{{#open}}"},
    {"latin.html", "caf\xe9"},
    {"round.html", "{{> round.html}}"},
    {NULL, NULL},
};

/* The output, or the error's text. */
static const char *rendered(const char *name, char result[600])
{
    struct td_templates *set =
        td_templates_create((struct td_template_source){.load = load, .context = files});
    struct td_arena *arena = td_arena_create();
    struct td_view *view = td_view_map(arena);
    struct td_err err = {0};
    struct td_buf out;
    td_buf_init(&out, 1000);
    td_view_set(view, "x", td_view_text(arena, td_slice("<&>")));
    const bool ok = td_templates_render(set, name, view, &out, &err) == TD_OK &&
                    (td_buf_clear(&out), true) &&
                    td_templates_render(set, name, view, &out, &err) == TD_OK;
    snprintf(result, 600, "%s", ok ? out.ptr : err.text);
    td_buf_release(&out);
    td_arena_destroy(arena);
    td_templates_destroy(set);
    return result;
}

static void html_escapes_text_does_not_and_each_is_loaded_once(void **state)
{
    (void)state;
    char got[600];
    loads = 0;
    assert_string_equal(rendered("page.html", got),
                        "<p>&lt;&amp;&gt;<i>&lt;&amp;&gt;</i></p>");
    assert_int_equal(loads, 2);
    assert_string_equal(rendered("page.text", got), "<&>");
}

static void what_is_missing_or_broken_is_an_error_with_its_place(void **state)
{
    (void)state;
    char got[600];
    assert_string_equal(rendered("none.html", got), "none.html: no such template");
    assert_string_equal(
        rendered("lost.html", got),
        "lost.html:2: {{> nowhere.html}}: nowhere.html: no such template");
    assert_string_equal(rendered("broken.html", got),
                        "broken.html:1: {{> bad.html}}: bad.html:2: "
                        "{{#open}}: the section is never closed");
    assert_string_equal(rendered("latin.html", got), "latin.html: not UTF-8 at byte 3");
    assert_contains(rendered("round.html", got), "nest too deep");
}

static void partials_come_from_the_directory_and_escape_as_their_user(void **state)
{
    (void)state;
    char got[600];
    assert_string_equal(
        rendered("mixed.html", got),
        "mixed.html:1: {{> page.text}}: expected the name of a .html template");
    assert_string_equal(
        rendered("outside.html", got),
        "outside.html:1: {{> ../secret.html}}: expected the name of a .html "
        "template");
    assert_contains(rendered("../page.html", got), "expected the name of a template");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(html_escapes_text_does_not_and_each_is_loaded_once),
        cmocka_unit_test(what_is_missing_or_broken_is_an_error_with_its_place),
        cmocka_unit_test(partials_come_from_the_directory_and_escape_as_their_user),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
