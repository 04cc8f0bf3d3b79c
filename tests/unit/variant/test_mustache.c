/*
 * test_mustache.c: the published Mustache suite, read in place, and the bounds and messages that
 * the specification leaves to us.
 */
#include "support/td_test.h"

#include <jansson.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "variant/mustache.h"

#define SPEC TD_SOURCE_DIR "/../shared/mustache-spec/"

struct spec_partials {
    struct td_template *items[8];
    const char *names[8];
    size_t count;
};

static const struct td_template *find_partial(void *context, struct td_slice name)
{
    const struct spec_partials *partials = context;
    for (size_t i = 0; i < partials->count; i++)
        if (td_slice_is(name, partials->names[i]))
            return partials->items[i];
    return NULL;
}

/* A JSON value as a view; numbers as the shortest text that gives them back. */
static struct td_view *view_of(struct td_arena *arena, const json_t *json)
{
    struct td_view *view;
    size_t i;
    json_t *item;
    const char *key;
    switch (json_typeof(json)) {
    case JSON_OBJECT:
        view = td_view_map(arena);
        json_object_foreach((json_t *)(uintptr_t)json, key, item)
            td_view_set(view, key, view_of(arena, item));
        return view;
    case JSON_ARRAY:
        view = td_view_list(arena);
        json_array_foreach(json, i, item) td_view_add(view, view_of(arena, item));
        return view;
    case JSON_STRING: return td_view_text(arena, td_slice(json_string_value(json)));
    case JSON_INTEGER:
        return td_view_text(
            arena, td_arena_printf(arena, "%lld", (long long)json_integer_value(json)));
    case JSON_REAL:
        return td_view_text(arena, td_arena_printf(arena, "%g", json_real_value(json)));
    default: return td_view_flag(arena, json_is_true(json));
    }
}

static void run_case(const char *file, const json_t *test)
{
    struct td_err err = {0};
    struct td_arena *arena = td_arena_create();
    struct spec_partials partials = {.count = 0};
    const char *name;
    json_t *text;
    json_object_foreach(json_object_get(test, "partials"), name, text)
    {
        partials.names[partials.count] = name;
        assert_ok(td_template_compile(name, td_slice(json_string_value(text)),
                                      TD_ESCAPE_HTML, &partials.items[partials.count++],
                                      &err),
                  err);
    }
    struct td_template *tpl = NULL;
    struct td_buf out;
    td_buf_init(&out, 100000);
    assert_ok(td_template_compile(
                  "t", td_slice(json_string_value(json_object_get(test, "template"))),
                  TD_ESCAPE_HTML, &tpl, &err),
              err);
    const struct td_partials finder = {.find = find_partial, .context = &partials};
    assert_ok(td_template_render(tpl, view_of(arena, json_object_get(test, "data")),
                                 &finder, &out, &err),
              err);
    const char *expected = json_string_value(json_object_get(test, "expected"));
    if (strcmp(out.ptr, expected) != 0)
        fail_msg("%s: %s: expected <%s>, got <%s>", file,
                 json_string_value(json_object_get(test, "name")), expected, out.ptr);
    td_buf_release(&out);
    td_template_destroy(tpl);
    for (size_t i = 0; i < partials.count; i++)
        td_template_destroy(partials.items[i]);
    td_arena_destroy(arena);
}

static void passes_the_published_suite(void **state)
{
    (void)state;
    static const char *const files[] = {"comments", "delimiters", "interpolation",
                                        "inverted", "partials",   "sections"};
    size_t cases = 0;
    if (access(SPEC, R_OK) != 0) {
        printf("skipped: no Mustache suite at " SPEC "\n");
        skip();
    }
    for (size_t f = 0; f < TD_ARRAY_LEN(files); f++) {
        char path[512];
        snprintf(path, sizeof path, "%s%s.json", SPEC, files[f]);
        json_t *root = json_load_file(path, 0, NULL);
        assert_non_null(root);
        size_t i;
        json_t *test;
        json_array_foreach(json_object_get(root, "tests"), i, test)
        {
            run_case(files[f], test);
            cases++;
        }
        json_decref(root);
    }
    assert_true(cases > 100);
}

