/*
 * freeze.c: the content hash. Every value goes in behind its length, every list behind its count,
 * and numbers as eight bytes, so that no two contents can look alike.
 */
#include "edition/freeze.h"

#include "base/crypto.h"

static void add_number(struct td_sha256 *hash, uint64_t n)
{
    unsigned char bytes[8];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)(n >> (56 - 8 * i));
    td_sha256_add(hash, bytes, sizeof bytes);
}

static void add_text_bytes(struct td_sha256 *hash, struct td_slice s)
{
    add_number(hash, s.len);
    td_sha256_add(hash, s.ptr != NULL ? s.ptr : "", s.len);
}

static void add_text(struct td_sha256 *hash, const struct td_text *text)
{
    add_text_bytes(hash, text->words);
    add_number(hash, text->mark_count);
    for (size_t i = 0; i < text->mark_count; i++) {
        const struct td_mark *mark = &text->marks[i];
        add_number(hash, mark->kind);
        add_number(hash, mark->from);
        add_number(hash, mark->to);
        add_number(hash, (uint64_t)mark->minute);
        add_text_bytes(hash, mark->url);
    }
}

static void add_blocks(struct td_sha256 *hash, const struct td_block *blocks,
                       size_t count)
{
    add_number(hash, count);
    for (size_t i = 0; i < count; i++) {
        const struct td_block *block = &blocks[i];
        add_number(hash, block->type);
        add_number(hash, block->ordered);
        add_text(hash, &block->text);
        add_text_bytes(hash, block->src);
        add_number(hash, block->item_count);
        for (size_t k = 0; k < block->item_count; k++)
            add_text(hash, &block->items[k]);
    }
}

static void add_part(struct td_sha256 *hash, const struct td_part *part)
{
    add_number(hash, part->topics);
    if (part->section != NULL) {
        add_number(hash, part->section->role);
        add_text(hash, &part->section->heading);
        add_blocks(hash, part->section->blocks, part->section->block_count);
    }
    if (part->entry != NULL) {
        add_number(hash, (uint64_t)part->entry->minute);
        add_text_bytes(hash, part->entry->stamp);
        add_blocks(hash, part->entry->blocks, part->entry->block_count);
        add_number(hash, part->entry->urgent);
    }
}

/* Nothing for an edition without files: their bytes count, not how they lie on the disk. */
static void add_enclosures(struct td_sha256 *hash, const struct td_edition *edition)
{
    for (size_t i = 0; i < edition->enclosure_count; i++) {
        const struct td_enclosure *file = &edition->enclosures[i];
        if (file->kind == TD_ENCLOSURE_LOGO)
            continue; /* the look is not the content */
        add_number(hash, file->kind);
        add_text_bytes(hash, file->name);
        add_text_bytes(hash, file->bytes);
    }
}

void td_edition_hash(const struct td_edition *edition, unsigned char out[32])
{
    const struct td_story *story = edition->story;
    struct td_sha256 *hash = td_sha256_create();
    add_text_bytes(hash, edition->subject);
    add_text_bytes(hash, edition->preheader);
    add_number(hash, story->kind);
    add_text_bytes(hash, story->title);
    add_text(hash, &story->standfirst);
    add_number(hash, story->masthead_count);
    for (size_t i = 0; i < story->masthead_count; i++)
        add_text_bytes(hash, story->masthead[i]);
    add_number(hash, edition->part_count);
    for (size_t i = 0; i < edition->part_count; i++)
        add_part(hash, &edition->parts[i]);
    add_enclosures(hash, edition);
    td_sha256_finish(hash, out);
}
