/* compose.c: values, templates, bodies, headers, MIME: the whole of stage 3 in order. */
#include "variant/compose.h"

#include <string.h>

#include "variant/headers.h"
#include "variant/sheet.h"
#include "variant/view.h"

/* An alert looks like one, whatever newsletter it is of. */
static const char *template_of(const struct td_edition *edition)
{
    return edition->class_ == TD_CLASS_ALERT ? "alert"
                                             : edition->newsletter->template_name;
}

/* Whether the HTML of these parts shows the image: who does not see it does not get it. */
static bool is_shown(const struct td_compose_input *input,
                     const struct td_enclosure *image)
{
    const struct td_edition *edition = input->edition;
    if (image->kind == TD_ENCLOSURE_LOGO)
        return true;
    for (size_t i = 0; i < edition->part_count; i++) {
        const struct td_part *part = &edition->parts[i];
        if (!td_selection_has(input->selection, i))
            continue;
        const struct td_block *blocks =
            part->section ? part->section->blocks : part->entry->blocks;
        const size_t count =
            part->section ? part->section->block_count : part->entry->block_count;
        for (size_t k = 0; k < count; k++)
            if (blocks[k].type == TD_BLOCK_IMAGE &&
                td_slice_eq(blocks[k].src, image->path))
                return true;
    }
    return false;
}

/* One file may be named in two ways; it goes along once (RFC 2045 7: an id is of one part). */
static bool is_chosen(const struct td_enclosure *const *images, size_t count,
                      const struct td_enclosure *image)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(images[i]->cid, image->cid) == 0)
            return true;
    return false;
}

/* The files that this selection needs; `room` holds images, then attachments. */
static void choose_files(const struct td_compose_input *input, bool html,
                         const struct td_enclosure *room[2][TD_ENCLOSURES_MAX],
                         struct td_mime_message *out)
{
    const struct td_edition *edition = input->edition;
    for (size_t i = 0; i < edition->enclosure_count; i++) {
        const struct td_enclosure *file = &edition->enclosures[i];
        if (file->kind == TD_ENCLOSURE_ATTACHMENT)
            room[1][out->attachment_count++] = file;
        else if (html && is_shown(input, file) &&
                 !is_chosen(room[0], out->image_count, file))
            room[0][out->image_count++] = file;
    }
    out->images = room[0];
    out->attachments = room[1];
}

static enum td_status compose(const struct td_compose_input *input,
                              const struct td_view *view, struct td_variant *out,
                              struct td_err *err)
{
    const struct td_enclosure *files[2][TD_ENCLOSURES_MAX];
    const struct td_edition *edition = input->edition;
    struct td_sheet sheet = {
        .templates = input->templates,
        .name = template_of(edition),
        .view = view,
        .html = input->selection->format == TD_FORMAT_HTML,
        .must_have =
            "unsubscribe", /* standards G7: the way out stands in the body as well */
        .link = TD_SLOT_UNSUBSCRIBE,
    };
    const struct td_header_input header = {
        .newsletter = edition->newsletter,
        .subject = edition->subject,
        .what = edition->slug,
        .list = true,
    };
    struct td_buf wire;
    td_buf_init(&wire, TD_MESSAGE_MAX);
    choose_files(input, sheet.html, files, &sheet.files);
    enum td_status status = td_headers_write(&header, &wire, err);
    if (status == TD_OK)
        status = td_sheet_compose(&sheet, &wire, out, err);
    td_buf_release(&wire);
    return status;
}

enum td_status td_compose(const struct td_compose_input *input, struct td_variant *out,
                          struct td_err *err)
{
    struct td_arena *arena = td_arena_create();
    struct td_view *view = NULL;
    out->slot_count = 0;
    td_buf_init(&out->bytes, TD_MESSAGE_MAX);
    enum td_status status = td_view_make(input, arena, &view, err);
    if (status == TD_OK)
        status = compose(input, view, out, err);
    if (status != TD_OK)
        td_variant_release(out);
    td_arena_destroy(arena);
    return status;
}
