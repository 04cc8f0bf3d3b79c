/*
 * phrases.c: the heads of all phrases in order, in buckets by a hash of their first bytes; the text is
 * walked word by word. Word starts are few, so this beats an automaton that looks at every byte.
 *
 * Of the heads that a text begins with, each but the longest is the beginning of the next longer
 * one, and all of them stand before whatever is greater than the text. So one search by halves
 * finds the last head that is not greater, and the links from it (`next`) lead to all the others.
 */
#include "outcome/phrases.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"

#define HEAD_LEAST 3
#define HEAD_LONG                                                                        \
    5 /* has the hash of so many bytes; few words but those wanted share one */
#define MARKS   16384
#define BUCKETS (MARKS / 8)
#define STRETCH 512 /* of the text that is looked through at once */

struct phrase {
    char *text;  /* owned; segments apart by NUL: the head comes first */
    size_t head; /* its length */
    size_t more; /* number of further segments */
    size_t id;
    size_t mark; /* of its first bytes */
};

/* 16 bytes of text as numbers that sort alike; those behind its end are 0. */
struct key {
    uint64_t high;
    uint64_t low;
};

/* What phrases begin with that differ in their id or behind a "*". */
struct head {
    struct key key;
    const char *text; /* borrowed from its first phrase */
    uint16_t len;
    uint16_t next;  /* the one to try after it, counted from 1; 0: none */
    uint16_t first; /* index into items, up to the next head's */
};

struct td_phrases {
    struct phrase *items; /* sorted by bucket and head once sealed */
    size_t count;
    size_t cap;
    struct head *heads; /* once sealed; one behind the last ends its phrases */
    size_t head_count;
    uint16_t first[BUCKETS + 1]; /* index into heads; a bucket has 8 marks */
    uint64_t marks[MARKS / 64];  /* which of them heads have */
};

struct td_phrases *td_phrases_create(void)
{
    return td_xcalloc(1, sizeof(struct td_phrases));
}

void td_phrases_destroy(struct td_phrases *phrases)
{
    if (phrases == NULL)
        return;
    for (size_t i = 0; i < phrases->count; i++)
        free(phrases->items[i].text);
    free(phrases->items);
    free(phrases->heads);
    free(phrases);
}

/* By HEAD_LEAST bytes. */
static size_t short_mark(const char *text)
{
    const uint32_t a = (unsigned char)text[0];
    const uint32_t b = (unsigned char)text[1];
    const uint32_t c = (unsigned char)text[2];
    return ((a << 16 | b << 8 | c) * 2654435761U >> 16) % MARKS;
}

/* By HEAD_LONG bytes. */
static size_t long_mark(const char *text)
{
    const uint32_t d = (unsigned char)text[3];
    const uint32_t e = (unsigned char)text[4];
    return (short_mark(text) ^ ((d << 8 | e) * 2654435761U >> 18)) % MARKS;
}

static unsigned is_marked(const struct td_phrases *phrases, size_t mark)
{
    return (unsigned)(phrases->marks[mark / 64] >> (mark % 64) & 1U);
}

static size_t bucket_of(size_t mark)
{
    return mark / (MARKS / BUCKETS);
}

bool td_phrases_add(struct td_phrases *phrases, struct td_slice phrase, size_t id)
{
    const size_t star = td_slice_find(phrase, 0, '*');
    struct phrase item = {.id = id};
    item.head = td_slice_trim(td_slice_sub(phrase, 0, star)).len;
    if (item.head < HEAD_LEAST || item.head > UINT16_MAX || id >= TD_PHRASE_IDS_MAX ||
        phrases->count + 1 == UINT16_MAX)
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
    item.mark = item.head < HEAD_LONG ? short_mark(item.text) : long_mark(item.text);
    phrases->marks[item.mark / 64] |= (uint64_t)1 << (item.mark % 64);
    phrases->items = td_vec_grow(phrases->items, &phrases->cap, phrases->count + 1,
                                 sizeof *phrases->items);
    phrases->items[phrases->count++] = item;
    return true;
}

/* ---- sealing ---- */

static int by_bucket_and_head(const void *a, const void *b)
{
    const struct phrase *x = a;
    const struct phrase *y = b;
    if (bucket_of(x->mark) != bucket_of(y->mark))
        return x->mark < y->mark ? -1 : 1;
    return strcmp(x->text, y->text);
}

static uint64_t number_of(const unsigned char *bytes)
{
    return (uint64_t)bytes[0] << 56 | (uint64_t)bytes[1] << 48 |
           (uint64_t)bytes[2] << 40 | (uint64_t)bytes[3] << 32 |
           (uint64_t)bytes[4] << 24 | (uint64_t)bytes[5] << 16 | (uint64_t)bytes[6] << 8 |
           (uint64_t)bytes[7];
}

