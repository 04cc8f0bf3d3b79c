/*
 * test_live.c: entries, their times and references, and what is no live blog.
 */
#include "shape.h"

#define LONG                                                                             \
    "The board of the trust met on Tuesday and agreed that the plan it had made in the " \
    "spring would not be enough to see it through the winter, its papers show."

static void reads_entries(void **state)
{
    (void)state;
    static const struct shape_case cases[] = {
        {"newest first, under a masthead",
         "Live logo\n\nLive logo\n\n5.32pm The end.\n\nMore.\n\n8.37am: Good morning.\n",
         "m Live logo\nm Live logo\n@17:32\np The end.\np More.\n@08:37\np Good "
         "morning.\n"},
        {"oldest first", "08:37 Good morning\n\n17:32 The end\n",
         "@08:37\np Good morning\n@17:32\np The end\n"},
        {"a lone one: a live blog grows from it", "Live\n\n8.37am: Good morning.\n",
         "m Live\n@08:37\np Good morning.\n"},
        {"without blank lines between", "5.32pm The end.\n4.10pm The middle.\nMore.\n",
         "@17:32\np The end.\n@16:10\np The middle.\np More.\n"},
        {"with the time on a line of its own",
         "5.32pm\n\nThe end.\n\n4.10pm\nThe middle.\n",
         "@17:32\np The end.\n@16:10\np The middle.\n"},
        {"with lists", "5.32pm The panel:\n\n  • One\n  • Two\n\n4.10pm Hello.\n",
         "@17:32\np The panel:\n- One\n- Two\n@16:10\np Hello.\n"},
        {"in many spellings",
         "[11:58] A\n\n(11:57 pm) B\n\n11.56 p.m. – C\n\n11.55PM - D\n\n10:54\u00A0pm | "
         "E\n\n"
         "10pm: F\n\n9 PM G\n\n17:32 BST H\n\n17.31: I\n\n12 noon: J\n\n12.45am. K\n",
         "@11:58\np A\n@23:57\np B\n@23:56\np C\n@23:55\np D\n@22:54\np E\n@22:00\np "
         "F\n@21:00\n"
         "p G\n@17:32\np H\n@17:31\np I\n@12:00\np J\n@00:45\np K\n! 3 entry 11:57 pm "
         "stands "
         "behind 11:58: the entries go back and forth in time\n"},
        {"with slips of the keyboard",
         "5.32pmThe end.\n\n4.10pm-The rest.\n\n3.05pm.The board met.\n\n14.02pm, The "
         "board left.\n",
         "@17:32\np The end.\n@16:10\np The rest.\n@15:05\np The board "
         "met.\n@14:02\np The board left.\n"},
        {"without its am or pm, where one more entry fits",
         "2.17pm A.\n\n2.05 The board met.\n\n1.45pm B.\n\n2.50 Euros is the "
         "price.\n\n10.36am C.\n\n10.30 The rest.\n\n10.23am D.\n\n10.20 Euros.\n",
         "@14:17\np A.\n@14:05\np The board met.\n@13:45\np B.\np 2.50 Euros is the "
         "price.\n@10:36\np C.\n@10:30\np The rest.\n@10:23\np D.\np 10.20 Euros.\n"},
        {"with zero-width characters around them",
         "\u200B5.32pm\u200BThe end.\n\n\uFEFF4.10pm\u200B: The rest.\n",
         "@17:32\np The end.\n@16:10\np The rest.\n"},
        {"under a masthead that goes on, if the entries do too",
         LONG "\n\nIt was cold. It was late.\n\n5.32pm " LONG "\n\n4.10pm " LONG
              "\n\n3.05pm " LONG "\n",
         "m " LONG "\nm It was cold. It was late.\n@17:32\np " LONG "\n@16:10\np " LONG
         "\n@15:05\np " LONG "\n"},
        {"noon and midnight", "12.45pm A\n\n12.10pm B\n\n12.45am C\n\n12.10am D\n",
         "@12:45\np A\n@12:10\np B\n@00:45\np C\n@00:10\np D\n"},
        {"in lower case throughout", "5.32pm the end.\n\n4.10pm the middle.\n",
         "@17:32\np the end.\n@16:10\np the middle.\n"},
        {"by the hour throughout", "9am Good morning.\n\n10am Hello.\n\n11am More.\n",
         "@09:00\np Good morning.\n@10:00\np Hello.\n@11:00\np More.\n"},
        {"with a point and no am or pm, if that is the file's way",
         "Live\n\n17.32 The end.\n\n16.10 “More.”\n\n9.05 Good morning.\n",
         "m Live\n@17:32\np The end.\n@16:10\np “More.”\n@09:05\np Good morning.\n"},
        {"short lines in an entry are no headings", "5.32pm A.\n\nCash crunch\n\nMore.\n",
         "@17:32\np A.\np Cash crunch\np More.\n"},
    };
    check_shapes(cases, TD_ARRAY_LEN(cases), TD_FORM_PLAIN);
}

