/*
 * test_lines.c: which line breaks part paragraphs, and what is a list.
 */
#include "shape.h"

#define LONG                                                                             \
    "The board of the trust met on Tuesday and agreed that the plan it had made in the " \
    "spring would not be enough to see it through the winter, its papers show."

static void tells_wrapping_from_paragraphs(void **state)
{
    (void)state;
    static const struct shape_case cases[] = {
        {"text wrapped at 72 columns is put together again",
         "The board of the trust met on Tuesday and agreed that the plan it had\n"
         "made in the spring would not be enough to see it through the winter,\n"
         "its papers show.\n\nThey left.\n",
         "=\np The board of the trust met on Tuesday and agreed that the plan it had "
         "made in "
         "the spring would not be enough to see it through the winter, its papers show.\n"
         "p They left.\n"},
        {"a space before the break is not doubled",
         "The board of the trust met on Tuesday and agreed that the plan it had \n"
         "made in the spring would not be enough to see it through the winter, \n"
         "its papers show.\n\nThey left.\n",
         "=\np The board of the trust met on Tuesday and agreed that the plan it had "
         "made in "
         "the spring would not be enough to see it through the winter, its papers show.\n"
         "p They left.\n"},
        {"long lines one under the other are paragraphs", LONG "\n" LONG "\nThey left.\n",
         "=\np " LONG "\np " LONG "\np They left.\n"},
        {"so are lines of about equal length that all end a sentence",
         "The board of the trust met on Tuesday and agreed on a new plan.\n"
         "It had made a plan in the spring that would not be quite enough.\n"
         "Its papers show that it did not expect the winter to be so long.\n",
         "^ The board of the trust met on Tuesday and agreed on a new plan.\n=\n"
         "p It had made a plan in the spring that would not be quite enough.\n"
         "p Its papers show that it did not expect the winter to be so long.\n"},
        {"a heading may stand right on its text",
         "Read this.\n" LONG "\nCash crunch\n" LONG "\nNight shift\n" LONG "\n",
         "^ Read this.\n=\np " LONG "\n# Cash crunch\np " LONG "\n# Night shift\np " LONG
         "\n"},
        {"an indent opens a paragraph",
         "The board of the trust met on Tuesday and agreed that the plan it had\n"
         "made in the spring would not be enough to see it through the winter\n"
         "    Its papers show that it did not expect the winter to be so long,\n"
         "or so cold.\n\nThey left.\n",
         "=\np The board of the trust met on Tuesday and agreed that the plan it had "
         "made in "
         "the spring would not be enough to see it through the winter\np Its papers show "
         "that "
         "it did not expect the winter to be so long, or so cold.\np They left.\n"},
        {"a wrapped sentence may go on with a dash, a number or a time",
         "The board of the trust met on Tuesday and agreed that the plan it had\n"
         "- that of the spring - would not be enough, and that it must close by\n"
         "2. The vote was then taken a second time by all of them who were there\n"
         "8.30pm at the latest, its papers say, with every one in favour of "
         "it.\n\nEnd.\n",
         "=\np The board of the trust met on Tuesday and agreed that the plan it had - "
         "that "
         "of the spring - would not be enough, and that it must close by 2. The vote was "
         "then "
         "taken a second time by all of them who were there 8.30pm at the latest, its "
         "papers "
         "say, with every one in favour of it.\np End.\n"},
    };
    check_shapes(cases, TD_ARRAY_LEN(cases), TD_FORM_PLAIN);
}

static void separators_of_word_processors_end_lines(void **state)
{
    (void)state;
    static const struct shape_case cases[] = {
        {"but do not count as lines", LONG "\u2028" LONG "\u2029" LONG "\n\nIn brief\n",
         "=\np " LONG "\np " LONG "\np " LONG
         "\np In brief\n! 3 \"In brief\" looks like a "
         "heading but has no text under it: taken as a paragraph\n"},
    };
    check_shapes(cases, TD_ARRAY_LEN(cases), TD_FORM_PLAIN);
}

static void finds_lists(void **state)
{
    (void)state;
    static const struct shape_case cases[] = {
        {"right under a paragraph", LONG "\n• One\n• Two\nThey left.\n",
         "=\np " LONG "\n- One\n- Two\np They left.\n"},
        {"indented, by spaces, tabs and no-break spaces",
         LONG "\n\n  • One\n\t•\tTwo\n\u00A0\u00A0•\u00A0Three\n",
         "=\np " LONG "\n- One\n- Two\n- Three\n"},
        {"with blank lines between", LONG "\n\n- One\n\n- Two\n\nThey left.\n",
         "=\np " LONG "\n- One\n- Two\np They left.\n"},
        {"with stars", LONG "\n\n* One\n* Two\n", "=\np " LONG "\n- One\n- Two\n"},
        {"with a bullet and no space", LONG "\n\n•One\n•Two\n",
         "=\np " LONG "\n- One\n- Two\n"},
        {"as word processors leave them",
         LONG "\n\n·       One\no   Two\n\uF0B7\tThree\n",
         "=\np " LONG "\n- One\n- Two\n- Three\n"},
        {"with dashes, if there are several", LONG "\n\n– One\n– Two\n",
         "=\np " LONG "\n- One\n- Two\n"},
        {"a lone dash begins a sentence", LONG "\n\n– and so they left.\n",
         "=\np " LONG "\np – and so they left.\n"},
        {"items that go over several lines",
         LONG "\n\n• One that goes on and on for longer than a line of so many columns\n"
              "  can hold\n• Two\n",
         "=\np " LONG "\n- One that goes on and on for longer than a line of so many "
         "columns can hold\n"
         "- Two\n"},
        {"long items without a full stop",
         LONG
         "\n\n- One that goes on and on for as long as a line of so many columns can\n"
         "- Two that goes on and on for as long as a line of so many columns can\n",
         "=\np " LONG
         "\n- One that goes on and on for as long as a line of so many columns can\n"
         "- Two that goes on and on for as long as a line of so many columns can\n"},
        {"numbered", LONG "\n\n1. One\n2. Two\n3. Three\n",
         "=\np " LONG "\n1 One\n1 Two\n1 Three\n"},
        {"numbered with brackets", LONG "\n\n1) One\n2) Two\n",
         "=\np " LONG "\n1 One\n1 Two\n"},
        {"numbers that do not count from one stay words",
         LONG "\n\n1. One.\n\nThey met.\n\n2. Two.\n\n1945. A year.\n",
         "=\np " LONG "\np 1. One.\np They met.\np 2. Two.\np 1945. A year.\n"},
        {"a list may end where another begins", LONG "\n\n1. One\n2. Two\n• Three\n",
         "=\np " LONG "\n1 One\n1 Two\n- Three\n"},
        {"addresses in items become links", LONG "\n\n• https://a.example\n",
         "=\np " LONG "\n- [https://a.example](https://a.example)\n"},
    };
    check_shapes(cases, TD_ARRAY_LEN(cases), TD_FORM_PLAIN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_wrapping_from_paragraphs),
        cmocka_unit_test(separators_of_word_processors_end_lines),
        cmocka_unit_test(finds_lists),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
