/*
 * test_plain.c: pasted text to standfirst, lead, sections and also-list.
 */
#include "shape.h"

#define LONG                                                                             \
    "The board of the trust met on Tuesday and agreed that the plan it had made in the " \
    "spring would not be enough to see it through the winter, its papers show."

static void finds_the_parts_of_a_briefing(void **state)
{
    (void)state;
    static const struct shape_case cases[] = {
        {"a first short paragraph is the standfirst", "What to read today.\n\n" LONG "\n",
         "^ What to read today.\n=\np " LONG "\n"},
        {"a long first paragraph belongs to the lead", LONG "\n\nMore.\n",
         "=\np " LONG "\np More.\n"},
        {"a lone short paragraph is the lead, not a standfirst", "Trust closes.\n",
         "=\np Trust closes.\n"},
        {"a standfirst without a full stop is told from a heading by its length",
         "The stories and the debate that matter in health policy\n\n" LONG "\n",
         "^ The stories and the debate that matter in health policy\n=\np " LONG "\n"},
        {"a standfirst without a full stop stands over a heading",
         "What to read today\n\nCash crunch\n\n" LONG "\n",
         "^ What to read today\n=\n# Cash crunch\np " LONG "\n"},
        {"a heading at the start leaves no standfirst and an empty lead",
         "Cash crunch\n\n" LONG "\n\nNight shift\n\nThey met.\n",
         "=\n# Cash crunch\np " LONG "\n# Night shift\np They met.\n"},
        {"a standfirst straight over a heading leaves an empty lead",
         "What to read.\n\nCash crunch\n\n" LONG "\n",
         "^ What to read.\n=\n# Cash crunch\np " LONG "\n"},
        {"a line over the standfirst is the title",
         "Daily Insight\n\nWhat to read today.\n\n" LONG "\n\nCash crunch\n\n" LONG "\n",
         "t Daily Insight\n^ What to read today.\n=\np " LONG "\n# Cash crunch\np " LONG
         "\n"},
        {"over one without a full stop too",
         "Daily Insight\n\nThe stories and the debate that matter in health "
         "policy\n\nThey "
         "met.\n\nThey left.\n",
         "t Daily Insight\n^ The stories and the debate that matter in health "
         "policy\n=\np They met.\np They left.\n"},
        {"a question is a standfirst", "Who is to blame?\n\n" LONG "\n",
         "^ Who is to blame?\n=\np " LONG "\n"},
        {"what introduces a list is none", "Today:\n\n• One\n• Two\n\n" LONG "\n",
         "=\np Today:\n- One\n- Two\np " LONG "\n"},
        {"nor is an address", "https://a.example\n\n" LONG "\n",
         "=\np [https://a.example](https://a.example)\np " LONG "\n"},
        {"a date too", "Friday 20 November 2026\nWhat to read today.\n\n" LONG "\n",
         "t Friday 20 November 2026\n^ What to read today.\n=\np " LONG "\n"},
        {"but a heading over short paragraphs is a heading",
         "Cash crunch\n\nThey met.\n\nThey left.\n",
         "=\n# Cash crunch\np They met.\np They left.\n"},
        {"the lead comes first, with no heading",
         "Read this.\n\n" LONG "\n\nCash crunch\n\nThey met.\n\nThey left.\n",
         "^ Read this.\n=\np " LONG "\n# Cash crunch\np They met.\np They left.\n"},
    };
    check_shapes(cases, TD_ARRAY_LEN(cases), TD_FORM_PLAIN);
}