static struct key key_of(const char *text, size_t len)
{
    unsigned char bytes[sizeof(struct key)] = {0};
    if (len >= sizeof bytes)
        memcpy(bytes, text, sizeof bytes);
    else
        memcpy(bytes, text, len);
    return (struct key){number_of(bytes), number_of(bytes + 8)};
}

/* Without branches that nobody could foresee. */
static bool not_greater(struct key a, struct key b)
{
    return (a.high < b.high) | ((a.high == b.high) & (a.low <= b.low));
}

/* Whether a text of this key begins with the head's first 16 bytes. */
static bool fits_key(const struct head *head, struct key text)
{
    static const uint64_t masks[] = {
        0,
        0xFF00000000000000,
        0xFFFF000000000000,
        0xFFFFFF0000000000,
        0xFFFFFFFF00000000,
        0xFFFFFFFFFF000000,
        0xFFFFFFFFFFFF0000,
        0xFFFFFFFFFFFFFF00,
        0xFFFFFFFFFFFFFFFF,
    };
    const size_t high = head->len < 8 ? head->len : 8;
    const size_t low = head->len < 16 ? head->len - high : 8;
    return ((text.high & masks[high]) ^ head->key.high) == 0 &&
           ((text.low & masks[low]) ^ head->key.low) == 0;
}

/* Those of one key are all tried, in turn; behind them comes the longest one that all of them begin
 * with. It is among those that are tried after the head before this one. */
static uint16_t next_of(const struct td_phrases *phrases, size_t bucket, size_t at)
{
    const struct head *heads = phrases->heads;
    const struct key key = heads[at].key;
    size_t next = at > phrases->first[bucket] ? at : 0;
    while (next > 0 && !fits_key(&heads[next - 1], key))
        next = heads[next - 1].next;
    return (uint16_t)next;
}

void td_phrases_seal(struct td_phrases *phrases)
{
    struct phrase *const items = phrases->items;
    size_t bucket = 0;
    if (phrases->count > 0)
        qsort(items, phrases->count, sizeof *items, by_bucket_and_head);
    phrases->heads = td_xcalloc(phrases->count + 1, sizeof *phrases->heads);
    for (size_t i = 0; i < phrases->count; i++) {
        if (i > 0 && strcmp(items[i].text, items[i - 1].text) == 0)
            continue;
        const size_t at = phrases->head_count++;
        while (bucket < bucket_of(items[i].mark))
            phrases->first[++bucket] = (uint16_t)at;
        phrases->heads[at] = (struct head){
            .key = key_of(items[i].text, items[i].head),
            .text = items[i].text,
            .len = (uint16_t)items[i].head,
            .first = (uint16_t)i,
        };
        phrases->heads[at].next = next_of(phrases, bucket, at);
    }
    while (bucket < BUCKETS)
        phrases->first[++bucket] = (uint16_t)phrases->head_count;
    phrases->heads[phrases->head_count].first = (uint16_t)phrases->count;
}

/* ---- finding ---- */

/* Whether the text holds what the segment begins with. Mostly it does not, and this loop, which can be
 * done for many bytes at once, knows sooner than a search. */
static bool may_hold(struct td_slice text, const char *segment)
{
    unsigned found = 0;
    for (size_t i = 0; i + 1 < text.len; i++)
        found |= (unsigned)(text.ptr[i] == segment[0]) &
                 (unsigned)(text.ptr[i + 1] == segment[1]);
    return found != 0 || segment[1] == '\0';
}

/* Whether the further segments follow, each within the gap. */
static bool follows(const struct phrase *phrase, struct td_slice rest)
{
    const char *segment = phrase->text + phrase->head + 1;
    for (size_t i = 0; i < phrase->more; i++) {
        const size_t len = strlen(segment);
        const struct td_slice near = td_slice_sub(rest, 0, TD_PHRASE_GAP + len);
        const size_t at =
            may_hold(near, segment) ? td_slice_find_str(near, 0, segment) : (size_t)-1;
        if (at == (size_t)-1)
            return false;
        rest = td_slice_sub(rest, at + len, rest.len);
        segment += len + 1;
    }
    return true;
}

/* The ids of the phrases whose head stands before `rest`. */
static void add_hits(const struct td_phrases *phrases, const struct head *head,
                     struct td_slice rest, struct td_hits *hits)
{
    for (size_t i = head[0].first; i < head[1].first; i++) {
        const struct phrase *phrase = &phrases->items[i];
        if (!td_hit(hits, phrase->id) && follows(phrase, rest))
            hits->bits[phrase->id / 64] |= (uint64_t)1 << (phrase->id % 64);
    }
}

