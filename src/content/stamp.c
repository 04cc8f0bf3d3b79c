/*
 * stamp.c: reading times of day.
 */
#include "content/stamp.h"

#include "base/err.h"
#include "content/words.h"

#define NOON (12 * 60)

static bool is_digit(int32_t cp)
{
    return cp >= '0' && cp <= '9';
}

static int byte_at(struct td_slice s, size_t pos)
{
    return pos < s.len ? (unsigned char)s.ptr[pos] : -1;
}

/* Up to two digits from *pos; -1 when there are none or more. */
static int read_two(struct td_slice s, size_t *pos)
{
    int value = -1;
    size_t at = *pos;
    for (; is_digit(byte_at(s, at)); at++) {
        if (at - *pos == 2)
            return -1;
        value = (value < 0 ? 0 : value) * 10 + (byte_at(s, at) - '0');
    }
    *pos = at;
    return value;
}

static size_t skip_one_space(struct td_slice s, size_t pos)
{
    size_t next = pos;
    return pos < s.len && td_is_space(td_utf8_next(s, &next)) ? next : pos;
}

static int folded_at(struct td_slice s, size_t pos)
{
    const int c = byte_at(s, pos);
    return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
}

/* "am", "pm", "a.m.", "p.m." behind at most one space; 'a', 'p' or 0. A capital may follow
 * directly, as in the slip "5.32pmThe". */
static int read_half(struct td_slice s, size_t *pos)
{
    size_t at = skip_one_space(s, *pos);
    const int half = folded_at(s, at);
    if (half != 'a' && half != 'p')
        return 0;
    const bool dotted = byte_at(s, at + 1) == '.';
    at += dotted ? 2 : 1;
    if (folded_at(s, at) != 'm')
        return 0;
    const bool small = byte_at(s, at) == 'm';
    at++;
    if (dotted && byte_at(s, at) == '.')
        at++;
    const int next = byte_at(s, at);
    if (td_is_ascii_alnum(next) && !(small && next >= 'A' && next <= 'Z'))
        return 0;
    *pos = at;
    return half;
}

/* One of these words behind at most one space, and no letter behind it. */
static bool read_word(struct td_slice s, size_t *pos, const char *const *words,
                      size_t count)
{
    const size_t at = skip_one_space(s, *pos);
    for (size_t i = 0; i < count; i++) {
        const size_t len = td_slice(words[i]).len;
        if (td_slice_iis(td_slice_sub(s, at, at + len), words[i]) &&
            !td_is_ascii_alnum(byte_at(s, at + len))) {
            *pos = at + len;
            return true;
        }
    }
    return false;
}

/* "13.05pm" is a slip that says one thing only. */
static enum td_stamp_found twelve_hours(int hour, int minute, int half, int *out)
{
    if (hour > (half == 'p' ? 23 : 12) || minute > 59 || (hour == 0 && half == 'p'))
        return TD_STAMP_WRONG;
    *out = (hour % 12 + (half == 'p' ? 12 : 0)) * 60 + minute;
    return TD_STAMP_FOUND;
}

/* "17:32" and "17.32": digits or a further part ("10:30:15", "1.10.2") make it something else. */
static enum td_stamp_found twenty_four_hours(struct td_slice s, int hour, int minute,
                                             struct td_stamp_time *out)
{
    const int next = byte_at(s, out->end);
    const bool goes_on =
        (next == '.' || next == ':') && is_digit(byte_at(s, out->end + 1));
    if (hour > 23 || minute > 59 || td_is_ascii_alnum(next) || goes_on)
        return TD_STAMP_NONE;
    out->minute = hour * 60 + minute;
    return TD_STAMP_FOUND;
}

