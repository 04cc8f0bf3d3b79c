/*
 * test_markdown.c: Markdown to sections and entries.
 */
#include "shape.h"

static void reads_sections(void **state)
{
    (void)state;
    static const struct shape_case cases[] = {
        {"what stands before the first ## is the lead",
         "One.\n\nTwo.\n\n## Cash crunch {.finance .work-force}\n\nThree.\n\n## Also "
         "today\n\n- a\n",
         "=\np One.\np Two.\n# Cash crunch {.finance} {.work-force}\np Three.\n+ Also "
         "today\n"
         "- a\n"},
        {"# is the title, its topics those of the story", "# Notes {.x}\n\nOne.\n",
         "t Notes\n=\np One.\n"},
        {"a second # opens a section", "# Notes\n\nOne.\n\n# Two\n\nThree.\n",
         "t Notes\n=\np One.\n# Two\np Three.\n"},
        {"### is a heading inside a section", "One.\n\n## A\n\nTwo.\n\n### B\n\nThree.\n",
         "=\np One.\n# A\np Two.\nh B\np Three.\n"},
        {"a section without text is kept, with a warning",
         "One.\n\n## A\n\n## B\n\nTwo.\n",
         "=\np One.\n# A\n# B\np Two.\n! 3 the section \"A\" has no text\n"},
        {"underlined headings", "Notes\n=====\n\nOne.\n\nCash {.x}\n----\n\nTwo.\n",
         "t Notes\n=\np One.\n# Cash {.x}\np Two.\n"},
        {"topics in other spellings; an id says nothing",
         "One.\n\n## A{ .x   .y }\n\nTwo.\n\n## B {.x, .y}\n\nTwo.\n\n## C "
         "{.x.y}\n\nTwo.\n\n## D {#d .x} ##\n\nTwo.\n\n## E {#e}\n\nTwo.\n",
         "=\np One.\n# A {.x} {.y}\np Two.\n# B {.x} {.y}\np Two.\n# C {.x} {.y}\np "
         "Two.\n# D {.x}\np Two.\n# E\np Two.\n"},
        {"other braces are words", "One.\n\n## A {b}\n\nTwo.\n\n## {curly} C\n\nThree.\n",
         "=\np One.\n# A {b}\np Two.\n# {curly} C\np Three.\n! 3 topics are written "
         "{.topic .topic}: {b} is shown as it is\n"},
        {"a heading without its space is text, with a warning", "One.\n\n##Two\n",
         "=\np One.\np ##Two\n! 3 a heading has a space behind ##: this is shown as "
         "text\n"},
        {"a heading inside a quote opens nothing", "One.\n\n> ## A\n>\n> B\n",
         "=\np One.\n> A\n> B\n"},
    };
    check_shapes(cases, TD_ARRAY_LEN(cases), TD_FORM_MARKDOWN);
}

static void reads_blocks(void **state)
{
    (void)state;
    static const struct shape_case cases[] = {
        {"wrapped lines are one paragraph, a hard break stays one",
         "One\ntwo  \nthree\\\nfour\n", "=\np One two\nthree\nfour\n"},
        {"lists, numbered and not", "- a\n- b\n\nc\n\n1. d\n2. e\n",
         "=\n- a\n- b\np c\n1 d\n1 e\n"},
        {"nested lists are flattened in order, a second paragraph stays in its item",
         "- a\n  - b\n    1. c\n- d\n\n  e\n- f\n", "=\n- a\n- b\n- c\n- d\ne\n- f\n"},
        {"quotes keep their paragraphs", "> a\n> b\n>\n> c\n>> d\n",
         "=\n> a b\n> c\n> d\n"},
        {"a quote in a list is a line of its item", "- a\n  > b\n", "=\n- a\nb\n"},
        {"an image alone", "![The *ward*](img/ward.png)\n",
         "=\ni The ward (img/ward.png)\n"},
        {"an image among words is its text", "A ![ward](x.png) b\n", "=\np A ward b\n"},
        {"an image with a source no mail may show", "![ward](javascript:x)\n",
         "=\np ward\n"},
        {"code", "```\na  b\n*c*\n```\n\n    d\n", "=\np `a  b\n*c*`\np `d`\n"},
        {"a table is text", "| a | b |\n|---|---|\n| 1 | 2 |\n",
         "=\np | a | b | |---|---| | 1 | 2 |\n"},
        {"a rule is no text", "a\n\n---\n\nb\n", "=\np a\np b\n"},
    };
    check_shapes(cases, TD_ARRAY_LEN(cases), TD_FORM_MARKDOWN);
}

