/* A mail taken apart for the rules of `brief lint` (lint_mail.h). */
#include "app/proof/lint_mail.h"

#include <stdio.h>
#include <string.h>

#include "base/crypto.h"

#define NONE     ((size_t)-1)
#define BODY_MAX ((size_t)32 << 20)

/* ---- header ---- */

/* Where the line that begins at `from` ends, and the next begins. */
static size_t line_end(struct td_slice s, size_t from, size_t *next)
{
    const size_t at = td_slice_find_str(s, from, "\r\n");
    *next = at == NONE ? s.len : at + 2;
    return at == NONE ? s.len : at;
}

static bool is_fold(struct td_slice s, size_t at)
{
    return at < s.len && (s.ptr[at] == ' ' || s.ptr[at] == '\t');
}

static void add_field(struct td_lint_head *head, struct td_slice line)
{
    const size_t colon = td_slice_find(line, 0, ':');
    if (head->count == TD_LINT_FIELDS_MAX)
        return;
    struct td_lint_field *field = &head->fields[head->count++];
    field->name = td_slice_sub(line, 0, colon == NONE ? line.len : colon);
    field->value = colon == NONE ? td_slice("")
                                 : td_slice_trim(td_slice_sub(line, colon + 1, line.len));
}

/* Reads the header at the start of s; returns where the body begins. */
static size_t read_head(struct td_slice s, struct td_lint_head *head)
{
    size_t at = 0;
    head->count = 0;
    while (at < s.len) {
        size_t next;
        size_t end = line_end(s, at, &next);
        if (end == at) {
            head->bytes = td_slice_sub(s, 0, at);
            return next;
        }
        while (is_fold(s, next))
            end = line_end(s, next, &next);
        add_field(head, td_slice_sub(s, at, end));
        at = next;
    }
    head->bytes = s;
    return s.len;
}

size_t td_lint_field_count(const struct td_lint_head *head, const char *name)
{
    size_t count = 0;
    for (size_t i = 0; i < head->count; i++)
        count += td_slice_iis(head->fields[i].name, name);
    return count;
}

struct td_slice td_lint_field(const struct td_lint_head *head, const char *name, size_t n)
{
    for (size_t i = 0; i < head->count; i++)
        if (td_slice_iis(head->fields[i].name, name) && n-- == 0)
            return head->fields[i].value;
    return (struct td_slice){NULL, 0};
}

struct td_slice td_lint_param(struct td_slice value, const char *name)
{
    struct td_slice rest = value;
    struct td_slice item;
    while (td_slice_token(&rest, ";", &item)) {
        const size_t equals = td_slice_find(item, 0, '=');
        if (equals == NONE ||
            !td_slice_iis(td_slice_trim(td_slice_sub(item, 0, equals)), name))
            continue;
        item = td_slice_trim(td_slice_sub(item, equals + 1, item.len));
        const bool quoted = item.len >= 2 && item.ptr[0] == '"';
        return quoted ? td_slice_sub(item, 1, item.len - 1) : item;
    }
    return (struct td_slice){NULL, 0};
}

/* ---- parts ---- */

static void read_type(struct td_lint_part *part)
{
    const struct td_slice value = td_lint_field(&part->head, "Content-Type", 0);
    const size_t semicolon = td_slice_find(value, 0, ';');
    const struct td_slice type =
        td_slice_trim(td_slice_sub(value, 0, semicolon == NONE ? value.len : semicolon));
    size_t n = 0;
    for (; n < type.len && n + 1 < sizeof part->type; n++) {
        const char c = type.ptr[n];
        part->type[n] = c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
    }
    part->type[n] = '\0';
    if (td_slice_starts(td_slice(part->type), "multipart/"))
        part->boundary = td_lint_param(value, "boundary");
}

static struct td_lint_part *add_part(struct td_lint_mail *mail, struct td_slice bytes,
                                     size_t parent)
{
    if (mail->part_count == TD_LINT_PARTS_MAX)
        return NULL;
    struct td_lint_part *part = &mail->parts[mail->part_count++];
    memset(part, 0, sizeof *part);
    const size_t body = read_head(bytes, &part->head);
    part->body = td_slice_sub(bytes, body, bytes.len);
    part->parent = parent;
    read_type(part);
    return part;
}

/* The next line "--BOUNDARY" or "--BOUNDARY--" at or after `from`; *start is where it begins, *end
 * where the line after it does. */
