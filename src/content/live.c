/*
 * live.c: entries of a live blog: found, put in order, linked.
 */
#include "content/live.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "content/inline.h"
#include "content/words.h"

#define MINUTES (24 * 60)
#define URGENT  "urgent"

/* What may stand before the entries of a live blog without counting: so many bytes, with at most
 * one sentence in them. More must be small beside the entries. */
#define MASTHEAD_MOST 200
#define BEFORE_SHARE  2

/* So many "17.32" are no numbers. */
#define LOOSE_LEAST 3

static int sign(int n)
{
    return (n > 0) - (n < 0);
}

/* +1: the times grow (oldest first), -1: they fall; 0: neither more than the other. */
static int direction_of(const struct td_candidate *candidates, size_t count)
{
    const struct td_candidate *last = NULL;
    int balance = 0;
    for (size_t i = 0; i < count; i++) {
        const struct td_candidate *candidate = &candidates[i];
        if (!candidate->opens || candidate->stamp.weak)
            continue;
        if (last != NULL)
            balance += sign(candidate->stamp.minute - last->stamp.minute);
        last = candidate;
    }
    return sign(balance);
}

/* Weak stamps must keep the direction that the other times have. */
static void drop_weak(struct td_candidate *candidates, size_t count)
{
    const int direction = direction_of(candidates, count);
    size_t next = 0;
    const struct td_candidate *last = NULL;
    for (size_t i = 0; i < count; i++) {
        struct td_candidate *candidate = &candidates[i];
        if (!candidate->opens)
            continue;
        if (candidate->stamp.weak) {
            for (next = next > i ? next : i + 1; next < count; next++)
                if (candidates[next].opens && !candidates[next].stamp.weak)
                    break;
            const int minute = candidate->stamp.minute;
            const int before = last != NULL ? minute - last->stamp.minute : 0;
            const int after = next < count ? candidates[next].stamp.minute - minute : 0;
            candidate->opens = direction == 0 ||
                               (sign(before) != -direction && sign(after) != -direction);
        }
        if (candidate->opens)
            last = candidate;
    }
}

static bool is_between(int minute, int a, int b)
{
    return (a < minute && minute < b) || (b < minute && minute < a);
}

/* "10.30 The …" between 10.36am and 10.23am lacks its am, and is no number; so for pm. Loose stamps
 * that stand in no such place are none. */
static void settle_loose(struct td_candidate *candidates, size_t count)
{
    const struct td_candidate *last = NULL;
    size_t next = 0;
    for (size_t i = 0; i < count; i++) {
        struct td_candidate *candidate = &candidates[i];
        if (!candidate->opens)
            continue;
        if (!candidate->stamp.loose) {
            last = candidate->stamp.weak ? last : candidate;
            continue;
        }
        for (next = next > i ? next : i + 1; next < count; next++)
            if (candidates[next].opens && !candidates[next].stamp.loose &&
                !candidates[next].stamp.weak)
                break;
        candidate->opens = false;
        for (int half = 0; half < 2 && last != NULL && next < count; half++) {
            const int minute = candidate->stamp.minute + half * (MINUTES / 2);
            if (!is_between(minute, last->stamp.minute, candidates[next].stamp.minute))
                continue;
            candidate->stamp.minute = minute;
            candidate->opens = true;
            break;
        }
    }
}

/* Loose stamps are taken as times when they are the file's way to write them, or fit between those
 * that are. */
static void drop_loose(struct td_candidate *candidates, size_t count)
{
    size_t firm = 0;
    size_t loose = 0;
    size_t rises = 0;
    size_t falls = 0;
    int last = -1;
    for (size_t i = 0; i < count; i++) {
        const struct td_stamp *stamp = &candidates[i].stamp;
        if (!candidates[i].opens)
            continue;
        firm += !stamp->loose;
        loose += stamp->loose;
        rises += last >= 0 && stamp->minute > last;
        falls += last >= 0 && stamp->minute < last;
        last = stamp->minute;
    }
    if (firm > 0 || loose < LOOSE_LEAST || (rises > 0 && falls > 0))
        settle_loose(candidates, count);
}

