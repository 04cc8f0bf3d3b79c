/*
 * blocks.h: the parts of view.c that turn headings and blocks into values.
 */
#ifndef TD_VARIANT_BLOCKS_H
#define TD_VARIANT_BLOCKS_H

#include "variant/partition.h"
#include "variant/pieces.h"
#include "variant/textpart.h"

struct td_view_maker {
    const struct td_edition *edition;
    const struct td_selection *selection;
    const char *const *anchors; /* by part; NULL where no entry is shown */
    struct td_arena *arena;
    struct td_err *err;
};

/* The lines as a value of the arena, without the line feeds at their end; releases the buffer. */
struct td_view *td_view_lines(const struct td_view_maker *m, struct td_buf *lines);

/* Sets map's "pieces". */
enum td_status td_view_pieces(const struct td_view_maker *m, const struct td_text *text,
                              struct td_view *map);

/* Sets map's "title" to {pieces, lines}. */
enum td_status td_view_title(const struct td_view_maker *m, struct td_slice title,
                             struct td_view *map);

/* Sets map's "lines". */
void td_view_part_lines(const struct td_view_maker *m, const struct td_text_part *part,
                        struct td_view *map);

/* Sets map's "blocks". */
enum td_status td_view_blocks(const struct td_view_maker *m,
                              const struct td_block *blocks, size_t count,
                              struct td_view *map);

/* Sets map's "heading" (when it has one), "blocks" and "lines"; links are numbered through. */
enum td_status td_view_section(const struct td_view_maker *m,
                               const struct td_section *section, struct td_view *map);

#endif
