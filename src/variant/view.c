/* view.c: an edition as the values that mail templates walk. */
#include "variant/view.h"

#include <stdio.h>
#include <string.h>

#include "variant/blocks.h"
#include "variant/frame.h"

#define CONTENTS_FROM 5 /* sections: with fewer, a list of contents is in the way */

static struct td_view *text(const struct td_view_maker *m, struct td_slice s)
{
    return td_view_text(m->arena, s);
}

static struct td_frame frame_of(const struct td_view_maker *m)
{
    const struct td_newsletter *newsletter = m->edition->newsletter;
    const struct td_theme *theme = newsletter->theme;
    const struct td_enclosure *logo = NULL;
    if (theme != NULL && theme->logo_file != NULL)
        logo = td_edition_enclosure(m->edition, TD_ENCLOSURE_LOGO,
                                    td_slice(theme->logo_file));
    return (struct td_frame){
        .newsletter = newsletter, .logo = logo, .arena = m->arena, .err = m->err};
}

static enum td_status set_envelope(const struct td_view_maker *m, const char *date,
                                   struct td_view *root)
{
    const struct td_edition *edition = m->edition;
    const struct td_frame frame = frame_of(m);
    td_view_set(root, "subject", text(m, edition->subject));
    td_view_set(root, "preheader", text(m, edition->preheader));
    td_view_set(root, "date", text(m, td_slice(date)));
    if (edition->newsletter->greeting != NULL)
        td_frame_slot(&frame, root, "greeting", TD_SLOT_GREETING);
    td_frame_slot(&frame, root, "unsubscribe", TD_SLOT_UNSUBSCRIBE);
    td_frame_slot(&frame, root, "preferences", TD_SLOT_PREFERENCES);
    td_frame_slot(&frame, root, "web_view", TD_SLOT_VIEW);
    td_frame_slot(&frame, root, "address", TD_SLOT_ADDRESS);
    return td_frame_set(&frame, root);
}

static struct td_slice section_anchor(const struct td_view_maker *m, size_t part)
{
    return td_arena_printf(m->arena, "section-%zu", part + 1);
}

static void set_contents(const struct td_view_maker *m, struct td_view *root)
{
    struct td_view *list = td_view_list(m->arena);
    const struct td_margin hanging = {.first = td_slice("  • "),
                                      .rest = td_slice("    ")};
    struct td_buf lines;
    size_t shown = 0;
    td_buf_init(&lines, (size_t)1 << 20);
    for (size_t i = 0; i < m->edition->part_count; i++) {
        const struct td_section *section = m->edition->parts[i].section;
        if (section == NULL || !td_selection_has(m->selection, i))
            continue;
        shown++;
        if (section->heading.words.len == 0)
            continue;
        struct td_view *item = td_view_map(m->arena);
        td_view_set(item, "anchor", text(m, section_anchor(m, i)));
        td_view_set(item, "title", text(m, section->heading.words));
        td_view_add(list, item);
        td_wrap(section->heading.words, &hanging, &lines);
    }
    struct td_view *contents = td_view_map(m->arena);
    td_view_set(contents, "items", list);
    td_view_set(contents, "lines", td_view_lines(m, &lines));
    if (shown >= CONTENTS_FROM)
        td_view_set(root, "contents", contents);
}

/* Title, standfirst and masthead: what stands above the parts. */
static enum td_status set_opening(const struct td_view_maker *m, struct td_view *root)
{
    const struct td_story *story = m->edition->story;
    const struct td_frame frame = frame_of(m);
    enum td_status status = TD_OK;
    if (story->title.len > 0)
        status = td_view_title(m, story->title, root);
    if (status == TD_OK && story->standfirst.words.len > 0) {
        const struct td_block block = {.type = TD_BLOCK_PARAGRAPH,
                                       .text = story->standfirst};
        struct td_view *map = td_view_map(m->arena);
        const struct td_text_part part = {.blocks = &block, .block_count = 1};
        td_view_part_lines(m, &part, map);
        status = td_view_pieces(m, &story->standfirst, map);
        td_view_set(root, "standfirst", map);
    }
    struct td_view *masthead = td_view_list(m->arena);
    for (size_t i = 0; i < story->masthead_count; i++) {
        struct td_view *item = td_view_map(m->arena);
        td_view_set(item, "line", text(m, story->masthead[i]));
        td_frame_lines(&frame, item, "lines", story->masthead[i]);
        td_view_add(masthead, item);
    }
    td_view_set(root, "masthead", masthead);
    return status;
}

static enum td_status add_section(const struct td_view_maker *m, size_t part,
                                  struct td_view *list)
{
    const struct td_section *section = m->edition->parts[part].section;
    struct td_view *map = td_view_map(m->arena);
    td_view_set(map, "anchor", text(m, section_anchor(m, part)));
    td_view_set(map, "lead", td_view_flag(m->arena, section->role == TD_ROLE_LEAD));
    td_view_set(map, "also", td_view_flag(m->arena, section->role == TD_ROLE_ALSO));
    td_view_add(list, map);
    return td_view_section(m, section, map);
}

