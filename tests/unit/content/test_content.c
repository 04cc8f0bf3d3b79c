/*
 * test_content.c: what is refused before any parser sees it, and how much is taken.
 */
#include "shape.h"

#include <stdlib.h>
#include <time.h>

#include "base/mem.h"
#include "content/stamp.h"
#include "model/edition.h"

static void check_error(struct td_slice source, enum td_source_form form,
                        const char *text)
{
    struct td_buf got;
    td_buf_init(&got, 100000);
    shape_of(source, form, &got);
    assert_contains(got.ptr, "error: f");
    assert_contains(got.ptr, text);
    td_buf_release(&got);
}

static void refuses_what_is_no_text(void **state)
{
    (void)state;
    static const struct {
        struct td_slice source;
        const char *text;
    } cases[] = {
        {{"", 0}, "f: the file is empty"},
        {{" \n\t\n\xC2\xA0\n", 6}, "f: nothing but white space"},
        {{"\xEF\xBB\xBF\n", 4}, "f: nothing but white space"},
        {{"a\nb\n\x93quoted\x94\n", 13}, "f:3: not UTF-8: byte 0x93"},
        {{"a\r\nb\r\n\xC3", 7}, "f:3: not UTF-8: byte 0xC3"},
        {{"a\n\xED\xA0\x80", 5}, "f:2: not UTF-8"},
        {{"a\n\nb\0c\n", 7}, "f:3: control character U+0000"},
        {{"a\n\x1B[1mb\n", 8}, "f:2: control character U+001B"},
        {{"a\xC2\x92s\n", 5}, "f:1: control character U+0092"},
    };
    for (size_t i = 0; i < TD_ARRAY_LEN(cases); i++) {
        check_error(cases[i].source, TD_FORM_PLAIN, cases[i].text);
        check_error(cases[i].source, TD_FORM_MARKDOWN, cases[i].text);
    }
}

static void drops_a_byte_order_mark(void **state)
{
    (void)state;
    static const struct shape_case plain = {"plain", "\xEF\xBB\xBFOne.\n", "=\np One.\n"};
    static const struct shape_case markdown = {
        "front matter", "\xEF\xBB\xBF---\ntitle: A\n---\nb\n", "t A\n=\np b\n"};
    check_shapes(&plain, 1, TD_FORM_PLAIN);
    check_shapes(&markdown, 1, TD_FORM_MARKDOWN);
}

/* `piece`, as often as it fits into size bytes. */
static struct td_slice repeated(const char *piece, size_t size)
{
    const size_t len = strlen(piece);
    char *bytes = td_xmalloc(size + len);
    size_t at = 0;
    for (; at + len <= size; at += len)
        memcpy(bytes + at, piece, len);
    return td_slice_n(bytes, at);
}

static void refuses_what_is_too_large(void **state)
{
    (void)state;
    const struct td_slice large = repeated("word ", (size_t)5 * 1024 * 1024);
    check_error(large, TD_FORM_PLAIN, "f: larger than 4 MB");
    free((void *)(uintptr_t)large.ptr);

    const struct td_slice parts =
        repeated("## A\n\nb\n\n", (size_t)9 * (TD_PARTS_MAX + 5));
    check_error(parts, TD_FORM_MARKDOWN, "f:2045: more than 512 sections");
    free((void *)(uintptr_t)parts.ptr);

    const struct td_slice entries = repeated("5pm A\n\n", (size_t)7 * (TD_PARTS_MAX + 5));
    check_error(entries, TD_FORM_PLAIN, "f:1025: more than 512 entries");
    free((void *)(uintptr_t)entries.ptr);
}

/* Shapes that make naive parsers slow or deep, by the hundred thousand. The time is processor
 * time: a linear parser needs milliseconds; one that is quadratic, minutes. */
