/*
 * build.c: growing arrays while a story is read, one arena when it is done.
 */
#include "content/build.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "content/inline.h"

static void *push(struct td_build_vec *vec, const void *item, size_t size)
{
    vec->items = td_vec_grow(vec->items, &vec->cap, vec->count + 1, size);
    char *place = (char *)vec->items + vec->count++ * size;
    memcpy(place, item, size);
    return place;
}

void td_build_begin(struct td_build *build)
{
    *build = (struct td_build){.arena = td_arena_create()};
    build->story = td_arena_alloc(build->arena, sizeof *build->story);
    *build->story = (struct td_story){.arena = build->arena};
}

/* The blocks gathered so far go to the part that is open. */
static void close_part(struct td_build *build)
{
    const struct td_block *blocks = td_arena_array(build->arena, build->blocks.items,
                                                   build->blocks.count, sizeof *blocks);
    if (build->entries.count > 0) {
        struct td_entry *entry =
            (struct td_entry *)build->entries.items + build->entries.count - 1;
        entry->blocks = blocks;
        entry->block_count = build->blocks.count;
    } else if (build->sections.count > 0) {
        struct td_section *section =
            (struct td_section *)build->sections.items + build->sections.count - 1;
        section->blocks = blocks;
        section->block_count = build->blocks.count;
    }
    build->blocks.count = 0;
}

void td_build_section(struct td_build *build, struct td_section head)
{
    close_part(build);
    push(&build->sections, &head, sizeof head);
}

void td_build_entry(struct td_build *build, struct td_entry head)
{
    close_part(build);
    push(&build->entries, &head, sizeof head);
}

void td_build_masthead(struct td_build *build, struct td_slice line)
{
    push(&build->masthead, &line, sizeof line);
}

void td_build_block(struct td_build *build, struct td_block block)
{
    push(&build->blocks, &block, sizeof block);
}

void td_build_paragraph(struct td_build *build, struct td_text text, int line)
{
    td_build_block(
        build, (struct td_block){.type = TD_BLOCK_PARAGRAPH, .text = text, .line = line});
}

static size_t build_list(struct td_build *build, const struct td_units *units,
                         size_t from, size_t to)
{
    const enum td_unit_kind kind = units->items[from].kind;
    struct td_build_vec items = {0};
    size_t i = from;
    for (; i < to && units->items[i].kind == kind; i++) {
        const struct td_text text =
            td_text_link(build->arena, td_text_of(units->items[i].words));
        push(&items, &text, sizeof text);
    }
    td_build_block(build, (struct td_block){.type = TD_BLOCK_LIST,
                                            .items = td_arena_array(
                                                build->arena, items.items, items.count,
                                                sizeof(struct td_text)),
                                            .item_count = items.count,
                                            .ordered = kind == TD_UNIT_NUMBER,
                                            .line = units->items[from].line});
    free(items.items);
    return i;
}

void td_build_units(struct td_build *build, const struct td_units *units, size_t from,
                    size_t to)
{
    while (from < to) {
        const struct td_unit *unit = &units->items[from];
        if (unit->kind != TD_UNIT_TEXT) {
            from = build_list(build, units, from, to);
            continue;
        }
        td_build_paragraph(build, td_text_link(build->arena, td_text_of(unit->words)),
                           unit->line);
        from++;
    }
}

struct td_story *td_build_finish(struct td_build *build)
{
    struct td_story *story = build->story;
    close_part(build);
    story->sections = td_arena_array(build->arena, build->sections.items,
                                     build->sections.count, sizeof *story->sections);
    story->section_count = build->sections.count;
    story->entries = td_arena_array(build->arena, build->entries.items,
                                    build->entries.count, sizeof *story->entries);
    story->entry_count = build->entries.count;
    story->masthead = td_arena_array(build->arena, build->masthead.items,
                                     build->masthead.count, sizeof *story->masthead);
    story->masthead_count = build->masthead.count;
    build->arena = NULL;
    td_build_discard(build);
    return story;
}

void td_build_discard(struct td_build *build)
{
    td_arena_destroy(build->arena);
    free(build->sections.items);
    free(build->entries.items);
    free(build->masthead.items);
    free(build->blocks.items);
    *build = (struct td_build){0};
}