static void reads_marks(void **state)
{
    (void)state;
    static const struct shape_case cases[] = {
        {"emphasis, strong, code", "*a* **b *c*** `d  e`\n",
         "=\np *a* **b *c*** `d  e`\n"},
        {"a kind inside itself says nothing more", "**a __b__ c**\n", "=\np **a b c**\n"},
        {"links", "[a *b*](https://c.example \"t\") <https://d.example> <e@f.example>\n",
         "=\np [a *b*](https://c.example) [https://d.example](https://d.example) "
         "[e@f.example](mailto:e@f.example)\n"},
        {"bare addresses, but not in code or links",
         "https://a.example. `https://b.example` "
         "[https://c.example](https://d.example)\n",
         "=\np [https://a.example](https://a.example). `https://b.example` "
         "[https://c.example](https://d.example)\n"},
        {"quotes and dashes are left alone", "\"a\" -- 'b' ... “c”\n",
         "=\np \"a\" -- 'b' ... “c”\n"},
        {"entities are characters", "a &amp; b &lt;c&gt; &copy;\n", "=\np a & b <c> ©\n"},
        {"marks in headings are cut with the topics", "a\n\n## A **b** {.x}\n\nc\n",
         "=\np a\n# A **b** {.x}\np c\n"},
        {"other links lose their target, with a warning", "a\n[b](ftp://c.example)\n",
         "=\np a b\n! 2 only http, https and mailto links are kept, this one is dropped: "
         "ftp://c.example\n"},
    };
    check_shapes(cases, TD_ARRAY_LEN(cases), TD_FORM_MARKDOWN);
}

static void no_word_in_raw_html_is_lost(void **state)
{
    (void)state;
    static const struct shape_case cases[] = {
        {"inline", "a <b>c</b>\nd <i>e</i>\n",
         "=\np a <b>c</b> d <i>e</i>\n! 1 HTML is shown as it is written: <b>\n! 1 HTML "
         "is "
         "shown as it is written: </b>\n! 2 HTML is shown as it is written: <i>\n! 2 "
         "HTML is "
         "shown as it is written: </i>\n"},
        {"as a block", "a\n\n<div>\nb *c*\n</div>\n\nd\n",
         "=\np a\np <div> b *c* </div>\np d\n! 3 HTML is shown as it is written: "
         "<div>\n"},
        {"a script does not run, and does not vanish", "a <script>x()</script>\n",
         "=\np a <script>x()</script>\n! 1 HTML is shown as it is written: <script>\n! 1 "
         "HTML "
         "is shown as it is written: </script>\n"},
        {"comments are for editors", "a\n\n<!-- b -->\n\nc <!-- d --> e\n",
         "=\np a\np c  e\n! 3 an HTML comment is left out\n! 5 an HTML comment is left "
         "out\n"},
    };
    check_shapes(cases, TD_ARRAY_LEN(cases), TD_FORM_MARKDOWN);
}

static void reads_live_blogs(void **state)
{
    (void)state;
    static const struct shape_case cases[] = {
        {"said so, with headings and paragraphs that begin with a time",
         "---\nkind: live\n---\n# Day\n\nWelcome.\n\n## 5.32pm {.finance}\n\nA (see "
         "**4.10pm**)."
         "\n\n### B\n\n**4.10pm** C\n\n## 3.05pm: D\n\nE\n",
         "t Day\nm Welcome.\n@17:32 >16:10 {.finance}\np A (see **«4.10pm»**).\nh "
         "B\n@16:10\np "
         "C\n@15:05\nh D\np E\n"},
        {"or seen", "5.32pm A\n\n4.10pm B\n", "@17:32\np A\n@16:10\np B\n"},
        {"unless it says that it is a briefing",
         "---\nkind: briefing\n---\n5.32pm A\n\n4.10pm B\n",
         "=\np 5.32pm A\np 4.10pm B\n"},
        {"without an entry it is none", "---\nkind: live\n---\nA\n",
         "error: f:1: a live blog without an entry (one begins with a time)\n"},
        {"the heading's link is cut with its time",
         "## [5pm](https://a.example) B\n\nc\n\n4pm: D\n",
         "@17:00\nh B\np c\n@16:00\np D\n"},
    };
    check_shapes(cases, TD_ARRAY_LEN(cases), TD_FORM_MARKDOWN);
}