/* How much text stands before the entries and in them. */
struct extent {
    size_t entries;
    size_t before;    /* bytes */
    size_t sentences; /* paragraphs before the entries that end a sentence */
    size_t inside;
    bool exact; /* the first entry's time has minutes */
};

/* The last entry counts no more than the longest of the others: behind a diary of times, the rest
 * of a briefing would seem to be its last entry. */
static struct extent measure(const struct td_candidate *candidates, size_t count)
{
    struct extent extent = {0};
    size_t longest = 0;
    size_t open = 0;
    for (size_t i = 0; i < count; i++) {
        const struct td_candidate *candidate = &candidates[i];
        if (candidate->opens) {
            if (extent.entries++ == 0)
                extent.exact = candidate->stamp.has_minutes;
            longest = open > longest ? open : longest;
            extent.inside += open;
            open = 0;
        }
        if (extent.entries > 0) {
            open += candidate->size;
            continue;
        }
        extent.before += candidate->size;
        extent.sentences += candidate->sentence;
    }
    extent.inside += open < longest ? open : longest;
    return extent;
}

bool td_live_choose(struct td_candidate *candidates, size_t count)
{
    drop_loose(candidates, count);
    drop_weak(candidates, count);
    const struct extent extent = measure(candidates, count);
    const bool masthead = extent.before <= MASTHEAD_MOST && extent.sentences <= 1;
    if (extent.entries == 1)
        return extent.exact && masthead;
    return extent.entries > 1 &&
           (masthead || extent.before * BEFORE_SHARE <= extent.inside);
}

static void check_order(const struct td_story *story, struct td_warnings *warnings)
{
    int balance = 0;
    for (size_t i = 1; i < story->entry_count; i++)
        balance += sign(story->entries[i].minute - story->entries[i - 1].minute);
    const int direction = balance != 0 || story->entry_count < 2
                              ? sign(balance)
                              : sign(story->entries[1].minute - story->entries[0].minute);
    bool midnight = false;
    for (size_t i = 1; i < story->entry_count; i++) {
        const struct td_entry *entry = &story->entries[i];
        const struct td_entry *before = entry - 1;
        const int step = entry->minute - before->minute;
        if (direction == 0 || sign(step) != -direction)
            continue;
        if (!midnight && abs(step) > MINUTES / 2) {
            midnight = true;
            continue;
        }
        td_warn_at(warnings, entry->line,
                   "entry %.*s stands behind %.*s: the entries go back and forth in time",
                   (int)entry->stamp.len, entry->stamp.ptr, (int)before->stamp.len,
                   before->stamp.ptr);
    }
}

/* The blocks of an entry with their references marked. */
static const struct td_block *refer_blocks(struct td_arena *arena,
                                           const struct td_entry *entry,
                                           struct td_refs *refs)
{
    struct td_block *blocks =
        td_arena_array(arena, entry->blocks, entry->block_count, sizeof *blocks);
    for (size_t i = 0; i < entry->block_count; i++) {
        struct td_block *block = &blocks[i];
        refs->line = block->line;
        block->text = td_text_refer(arena, block->text, refs);
        struct td_text *items =
            td_arena_array(arena, block->items, block->item_count, sizeof *items);
        for (size_t k = 0; k < block->item_count; k++)
            items[k] = td_text_refer(arena, items[k], refs);
        block->items = items;
    }
    return blocks;
}

/* The word "urgent" among the topics is no topic. */
static void take_urgent_topic(struct td_arena *arena, struct td_entry *entry)
{
    struct td_slice *topics =
        td_arena_array(arena, entry->topics, entry->topic_count, sizeof *topics);
    size_t kept = 0;
    for (size_t i = 0; i < entry->topic_count; i++) {
        if (td_slice_iis(topics[i], URGENT))
            entry->urgent = true;
        else
            topics[kept++] = topics[i];
    }
    entry->topics = topics;
    entry->topic_count = kept;
}

