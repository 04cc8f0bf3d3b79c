/*
 * own.c: what a notice says itself, apart from the message it returns.
 *
 * Where the returned message is no part of its own, it begins at a line that says so (the rule
 * file's `returned`), or where lines look like the header of a mail.
 */
#include <string.h>

#include "base/buf.h"
#include "outcome/decode.h"
#include "outcome/notice.h"

#define TEXT_MAX     ((size_t)24 * 1024) /* of one part that is looked at */
#define OWN_MAX      ((size_t)48 * 1024) /* of all */
#define FIELDS_LEAST 3 /* lines of header that make a returned message */

static struct td_slice part_text(const struct td_bounce_rules *rules,
                                 struct td_arena *arena, const struct td_part *part)
{
    struct td_slice text =
        td_decode_body(rules->charsets, arena, td_slice_sub(part->raw, 0, TEXT_MAX),
                       part->encoding, part->charset);
    if (part->kind == TD_PART_HTML)
        text = td_html_text(arena, text);
    return text;
}

/* All parts of that kind before the returned message, one behind the other. */
static struct td_slice join_texts(const struct td_bounce_rules *rules,
                                  struct td_arena *arena, const struct td_parts *parts,
                                  enum td_part_kind kind)
{
    struct td_slice only = {0};
    struct td_buf all;
    size_t count = 0;
    td_buf_init(&all, OWN_MAX);
    for (size_t i = 0; i < parts->count; i++) {
        if (parts->items[i].kind == TD_PART_RETURNED)
            break;
        if (parts->items[i].kind != kind)
            continue;
        const struct td_slice text = part_text(rules, arena, &parts->items[i]);
        if (count++ == 0) {
            only = text;
            continue;
        }
        if (count == 2)
            td_buf_add_slice(&all, only);
        td_buf_add_char(&all, '\n');
        td_buf_add_slice(&all, text);
    }
    if (count > 1)
        only = td_arena_copy(arena, td_buf_slice(&all));
    td_buf_release(&all);
    return only;
}

/* ---- where the returned message begins ---- */

/* What a line of a mail's header counts; 2: found in mails only. */
static int field_weight(struct td_slice name)
{
    static const char *const sure[] = {"Received",     "Return-Path",    "Message-ID",
                                       "MIME-Version", "DKIM-Signature", "Delivered-To"};
    static const char *const likely[] = {
        "From",     "To",        "Subject",      "Date",
        "Cc",       "Reply-To",  "Content-Type", "Sender",
        "X-Mailer", "Errors-To", "List-Id",      "Content-Transfer-Encoding"};
    for (size_t i = 0; i < sizeof sure / sizeof *sure; i++) {
        if (td_slice_iis(name, sure[i]))
            return 2;
    }
    for (size_t i = 0; i < sizeof likely / sizeof *likely; i++) {
        if (td_slice_iis(name, likely[i]))
            return 1;
    }
    return td_slice_istarts(name, "X-") ? 1 : 0;
}

/* Without the marks of a quotation. What is indented is an excerpt within the notice's own words. */
static struct td_slice unquoted(struct td_slice line)
{
    size_t n = 0;
    if (line.len > 0 && (line.ptr[0] == ' ' || line.ptr[0] == '\t'))
        return line;
    while (n < line.len && memchr("> |", line.ptr[n], 3) != NULL)
        n++;
    return td_slice_sub(line, n, line.len);
}

/* A run of lines that look like a header. */
struct run {
    size_t start;
    int fields;
    int weight;
    int date_and_from; /* bits */
};

static bool is_header(const struct run *run)
{
    return run->fields >= FIELDS_LEAST &&
           (run->weight > run->fields || run->date_and_from == 3);
}

/* Takes one line into the run; false when it ends it. */
static bool extend(struct run *run, struct td_slice line, size_t at)
{
    const struct td_slice bare = unquoted(line);
    const struct td_slice name = td_field_name(bare);
    const int weight = name.ptr != NULL ? field_weight(name) : 0;
    if (weight > 0) {
        if (run->fields == 0)
            run->start = at;
        run->fields++;
        run->weight += weight;
        run->date_and_from |= td_slice_iis(name, "Date") ? 1 : 0;
        run->date_and_from |= td_slice_iis(name, "From") ? 2 : 0;
        return true;
    }
    return run->fields > 0 && bare.len > 0 &&
           (name.ptr != NULL || line.ptr[0] == ' ' || line.ptr[0] == '\t');
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

/* Whether the line, its dashes and the like aside, begins with one of the rule file's words. */
static bool is_mark(const struct td_bounce_rules *rules, struct td_slice line)
{
    size_t n = 0;
    while (n < line.len && !is_letter(line.ptr[n]))
        n++;
    return td_phrases_begin(rules->returned, td_slice_sub(line, n, line.len));
}

/* Where the own words end and where the returned message begins. */
struct cut {
    size_t end;
    size_t message;
};

static struct cut find_returned(const struct td_bounce_rules *rules, struct td_slice text)
{
    struct run run = {0};
    struct td_slice rest = text;
    struct td_slice line;
    while (td_slice_line(&rest, &line)) {
        const size_t at = (size_t)(line.ptr - text.ptr);
        if (is_mark(rules, line))
            return (struct cut){at, text.len - rest.len};
        if (!extend(&run, line, at))
            run = (struct run){0};
        if (is_header(&run))
            return (struct cut){run.start, run.start};
    }
    return (struct cut){text.len, text.len};
}

void td_own_read(const struct td_bounce_rules *rules, struct td_arena *arena,
                 const struct td_parts *parts, struct td_own *own)
{
    *own = (struct td_own){0};
    own->text = join_texts(rules, arena, parts, TD_PART_TEXT);
    if (td_slice_trim(own->text).len == 0)
        own->text = join_texts(rules, arena, parts, TD_PART_HTML);
    const struct cut cut = find_returned(rules, own->text);
    struct td_slice message = td_slice_sub(own->text, cut.message, own->text.len);
    own->text = td_slice_sub(own->text, 0, cut.end);
    if (!td_returned_read(rules, arena, parts, &own->returned) && message.len > 0)
        own->returned = td_fields_take(arena, &message, TD_JUNK_SKIPPED);
}

bool td_returned_read(const struct td_bounce_rules *rules, struct td_arena *arena,
                      const struct td_parts *parts, struct td_fields *out)
{
    const struct td_part *part = td_parts_find(parts, TD_PART_RETURNED);
    *out = (struct td_fields){0};
    if (part == NULL)
        return false;
    struct td_slice message =
        td_decode_body(rules->charsets, arena, td_slice_sub(part->raw, 0, TEXT_MAX),
                       part->encoding, part->charset);
    *out = td_fields_take(arena, &message, TD_JUNK_SKIPPED);
    return out->count > 0;
}