/* Renders a template that uses itself as its only partial, "self", over a map with list "l" of n
 * flags and text "t"; gives the error's text or the output. */
static const char *rendered(const char *text, size_t n, char result[600])
{
    struct td_err err = {0};
    struct td_arena *arena = td_arena_create();
    struct td_view *view = td_view_map(arena);
    struct td_view *list = td_view_list(arena);
    struct td_template *tpl = NULL;
    struct td_buf out;
    td_buf_init(&out, 1000);
    for (size_t i = 0; i < n; i++)
        td_view_add(list, td_view_flag(arena, true));
    td_view_set(view, "l", list);
    td_view_set(view, "t", td_view_text(arena, td_slice("<b a=\"1\" c='2'>&")));
    td_view_set(view, "empty", td_view_text(arena, td_slice("")));
    const char *shown = err.text;
    if (td_template_compile("page", td_slice(text), TD_ESCAPE_HTML, &tpl, &err) ==
        TD_OK) {
        struct spec_partials self = {.items = {tpl}, .names = {"self"}, .count = 1};
        const struct td_partials finder = {.find = find_partial, .context = &self};
        if (td_template_render(tpl, view, &finder, &out, &err) == TD_OK)
            shown = out.ptr;
    }
    snprintf(result, 600, "%s", shown);
    td_template_destroy(tpl);
    td_buf_release(&out);
    td_arena_destroy(arena);
    return result;
}

static void escapes_for_html_unless_told_not_to(void **state)
{
    (void)state;
    char got[600];
    assert_string_equal(rendered("{{t}}", 0, got),
                        "&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;");
    assert_string_equal(rendered("{{{t}}}{{&t}}", 0, got),
                        "<b a=\"1\" c='2'>&<b a=\"1\" c='2'>&");
    assert_string_equal(rendered("{{#empty}}x{{/empty}}{{^empty}}y{{/empty}}", 0, got),
                        "y");
}

static void names_template_line_and_tag_in_errors(void **state)
{
    (void)state;
    char got[600];
    assert_string_equal(rendered("a\n{{#x}}\n", 0, got),
                        "page:2: {{#x}}: the section is never closed");
    assert_string_equal(rendered("a\n\n{{/x}}", 0, got),
                        "page:3: {{/x}}: closes a section that is not open");
    assert_string_equal(rendered("{{#x}}\n{{/y}}", 0, got),
                        "page:2: {{/y}}: the section open here is x (line 1)");
    assert_string_equal(rendered("one\n{{two", 0, got),
                        "page:2: {{: the tag is not closed");
    assert_string_equal(rendered("{{}}", 0, got), "page:1: {{}}: a tag needs a name");
    assert_string_equal(rendered("{{a b}}", 0, got),
                        "page:1: {{a b}}: a name has no white space in it");
    assert_string_equal(rendered("{{<a}}{{/a}}", 0, got),
                        "page:1: {{<a}}: inheritance is not supported");
    assert_string_equal(rendered("{{=x=}}", 0, got),
                        "page:1: {{=x=}}: expected two delimiters");
}

static void ends_a_template_that_runs_away_with_an_error(void **state)
{
    (void)state;
    char got[600];
    assert_string_equal(rendered("x{{> self}}", 0, got),
                        "page:1: {{self}}: sections and partials nest too deep");
    assert_string_equal(rendered("{{#l}}0123456789{{/l}}", 500, got),
                        "page:1: the output is too large");
    assert_string_equal(rendered("{{#l}}{{#l}}{{#l}}{{x}}{{/l}}{{/l}}{{/l}}", 500, got),
                        "page:1: {{x}}: the template takes too many steps");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(passes_the_published_suite),
        cmocka_unit_test(escapes_for_html_unless_told_not_to),
        cmocka_unit_test(names_template_line_and_tag_in_errors),
        cmocka_unit_test(ends_a_template_that_runs_away_with_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