static void a_time_in_a_sentence_is_no_entry(void **state)
{
    (void)state;
    static const struct shape_case cases[] = {
        {"inside a paragraph", "5.32pm A.\n\nAt 2.30pm they met.\n\n4.10pm B.\n",
         "@17:32\np A.\np At 2.30pm they met.\n@16:10\np B.\n"},
        {"an hour that goes on in lower case", "5.32pm A.\n\n1pm is when they met.\n",
         "@17:32\np A.\np 1pm is when they met.\n"},
        {"an hour that breaks the order",
         "5.32pm A.\n\n1pm Friday it is.\n\n4.10pm B.\n\n3.05pm C.\n",
         "@17:32\np A.\np 1pm Friday it is.\n@16:10\np B.\n@15:05\np C.\n"},
        {"a comma behind it", "5.32pm A.\n\n4.30pm, when they met.\n",
         "@17:32\np A.\np 4.30pm, when they met.\n"},
        {"a span", "5.32pm A.\n\n1pm-2pm: lunch.\n\n10:00 – 11:00 break.\n",
         "@17:32\np A.\np 1pm-2pm: lunch.\np 10:00 – 11:00 break.\n"},
        {"lower case that breaks the order",
         "5.32pm A.\n\n2.30pm saw a vote.\n\n4.10pm B.\n\n3.05pm C.\n",
         "@17:32\np A.\np 2.30pm saw a vote.\n@16:10\np B.\n@15:05\np C.\n"},
        {"lower case that keeps it is an entry",
         "5.32pm A.\n\n4.30pm the board met.\n\n4.10pm B.\n\n3.05pm C.\n",
         "@17:32\np A.\n@16:30\np the board met.\n@16:10\np B.\n@15:05\np C.\n"},
        {"a number", "5.32pm A.\n\n12.50 Euros is the price.\n",
         "@17:32\np A.\np 12.50 Euros is the price.\n"},
        {"no time of day, with a warning", "5.32pm A.\n\n3.75pm B.\n",
         "@17:32\np A.\np 3.75pm B.\n! 3 \"3.75pm\" is no time of day: taken as part "
         "of the "
         "entry above\n"},
    };
    check_shapes(cases, TD_ARRAY_LEN(cases), TD_FORM_PLAIN);
}

static void a_diary_makes_no_live_blog(void **state)
{
    (void)state;
    static const struct shape_case cases[] = {
        {"at the end of a briefing",
         "Read this.\n\n" LONG "\n\nDiary\n\n9.30am: A committee.\n\n11am: Another.\n",
         "^ Read this.\n=\np " LONG
         "\n# Diary\np 9.30am: A committee.\np 11am: Another.\n"},
        {"in the middle of a briefing",
         LONG "\n\nThey left.\n\nDiary\n\n9.30am: A committee.\n\n11am: "
              "Another.\n\nCash crunch\n\n" LONG "\n\n" LONG "\n\n" LONG "\n",
         "=\np " LONG "\np They left.\n# Diary\np 9.30am: A committee.\np 11am: "
         "Another.\n# Cash crunch\np " LONG "\np " LONG "\np " LONG "\n"},
        {"one time behind a lead", LONG "\n\nThey met.\n\n9.30am: A committee.\n",
         "=\np " LONG "\np They met.\np 9.30am: A committee.\n"},
    };
    check_shapes(cases, TD_ARRAY_LEN(cases), TD_FORM_PLAIN);
}

