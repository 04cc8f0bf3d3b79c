/* blocks.c: headings, paragraphs, lists, quotes and images as values for templates. */
#include "variant/blocks.h"

#define COLUMN    576 /* how wide words and images are, in pixels */
#define LINES_MAX ((size_t)16 << 20)

struct td_view *td_view_lines(const struct td_view_maker *m, struct td_buf *lines)
{
    struct td_slice s = td_buf_slice(lines);
    while (s.len > 0 && s.ptr[s.len - 1] == '\n')
        s.len--;
    struct td_view *view = td_view_text(m->arena, td_arena_copy(m->arena, s));
    td_buf_release(lines);
    return view;
}

/* Where "(see 1.13pm)" leads: the first entry of that minute in this mail. */
static const char *find_anchor(const void *context, int minute)
{
    const struct td_view_maker *m = context;
    for (size_t i = 0; i < m->edition->part_count; i++)
        if (m->anchors[i] != NULL && m->edition->parts[i].entry->minute == minute)
            return m->anchors[i];
    return NULL;
}

enum td_status td_view_pieces(const struct td_view_maker *m, const struct td_text *text,
                              struct td_view *map)
{
    const struct td_anchors anchors = {.find = find_anchor, .context = m};
    struct td_view *pieces = NULL;
    const enum td_status status = td_pieces(text, &anchors, m->arena, &pieces, m->err);
    if (status == TD_OK)
        td_view_set(map, "pieces", pieces);
    return status;
}

/* {pieces, lines} of a heading; `rule` underlines it in text. *out is set at once. */
static enum td_status make_heading(const struct td_view_maker *m,
                                   const struct td_text *heading, char rule,
                                   struct td_links *links, struct td_view **out)
{
    struct td_buf lines;
    *out = td_view_map(m->arena);
    td_buf_init(&lines, LINES_MAX);
    td_text_heading(heading, rule, links, &lines);
    td_view_set(*out, "lines", td_view_lines(m, &lines));
    return td_view_pieces(m, heading, *out);
}

enum td_status td_view_title(const struct td_view_maker *m, struct td_slice title,
                             struct td_view *map)
{
    struct td_links links = {0};
    struct td_view *view;
    const struct td_text text = {.words = title};
    const enum td_status status = make_heading(m, &text, '=', &links, &view);
    td_view_set(map, "title", view);
    td_links_release(&links);
    return status;
}

static void set_lines(const struct td_view_maker *m, const struct td_text_part *part,
                      struct td_links *links, struct td_view *map)
{
    struct td_buf lines;
    td_buf_init(&lines, LINES_MAX);
    td_text_blocks(part, links, &lines);
    td_view_set(map, "lines", td_view_lines(m, &lines));
}

void td_view_part_lines(const struct td_view_maker *m, const struct td_text_part *part,
                        struct td_view *map)
{
    struct td_links links = {0};
    set_lines(m, part, &links, map);
    td_links_release(&links);
}

static enum td_status set_items(const struct td_view_maker *m,
                                const struct td_block *block, struct td_view *map)
{
    struct td_view *items = td_view_list(m->arena);
    enum td_status status = TD_OK;
    for (size_t i = 0; i < block->item_count && status == TD_OK; i++) {
        struct td_view *item = td_view_map(m->arena);
        td_view_add(items, item);
        status = td_view_pieces(m, &block->items[i], item);
    }
    td_view_set(map, "items", items);
    td_view_set(map, "ordered", td_view_flag(m->arena, block->ordered));
    td_view_set(map, "unordered", td_view_flag(m->arena, !block->ordered));
    return status;
}

/* An image from the web stays there; one beside the source goes with the mail. */
static enum td_status set_image(const struct td_view_maker *m,
                                const struct td_block *block, struct td_view *map)
{
    const struct td_enclosure *file =
        td_edition_enclosure(m->edition, TD_ENCLOSURE_IMAGE, block->src);
    struct td_slice src = block->src;
    int width = COLUMN;
    if (file != NULL) {
        src = td_arena_printf(m->arena, "cid:%s", file->cid);
        width = file->width > 0 && file->width < COLUMN ? file->width : COLUMN;
    } else if (!td_slice_istarts(src, "https://") && !td_slice_istarts(src, "http://")) {
        return td_fail(m->err, TD_DATA,
                       "image %.*s: neither on the web nor beside the source",
                       (int)(src.len > 200 ? 200 : src.len), src.ptr);
    } else if (!td_url_allowed(src)) {
        return td_fail(m->err, TD_DATA, "an image whose URL cannot stand in a mail");
    }
    if (!td_utf8_valid(block->text.words, NULL))
        return td_fail(m->err, TD_DATA, "an image whose words cannot stand in a mail");
    td_view_set(map, "src", td_view_text(m->arena, src));
    td_view_set(map, "alt", td_view_text(m->arena, block->text.words));
    td_view_set(map, "width",
                td_view_text(m->arena, td_arena_printf(m->arena, "%d", width)));
    return TD_OK;
}

static enum td_status set_block(const struct td_view_maker *m,
                                const struct td_block *block, bool first,
                                struct td_view *map)
{
    struct td_view *inner = td_view_map(m->arena);
    switch (block->type) {
    case TD_BLOCK_PARAGRAPH:
        td_view_set(map, "paragraph", inner);
        td_view_set(inner, "first", td_view_flag(m->arena, first));
        return td_view_pieces(m, &block->text, inner);
    case TD_BLOCK_LIST:
        td_view_set(map, "list", inner);
        return set_items(m, block, inner);
    case TD_BLOCK_QUOTE:
        td_view_set(map, "quote", inner);
        return set_items(m, block, inner);
    case TD_BLOCK_HEADING:
        td_view_set(map, "subheading", inner);
        return td_view_pieces(m, &block->text, inner);
    case TD_BLOCK_IMAGE:
        td_view_set(map, "image", inner);
        return set_image(m, block, inner);
    }
    return td_fail(m->err, TD_SOFTWARE, "a block of unknown type");
}

enum td_status td_view_blocks(const struct td_view_maker *m,
                              const struct td_block *blocks, size_t count,
                              struct td_view *map)
{
    struct td_view *list = td_view_list(m->arena);
    td_view_set(map, "blocks", list);
    for (size_t i = 0; i < count; i++) {
        struct td_view *block = td_view_map(m->arena);
        td_view_add(list, block);
        const enum td_status status = set_block(m, &blocks[i], i == 0, block);
        if (status != TD_OK) {
            if (m->err != NULL)
                td_err_context(m->err, "line %d", blocks[i].line);
            return status;
        }
    }
    return TD_OK;
}

enum td_status td_view_section(const struct td_view_maker *m,
                               const struct td_section *section, struct td_view *map)
{
    struct td_links links = {0};
    enum td_status status = TD_OK;
    if (section->heading.words.len > 0) {
        struct td_view *heading;
        status = make_heading(m, &section->heading, '-', &links, &heading);
        td_view_set(map, "heading", heading);
    }
    const struct td_text_part part = {.blocks = section->blocks,
                                      .block_count = section->block_count};
    set_lines(m, &part, &links, map);
    td_links_release(&links);
    if (status != TD_OK)
        return status;
    return td_view_blocks(m, section->blocks, section->block_count, map);
}
