/*
 * heading.c: the form of a heading, and of the short lines that are none.
 */
#include "content/heading.h"

#include "base/err.h"
#include "content/stamp.h"
#include "content/words.h"

/* Characters and words a heading may have; a question must be shorter to be one, and a line that
 * ends in "!" or "…" terser still: most of those are said by somebody. */
#define HEADING_CHARS  80
#define HEADING_WORDS  12
#define QUESTION_CHARS 60
#define CRY_WORDS      6

/* So many digits are a heading without a letter: "24/7", "999". */
#define DIGITS_LEAST 3

#define ELLIPSIS 0x2026

static bool is_one_of(struct td_slice word, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (td_slice_iis(word, list[i]))
            return true;
    return false;
}

/* The word without the punctuation behind it: "today:", "follow…". */
static struct td_slice bare(struct td_slice word)
{
    static const char *const ends[] = {":", ",", ".", "!", "…", "’", "”", "'", "\""};
    for (size_t i = 0; i < TD_ARRAY_LEN(ends);) {
        const bool cut = td_slice_ends(word, ends[i]);
        word.len -= cut ? td_slice(ends[i]).len : 0;
        i = cut ? 0 : i + 1;
    }
    return word;
}

bool td_heading_is_also(struct td_slice heading)
{
    static const char *const leads[] = {"in", "from", "at", "this"};
    size_t pos = 0;
    if (!td_slice_iis(td_words_next(heading, &pos), "also"))
        return false;
    const struct td_slice second = bare(td_words_next(heading, &pos));
    if (td_slice_iis(second, "on") || td_slice_iis(second, "today"))
        return true;
    bool today = false;
    for (struct td_slice word = td_words_next(heading, &pos); word.len > 0;
         word = td_words_next(heading, &pos))
        today |= td_slice_istarts(word, "today");
    return today && is_one_of(second, leads, TD_ARRAY_LEN(leads));
}

static struct td_slice last_word(struct td_slice s)
{
    struct td_slice last = td_slice_sub(s, 0, 0);
    size_t pos = 0;
    for (struct td_slice word = td_words_next(s, &pos); word.len > 0;
         word = td_words_next(s, &pos))
        last = word;
    return bare(last);
}

/* "Read the full story here", "Full report here", "Click here to …", "More to follow…", "Watch this
 * space". */
static bool is_pointer(struct td_slice words)
{
    static const char *const verbs[] = {
        "read",     "click",    "see",       "find",  "watch",  "listen", "sign", "book",
        "register", "download", "subscribe", "visit", "follow", "get",    "view"};
    static const char *const objects[] = {"more", "here", "the",  "our",
                                          "up",   "full", "this", "it"};
    static const char *const things[] = {"story",  "report", "details", "list",
                                         "letter", "more",   "article"};
    size_t pos = 0;
    const struct td_slice first = bare(td_words_next(words, &pos));
    const struct td_slice second = bare(td_words_next(words, &pos));
    const bool here = td_slice_iis(last_word(words), "here");
    if (td_slice_iis(first, "more") && td_slice_iis(second, "to"))
        return td_slice_iis(last_word(words), "follow");
    if ((td_slice_iis(first, "read") && td_slice_iis(second, "more")) ||
        (td_slice_iis(first, "find") && td_slice_iis(second, "out") && here) ||
        (td_slice_iis(first, "stay") && td_slice_iis(second, "tuned")) ||
        (td_slice_iis(first, "watch") && td_slice_iis(last_word(words), "space")))
        return true;
    if (is_one_of(first, verbs, TD_ARRAY_LEN(verbs)))
        return td_slice_iis(second, "here") ||
               (here && is_one_of(second, objects, TD_ARRAY_LEN(objects)));
    return here && (is_one_of(first, things, TD_ARRAY_LEN(things)) ||
                    is_one_of(second, things, TD_ARRAY_LEN(things)));
}

/* "Picture: the old boiler house", "Source: board papers". */
static bool is_label(struct td_slice words)
{
    static const char *const labels[] = {
        "source:", "sources:", "picture:", "pictured:", "photo:",  "image:",  "graphic:",
        "credit:", "related:", "video:",   "contact:",  "email:",  "e-mail:", "tel:",
        "phone:",  "twitter:", "read:",    "watch:",    "listen:", "see:"};
    size_t pos = 0;
    return is_one_of(td_words_next(words, &pos), labels, TD_ARRAY_LEN(labels));
}

/* "By Jo Doe", "By Jo Doe and Al Roe": names behind By, nothing else. */
static bool is_byline(struct td_slice words)
{
    size_t pos = 0;
    if (!td_slice_iis(td_words_next(words, &pos), "by"))
        return false;
    size_t names = 0;
    for (struct td_slice word = td_words_next(words, &pos); word.len > 0;
         word = td_words_next(words, &pos)) {
        const int first = (unsigned char)word.ptr[0];
        if (!(first >= 'A' && first <= 'Z') && first < 0x80 && !td_slice_is(word, "and"))
            return false;
        names++;
    }
    return names >= 2;
}