static void takes_hostile_shapes_in_linear_time(void **state)
{
    (void)state;
    static const char *const pieces[] = {
        ">",
        "- ",
        "[",
        "![",
        "*a_",
        "`a",
        "<a ",
        "[a](",
        "a\n",
        "# a\n\n",
        "word ",
        "\n",
        "https://a.example(",
        "mailto:",
        "see 1.13pm ",
        "1.13pm and ",
        "• a\n",
        "1. ",
        "5pm\n",
        "(",
        "www.",
        "{.a ",
        "a\xE2\x80\xA8",
        "<!--",
        "&amp",
        "\\",
        "\t",
    };
    for (size_t i = 0; i < TD_ARRAY_LEN(pieces); i++) {
        for (int form = TD_FORM_PLAIN; form <= (int)TD_FORM_MARKDOWN; form++) {
            /* cmark itself is quadratic in a few of these: smaller there */
            const size_t size = form == TD_FORM_PLAIN ? 256 * 1024 : 50 * 1024;
            const struct td_slice source = repeated(pieces[i], size);
            struct td_story *story = NULL;
            struct td_warnings warnings = {0};
            const clock_t start = clock();
            (void)td_content_parse(source, (enum td_source_form)form, "f", &story,
                                   &warnings, NULL);
            const double seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
            if (seconds > 10)
                fail_msg("\"%s\" repeated, form %d: %.1f s", pieces[i], form, seconds);
            td_story_destroy(story);
            free((void *)(uintptr_t)source.ptr);
        }
    }
}

static void forms_go_by_the_ending(void **state)
{
    (void)state;
    enum td_source_form form = TD_FORM_PLAIN;
    assert_true(td_source_form_of("a/b.md", &form));
    assert_int_equal(form, TD_FORM_MARKDOWN);
    assert_true(td_source_form_of("b.txt", &form));
    assert_int_equal(form, TD_FORM_PLAIN);
    assert_false(td_source_form_of("b.docx", &form));
    assert_false(td_source_form_of("md", &form));
}

static void reads_times_of_day(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int minute; /* -1: none, -2: no such time */
    } cases[] = {
        {"5.32pm", 17 * 60 + 32},
        {"12.45pm", 12 * 60 + 45},
        {"12.10am", 10},
        {"00.10am", 10},
        {"8:37 a.m.", 8 * 60 + 37},
        {"17:32", 17 * 60 + 32},
        {"17.32", 17 * 60 + 32},
        {"0:00", 0},
        {"23:59", 23 * 60 + 59},
        {"9am", 9 * 60},
        {"12 noon", 12 * 60},
        {"5.32pm GMT", 17 * 60 + 32},
        {"5.32PMThe", -1},
        {"5.32pmThe", 17 * 60 + 32},
        {"13.05pm", 785},
        {"13.05am", -2},
        {"5.75am", -2},
        {"0.30pm", -2},
        {"24:00", -1},
        {"17:60", -1},
        {"5", -1},
        {"5.3pm", -1},
        {"5.321pm", -1},
        {"5 per cent", -1},
        {"10:30:15", -1},
        {"1.10.2", -1},
        {"2024", -1},
        {"", -1},
        {"5pmish", -1},
        {"pm", -1},
        {"11 noon", -1},
    };
    for (size_t i = 0; i < TD_ARRAY_LEN(cases); i++) {
        struct td_stamp_time time;
        const enum td_stamp_found found =
            td_stamp_time_at(td_slice(cases[i].text), 0, &time);
        const int got =
            found == TD_STAMP_FOUND ? time.minute : (found == TD_STAMP_WRONG ? -2 : -1);
        if (got != cases[i].minute)
            fail_msg("\"%s\": expected %d, got %d", cases[i].text, cases[i].minute, got);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses_what_is_no_text),
        cmocka_unit_test(drops_a_byte_order_mark),
        cmocka_unit_test(refuses_what_is_too_large),
        cmocka_unit_test(takes_hostile_shapes_in_linear_time),
        cmocka_unit_test(forms_go_by_the_ending),
        cmocka_unit_test(reads_times_of_day),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
