/*
 * identity.c: entries of a live blog and their numbers.
 */
#include "edition/identity.h"

#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "base/mem.h"

bool td_newest_first(const struct td_story *story)
{
    size_t falls = 0;
    size_t rises = 0;
    for (size_t i = 1; i < story->entry_count; i++) {
        falls += story->entries[i].minute < story->entries[i - 1].minute;
        rises += story->entries[i].minute > story->entries[i - 1].minute;
    }
    return falls >= rises;
}

static void add_words(struct td_sha256 *hash, struct td_slice words)
{
    td_sha256_add(hash, words.ptr ? words.ptr : "", words.len);
    td_sha256_add(hash, "", 1);
}

static void hash_words(const struct td_entry *entry, unsigned char out[16])
{
    unsigned char full[TD_SHA256_LEN];
    struct td_sha256 *hash = td_sha256_create();
    for (size_t i = 0; i < entry->block_count; i++) {
        const struct td_block *block = &entry->blocks[i];
        add_words(hash, block->text.words);
        for (size_t k = 0; k < block->item_count; k++)
            add_words(hash, block->items[k].words);
    }
    td_sha256_finish(hash, full);
    memcpy(out, full, 16);
}

/* The known entry that is to be this one: of its minute, not taken yet; with the same words, or any. */
static size_t find(const struct td_numbered *known, size_t count, const bool *taken,
                   const struct td_numbered *entry, bool same_words)
{
    for (size_t i = 0; i < count; i++)
        if (!taken[i] && known[i].minute == entry->minute &&
            (!same_words || memcmp(known[i].words, entry->words, 16) == 0))
            return i;
    return count;
}

/* Entries from the oldest on: n counts, the result is the place in the story. */
static size_t place_of(const struct td_story *story, bool newest_first, size_t n)
{
    return newest_first ? story->entry_count - 1 - n : n;
}

size_t td_identify(const struct td_story *story, const struct td_numbered *known,
                   size_t known_count, int64_t next, struct td_numbered *out)
{
    const bool newest_first = td_newest_first(story);
    bool *taken = td_xcalloc(known_count + 1, sizeof *taken);
    size_t added = 0;
    for (size_t i = 0; i < story->entry_count; i++) {
        out[i] = (struct td_numbered){.minute = story->entries[i].minute};
        hash_words(&story->entries[i], out[i].words);
    }
    for (int same_words = 1; same_words >= 0; same_words--) {
        for (size_t n = 0; n < story->entry_count; n++) {
            struct td_numbered *entry = &out[place_of(story, newest_first, n)];
            if (entry->seq != 0)
                continue;
            const size_t i = find(known, known_count, taken, entry, same_words != 0);
            if (i == known_count)
                continue;
            taken[i] = true;
            entry->seq = known[i].seq;
        }
    }
    for (size_t n = 0; n < story->entry_count; n++) {
        struct td_numbered *entry = &out[place_of(story, newest_first, n)];
        if (entry->seq == 0)
            entry->seq = next + (int64_t)added++;
    }
    free(taken);
    return added;
}