/* So is "!urgent" in front of its words, where there are no headings to put topics on. */
static void take_urgent_word(struct td_arena *arena, struct td_entry *entry)
{
    const struct td_slice mark = td_slice("!" URGENT);
    if (entry->block_count == 0)
        return;
    const struct td_text text = entry->blocks[0].text;
    const struct td_slice begin = td_slice_sub(text.words, 0, mark.len);
    const size_t rest = td_words_skip_space(text.words, mark.len);
    if (!td_slice_ieq(begin, mark) ||
        (rest == mark.len && rest < text.words.len && text.words.ptr[rest] != ':'))
        return;
    struct td_block *blocks =
        td_arena_array(arena, entry->blocks, entry->block_count, sizeof *blocks);
    entry->urgent = true;
    entry->blocks = blocks;
    size_t from = rest;
    if (from < text.words.len && text.words.ptr[from] == ':')
        from = td_words_skip_space(text.words, from + 1);
    blocks[0].text = td_text_part(arena, text, from, text.words.len);
    if (from == text.words.len) {
        entry->blocks++;
        entry->block_count--;
    }
}

void td_live_settle(struct td_story *story, struct td_warnings *warnings)
{
    bool known[MINUTES] = {false};
    check_order(story, warnings);
    for (size_t i = 0; i < story->entry_count; i++)
        known[story->entries[i].minute] = true;
    struct td_entry *entries =
        td_arena_array(story->arena, story->entries, story->entry_count, sizeof *entries);
    for (size_t i = 0; i < story->entry_count; i++) {
        struct td_refs refs = {.known = known, .warnings = warnings};
        take_urgent_topic(story->arena, &entries[i]);
        take_urgent_word(story->arena, &entries[i]);
        entries[i].blocks = refer_blocks(story->arena, &entries[i], &refs);
        entries[i].refs =
            td_arena_array(story->arena, refs.minutes, refs.count, sizeof *refs.minutes);
        entries[i].ref_count = refs.count;
        free(refs.minutes);
    }
    story->entries = entries;
}

static struct td_candidate *read_candidates(const struct td_units *units)
{
    struct td_candidate *candidates = td_xcalloc(units->count, sizeof *candidates);
    for (size_t i = 0; i < units->count; i++) {
        const struct td_unit *unit = &units->items[i];
        struct td_candidate *candidate = &candidates[i];
        candidate->size = unit->words.len;
        candidate->sentence = td_words_end_sentence(unit->words);
        candidate->opens =
            unit->kind == TD_UNIT_TEXT &&
            td_stamp_read(unit->words, &candidate->stamp) == TD_STAMP_FOUND;
    }
    return candidates;
}

static void warn_wrong_time(const struct td_unit *unit, struct td_warnings *warnings)
{
    struct td_stamp_time time;
    if (unit->kind != TD_UNIT_TEXT ||
        td_stamp_time_at(unit->words, 0, &time) != TD_STAMP_WRONG)
        return;
    td_warn_at(warnings, unit->line,
               "\"%.*s\" is no time of day: taken as part of the entry above",
               (int)time.end, unit->words.ptr);
}

/* One entry from unit `from` to before unit `to`. */
static void read_entry(struct td_build *build, const struct td_units *units,
                       const struct td_stamp *stamp, size_t from, size_t to)
{
    const struct td_unit *unit = &units->items[from];
    td_build_entry(build, (struct td_entry){.minute = stamp->minute,
                                            .stamp = stamp->written,
                                            .line = unit->line});
    const struct td_slice words = td_slice_sub(unit->words, stamp->end, unit->words.len);
    if (!td_words_blank(words))
        td_build_paragraph(build, td_text_link(build->arena, td_text_of(words)),
                           unit->line);
    td_build_units(build, units, from + 1, to);
}

bool td_live_read(struct td_build *build, const struct td_units *units,
                  struct td_warnings *warnings, struct td_story **out)
{
    struct td_candidate *candidates = read_candidates(units);
    const bool live = td_live_choose(candidates, units->count);
    size_t i = 0;
    for (; live && !candidates[i].opens; i++)
        td_build_masthead(build, units->items[i].words);
    while (live && i < units->count) {
        size_t to = i + 1;
        for (; to < units->count && !candidates[to].opens; to++)
            warn_wrong_time(&units->items[to], warnings);
        read_entry(build, units, &candidates[i].stamp, i, to);
        i = to;
    }
    free(candidates);
    if (!live)
        return false;
    build->story->kind = TD_STORY_LIVE;
    *out = td_build_finish(build);
    td_live_settle(*out, warnings);
    return true;
}