static enum td_status add_entry(const struct td_view_maker *m, size_t part, size_t margin,
                                struct td_view *list)
{
    const struct td_entry *entry = m->edition->parts[part].entry;
    struct td_view *map = td_view_map(m->arena);
    td_view_set(map, "anchor", text(m, td_slice(m->anchors[part])));
    td_view_set(map, "stamp", text(m, entry->stamp));
    td_view_add(list, map);
    const struct td_text_part lines = {.blocks = entry->blocks,
                                       .block_count = entry->block_count,
                                       .stamp = entry->stamp,
                                       .margin = margin};
    td_view_part_lines(m, &lines, map);
    return td_view_blocks(m, entry->blocks, entry->block_count, map);
}

/* Columns the times of the entries shown need, and two between them and the words. */
static size_t time_margin(const struct td_view_maker *m)
{
    size_t widest = 0;
    for (size_t i = 0; i < m->edition->part_count; i++) {
        const struct td_entry *entry = m->edition->parts[i].entry;
        if (entry == NULL || !td_selection_has(m->selection, i))
            continue;
        const size_t width = td_utf8_width(entry->stamp);
        widest = width > widest ? width : widest;
    }
    return widest + 2;
}

static enum td_status set_parts(const struct td_view_maker *m, struct td_view *root)
{
    struct td_view *sections = td_view_list(m->arena);
    struct td_view *entries = td_view_list(m->arena);
    const size_t margin = time_margin(m);
    enum td_status status = TD_OK;
    for (size_t i = 0; i < m->edition->part_count && status == TD_OK; i++) {
        if (!td_selection_has(m->selection, i))
            continue;
        if (m->edition->parts[i].section != NULL)
            status = add_section(m, i, sections);
        else
            status = add_entry(m, i, margin, entries);
    }
    td_view_set(root, "sections", sections);
    td_view_set(root, "entries", entries);
    return status;
}

/* "at-1732" for the first entry shown of that minute, "at-1732-2" for the second, … */
static const char **make_anchors(const struct td_compose_input *input,
                                 struct td_arena *arena)
{
    const struct td_edition *edition = input->edition;
    const char **anchors =
        td_arena_alloc(arena, (edition->part_count + 1) * sizeof *anchors);
    for (size_t i = 0; i < edition->part_count; i++) {
        const struct td_entry *entry = edition->parts[i].entry;
        if (entry == NULL || !td_selection_has(input->selection, i))
            continue;
        size_t n = 1;
        for (size_t j = 0; j < i; j++)
            n += anchors[j] != NULL && edition->parts[j].entry->minute == entry->minute;
        char name[40];
        const int clock = entry->minute / 60 * 100 + entry->minute % 60;
        snprintf(name, sizeof name, n == 1 ? "at-%04d" : "at-%04d-%zu", clock, n);
        anchors[i] = td_arena_strdup(arena, name);
    }
    return anchors;
}

static enum td_status check_words(const struct td_view_maker *m, const char *what,
                                  struct td_slice words)
{
    if (td_utf8_valid(words, NULL))
        return TD_OK;
    return td_fail(m->err, TD_DATA, "the %s is not UTF-8", what);
}

/* The words that reach a template without passing through pieces.c. With all of them UTF-8, the
 * slot mark in what a template made is always ours. */
static enum td_status check_all_words(const struct td_view_maker *m)
{
    const struct td_edition *edition = m->edition;
    const struct td_newsletter *newsletter = edition->newsletter;
    const struct td_story *story = edition->story;
    enum td_status status = check_words(m, "subject", edition->subject);
    if (status == TD_OK)
        status = check_words(m, "preheader", edition->preheader);
    if (status == TD_OK)
        status = check_words(m, "title", story->title);
    if (status == TD_OK)
        status = check_words(m, "newsletter's title", td_slice(newsletter->title));
    if (status == TD_OK)
        status = check_words(m, "company", td_slice(newsletter->company));
    if (status == TD_OK)
        status = check_words(m, "postal address", td_slice(newsletter->postal_address));
    for (size_t i = 0; i < story->masthead_count && status == TD_OK; i++)
        status = check_words(m, "masthead", story->masthead[i]);
    for (size_t i = 0; i < edition->part_count && status == TD_OK; i++)
        if (edition->parts[i].entry != NULL)
            status = check_words(m, "time of an entry", edition->parts[i].entry->stamp);
    return status;
}

enum td_status td_view_make(const struct td_compose_input *input, struct td_arena *arena,
                            struct td_view **out, struct td_err *err)
{
    const struct td_view_maker m = {.edition = input->edition,
                                    .selection = input->selection,
                                    .anchors = make_anchors(input, arena),
                                    .arena = arena,
                                    .err = err};
    struct td_view *root = td_view_map(arena);
    enum td_status status = check_all_words(&m);
    if (status == TD_OK)
        status = set_envelope(&m, input->zone_date, root);
    set_contents(&m, root);
    if (status == TD_OK)
        status = set_opening(&m, root);
    if (status == TD_OK)
        status = set_parts(&m, root);
    if (status == TD_DATA && err != NULL)
        td_err_context(err, "%s %s", input->edition->newsletter->name,
                       input->edition->slug);
    *out = root;
    return status;
}
