/*
 * topics.c: named topics, and keywords found as whole words.
 *
 * Texts and keywords are compared as streams of folded code points: letters of ASCII and Latin-1 in
 * lower case (unless the keyword is in capitals), any run of white space and hyphens as one space, a
 * curly apostrophe as a straight one, characters that nobody sees left out. So "mental health" is
 * found in "mental-health" and over a no-break space or a line break. A small s behind the keyword
 * is its plural.
 */
#include "edition/topics.h"

#include <string.h>

/* White space and hyphens: what may stand between the words of a keyword. */
static bool is_space(int32_t cp)
{
    return cp == ' ' || (cp >= '\t' && cp <= '\r') || cp == 0xA0 || cp == '-' ||
           (cp >= 0x2000 && cp <= 0x200A) || cp == 0x2010 || cp == 0x2011 ||
           cp == 0x2028 || cp == 0x2029 || cp == 0x202F || cp == 0x205F || cp == 0x3000;
}

/* Soft hyphen, zero-width characters. */
static bool is_unseen(int32_t cp)
{
    return cp == 0xAD || (cp >= 0x200B && cp <= 0x200F) || cp == 0x2060 || cp == 0xFEFF;
}

static bool is_apostrophe(int32_t cp)
{
    return cp == '\'' || cp == 0x2019 || cp == 0x2018;
}

static bool is_capital(int32_t cp)
{
    return (cp >= 'A' && cp <= 'Z') || (cp >= 0xC0 && cp <= 0xDE && cp != 0xD7);
}

/* Part of a word: letters and digits; past Latin-1, everything but punctuation and symbols. */
static bool is_word(int32_t cp)
{
    if (cp < 0x80)
        return (cp >= '0' && cp <= '9') || (cp >= 'A' && cp <= 'Z') ||
               (cp >= 'a' && cp <= 'z');
    return cp >= 0xC0 && cp != 0xD7 && cp != 0xF7 && !(cp >= 0x2000 && cp <= 0x2BFF) &&
           !(cp >= 0x3000 && cp <= 0x303F) && cp != 0xFEFF;
}

/* The next code point that is seen, or -1 at the end. */
static int32_t next_seen(struct td_slice s, size_t *pos)
{
    while (*pos < s.len) {
        const int32_t cp = td_utf8_next(s, pos);
        if (!is_unseen(cp))
            return cp;
    }
    return -1;
}

/* The next folded code point, or -1 at the end. */
static int32_t next_folded(struct td_slice s, size_t *pos, bool exact)
{
    const int32_t cp = next_seen(s, pos);
    if (is_space(cp)) {
        for (size_t next = *pos; next < s.len; *pos = next)
            if (!is_space(next_seen(s, &next)))
                break;
        return ' ';
    }
    if (is_apostrophe(cp))
        return '\'';
    return !exact && is_capital(cp) ? cp + ('a' - 'A') : cp;
}

/* A keyword without a small letter, as "CQC", is one that must match exactly. */
static bool is_capitals(struct td_slice keyword)
{
    bool capital = false;
    for (size_t i = 0; i < keyword.len; i++) {
        if (keyword.ptr[i] >= 'a' && keyword.ptr[i] <= 'z')
            return false;
        capital |= keyword.ptr[i] >= 'A' && keyword.ptr[i] <= 'Z';
    }
    return capital;
}

/* Whether no word goes on at pos. A keyword in capitals is no part of "IT’S" in a shouted line. */
static bool ends_at(struct td_slice text, size_t pos, bool exact)
{
    const int32_t cp = next_seen(text, &pos);
    return !is_word(cp) &&
           !(exact && is_apostrophe(cp) && is_capital(next_seen(text, &pos)));
}

/* Whether the keyword stands at pos of the text, or its plural, and no word goes on behind it. */
static bool stands_at(struct td_slice text, size_t pos, struct td_slice keyword,
                      bool exact)
{
    for (size_t k = 0; k < keyword.len;)
        if (next_folded(keyword, &k, exact) != next_folded(text, &pos, exact))
            return false;
    if (ends_at(text, pos, exact))
        return true;
    return next_folded(text, &pos, exact) == 's' && ends_at(text, pos, exact);
}

static bool has_keyword(struct td_slice text, struct td_slice keyword)
{
    const bool exact = is_capitals(keyword);
    bool inside = false; /* of a word */
    for (size_t pos = 0; pos < text.len;) {
        if (!inside && stands_at(text, pos, keyword, exact))
            return true;
        inside = is_word(next_seen(text, &pos));
    }
    return false;
}

static bool blocks_have(const struct td_block *blocks, size_t count,
                        struct td_slice keyword)
{
    for (size_t i = 0; i < count; i++) {
        if (has_keyword(blocks[i].text.words, keyword))
            return true;
        for (size_t k = 0; k < blocks[i].item_count; k++)
            if (has_keyword(blocks[i].items[k].words, keyword))
                return true;
    }
    return false;
}

static bool is_about(const struct td_topics_input *input, const struct td_topic *topic)
{
    for (size_t i = 0; i < topic->keyword_count; i++) {
        const struct td_slice keyword = td_slice_trim(td_slice(topic->keywords[i]));
        if (keyword.len == 0)
            continue;
        if (input->heading != NULL && has_keyword(input->heading->words, keyword))
            return true;
        if (blocks_have(input->blocks, input->block_count, keyword))
            return true;
    }
    return false;
}

/* The names of the newsletter's topics, cut to what fits. */
static void list_topics(const struct td_newsletter *newsletter, char *out, size_t size)
{
    size_t len = 0;
    out[0] = '\0';
    for (size_t i = 0; i < newsletter->topic_count; i++) {
        const char *name = newsletter->topics[i].name;
        const size_t need = strlen(name) + (len > 0 ? 2 : 0);
        if (len + need + 1 > size)
            return;
        memcpy(out + len, ", ", len > 0 ? 2 : 0);
        memcpy(out + len + need - strlen(name), name, strlen(name) + 1);
        len += need;
    }
}

static enum td_status unknown_topic(const struct td_topics_input *input,
                                    struct td_slice name, struct td_err *err)
{
    char known[200];
    list_topics(input->newsletter, known, sizeof known);
    return td_fail(err, TD_DATA,
                   "line %d: newsletter %s has no topic \"%.*s\" (it has: %s)",
                   input->line, input->newsletter->name, (int)name.len, name.ptr, known);
}

static enum td_status add_named(const struct td_topics_input *input,
                                const struct td_slice *names, size_t count,
                                uint64_t *mask, struct td_err *err)
{
    for (size_t i = 0; i < count; i++) {
        const int topic = td_newsletter_topic(input->newsletter, names[i]);
        if (topic < 0)
            return unknown_topic(input, names[i], err);
        *mask |= UINT64_C(1) << topic;
    }
    return TD_OK;
}

enum td_status td_topics_of(const struct td_topics_input *input, uint64_t *mask,
                            struct td_err *err)
{
    const struct td_story *story = input->story;
    uint64_t found = 0;
    enum td_status status = TD_OK;
    if (input->named_count > 0)
        status = add_named(input, input->named, input->named_count, &found, err);
    else if (story->topic_count > 0)
        status = add_named(input, story->topics, story->topic_count, &found, err);
    else
        for (size_t i = 0; i < input->newsletter->topic_count; i++)
            if (is_about(input, &input->newsletter->topics[i]))
                found |= UINT64_C(1) << i;
    if (status == TD_OK)
        *mask = found;
    return status;
}