static void reads_front_matter(void **state)
{
    (void)state;
    static const struct shape_case cases[] = {
        {"the title there wins, and is not shown twice", "---\ntitle: A\n---\n# A\n\nb\n",
         "t A\n=\np b\n"},
        {"another one is a heading of the lead", "---\ntitle: A\n---\n# B\n\nc\n",
         "t A\n=\nh B\np c\n! 4 the title is in the front matter: this one is shown as a "
         "heading of the lead\n"},
        {"the standfirst", "---\nstandfirst: \"Read: this\"\n...\n\na\n",
         "^ Read: this\n=\np a\n"},
        {"numbers and booleans are text", "---\ntitle: 010\nstandfirst: yes\n---\na\n",
         "t 010\n^ yes\n=\np a\n"},
        {"empty values are not given", "---\ntitle:\nstandfirst: ''\n---\na\n",
         "=\np a\n"},
        {"an empty one is fine", "---\n---\na\n", "=\np a\n"},
        {"carriage returns and spaces behind the fences",
         "---\r\ntitle: A\r\n--- \r\n\r\nb\r\n\r\n## C\r\n\r\nd\r\n",
         "t A\n=\np b\n# C\np d\n"},
        {"lines are those of the file", "---\ntitle: A\n---\n\n## B\n",
         "t A\n=\n# B\n! 5 the section \"B\" has no text\n"},
    };
    check_shapes(cases, TD_ARRAY_LEN(cases), TD_FORM_MARKDOWN);
}

static void names_the_line_of_a_fault(void **state)
{
    (void)state;
    static const struct shape_case cases[] = {
        {"unknown key", "---\ntitle: A\nfoo: 1\ndraft: no\n---\nb\n",
         "error: f:3: front matter: unknown key \"foo\" (known: title, subject, "
         "preheader, "
         "standfirst, topics, kind, draft, attachments)\n"},
        {"doubled key", "---\ntitle: A\ndraft: no\ntitle: B\n---\nb\n",
         "error: f:4: front matter: Mapping field already seen: title\n"},
        {"no YAML", "---\ntitle: A\nsubject: B: C\ndraft: no\n---\nb\n",
         "error: f:3: front matter: libyaml: mapping values are not allowed in this "
         "context\n"},
        {"a quote left open", "---\ndraft: no\ntitle: \"A\nkind: live\n---\nb\n",
         "error: f:3: front matter: libyaml: found unexpected end of stream\n"},
        {"a tab", "---\ndraft: no\n\ttitle: A\n---\nb\n",
         "error: f:3: front matter: libyaml: found a tab character that violates "
         "indentation\n"},
        {"no mapping", "---\njust words\n---\nb\n",
         "error: f:2: front matter: Expecting MAPPING, got event: SCALAR\n"},
        {"a list where text is wanted", "---\ndraft: no\ntitle: [A]\n---\nb\n",
         "error: f:3: front matter: title: Expecting STRING, got event: "
         "SEQUENCE_START\n"},
        {"neither yes nor no", "---\ntitle: A\ndraft: maybe\n---\nb\n",
         "error: f:3: front matter: draft: yes or no (not \"maybe\")\n"},
        {"no such kind", "---\nkind: 12x\n---\nb\n",
         "error: f:2: front matter: kind: briefing, live or alert (not \"12x\")\n"},
        {"not closed", "---\ntitle: A\n\nb\n",
         "error: f:1: the front matter that begins here is not closed by ---\n"},
    };
    check_shapes(cases, TD_ARRAY_LEN(cases), TD_FORM_MARKDOWN);
}

static void topics_are_a_list_or_text(void **state)
{
    (void)state;
    static const char many[] = "---\ntopics:\n  - a\n  - .b\n  - c\n"
                               "kind: alert\ndraft: Yes\nsubject: S\n---\nx\n";
    static const char *const sources[] = {
        "---\ntopics: a, .b c\n---\nx\n",
        "---\ntopics: [a, .b, c]\n---\nx\n",
        many,
    };
    for (size_t i = 0; i < TD_ARRAY_LEN(sources); i++) {
        struct td_story *story = NULL;
        struct td_warnings warnings = {0};
        struct td_err err;
        assert_ok(td_content_parse(td_slice(sources[i]), TD_FORM_MARKDOWN, "f", &story,
                                   &warnings, &err),
                  err);
        assert_int_equal(story->topic_count, 3);
        assert_slice(story->topics[0], "a");
        assert_slice(story->topics[1], "b");
        assert_slice(story->topics[2], "c");
        assert_int_equal(story->alert, i == 2);
        assert_int_equal(story->draft, i == 2);
        assert_int_equal(story->subject.ptr != NULL, i == 2);
        td_story_destroy(story);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_sections),
        cmocka_unit_test(reads_blocks),
        cmocka_unit_test(reads_marks),
        cmocka_unit_test(no_word_in_raw_html_is_lost),
        cmocka_unit_test(reads_live_blogs),
        cmocka_unit_test(reads_front_matter),
        cmocka_unit_test(names_the_line_of_a_fault),
        cmocka_unit_test(topics_are_a_list_or_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
