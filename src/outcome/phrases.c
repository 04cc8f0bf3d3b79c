/*
 * phrases.c: phrases in buckets by a hash of their first three bytes; the text is walked word by
 * word. Word starts are few, so this beats an automaton that looks at every byte.
 */
#include "outcome/phrases.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"

#define BUCKETS    1024
#define HEAD_LEAST 3
#define STRETCH    512 /* of the text that is looked through at once */

struct phrase {
    char *text;  /* owned; segments apart by NUL */
    size_t head; /* length of the first segment */
    size_t more; /* number of further segments */
    size_t id;
    size_t bucket;
};

/* The first 8 bytes of a phrase, those behind its end masked out: most are told apart by one
 * comparison. */
struct probe {
    uint64_t key;
    uint64_t mask;
};

/* What a byte is to the search. The lower bits are met, the upper ones say what is awaited behind
 * it: words begin behind what is none; scripts without spaces begin one at every character. */
enum {
    BEGINS_WORD = 1,
    BEGINS_ANYWHERE = 2,
    BEGINS_TEXT = 4, /* every byte; awaited by the first only */
    AWAITED = 8,     /* times the above */
    CLASS_OTHER = AWAITED * (BEGINS_WORD | BEGINS_ANYWHERE) | BEGINS_TEXT,
    CLASS_WORD = AWAITED * BEGINS_ANYWHERE | BEGINS_WORD | BEGINS_TEXT,
    CLASS_TAIL = AWAITED * BEGINS_ANYWHERE | BEGINS_TEXT,
    CLASS_LEAD = AWAITED * BEGINS_ANYWHERE | BEGINS_ANYWHERE | BEGINS_TEXT,
};

struct td_phrases {
    unsigned char classes[UCHAR_MAX + 1]; /* of each byte */
    struct phrase *items;                 /* sorted by bucket once sealed */
    struct probe *probes;                 /* of each; once sealed */
    size_t count;
    size_t cap;
    uint16_t first[BUCKETS + 1]; /* index into items */
};

static unsigned char class_of(unsigned c)
{
    if (c >= 0xC0)
        return CLASS_LEAD;
    if (c >= 0x80)
        return CLASS_TAIL;
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? CLASS_WORD : CLASS_OTHER;
}

struct td_phrases *td_phrases_create(void)
{
    struct td_phrases *phrases = td_xcalloc(1, sizeof *phrases);
    for (unsigned c = 0; c <= UCHAR_MAX; c++)
        phrases->classes[c] = class_of(c);
    return phrases;
}

void td_phrases_destroy(struct td_phrases *phrases)
{
    if (phrases == NULL)
        return;
    for (size_t i = 0; i < phrases->count; i++)
        free(phrases->items[i].text);
    free(phrases->items);
    free(phrases->probes);
    free(phrases);
}

static size_t bucket_of(const char *text)
{
    const uint32_t a = (unsigned char)text[0];
    const uint32_t b = (unsigned char)text[1];
    const uint32_t c = (unsigned char)text[2];
    return ((a << 16 | b << 8 | c) * 2654435761U >> 16) % BUCKETS;
}

bool td_phrases_add(struct td_phrases *phrases, struct td_slice phrase, size_t id)
{
    const size_t star = td_slice_find(phrase, 0, '*');
    struct phrase item = {.id = id};
    item.head = td_slice_trim(td_slice_sub(phrase, 0, star)).len;
    if (item.head < HEAD_LEAST || id >= TD_PHRASE_IDS_MAX || phrases->count == UINT16_MAX)
        return false;
    item.text = td_xcalloc(1, phrase.len + 2);
    size_t n = 0;
    struct td_slice rest = phrase;
    struct td_slice segment;
    for (size_t i = 0; td_slice_token(&rest, "*", &segment); i++) {
        segment = td_slice_trim(segment);
        memcpy(item.text + n, segment.ptr, segment.len);
        n += segment.len + 1;
        item.more = i;
    }
    item.bucket = bucket_of(item.text);
    phrases->items = td_vec_grow(phrases->items, &phrases->cap, phrases->count + 1,
                                 sizeof *phrases->items);
    phrases->items[phrases->count++] = item;
    return true;
}

static int by_bucket(const void *a, const void *b)
{
    const struct phrase *x = a;
    const struct phrase *y = b;
    return (x->bucket > y->bucket) - (x->bucket < y->bucket);
}

static uint64_t load(const char *text, size_t len)
{
    uint64_t bytes = 0;
    if (len >= sizeof bytes)
        memcpy(&bytes, text, sizeof bytes);
    else
        memcpy(&bytes, text, len);
    return bytes;
}

static struct probe probe_of(const struct phrase *phrase)
{
    static const char ones[] = "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF";
    return (struct probe){load(phrase->text, phrase->head), load(ones, phrase->head)};
}

