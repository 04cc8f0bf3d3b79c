/* Confirmation, welcome, goodbye and report (notice.h). */
#include "variant/notice.h"

#include <stdio.h>

#include "variant/frame.h"
#include "variant/headers.h"
#include "variant/sheet.h"
#include "variant/wrap.h"

#define SUBJECT_MAX 1000
#define LINES_MAX   ((size_t)1 << 20)
#define LABEL_MAX   28 /* columns of the text part; longer labels push their value on */

const char *td_notice_name(enum td_notice notice)
{
    switch (notice) {
    case TD_NOTICE_CONFIRM: return "confirm";
    case TD_NOTICE_WELCOME: return "welcome";
    case TD_NOTICE_GOODBYE: return "goodbye";
    case TD_NOTICE_REPORT: return "report";
    case TD_NOTICE_REMIND: return "remind";
    case TD_NOTICE_LEAVE: return "leave";
    case TD_NOTICE_HELP: return "help";
    case TD_NOTICE_PROBE: return "probe";
    }
    return "";
}

bool td_notice_asks(enum td_notice notice)
{
    return notice == TD_NOTICE_CONFIRM || notice == TD_NOTICE_REMIND;
}

/* ---- the report as values ---- */

/* Text for people, whatever the bytes were. */
static struct td_slice visible(struct td_arena *arena, struct td_slice bytes)
{
    struct td_buf text;
    td_buf_init(&text, LINES_MAX);
    td_buf_add_visible(&text, bytes);
    const struct td_slice kept = td_arena_copy(arena, td_buf_slice(&text));
    td_buf_release(&text);
    return kept.ptr ? kept : td_slice("");
}

static size_t label_width(const struct td_report_part *part)
{
    size_t widest = 0;
    for (size_t i = 0; i < part->row_count; i++) {
        const size_t width = td_utf8_width(part->rows[i].label);
        if (width > widest && width <= LABEL_MAX)
            widest = width;
    }
    return widest;
}

/* "label   value", the value's further lines beneath its first. */
static void add_row_lines(struct td_slice label, struct td_slice value, size_t width,
                          struct td_buf *lines)
{
    struct td_buf first, rest;
    const size_t own = td_utf8_width(label);
    td_buf_init(&first, 2000);
    td_buf_init(&rest, 200);
    td_buf_add_str(&first, "  ");
    td_buf_add_slice(&first, label);
    td_buf_add_repeat(&first, ' ', (own < width ? width - own : 0) + 2);
    td_buf_add_repeat(&rest, ' ', width + 4);
    const struct td_margin margin = {.first = td_buf_slice(&first),
                                     .rest = td_buf_slice(&rest)};
    td_wrap(value.len > 0 ? value : td_slice("-"), &margin, lines);
    td_buf_release(&first);
    td_buf_release(&rest);
}

static struct td_view *part_view(const struct td_frame *f,
                                 const struct td_report_part *part)
{
    static const struct td_margin hanging = {.first = {"  • ", 6}, .rest = {"    ", 4}};
    struct td_view *map = td_view_map(f->arena);
    struct td_view *rows = td_view_list(f->arena);
    struct td_view *notes = td_view_list(f->arena);
    const struct td_slice heading = visible(f->arena, part->heading);
    const size_t width = label_width(part);
    struct td_buf lines;
    td_buf_init(&lines, LINES_MAX);
    td_buf_addf(&lines, "%s\n", heading.ptr);
    td_buf_add_repeat(&lines, '-', td_utf8_width(heading));
    td_buf_add_char(&lines, '\n');
    for (size_t i = 0; i < part->row_count; i++) {
        struct td_view *row = td_view_map(f->arena);
        const struct td_slice label = visible(f->arena, part->rows[i].label);
        const struct td_slice value = visible(f->arena, part->rows[i].value);
        td_view_set(row, "label", td_view_text(f->arena, label));
        td_view_set(row, "value", td_view_text(f->arena, value));
        td_view_add(rows, row);
        add_row_lines(label, value, width, &lines);
    }
    for (size_t i = 0; i < part->note_count; i++) {
        struct td_view *note = td_view_map(f->arena);
        const struct td_slice line = visible(f->arena, part->notes[i]);
        td_view_set(note, "line", td_view_text(f->arena, line));
        td_view_add(notes, note);
        td_wrap(line, &hanging, &lines);
    }
    lines.len -= lines.len > 0 && lines.ptr[lines.len - 1] == '\n';
    td_view_set(map, "heading", td_view_text(f->arena, heading));
    td_view_set(map, "rows", rows);
    td_view_set(map, "has_rows", td_view_flag(f->arena, part->row_count > 0));
    td_view_set(map, "notes", notes);
    td_view_set(map, "has_notes", td_view_flag(f->arena, part->note_count > 0));
    td_view_set(map, "lines",
                td_view_text(f->arena, td_arena_copy(f->arena, td_buf_slice(&lines))));
    td_buf_release(&lines);
    return map;
}

static void set_report(const struct td_frame *f, const struct td_report *report,
                       struct td_view *root)
{
    struct td_view *map = td_view_map(f->arena);
    struct td_view *parts = td_view_list(f->arena);
    const struct td_slice intro = visible(f->arena, report->intro);
    td_view_set(map, "intro", td_view_text(f->arena, intro));
    td_frame_lines(f, map, "intro_lines", intro);
    for (size_t i = 0; i < report->part_count; i++)
        td_view_add(parts, part_view(f, &report->parts[i]));
    td_view_set(map, "parts", parts);
    td_view_set(root, "report", map);
}