static bool begins_with(struct td_slice text, struct key key, const struct head *head)
{
    return fits_key(head, key) && head->len <= text.len &&
           (head->len <= sizeof key || memcmp(text.ptr, head->text, head->len) == 0);
}

static void find_in_bucket(const struct td_phrases *phrases, size_t bucket,
                           struct td_slice rest, struct td_hits *hits)
{
    const struct head *const heads = phrases->heads;
    const struct key key = key_of(rest.ptr, rest.len);
    size_t at = phrases->first[bucket];
    size_t left = phrases->first[bucket + 1] - at;
    if (left == 0)
        return;
    for (; left > 1; left -= left / 2)
        at += not_greater(heads[at + left / 2].key, key) ? left / 2 : 0;
    for (size_t next = at + 1; next > 0; next = heads[next - 1].next) {
        const struct head *head = &heads[next - 1];
        if (begins_with(rest, key, head))
            add_hits(phrases, head, td_slice_sub(rest, head->len, rest.len), hits);
    }
}

static void find_at(const struct td_phrases *phrases, struct td_slice rest,
                    struct td_hits *hits)
{
    if (is_marked(phrases, short_mark(rest.ptr)))
        find_in_bucket(phrases, bucket_of(short_mark(rest.ptr)), rest, hits);
    if (rest.len >= HEAD_LONG && is_marked(phrases, long_mark(rest.ptr)))
        find_in_bucket(phrases, bucket_of(long_mark(rest.ptr)), rest, hits);
}

static unsigned is_word(unsigned char c)
{
    return (unsigned char)(c - 'a') < 26 || (unsigned char)(c - '0') < 10;
}

/* Whether a phrase may begin at a byte: at each character of scripts without spaces, and at a word
 * that stands behind a sign or space. */
static unsigned is_start(unsigned char c, unsigned char before)
{
    return (c >= 0xC0) | (is_word(c) & (before < 0x80) & (is_word(before) ^ 1U));
}

/* Where in the text, from `from` > 0 up to `end`, phrases may begin; HEAD_LONG bytes are there.
 * Written as loops that know no branches: a guess would be wrong as often as a word begins. */
static size_t list_starts(const struct td_phrases *phrases, struct td_slice flat,
                          size_t from, size_t end, uint32_t *out)
{
    const unsigned char *const text = (const unsigned char *)flat.ptr + from;
    unsigned char start[STRETCH];
    size_t begun = 0;
    for (size_t i = 0; i < end - from; i++)
        start[i] = (unsigned char)is_start(text[i], text[i - 1]);
    for (size_t i = 0; i < end - from; i++) {
        out[begun] = (uint32_t)(from + i);
        begun += start[i];
    }
    size_t count = 0;
    for (size_t k = 0; k < begun; k++) {
        const char *const at = flat.ptr + out[k];
        out[count] = out[k];
        count += is_marked(phrases, short_mark(at)) | is_marked(phrases, long_mark(at));
    }
    return count;
}

void td_phrases_find(const struct td_phrases *phrases, struct td_slice flat,
                     struct td_hits *hits)
{
    uint32_t starts[STRETCH];
    memset(hits, 0, sizeof *hits);
    if (flat.len < HEAD_LEAST)
        return;
    const size_t last = flat.len < HEAD_LONG ? 1 : flat.len - HEAD_LONG + 1;
    find_at(phrases, flat, hits);
    for (size_t from = 1; from < last; from += STRETCH) {
        const size_t end = last - from > STRETCH ? from + STRETCH : last;
        const size_t count = list_starts(phrases, flat, from, end, starts);
        for (size_t k = 0; k < count; k++)
            find_at(phrases, td_slice_sub(flat, starts[k], flat.len), hits);
    }
    for (size_t at = last; at + HEAD_LEAST <= flat.len; at++) {
        if (is_start((unsigned char)flat.ptr[at], (unsigned char)flat.ptr[at - 1]))
            find_at(phrases, td_slice_sub(flat, at, flat.len), hits);
    }
}

bool td_phrases_begin(const struct td_phrases *phrases, struct td_slice text)
{
    char start[HEAD_LONG] = "";
    for (size_t i = 0; i < HEAD_LONG && i < text.len; i++) {
        const char c = text.ptr[i];
        start[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    const size_t marks[] = {short_mark(start), long_mark(start)};
    for (size_t k = 0; k < TD_ARRAY_LEN(marks); k++) {
        const size_t bucket = bucket_of(marks[k]);
        for (size_t i = phrases->first[bucket];
             is_marked(phrases, marks[k]) && i < phrases->first[bucket + 1]; i++) {
            if (td_slice_istarts(text, phrases->heads[i].text))
                return true;
        }
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