void td_phrases_seal(struct td_phrases *phrases)
{
    if (phrases->count > 0)
        qsort(phrases->items, phrases->count, sizeof *phrases->items, by_bucket);
    phrases->probes = td_xcalloc(phrases->count + 1, sizeof *phrases->probes);
    for (size_t k = 0; k < phrases->count; k++)
        phrases->probes[k] = probe_of(&phrases->items[k]);
    size_t i = 0;
    for (size_t bucket = 0; bucket <= BUCKETS; bucket++) {
        while (i < phrases->count && phrases->items[i].bucket < bucket)
            i++;
        phrases->first[bucket] = (uint16_t)i;
    }
}

/* Whether the further segments follow, each within the gap. */
static bool follows(const struct phrase *phrase, struct td_slice rest)
{
    const char *segment = phrase->text + phrase->head + 1;
    for (size_t i = 0; i < phrase->more; i++) {
        const size_t len = strlen(segment);
        const size_t at =
            td_slice_find_str(td_slice_sub(rest, 0, TD_PHRASE_GAP + len), 0, segment);
        if (at == (size_t)-1)
            return false;
        rest = td_slice_sub(rest, at + len, rest.len);
        segment += len + 1;
    }
    return true;
}

/* Whether the phrase, whose first bytes fit, stands there whole. */
static bool stands(const struct phrase *phrase, struct td_slice rest)
{
    return phrase->head <= rest.len &&
           memcmp(phrase->text, rest.ptr, phrase->head) == 0 &&
           follows(phrase, td_slice_sub(rest, phrase->head, rest.len));
}

static void find_at(const struct td_phrases *phrases, struct td_slice rest,
                    struct td_hits *hits)
{
    const size_t bucket = bucket_of(rest.ptr);
    const struct probe *const probes = phrases->probes;
    const size_t end = phrases->first[bucket + 1];
    const uint64_t start = load(rest.ptr, rest.len);
    for (size_t i = phrases->first[bucket]; i < end; i++) {
        if ((start & probes[i].mask) != probes[i].key)
            continue;
        const struct phrase *phrase = &phrases->items[i];
        if (!td_hit(hits, phrase->id) && stands(phrase, rest))
            hits->bits[phrase->id / 64] |= (uint64_t)1 << (phrase->id % 64);
    }
}

/* Where in the text, up to `end`, words begin that a phrase may begin with. Written without branches
 * that nobody could foresee: the guess is wrong as often as a word begins. */
static size_t list_starts(const struct td_phrases *phrases, struct td_slice flat,
                          size_t from, size_t end, unsigned *awaited, uint32_t *out)
{
    const char *const text = flat.ptr;
    unsigned now = *awaited;
    size_t begun = 0;
    for (size_t i = from; i < end; i++) {
        const unsigned met = phrases->classes[(unsigned char)text[i]];
        out[begun] = (uint32_t)i;
        begun += (met & now) != 0;
        now = met / AWAITED;
    }
    *awaited = now;
    size_t count = 0;
    for (size_t k = 0; k < begun; k++) {
        const size_t bucket = bucket_of(text + out[k]);
        out[count] = out[k];
        count += phrases->first[bucket] != phrases->first[bucket + 1];
    }
    return count;
}

void td_phrases_find(const struct td_phrases *phrases, struct td_slice flat,
                     struct td_hits *hits)
{
    uint32_t starts[STRETCH];
    unsigned awaited = BEGINS_TEXT;
    const size_t last = flat.len < HEAD_LEAST ? 0 : flat.len - HEAD_LEAST + 1;
    memset(hits, 0, sizeof *hits);
    for (size_t from = 0; from < last; from += STRETCH) {
        const size_t end = last - from > STRETCH ? from + STRETCH : last;
        const size_t count = list_starts(phrases, flat, from, end, &awaited, starts);
        for (size_t k = 0; k < count; k++)
            find_at(phrases, td_slice_sub(flat, starts[k], flat.len), hits);
    }
}