/* ---- the mail ---- */

/* To subscribers, so that leaving is one click away. */
static bool is_of_the_list(enum td_notice notice)
{
    return notice == TD_NOTICE_WELCOME || notice == TD_NOTICE_PROBE;
}

/* Which links a notice has; only these are set, so a template cannot show another. */
static void set_links(const struct td_frame *f, enum td_notice notice,
                      struct td_view *root)
{
    if (notice != TD_NOTICE_REPORT)
        td_frame_slot(f, root, "address", TD_SLOT_ADDRESS);
    if (td_notice_asks(notice))
        td_frame_slot(f, root, "confirm", TD_SLOT_CONFIRM);
    if (is_of_the_list(notice) || notice == TD_NOTICE_GOODBYE || notice == TD_NOTICE_HELP)
        td_frame_slot(f, root, "preferences", TD_SLOT_PREFERENCES);
    if (is_of_the_list(notice) || notice == TD_NOTICE_LEAVE || notice == TD_NOTICE_HELP)
        td_frame_slot(f, root, "unsubscribe", TD_SLOT_UNSUBSCRIBE);
}

/* The template NAME-subject.text as one line. */
static enum td_status make_subject(const struct td_notice_input *input,
                                   struct td_arena *arena, const struct td_view *root,
                                   struct td_slice *out, struct td_err *err)
{
    char name[40];
    struct td_buf text;
    td_buf_init(&text, SUBJECT_MAX);
    (void)snprintf(name, sizeof name, "%s-subject.text", td_notice_name(input->notice));
    const enum td_status status =
        td_templates_render(input->templates, name, root, &text, err);
    *out = td_arena_copy(arena, td_slice_trim(td_buf_slice(&text)));
    td_buf_release(&text);
    return status;
}

static enum td_status make_view(const struct td_notice_input *input,
                                struct td_arena *arena, struct td_view *root,
                                struct td_slice *subject, struct td_err *err)
{
    const struct td_frame frame = {
        .newsletter = input->newsletter, .logo = input->logo, .arena = arena, .err = err};
    enum td_status status = td_frame_set(&frame, root);
    set_links(&frame, input->notice, root);
    if (input->newsletter->commands)
        td_view_set(
            root, "commands",
            td_view_text(arena, td_arena_printf(arena, "%s@%s",
                                                input->newsletter->commands->local,
                                                input->newsletter->commands->domain)));
    if (input->notice == TD_NOTICE_REPORT) {
        set_report(&frame, input->report, root);
        *subject = visible(arena, input->report->subject);
    } else if (status == TD_OK) {
        status = make_subject(input, arena, root, subject, err);
    }
    td_view_set(root, "subject", td_view_text(arena, *subject));
    return status;
}

/* The link that a notice is for. */
static void demand_link(enum td_notice notice, struct td_sheet *sheet)
{
    if (td_notice_asks(notice)) {
        sheet->must_have = "confirm";
        sheet->link = TD_SLOT_CONFIRM;
    } else if (is_of_the_list(notice) || notice == TD_NOTICE_LEAVE) {
        sheet->must_have = "unsubscribe";
        sheet->link = TD_SLOT_UNSUBSCRIBE;
    }
}

static enum td_status compose(const struct td_notice_input *input, struct td_arena *arena,
                              struct td_variant *out, struct td_err *err)
{
    struct td_view *root = td_view_map(arena);
    struct td_sheet sheet = {
        .templates = input->templates,
        .name = td_notice_name(input->notice),
        .view = root,
        .html = input->format == TD_FORMAT_HTML,
        .files = {.images = &input->logo},
    };
    struct td_header_input header = {
        .newsletter = input->newsletter,
        .what = sheet.name,
        .list = is_of_the_list(input->notice),
        .question = td_notice_asks(input->notice) || input->notice == TD_NOTICE_LEAVE,
        .answer = input->notice == TD_NOTICE_LEAVE || input->notice == TD_NOTICE_HELP,
    };
    struct td_buf wire;
    td_buf_init(&wire, TD_MESSAGE_MAX);
    demand_link(input->notice, &sheet);
    sheet.files.image_count = sheet.html && input->logo ? 1 : 0;
    enum td_status status = make_view(input, arena, root, &header.subject, err);
    if (status == TD_OK && input->subject)
        td_buf_add_slice(input->subject, header.subject);
    if (status == TD_OK)
        status = td_headers_write(&header, &wire, err);
    if (status == TD_OK)
        status = td_sheet_compose(&sheet, &wire, out, err);
    td_buf_release(&wire);
    return status;
}

enum td_status td_notice_compose(const struct td_notice_input *input,
                                 struct td_variant *out, struct td_err *err)
{
    struct td_arena *arena = td_arena_create();
    out->slot_count = 0;
    td_buf_init(&out->bytes, TD_MESSAGE_MAX);
    const enum td_status status = compose(input, arena, out, err);
    if (status != TD_OK)
        td_variant_release(out);
    td_arena_destroy(arena);
    return status;
}