static bool is_digit(int32_t c)
{
    return c >= '0' && c <= '9';
}

/* "20/11/2026", "20.11.26" */
static bool is_date_of_digits(struct td_slice word)
{
    size_t points = 0;
    for (size_t i = 0; i < word.len; i++) {
        const char c = word.ptr[i];
        if (!is_digit(c) && c != '/' && c != '.' && c != '-')
            return false;
        points += !is_digit(c);
    }
    return points == 2 && word.len >= 6;
}

bool td_line_is_date(struct td_slice words)
{
    static const char *const months[] = {"january",   "february", "march",    "april",
                                         "may",       "june",     "july",     "august",
                                         "september", "october",  "november", "december"};
    static const char *const days[] = {"monday",   "tuesday", "wednesday",
                                       "thursday", "friday",  "saturday",
                                       "sunday",   "the",     "of"};
    bool month = false;
    bool day = false;
    size_t pos = 0;
    for (struct td_slice word = bare(td_words_next(words, &pos)); word.len > 0;
         word = bare(td_words_next(words, &pos))) {
        const bool whole = is_date_of_digits(word);
        const bool known = is_one_of(word, months, TD_ARRAY_LEN(months));
        if (!whole && !known && !is_digit(word.ptr[0]) &&
            !is_one_of(word, days, TD_ARRAY_LEN(days)))
            return false;
        month |= known || whole;
        day |= is_digit(word.ptr[0]);
    }
    return month && day;
}

/* "news.example/story": a host with a path behind it. */
static bool is_path(struct td_slice word)
{
    const size_t point = td_slice_find(word, 0, '.');
    const size_t slash = td_slice_find(word, 0, '/');
    return slash != (size_t)-1 && point > 0 && point < slash;
}

static bool has_address(struct td_slice words)
{
    size_t pos = 0;
    for (struct td_slice word = td_words_next(words, &pos); word.len > 0;
         word = td_words_next(words, &pos))
        if (is_path(word))
            return true;
    return td_slice_find_str(words, 0, "://") != (size_t)-1 ||
           td_slice_find_str(words, 0, "www.") != (size_t)-1 ||
           td_slice_find(words, 0, '@') != (size_t)-1;
}

bool td_line_is_aside(struct td_slice words)
{
    return has_address(words) || is_pointer(words) || is_byline(words) || is_label(words);
}

/* A quotation that goes on in the next paragraph: opened and not closed. */
static bool is_open_quote(struct td_slice words)
{
    const int32_t first = td_words_at(words, 0);
    if (first == '"')
        return td_slice_find(words, 1, '"') == (size_t)-1;
    return first == 0x201C && td_slice_find_str(words, 0, "”") == (size_t)-1;
}

/* Whether a sentence ends before the last word: then it is no heading but a paragraph. */
static bool has_inner_end(struct td_slice words)
{
    size_t pos = 0;
    for (struct td_slice word = td_words_next(words, &pos); word.len > 0;
         word = td_words_next(words, &pos))
        if (word.len > 3 && td_words_end_sentence(word) &&
            td_words_skip_space(words, pos) < words.len)
            return true;
    return false;
}

/* Whether it may end as it does. */
static bool ends_like_heading(struct td_slice words, size_t chars)
{
    const int32_t last = td_words_last(words);
    const struct td_slice end = last_word(words);
    if (last == ':')
        return td_heading_is_also(words);
    if (last == ',' || last == ';' || td_is_dash(last))
        return false;
    if (!td_words_end_sentence(words))
        return true;
    if (last == '?')
        return chars <= QUESTION_CHARS && !has_inner_end(words);
    const size_t behind = (size_t)(end.ptr - words.ptr) + end.len;
    const bool trails = last == ELLIPSIS ||
                        td_slice_starts(td_slice_sub(words, behind, words.len), "...");
    return (last == '!' || trails) && td_words_count(words) <= CRY_WORDS &&
           !has_inner_end(words);
}

static bool has_name(struct td_slice words)
{
    size_t digits = 0;
    for (size_t pos = 0; pos < words.len;) {
        const int32_t cp = td_utf8_next(words, &pos);
        digits += is_digit(cp);
        if (td_is_letter(cp))
            return true;
    }
    return digits >= DIGITS_LEAST;
}

bool td_heading_form(const struct td_unit *unit)
{
    const struct td_slice words = unit->words;
    const size_t chars = words.len > 4 * HEADING_CHARS ? words.len : td_utf8_count(words);
    if (unit->kind != TD_UNIT_TEXT || unit->joined || chars > HEADING_CHARS ||
        td_words_count(words) > HEADING_WORDS || !has_name(words))
        return false;
    struct td_stamp stamp;
    const bool timed = td_stamp_read(words, &stamp) == TD_STAMP_FOUND && !stamp.loose;
    return ends_like_heading(words, chars) && !timed &&
           !td_is_dash(td_words_at(words, 0)) && !is_open_quote(words) &&
           !td_line_is_date(words) && !td_line_is_aside(words);
}