static void opens_the_also_list(void **state)
{
    (void)state;
    static const struct shape_case cases[] = {
        {"whatever spaces and case it is written in",
         LONG "\n\nALSO\u00A0on\u00A0 news.example\u00A0 today\n\nOne.\n\nTwo.\n",
         "=\np " LONG
         "\n+ ALSO\u00A0on\u00A0 news.example\u00A0 today\np One.\np Two.\n"},
        {"with a colon behind it", LONG "\n\nAlso today:\n\n• One\n• Two\n",
         "=\np " LONG "\n+ Also today:\n- One\n- Two\n"},
        {"in other words that name today", LONG "\n\nAlso in the news today\n\nOne.\n",
         "=\np " LONG "\n+ Also in the news today\np One.\n"},
        {"over a row of headlines, up to the end",
         LONG "\n\nAlso today\n\nTrust closes ward\n\nIt is gone.\n\nMinister to "
              "visit\n\nShe comes.\n",
         "=\np " LONG "\n+ Also today\np Trust closes ward\np It is gone.\np Minister to "
         "visit\np She comes.\n"},
        {"over a row of headlines, which are no headings",
         LONG "\n\nAlso today\n\nTrust closes ward\n\nMinister to visit\n",
         "=\np " LONG "\n+ Also today\np Trust closes ward\np Minister to visit\n"},
        {"up to the next heading", LONG "\n\nAlso today\n\nOne.\n\nCash crunch\n\nTwo.\n",
         "=\np " LONG "\n+ Also today\np One.\n# Cash crunch\np Two.\n"},
        {"at the very start", "Also today\n\nOne.\n\nTwo.\n",
         "=\n+ Also today\np One.\np Two.\n"},
        {"but not as a sentence",
         LONG "\n\nAlso on Monday, the board met.\n\nThey left.\n",
         "=\np " LONG "\np Also on Monday, the board met.\np They left.\n"},
        {"nor as the last line", LONG "\n\nAlso today\n",
         "=\np " LONG
         "\np Also today\n! 3 \"Also today\" looks like a heading but has no "
         "text under it: taken as a paragraph\n"},
    };
    check_shapes(cases, TD_ARRAY_LEN(cases), TD_FORM_PLAIN);
}

#define IS_HEADING(line)                                                                 \
    LONG "\n\n" line "\n\nThey met.\n", "=\np " LONG "\n# " line "\np They met.\n"
#define IS_TEXT(line)                                                                    \
    LONG "\n\n" line "\n\nThey met.\n", "=\np " LONG "\np " line "\np They met.\n"

static void knows_a_heading_when_it_sees_one(void **state)
{
    (void)state;
    static const struct shape_case cases[] = {
        {"plain words", IS_HEADING("Present and correct")},
        {"quotation marks stay", IS_HEADING("‘Out of touch’ and out of the picture")},
        {"all of it quoted", IS_HEADING("“Unprecedented”")},
        {"a question", IS_HEADING("Who’s to blame?")},
        {"a quoted question", IS_HEADING("‘What now?’")},
        {"a figure at the end", IS_HEADING("The road to 2030")},
        {"a bracket at the end", IS_HEADING("The big picture (and the small)")},
        {"a colon inside", IS_HEADING("Pay: the sequel")},
        {"By, but no name", IS_HEADING("By the numbers")},
        {"Read, but no pointer", IS_HEADING("Read the room")},
        {"a month, but no date", IS_HEADING("The march of the managers")},
        {"a terse cry", IS_HEADING("Oh no it isn’t!")},
        {"what trails off, if it is terse", IS_HEADING("Going, going…")},
        {"in three dots too", IS_HEADING("And breathe...")},
        {"figures alone", IS_HEADING("24/7")},
        {"a small letter that begins a name", IS_HEADING("e-rostering: a love story")},
        {"a label's word, but no label", IS_HEADING("Picture perfect")},
        {"another alphabet", IS_HEADING("Ελλάδα")},
        {"a sentence is none", IS_TEXT("They all left.")},
        {"nor a cry that is not terse",
         IS_TEXT("All of them left the building at once!")},
        {"nor what trails off at length",
         IS_TEXT("And then they all left the building…")},
        {"nor two cries", IS_TEXT("They left! They all left!")},
        {"nor what introduces", IS_TEXT("The panel will be:")},
        {"nor a quoted sentence", IS_TEXT("“They all left.”")},
        {"nor two sentences, the last a question", IS_TEXT("They left. Why did they?")},
        {"nor a long question",
         IS_TEXT("How much can local leadership achieve where the money has run out?")},
        {"nor a pointer", IS_TEXT("Read the full story here")},
        {"nor another pointer", IS_TEXT("Click here to listen")},
        {"nor a promise", IS_TEXT("More to follow")},
        {"nor a byline", IS_TEXT("By Jo Doe and Al Roe")},
        {"nor a date", IS_TEXT("Friday 20 November 2026")},
        {"nor an address", IS_TEXT("news@desk.example")},
        {"nor another date", IS_TEXT("20/11/2026")},
        {"nor a label", IS_TEXT("Source: board papers")},
        {"nor a pointer without a verb", IS_TEXT("Full story here")},
        {"nor a promise that trails off", IS_TEXT("More to follow…")},
        {"nor a signature", IS_TEXT("– Jo Doe")},
        {"nor a quotation that goes on", IS_TEXT("“We will be here again")},
        {"nor a rule", IS_TEXT("* * *")},
    };
    check_shapes(cases, TD_ARRAY_LEN(cases), TD_FORM_PLAIN);
}