static bool next_delimiter(const struct td_lint_part *part, size_t from, size_t *start,
                           size_t *end, bool *closing)
{
    for (size_t at = from; at < part->body.len;) {
        size_t next;
        struct td_slice line =
            td_slice_sub(part->body, at, line_end(part->body, at, &next));
        if (td_slice_starts(line, "--")) {
            line = td_slice_sub(line, 2, line.len);
            const struct td_slice name = td_slice_sub(line, 0, part->boundary.len);
            const struct td_slice rest = td_slice_sub(line, part->boundary.len, line.len);
            *closing = td_slice_is(rest, "--");
            if (td_slice_eq(name, part->boundary) && (rest.len == 0 || *closing)) {
                *start = at;
                *end = next;
                return true;
            }
        }
        at = next;
    }
    return false;
}

static void split(struct td_lint_mail *mail, size_t index)
{
    struct td_lint_part *part = &mail->parts[index];
    size_t start, from, next;
    if (part->boundary.len == 0 || !next_delimiter(part, 0, &start, &from, &part->closed))
        return;
    while (!part->closed) {
        if (!next_delimiter(part, from, &start, &next, &part->closed))
            start = next = part->body.len;
        const size_t end = start >= from + 2 ? start - 2 : start;
        if (!add_part(mail, td_slice_sub(part->body, from, end), index))
            return;
        part->children++;
        if (next == part->body.len && !part->closed)
            return;
        from = next;
    }
}

/* ---- bodies ---- */

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* One line of quoted-printable (RFC 2045 6.7). */
static bool decode_line(struct td_slice line, struct td_buf *out)
{
    for (size_t i = 0; i < line.len; i++) {
        if (line.ptr[i] != '=') {
            td_buf_add_char(out, line.ptr[i]);
            continue;
        }
        const bool whole = i + 2 < line.len;
        const int high = whole ? hex_value(line.ptr[i + 1]) : -1;
        const int low = whole ? hex_value(line.ptr[i + 2]) : -1;
        if (high < 0 || low < 0)
            return false;
        td_buf_add_char(out, (char)(high * 16 + low));
        i += 2;
    }
    return true;
}

static bool decode_qp(struct td_slice body, struct td_buf *out)
{
    struct td_slice line;
    bool good = true;
    while (td_slice_line(&body, &line) && good) {
        const bool soft = td_slice_ends(line, "=");
        good = decode_line(td_slice_sub(line, 0, line.len - soft), out);
        if (!soft)
            td_buf_add_char(out, '\n');
    }
    return good;
}

static bool decode_base64(struct td_slice body, struct td_buf *out)
{
    struct td_buf plain;
    td_buf_init(&plain, BODY_MAX);
    for (size_t i = 0; i < body.len; i++) {
        const char c = body.ptr[i];
        if (c == '+' || c == '/')
            td_buf_add_char(&plain, c == '+' ? '-' : '_');
        else if (c != '\r' && c != '\n' && c != '=')
            td_buf_add_char(&plain, c);
    }
    const bool good = td_base64url_decode(td_buf_slice(&plain), out);
    td_buf_release(&plain);
    return good;
}

bool td_lint_decode(const struct td_lint_part *part, struct td_buf *out)
{
    const struct td_slice encoding =
        td_lint_field(&part->head, "Content-Transfer-Encoding", 0);
    if (td_slice_iis(encoding, "quoted-printable"))
        return decode_qp(part->body, out);
    if (td_slice_iis(encoding, "base64"))
        return decode_base64(part->body, out);
    td_buf_add_slice(out, part->body);
    return true;
}

void td_lint_mail_read(struct td_lint_mail *mail)
{
    mail->part_count = 0;
    td_buf_init(&mail->text, BODY_MAX);
    td_buf_init(&mail->html, BODY_MAX);
    (void)add_part(mail, mail->bytes, 0);
    const struct td_slice way_out =
        td_lint_field(&mail->parts[0].head, "List-Unsubscribe", 0);
    mail->unsubscribe = td_slice("");
    if (way_out.len > 2)
        mail->unsubscribe = td_slice_sub(way_out, 1, td_slice_find(way_out, 0, '>'));
    for (size_t i = 0; i < mail->part_count; i++) {
        split(mail, i);
        if (mail->text.len == 0 && strcmp(mail->parts[i].type, "text/plain") == 0)
            (void)td_lint_decode(&mail->parts[i], &mail->text);
        if (mail->html.len == 0 && strcmp(mail->parts[i].type, "text/html") == 0)
            (void)td_lint_decode(&mail->parts[i], &mail->html);
    }
}

void td_lint_mail_release(struct td_lint_mail *mail)
{
    td_buf_release(&mail->text);
    td_buf_release(&mail->html);
}