enum td_stamp_found td_stamp_time_at(struct td_slice s, size_t pos,
                                     struct td_stamp_time *out)
{
    static const char *const noon[] = {"noon", "midday"};
    static const char *const zones[] = {"GMT", "BST", "UTC"};
    *out = (struct td_stamp_time){0};
    const int hour = read_two(s, &pos);
    if (hour < 0)
        return TD_STAMP_NONE;
    const int point = byte_at(s, pos);
    int minute = 0;
    if ((point == '.' || point == ':') && is_digit(byte_at(s, pos + 1))) {
        size_t at = pos + 1;
        minute = read_two(s, &at);
        if (minute < 0 || at != pos + 3)
            return TD_STAMP_NONE;
        pos = at;
        out->has_minutes = true;
    }
    const int half = read_half(s, &pos);
    out->end = pos;
    if (half != 0) {
        const enum td_stamp_found found = twelve_hours(hour, minute, half, &out->minute);
        (void)read_word(s, &out->end, zones, TD_ARRAY_LEN(zones));
        return found;
    }
    if (!out->has_minutes) {
        if (hour != 12 || !read_word(s, &out->end, noon, TD_ARRAY_LEN(noon)))
            return TD_STAMP_NONE;
        out->minute = NOON;
        return TD_STAMP_FOUND;
    }
    const bool at_noon =
        hour == 12 && minute == 0 && read_word(s, &out->end, noon, TD_ARRAY_LEN(noon));
    const bool zoned = at_noon || read_word(s, &out->end, zones, TD_ARRAY_LEN(zones));
    out->loose = point == '.' && !zoned;
    return twenty_four_hours(s, hour, minute, out);
}

/* Behind a dash at `dash`: "1pm-2pm" and "10:00 – 11:00" are spans, "5.32pm-ish" is a word. */
static bool dash_parts(struct td_slice s, size_t dash, bool spaced)
{
    size_t behind = dash;
    const int32_t sign = td_utf8_next(s, &behind);
    const size_t word = td_words_skip_blank(s, behind);
    struct td_stamp_time other;
    if (td_stamp_time_at(s, word, &other) != TD_STAMP_NONE)
        return false;
    return spaced || word > behind || sign != '-' || !td_is_lower(td_words_at(s, word));
}

enum parting {
    PART_NONE, /* the time belongs to a sentence */
    PART_SPACE,
    PART_COMMA, /* a slip for a colon, if a sentence begins behind it */
    PART_SIGN,  /* colon, dash, bar, full stop, or the end */
};

/* What parts a stamp from the words behind it; moves *pos to where they begin. */
static enum parting read_separator(struct td_slice s, size_t *pos)
{
    static const char sentence_goes_on[] = ")]/%?!&+=";
    const size_t at = td_words_skip_blank(s, *pos);
    const bool spaced = at > *pos;
    const int32_t cp = td_words_at(s, at);
    size_t behind = at;
    *pos = at;
    if (cp < 0)
        return PART_SIGN;
    (void)td_utf8_next(s, &behind);
    const size_t words = td_words_skip_blank(s, behind);
    const bool lower = td_is_lower(td_words_at(s, words));
    if (td_is_dash(cp) && !dash_parts(s, at, spaced))
        return PART_NONE;
    if (td_is_dash(cp) || cp == ':' || cp == '|' || (cp == '.' && !spaced)) {
        *pos = words;
        return cp != '.' || words > behind || !lower ? PART_SIGN : PART_NONE;
    }
    if (cp == ',' || cp == ';') {
        *pos = words;
        return words > behind && words < s.len && !lower ? PART_COMMA : PART_NONE;
    }
    for (const char *c = sentence_goes_on; *c != '\0' && !spaced; c++)
        if (cp == *c)
            return PART_NONE;
    return spaced || cp != 0x2019 ? PART_SPACE : PART_NONE; /* "5pm’s" */
}

enum td_stamp_found td_stamp_read(struct td_slice s, struct td_stamp *out)
{
    const size_t first = td_words_skip_blank(s, 0);
    const int opening = byte_at(s, first);
    const int closing = opening == '[' ? ']' : opening == '(' ? ')' : 0;
    const size_t begin = first + (closing != 0);
    struct td_stamp_time time;
    const enum td_stamp_found found = td_stamp_time_at(s, begin, &time);
    if (found != TD_STAMP_FOUND)
        return found;
    size_t pos = time.end;
    if (closing != 0 && byte_at(s, pos++) != closing)
        return TD_STAMP_NONE;
    const size_t behind = pos;
    const enum parting parting = read_separator(s, &pos);
    const bool stop = byte_at(s, behind) == '.';
    const bool lower = parting != PART_SIGN && td_is_lower(td_words_at(s, pos));
    const bool loose = time.loose && (parting != PART_SIGN || stop);
    if (parting == PART_NONE || (lower && (loose || !time.has_minutes)))
        return TD_STAMP_NONE;
    *out = (struct td_stamp){
        .minute = time.minute,
        .written = td_slice_sub(s, begin, time.end),
        .end = pos,
        .has_minutes = time.has_minutes,
        .weak =
            lower || parting == PART_COMMA || (!time.has_minutes && parting != PART_SIGN),
        .loose = loose,
    };
    return TD_STAMP_FOUND;
}
