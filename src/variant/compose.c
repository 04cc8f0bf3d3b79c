/* compose.c: values, templates, bodies, headers, MIME: the whole of stage 3 in order. */
#include "variant/compose.h"

#include "variant/encode.h"
#include "variant/headers.h"
#include "variant/mime.h"
#include "variant/slots.h"
#include "variant/view.h"

#define BODY_MAX    ((size_t)16 << 20)
#define MESSAGE_MAX ((size_t)64 << 20)

/* A soft line break, unless a line begins here already. */
static void soft_break(struct td_buf *out)
{
    if (out->len > 0 && out->ptr[out->len - 1] != '\n')
        td_buf_add_str(out, "=\r\n");
}

/* Quoted-printable of what a template made; each slot on a line of its own between soft breaks. */
static enum td_status encode_body(struct td_slice text, enum td_slot_place place,
                                  struct td_buf *out, struct td_err *err)
{
    size_t from = 0;
    for (;;) {
        const size_t mark = td_slice_find(text, from, TD_SLOT_MARK);
        const size_t to = mark == (size_t)-1 ? text.len : mark;
        const struct td_slice words = td_slice_sub(text, from, to);
        enum td_slot_kind kind = TD_SLOT_TO;
        if (!td_utf8_valid(words, NULL))
            return td_fail(err, TD_DATA, "words that are not UTF-8");
        if (mark == (size_t)-1) {
            td_encode_qp(words, out);
            return TD_OK;
        }
        if (mark + 1 >= text.len || !td_slot_kind_of(text.ptr[mark + 1], &kind))
            return td_fail(err, TD_DATA, "words that are not UTF-8");
        td_encode_qp_open(words, out);
        soft_break(out);
        td_mark_slot(kind, place, out);
        td_buf_add_str(out, "=\r\n");
        from = mark + 2;
    }
}

/* Standards G7: the way out stands in the body as well. */
static enum td_status check_way_out(const char *name, struct td_slice text,
                                    struct td_err *err)
{
    const struct td_slice token = td_slot_token(TD_SLOT_UNSUBSCRIBE);
    for (size_t i = 0; i + 1 < text.len; i++)
        if (text.ptr[i] == token.ptr[0] && text.ptr[i + 1] == token.ptr[1])
            return TD_OK;
    return td_fail(err, TD_CONFIG, "template %s: no {{unsubscribe}} link", name);
}

/* An alert looks like one, whatever newsletter it is of. */
static const char *template_of(const struct td_edition *edition)
{
    return edition->class_ == TD_CLASS_ALERT ? "alert"
                                             : edition->newsletter->template_name;
}

static enum td_status make_body(const struct td_compose_input *input,
                                const struct td_view *view, enum td_slot_place place,
                                struct td_buf *out, struct td_err *err)
{
    struct td_buf name, text;
    td_buf_init(&name, 200);
    td_buf_init(&text, BODY_MAX);
    td_buf_addf(&name, "%s.%s", template_of(input->edition),
                place == TD_PLACE_HTML ? "html" : "text");
    enum td_status status =
        td_templates_render(input->templates, name.ptr, view, &text, err);
    if (status == TD_OK)
        status = check_way_out(name.ptr, td_buf_slice(&text), err);
    if (status == TD_OK) {
        if (text.len > 0 && text.ptr[text.len - 1] != '\n')
            td_buf_add_char(&text, '\n');
        status = encode_body(td_buf_slice(&text), place, out, err);
    }
    td_buf_release(&text);
    td_buf_release(&name);
    return status;
}

/* Takes the marks out of the message and notes where they stood. */
static enum td_status find_slots(struct td_slice wire, struct td_variant *out,
                                 struct td_err *err)
{
    size_t from = 0;
    for (;;) {
        const size_t mark = td_slice_find(wire, from, TD_SLOT_MARK);
        const size_t to = mark == (size_t)-1 ? wire.len : mark;
        td_buf_add(&out->bytes, wire.ptr + from, to - from);
        if (mark == (size_t)-1)
            return TD_OK;
        if (out->slot_count == TD_SLOTS_MAX)
            return td_fail(err, TD_DATA, "the templates use more than %d slots",
                           TD_SLOTS_MAX);
        struct td_slot *slot = &out->slots[out->slot_count++];
        slot->offset = out->bytes.len;
        slot->place = (enum td_slot_place)(wire.ptr[mark + 2] - '0');
        if (!td_slot_kind_of(wire.ptr[mark + 1], &slot->kind))
            TD_PANIC("a slot mark that is none");
        from = mark + 3;
    }
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

/* The bodies with the files that this selection needs. */
static void write_message(const struct td_compose_input *input,
                          struct td_mime_message *message, struct td_buf *out)
{
    const struct td_edition *edition = input->edition;
    const struct td_enclosure *images[TD_ENCLOSURES_MAX];
    const struct td_enclosure *attachments[TD_ENCLOSURES_MAX];
    for (size_t i = 0; i < edition->enclosure_count; i++) {
        const struct td_enclosure *file = &edition->enclosures[i];
        if (file->kind == TD_ENCLOSURE_ATTACHMENT)
            attachments[message->attachment_count++] = file;
        else if (message->html.ptr != NULL && is_shown(input, file))
            images[message->image_count++] = file;
    }
    message->images = images;
    message->attachments = attachments;
    td_mime_write(message, out);
}

static enum td_status compose(const struct td_compose_input *input,
                              const struct td_view *view, struct td_variant *out,
                              struct td_err *err)
{
    struct td_buf text, html, wire;
    td_buf_init(&text, BODY_MAX);
    td_buf_init(&html, BODY_MAX);
    td_buf_init(&wire, MESSAGE_MAX);
    enum td_status status = make_body(input, view, TD_PLACE_TEXT, &text, err);
    const bool both = input->selection->format == TD_FORMAT_HTML;
    if (status == TD_OK && both)
        status = make_body(input, view, TD_PLACE_HTML, &html, err);
    if (status == TD_OK)
        status = td_headers_write(input->edition, &wire, err);
    if (status == TD_OK) {
        struct td_mime_message message = {.text = td_buf_slice(&text)};
        if (both)
            message.html = td_buf_slice(&html);
        write_message(input, &message, &wire);
        if (td_buf_full(&text) || td_buf_full(&html) || td_buf_full(&wire))
            status =
                td_fail(err, TD_DATA, "the mail is larger than %zu MB", BODY_MAX >> 20);
    }
    if (status == TD_OK)
        status = find_slots(td_buf_slice(&wire), out, err);
    td_buf_release(&wire);
    td_buf_release(&html);
    td_buf_release(&text);
    return status;
}

enum td_status td_compose(const struct td_compose_input *input, struct td_variant *out,
                          struct td_err *err)
{
    struct td_arena *arena = td_arena_create();
    struct td_view *view = NULL;
    out->slot_count = 0;
    td_buf_init(&out->bytes, MESSAGE_MAX);
    enum td_status status = td_view_make(input, arena, &view, err);
    if (status == TD_OK)
        status = compose(input, view, out, err);
    if (status != TD_OK)
        td_variant_release(out);
    td_arena_destroy(arena);
    return status;
}
