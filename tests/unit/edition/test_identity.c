/* Entries keep their numbers while an editor goes on writing. */
#include "support/td_test.h"

#include "base/date.h"
#include "edition/identity.h"

#define MOST 16

struct blog {
    struct td_numbered known[MOST];
    size_t known_count;
};

/* "17:32 words|16:00 more": the entries of a file, and the numbers they get: "2 1". */
static void assert_numbers(struct blog *blog, const char *source, const char *expected)
{
    struct td_entry entries[MOST] = {0};
    struct td_block blocks[MOST] = {0};
    struct td_numbered out[MOST];
    struct td_slice rest = td_slice(source);
    struct td_slice word;
    char numbers[100] = "";
    size_t n = 0;
    for (; td_slice_token(&rest, "|", &word); n++) {
        assert_true(td_clock_time_parse(td_slice_sub(word, 0, 5), &entries[n].minute));
        blocks[n].text.words = td_slice_sub(word, 6, word.len);
        entries[n].blocks = &blocks[n];
        entries[n].block_count = 1;
    }
    const struct td_story story = {.entries = entries, .entry_count = n};
    int64_t next = 1;
    for (size_t i = 0; i < blog->known_count; i++)
        next = blog->known[i].seq >= next ? blog->known[i].seq + 1 : next;
    const size_t added = td_identify(&story, blog->known, blog->known_count, next, out);
    for (size_t i = 0; i < n; i++) {
        const size_t len = strlen(numbers);
        (void)snprintf(numbers + len, sizeof numbers - len, "%s%lld", i > 0 ? " " : "",
                       (long long)out[i].seq);
    }
    assert_string_equal(numbers, expected);
    /* What is known from now on: by number, deleted entries too. */
    for (size_t i = 0; i < n; i++) {
        size_t k = 0;
        while (k < blog->known_count && blog->known[k].seq != out[i].seq)
            k++;
        if (k == blog->known_count && out[i].seq < next)
            fail_msg("number %lld comes from nowhere", (long long)out[i].seq);
    }
    for (int64_t seq = next; seq < next + (int64_t)added; seq++)
        for (size_t i = 0; i < n; i++)
            if (out[i].seq == seq)
                blog->known[blog->known_count++] = out[i];
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < blog->known_count; k++)
            if (blog->known[k].seq == out[i].seq)
                blog->known[k] = out[i];
}

static void new_entries_are_numbered_from_the_oldest(void **state)
{
    (void)state;
    struct blog blog = {0};
    assert_numbers(&blog, "12:00 c|11:00 b|10:00 a", "3 2 1");
    assert_numbers(&blog, "13:00 d|12:00 c|11:00 b|10:00 a", "4 3 2 1");
    struct blog oldest_first = {0};
    assert_numbers(&oldest_first, "10:00 a|11:00 b|12:00 c", "1 2 3");
    assert_numbers(&oldest_first, "10:00 a|11:00 b|12:00 c|13:00 d", "1 2 3 4");
}

static void an_edited_entry_keeps_its_number(void **state)
{
    (void)state;
    struct blog blog = {0};
    assert_numbers(&blog, "12:00 c|11:00 b|10:00 a", "3 2 1");
    assert_numbers(&blog, "12:00 c|11:00 b, corrected|10:00 a", "3 2 1");
    assert_numbers(&blog, "13:00 d|12:00 c|11:00 b|10:00 a", "4 3 2 1");
}

static void an_entry_typed_late_is_new(void **state)
{
    (void)state;
    struct blog blog = {0};
    assert_numbers(&blog, "12:00 c|10:00 a", "2 1");
    assert_numbers(&blog, "12:00 c|11:00 late|10:00 a", "2 3 1");
}

static void two_of_one_minute_are_told_apart(void **state)
{
    (void)state;
    struct blog blog = {0};
    assert_numbers(&blog, "12:00 a|10:00 z", "2 1");
    assert_numbers(&blog, "12:00 b|12:00 a|10:00 z", "3 2 1");
    assert_numbers(&blog, "12:00 b|12:00 a, corrected|10:00 z", "3 2 1");
    assert_numbers(&blog, "12:00 b, too|12:00 a, both|10:00 z", "3 2 1");
    /* One put between the two, or below both: the words of the others are theirs. */
    assert_numbers(&blog, "12:00 b, too|12:00 between|12:00 a, both|10:00 z", "3 4 2 1");
    assert_numbers(&blog, "12:00 b, too|12:00 between|12:00 a, both|12:00 below|10:00 z",
                   "3 4 2 5 1");
}

static void a_deleted_entry_leaves_its_number(void **state)
{
    (void)state;
    struct blog blog = {0};
    assert_numbers(&blog, "12:00 c|11:00 b|10:00 a", "3 2 1");
    assert_numbers(&blog, "12:00 c|10:00 a", "3 1");
    assert_numbers(&blog, "13:00 d|12:00 c|10:00 a", "4 3 1");
    assert_numbers(&blog, "13:00 d|12:00 c|11:00 b|10:00 a",
                   "4 3 2 1"); /* it came back */
}

static void nothing_said_means_newest_first(void **state)
{
    (void)state;
    struct blog blog = {0};
    assert_numbers(&blog, "12:00 a", "1");
    assert_numbers(&blog, "12:00 b|12:00 a", "2 1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(new_entries_are_numbered_from_the_oldest),
        cmocka_unit_test(an_edited_entry_keeps_its_number),
        cmocka_unit_test(an_entry_typed_late_is_new),
        cmocka_unit_test(two_of_one_minute_are_told_apart),
        cmocka_unit_test(a_deleted_entry_leaves_its_number),
        cmocka_unit_test(nothing_said_means_newest_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