static void links_references(void **state)
{
    (void)state;
    static const struct shape_case cases[] = {
        {"in brackets", "4.04pm A. (see 1.13pm)\n\n1.13pm B.\n",
         "@16:04 >13:13\np A. (see «1.13pm»)\n@13:13\np B.\n"},
        {"in other words, once for each time",
         "4.04pm See 1.13pm, 13:12 and 1.13pm for more.\n\n1.13pm B.\n\n1.12pm C.\n",
         "@16:04 >13:13 >13:12\np See «1.13pm», «13:12» and «1.13pm» for "
         "more.\n@13:13\np "
         "B.\n@13:12\np C.\n"},
        {"in a list", "4.04pm A:\n\n• B (see\u00A01.13pm)\n\n1.13pm C.\n",
         "@16:04 >13:13\np A:\n- B (see\u00A0«1.13pm»)\n@13:13\np C.\n"},
        {"in more words than these",
         "4.04pm A (see also our 1.13pm post), or see below: 1.12pm.\n\n1.13pm "
         "B.\n\n1.12pm C.\n",
         "@16:04 >13:13 >13:12\np A (see also our «1.13pm» post), or see below: "
         "«1.12pm».\n@13:13\np B.\n@13:12\np C.\n"},
        {"without am and pm where the entries are",
         "16.04 A (see 13.13)\n\n13.13 B.\n\n9.10 C (see 2.10).\n",
         "@16:04 >13:13\np A (see «13.13»)\n@13:13\np B.\n@09:10\np C (see 2.10).\n"},
        {"to no entry: a warning, the words stay", "4.04pm A.\n\nB (see 1.15pm).\n",
         "@16:04\np A.\np B (see 1.15pm).\n! 3 no entry has the time \"1.15pm\" referred "
         "to\n"},
        {"a sentence is none",
         "4.04pm We see 1.15pm come. Oversee 1.13pm.\n\n1.13pm B.\n",
         "@16:04\np We see 1.15pm come. Oversee 1.13pm.\n@13:13\np B.\n"},
    };
    check_shapes(cases, TD_ARRAY_LEN(cases), TD_FORM_PLAIN);
}

static void warns_of_times_that_go_back_and_forth(void **state)
{
    (void)state;
    static const struct shape_case cases[] = {
        {"with the line", "5pm A\n\n4pm B\n\n4.30pm C\n\n3pm D\n",
         "@17:00\np A\n@16:00\np B\n@16:30\np C\n@15:00\np D\n! 5 entry 4.30pm stands "
         "behind "
         "4pm: the entries go back and forth in time\n"},
        {"oldest first too", "3pm A\n\n5pm B\n\n4pm C\n\n6pm D\n",
         "@15:00\np A\n@17:00\np B\n@16:00\np C\n@18:00\np D\n! 5 entry 4pm stands "
         "behind "
         "5pm: the entries go back and forth in time\n"},
        {"the same minute twice is fine", "5pm A\n\n4pm B\n\n4pm C\n",
         "@17:00\np A\n@16:00\np B\n@16:00\np C\n"},
        {"midnight may be crossed once", "0:30 A\n\n0:10 B\n\n23:50 C\n\n22:00 D\n",
         "@00:30\np A\n@00:10\np B\n@23:50\np C\n@22:00\np D\n"},
        {"but not twice",
         "0:30 A\n\n23:50 B\n\n22:00 C\n\n1:00 D\n\n23:00 E\n\n21:00 F\n",
         "@00:30\np A\n@23:50\np B\n@22:00\np C\n@01:00\np D\n@23:00\np E\n@21:00\np "
         "F\n! 9 "
         "entry 23:00 stands behind 1:00: the entries go back and forth in time\n"},
    };
    check_shapes(cases, TD_ARRAY_LEN(cases), TD_FORM_PLAIN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_entries),
        cmocka_unit_test(a_time_in_a_sentence_is_no_entry),
        cmocka_unit_test(a_diary_makes_no_live_blog),
        cmocka_unit_test(links_references),
        cmocka_unit_test(warns_of_times_that_go_back_and_forth),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
