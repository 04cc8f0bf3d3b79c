/* Bodies, MIME, slots (sheet.h). */
#include "variant/sheet.h"

#include "variant/encode.h"
#include "variant/headers.h"
#include "variant/slots.h"

#define BODY_MAX ((size_t)16 << 20)

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

/* The link that a mail must not be without. */
static enum td_status check_link(const struct td_sheet *sheet, const char *name,
                                 struct td_slice text, struct td_err *err)
{
    const struct td_slice token = td_slot_token(sheet->link);
    for (size_t i = 0; i + 1 < text.len; i++)
        if (text.ptr[i] == token.ptr[0] && text.ptr[i + 1] == token.ptr[1])
            return TD_OK;
    return td_fail(err, TD_CONFIG, "template %s: no {{%s}} link", name, sheet->must_have);
}

static enum td_status make_body(const struct td_sheet *sheet, enum td_slot_place place,
                                struct td_buf *out, struct td_err *err)
{
    struct td_buf name, text;
    td_buf_init(&name, 200);
    td_buf_init(&text, BODY_MAX);
    td_buf_addf(&name, "%s.%s", sheet->name, place == TD_PLACE_HTML ? "html" : "text");
    enum td_status status =
        td_templates_render(sheet->templates, name.ptr, sheet->view, &text, err);
    if (status == TD_OK && sheet->must_have)
        status = check_link(sheet, name.ptr, td_buf_slice(&text), err);
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

enum td_status td_sheet_compose(const struct td_sheet *sheet, struct td_buf *wire,
                                struct td_variant *out, struct td_err *err)
{
    struct td_mime_message message = sheet->files;
    struct td_buf text, html;
    td_buf_init(&text, BODY_MAX);
    td_buf_init(&html, BODY_MAX);
    enum td_status status = make_body(sheet, TD_PLACE_TEXT, &text, err);
    if (status == TD_OK && sheet->html)
        status = make_body(sheet, TD_PLACE_HTML, &html, err);
    if (status == TD_OK) {
        message.text = td_buf_slice(&text);
        message.html = sheet->html ? td_buf_slice(&html) : td_slice(NULL);
        td_mime_write(&message, wire);
        if (td_buf_full(&text) || td_buf_full(&html) || td_buf_full(wire))
            status =
                td_fail(err, TD_DATA, "the mail is larger than %zu MB", BODY_MAX >> 20);
    }
    if (status == TD_OK)
        status = find_slots(td_buf_slice(wire), out, err);
    td_buf_release(&html);
    td_buf_release(&text);
    return status;
}
