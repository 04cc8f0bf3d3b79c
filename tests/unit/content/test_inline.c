/*
 * test_inline.c: links over bare addresses, and cutting marked texts.
 */
#include "shape.h"

#include "content/inline.h"

static void links_bare_addresses(void **state)
{
    (void)state;
    static const struct {
        const char *words;
        const char *linked; /* the words of the links, each in brackets */
    } cases[] = {
        {"http://bit.ly/14sjr5E", "[http://bit.ly/14sjr5E]"},
        {"See https://a.example/b?c=d&e#f.", "[https://a.example/b?c=d&e#f]"},
        {"(https://a.example/b_(c)), (https://a.example/d)",
         "[https://a.example/b_(c)][https://a.example/d]"},
        {"“https://a.example” ‘https://b.example’s’",
         "[https://a.example][https://b.example’s]"},
        {"HTTPS://A.example!", "[HTTPS://A.example]"},
        {"https://a.example…", "[https://a.example]"},
        {"a\u00A0https://a.example\u00A0b", "[https://a.example]"},
        {"<https://a.example>", "[https://a.example]"},
        {"www.a.example, mailto:b@c.example", "[www.a.example][mailto:b@c.example]"},
        {"https://älter.example/ü", "[https://älter.example/ü]"},
        {"xhttps://a.example https:// http://. www. www.a mailto:b ftp://a.example "
         "hsj.co.uk",
         ""},
    };
    struct td_arena *arena = td_arena_create();
    for (size_t i = 0; i < TD_ARRAY_LEN(cases); i++) {
        const struct td_text text =
            td_text_link(arena, td_text_of(td_slice(cases[i].words)));
        struct td_buf got;
        td_buf_init(&got, 1000);
        for (size_t k = 0; k < text.mark_count; k++) {
            const struct td_mark *mark = &text.marks[k];
            td_buf_add_char(&got, '[');
            td_buf_add_slice(&got, td_slice_sub(text.words, mark->from, mark->to));
            td_buf_add_char(&got, ']');
            assert_true(td_url_is_safe(mark->url));
        }
        assert_string_equal(got.ptr, cases[i].linked);
        td_buf_release(&got);
    }
    td_arena_destroy(arena);
}

static void lays_no_link_over_a_link_or_across_a_mark(void **state)
{
    (void)state;
    static const char words[] = "ab https://a.example/x cd";
    static const struct {
        struct td_mark mark;
        const char *shape;
    } cases[] = {
        {{.kind = TD_MARK_STRONG, .from = 0, .to = 25},
         "**ab [https://a.example/x](https://a.example/x) cd**"},
        {{.kind = TD_MARK_STRONG, .from = 3, .to = 22},
         "**[https://a.example/x](https://a.example/x)**"},
        {{.kind = TD_MARK_EMPH, .from = 3, .to = 8},
         "[*https*://a.example/x](https://a.example/x)"},
        {{.kind = TD_MARK_CODE, .from = 0, .to = 25}, "`ab https://a.example/x cd`"},
        {{.kind = TD_MARK_CODE, .from = 12, .to = 14}, "https://a`.e`xample/x"},
        {{.kind = TD_MARK_EMPH, .from = 0, .to = 10}, "*ab https:/*/a.example/x"},
        {{.kind = TD_MARK_EMPH, .from = 10, .to = 25}, "https:/*/a.example/x cd*"},
    };
    struct td_arena *arena = td_arena_create();
    for (size_t i = 0; i < TD_ARRAY_LEN(cases); i++) {
        const struct td_text text = {
            .words = td_slice(words), .marks = &cases[i].mark, .mark_count = 1};
        const struct td_text linked = td_text_link(arena, text);
        struct td_buf got;
        td_buf_init(&got, 1000);
        shape_text(&got, &linked);
        assert_contains(got.ptr, cases[i].shape);
        td_buf_release(&got);
    }
    td_arena_destroy(arena);
}

static void a_part_keeps_the_marks_inside_it(void **state)
{
    (void)state;
    const struct td_mark marks[] = {
        {.kind = TD_MARK_STRONG, .from = 0, .to = 6},
        {.kind = TD_MARK_EMPH, .from = 2, .to = 4},
        {.kind = TD_MARK_CODE, .from = 8, .to = 9},
    };
    const struct td_text text = {.words = td_slice("abcdefghij"),
                                 .marks = marks,
                                 .mark_count = TD_ARRAY_LEN(marks)};
    struct td_arena *arena = td_arena_create();
    const struct {
        size_t from, to;
        const char *shape;
    } cases[] = {
        {0, 10, "**ab*cd*ef**gh`i`j"},
        {3, 10, "***d*ef**gh`i`j"},
        {4, 5, "**e**"},
        {6, 8, "gh"},
        {0, 3, "**ab*c***"},
        {10, 10, ""},
    };
    for (size_t i = 0; i < TD_ARRAY_LEN(cases); i++) {
        const struct td_text part = td_text_part(arena, text, cases[i].from, cases[i].to);
        struct td_buf got;
        td_buf_init(&got, 1000);
        shape_text(&got, &part);
        assert_string_equal(got.ptr, cases[i].shape);
        td_buf_release(&got);
    }
    td_arena_destroy(arena);
}

static void an_address_at_the_end_of_a_briefing_is_linked(void **state)
{
    (void)state;
    static const struct shape_case one = {
        "plain", "Join the debate today from 1-2pm http://bit.ly/1",
        "=\np Join the debate today from 1-2pm [http://bit.ly/1](http://bit.ly/1)\n"};
    check_shapes(&one, 1, TD_FORM_PLAIN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(links_bare_addresses),
        cmocka_unit_test(lays_no_link_over_a_link_or_across_a_mark),
        cmocka_unit_test(a_part_keeps_the_marks_inside_it),
        cmocka_unit_test(an_address_at_the_end_of_a_briefing_is_linked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
