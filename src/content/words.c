/*
 * words.c: white space, sentence ends and words, over code points.
 */
#include "content/words.h"

#define NO_BREAK_SPACE 0xA0
#define ELLIPSIS       0x2026

bool td_is_space(int32_t cp)
{
    if (cp < 0x80)
        return cp == ' ' || (cp >= '\t' && cp <= '\r');
    return cp == NO_BREAK_SPACE || cp == 0x1680 || (cp >= 0x2000 && cp <= 0x200A) ||
           cp == 0x2028 || cp == 0x2029 || cp == 0x202F || cp == 0x205F || cp == 0x3000;
}

static bool is_invisible(int32_t cp)
{
    return td_is_space(cp) || (cp >= 0x200B && cp <= 0x200F) || cp == 0x2060 ||
           cp == 0xFEFF;
}

bool td_words_blank(struct td_slice s)
{
    for (size_t pos = 0; pos < s.len;)
        if (!is_invisible(td_utf8_next(s, &pos)))
            return false;
    return true;
}

size_t td_words_skip_space(struct td_slice s, size_t pos)
{
    for (size_t next = pos; next < s.len; pos = next)
        if (!td_is_space(td_utf8_next(s, &next)))
            break;
    return pos;
}

size_t td_words_skip_blank(struct td_slice s, size_t pos)
{
    for (size_t next = pos; next < s.len; pos = next)
        if (!is_invisible(td_utf8_next(s, &next)))
            break;
    return pos;
}

struct td_slice td_words_next(struct td_slice s, size_t *pos)
{
    const size_t from = td_words_skip_blank(s, *pos);
    size_t to = from;
    size_t end = from;
    for (size_t next = from; next < s.len; end = next) {
        const int32_t cp = td_utf8_next(s, &next);
        if (td_is_space(cp))
            break;
        to = is_invisible(cp) ? to : next;
    }
    *pos = end;
    return td_slice_sub(s, from, to);
}

int32_t td_words_at(struct td_slice s, size_t pos)
{
    return pos < s.len ? td_utf8_next(s, &pos) : -1;
}

static bool is_closing(int32_t cp)
{
    return cp == '"' || cp == '\'' || cp == ')' || cp == ']' || cp == 0x2019 ||
           cp == 0x201D || cp == 0x2018 || cp == 0x201C || cp == 0xBB || cp == 0x203A;
}

int32_t td_words_last(struct td_slice s)
{
    for (size_t end = s.len; end > 0;) {
        size_t at = end - 1;
        while (at > 0 && ((unsigned char)s.ptr[at] & 0xC0) == 0x80)
            at--;
        const int32_t cp = td_words_at(s, at);
        if (!is_invisible(cp) && !is_closing(cp))
            return cp;
        end = at;
    }
    return -1;
}

bool td_words_end_sentence(struct td_slice s)
{
    const int32_t last = td_words_last(s);
    return last == '.' || last == '!' || last == '?' || last == ELLIPSIS;
}

size_t td_words_count(struct td_slice s)
{
    size_t count = 0;
    bool inside = false;
    for (size_t pos = 0; pos < s.len;) {
        const bool space = td_is_space(td_utf8_next(s, &pos));
        if (!space && !inside)
            count++;
        inside = !space;
    }
    return count;
}

bool td_is_dash(int32_t cp)
{
    return cp == '-' || cp == 0x2013 || cp == 0x2014;
}

bool td_is_letter(int32_t cp)
{
    if (cp < 0x80)
        return (cp >= 'A' && cp <= 'Z') || (cp >= 'a' && cp <= 'z');
    return cp >= 0xC0 && cp != 0xD7 && cp != 0xF7 && !(cp >= 0x2000 && cp <= 0x2BFF) &&
           !(cp >= 0x3000 && cp <= 0x303F) && cp != 0xFEFF;
}

bool td_is_ascii_alnum(int32_t cp)
{
    return (cp >= '0' && cp <= '9') || (cp >= 'A' && cp <= 'Z') ||
           (cp >= 'a' && cp <= 'z');
}

bool td_is_lower(int32_t cp)
{
    return (cp >= 'a' && cp <= 'z') || (cp >= 0xDF && cp <= 0xFF && cp != 0xF7);
}