bool td_phrases_begin(const struct td_phrases *phrases, struct td_slice text)
{
    char start[4] = "";
    if (text.len < HEAD_LEAST)
        return false;
    for (size_t i = 0; i < HEAD_LEAST; i++) {
        const char c = text.ptr[i];
        start[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    const size_t bucket = bucket_of(start);
    for (size_t i = phrases->first[bucket]; i < phrases->first[bucket + 1]; i++) {
        if (td_slice_istarts(text, phrases->items[i].text))
            return true;
    }
    return false;
}

size_t td_hits_next(const struct td_hits *hits, size_t from)
{
    for (size_t id = from; id < TD_PHRASE_IDS_MAX;) {
        const uint64_t rest = hits->bits[id / 64] >> (id % 64);
        if ((rest & 1U) != 0)
            return id;
        id = rest == 0 ? (id / 64 + 1) * 64 : id + 1;
    }
    return TD_PHRASE_IDS_MAX;
}

/* "550-5.1.1 " at the start of a line: servers repeat it in the middle of their sentence. */
static size_t skip_codes(struct td_slice text, size_t at)
{
    while (at < text.len) {
        const char c = text.ptr[at];
        if (!(c >= '0' && c <= '9') && c != '.' && c != '-' && c != '#' && c != ':' &&
            c != ' ')
            break;
        at++;
    }
    return at;
}

/* Of control characters only white space is common: all are taken for it. */
static bool is_space(char c)
{
    return (unsigned char)c <= ' ';
}

/* Capital letters of two bytes in UTF-8: Latin-1, the pairs of Latin Extended-A, Cyrillic. */
static void fold_two(unsigned char *letter)
{
    const unsigned char lead = letter[0];
    const unsigned char tail = letter[1];
    const bool even_pairs =
        (lead == 0xC4 && tail <= 0xB7) || (lead == 0xC5 && tail >= 0x8A && tail <= 0xB7);
    const bool odd_pairs = (lead == 0xC4 && tail >= 0xB9 && tail < 0xBF) ||
                           (lead == 0xC5 && (tail <= 0x88 || tail >= 0xB9));
    if (lead == 0xC3 && tail >= 0x80 && tail <= 0x9E && tail != 0x97)
        letter[1] = (unsigned char)(tail + 0x20U);
    else if (even_pairs)
        letter[1] = (unsigned char)(tail | 1U);
    else if (odd_pairs && tail % 2 == 1 && tail < 0xBF)
        letter[1] = (unsigned char)(tail + 1U);
    else if (lead == 0xD0 && tail >= 0x90 && tail <= 0x9F)
        letter[1] = (unsigned char)(tail + 0x20U);
    else if (lead == 0xD0 && tail >= 0xA0 && tail <= 0xAF) {
        letter[0] = 0xD1;
        letter[1] = (unsigned char)(tail - 0x20U);
    }
}

/* Signs that stand for plain ones, or for nothing. */
static const struct {
    const char *sign;
    const char *plain;
} signs[] = {
    {"\xC2\xA0", " "},      {"\xE2\x80\x98", "'"},  {"\xE2\x80\x99", "'"},
    {"\xE2\x80\x9C", "\""}, {"\xE2\x80\x9D", "\""}, {"\xE2\x80\x90", "-"},
    {"\xE2\x80\x91", "-"},  {"\xE2\x80\x93", "-"},  {"\xE3\x80\x80", " "},
    {"\xC4\xB0", "i"},      {"\xE2\x80\x8B", ""},   {"\xEF\xBB\xBF", ""},
};

/* Letters beyond ASCII in place; the text may become shorter. */
static size_t fold_letters(char *text, size_t len)
{
    size_t n = 0;
    for (size_t i = 0; i < len;) {
        const struct td_slice rest = td_slice_n(text + i, len - i);
        size_t k = (unsigned char)text[i] < 0xC2 ? TD_ARRAY_LEN(signs) : 0;
        while (k < TD_ARRAY_LEN(signs) && !td_slice_starts(rest, signs[k].sign))
            k++;
        if (k < TD_ARRAY_LEN(signs)) {
            i += strlen(signs[k].sign);
            if (signs[k].plain[0] != '\0')
                text[n++] = signs[k].plain[0];
            continue;
        }
        if (i + 1 < len)
            fold_two((unsigned char *)text + i);
        text[n++] = text[i++];
    }
    return n;
}

static bool is_ascii(const char *text, size_t len)
{
    unsigned char all = 0;
    for (size_t i = 0; i < len; i++)
        all |= (unsigned char)text[i];
    return all < 0x80;
}

/* What is left of a word without the address in it: scripts without spaces write on beside one. */
static size_t keep_wide(char *word, size_t len)
{
    size_t n = 0;
    for (size_t i = 0; i + 2 < len; i++) {
        if ((unsigned char)word[i] < 0xE0 || (unsigned char)word[i] > 0xEF)
            continue;
        memmove(word + n, word + i, 3);
        n += 3;
        i += 2;
    }
    return n;
}

/* Whether an address ends here though words go on: "oak@trees.example...User unknown". */
static bool is_glued(const char *c, const char *end)
{
    return c + 1 < end && (c[1] | 0x20) >= 'a' && (c[1] | 0x20) <= 'z' &&
           (memchr(">):", *c, 3) != NULL || (*c == '.' && c[-1] == '.'));
}

size_t td_flatten(struct td_slice text, char *out, size_t max)
{
    size_t n = 0;
    size_t at = skip_codes(text, 0);
    while (at < text.len && n + 2 < max) {
        size_t start = n;
        const size_t room = max - 2 - n;
        const size_t end = text.len - at > room ? at + room : text.len;
        /* An address is left out, but not JSON that holds one. */
        bool address = text.ptr[at] == '<';
        bool named = false, json = false;
        for (; at < end && !is_space(text.ptr[at]); at++) {
            const char c = text.ptr[at];
            if (c == '@')
                address = named = true;
            if (c == '{')
                json = true;
            out[n++] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
            if (named && !json && is_glued(text.ptr + at, text.ptr + end)) {
                start = n = start + keep_wide(out + start, n - start);
                address = named = false;
            }
        }
        if (address && !json)
            n = start + keep_wide(out + start, n - start);
        if (n > start)
            out[n++] = ' ';
        for (; at < text.len && is_space(text.ptr[at]); at++) {
            if (text.ptr[at] == '\n')
                at = skip_codes(text, at + 1) - 1;
        }
    }
    if (!is_ascii(out, n))
        n = fold_letters(out, n);
    out[n] = '\0';
    return n;
}