static void a_heading_needs_text_under_it(void **state)
{
    (void)state;
    static const struct shape_case cases[] = {
        {"of two headings in a row the first is a paragraph, with a warning",
         LONG "\n\nIn brief\n\nCash crunch\n\nThey met.\n",
         "=\np " LONG
         "\np In brief\n# Cash crunch\np They met.\n! 3 \"In brief\" looks like "
         "a heading but has no text under it: taken as a paragraph\n"},
        {"so is one at the end", LONG "\n\nMore tomorrow\n",
         "=\np " LONG
         "\np More tomorrow\n! 3 \"More tomorrow\" looks like a heading but has "
         "no text under it: taken as a paragraph\n"},
        {"of two the first, if the second is much longer",
         LONG "\n\nCash crunch\n\nThe chair has left with immediate effect\n\n" LONG "\n",
         "=\np " LONG
         "\n# Cash crunch\np The chair has left with immediate effect\np " LONG "\n"},
        {"three are a list", LONG "\n\nJo Doe\n\nAl Roe\n\nMo Poe\n\nThey met.\n",
         "=\np " LONG
         "\np Jo Doe\np Al Roe\np Mo Poe\np They met.\n! 3 \"Jo Doe\" looks like a "
         "heading but has no text under it: taken as a paragraph\n"},
        {"so are those that a colon introduces",
         LONG "\n\nThey are:\n\nJo Doe, chief executive of a trust\n\nAl Roe\n\nThey "
              "met.\n",
         "=\np " LONG
         "\np They are:\np Jo Doe, chief executive of a trust\np Al Roe\np They met.\n"},
        {"a line that goes on from the one above is none",
         LONG "\n\nThey said\n\nto the board\n\n" LONG "\n",
         "=\np " LONG "\n# They said\np to the board\np " LONG "\n"},
        {"a list is text", LONG "\n\nIn brief\n\n• One\n• Two\n",
         "=\np " LONG "\n# In brief\n- One\n- Two\n"},
        {"short lines in a row, with no blank line, are no headings",
         LONG "\n\nJo Doe\nAl Roe\nMo Poe\n\nThey met.\n",
         "=\np " LONG
         "\np Jo Doe\np Al Roe\np Mo Poe\np They met.\n! 3 \"Jo Doe\" looks like "
         "a heading but has no text under it: taken as a paragraph\n"},
    };
    check_shapes(cases, TD_ARRAY_LEN(cases), TD_FORM_PLAIN);
}

static void keeps_words_as_they_are(void **state)
{
    (void)state;
    static const struct shape_case cases[] = {
        {"curly quotes, no-break and double spaces, spaces at the end of a paragraph",
         LONG "\n\n“A”  ‘b’\u00A0 c –\u2009d. \u00A0\n",
         "=\np " LONG "\np “A”  ‘b’\u00A0 c –\u2009d. \u00A0\n"},
        {"an indent goes", "   " LONG "\n\n\tThey met.\n",
         "=\np " LONG "\np They met.\n"},
        {"bare addresses become links",
         LONG "\n\nSee https://a.example/x, or (www.b.example).\n",
         "=\np " LONG "\np See [https://a.example/x](https://a.example/x), or "
         "([www.b.example](http://www.b.example)).\n"},
        {"carriage returns are line ends", "Read.\r\n\r\n" LONG "\r\n\r\nEnd.\r",
         "^ Read.\n=\np " LONG "\np End.\n"},
        {"old Mac line ends", "Read.\r\r" LONG "\r\rEnd.\r",
         "^ Read.\n=\np " LONG "\np End.\n"},
        {"no newline at the end", "Read.\n\n" LONG, "^ Read.\n=\np " LONG "\n"},
        {"lines of white space are blank", "Read.\n \u00A0\t\n" LONG "\n\u200B\nEnd.\n",
         "^ Read.\n=\np " LONG "\np End.\n"},
    };
    check_shapes(cases, TD_ARRAY_LEN(cases), TD_FORM_PLAIN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_the_parts_of_a_briefing),
        cmocka_unit_test(opens_the_also_list),
        cmocka_unit_test(knows_a_heading_when_it_sees_one),
        cmocka_unit_test(a_heading_needs_text_under_it),
        cmocka_unit_test(keeps_words_as_they_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
