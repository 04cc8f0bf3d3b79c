/* header.c: fields, their parameters and their addresses, from views into the mail. */
#include "outcome/header.h"

#include <string.h>

static const size_t none = (size_t)-1;

struct td_slice td_field_name(struct td_slice line)
{
    size_t n = 0;
    while (n < line.len && line.ptr[n] > ' ' && line.ptr[n] < 0x7F && line.ptr[n] != ':')
        n++;
    size_t colon = n;
    while (colon < line.len && (line.ptr[colon] == ' ' || line.ptr[colon] == '\t'))
        colon++;
    if (n == 0 || colon == line.len || line.ptr[colon] != ':')
        return (struct td_slice){0};
    return td_slice_sub(line, 0, n);
}

static bool is_mailbox_line(struct td_slice line)
{
    return td_slice_starts(line, "From ") || td_slice_starts(line, ">From ");
}

static const char *line_end(const char *at, const char *end)
{
    const char *found = memchr(at, '\n', (size_t)(end - at));
    return found != NULL ? found : end;
}

/* A line without its LF or CR LF. */
static struct td_slice line_of(const char *start, const char *end)
{
    return td_slice_n(start,
                      (size_t)(end - start) - (end > start && end[-1] == '\r' ? 1 : 0));
}

/* The end of the lines that continue the one that ends at `end`. White space alone is a blank line
 * that a relay has padded, and continues nothing. */
static const char *folded_end(const char *end, const char *stop)
{
    while (end + 1 < stop && (end[1] == ' ' || end[1] == '\t')) {
        const char *next = line_end(end + 1, stop);
        if (td_slice_trim(line_of(end + 1, next)).len == 0)
            break;
        end = next;
    }
    return end;
}

/* What a line at the head of an entity is to its header. */
enum line_kind { LINE_FIELD, LINE_BLANK, LINE_JUNK, LINE_BODY };

static enum line_kind kind_of(struct td_slice line, struct td_slice name, bool begun,
                              enum td_junk junk)
{
    if (name.ptr != NULL)
        return LINE_FIELD;
    if (td_slice_trim(line).len == 0 &&
        (begun || (junk == TD_JUNK_ENDS && line.len == 0)))
        return LINE_BLANK;
    return junk == TD_JUNK_ENDS && !is_mailbox_line(line) ? LINE_BODY : LINE_JUNK;
}

struct td_fields td_fields_take(struct td_arena *arena, struct td_slice *rest,
                                enum td_junk junk)
{
    struct td_field items[TD_FIELDS_MAX];
    struct td_fields fields = {0};
    const char *at = rest->ptr;
    const char *const stop = rest->ptr + rest->len;
    bool begun = false;
    while (at < stop) {
        const char *end = line_end(at, stop);
        const struct td_slice line = line_of(at, end);
        const struct td_slice name = td_field_name(line);
        const enum line_kind kind = kind_of(line, name, begun, junk);
        if (kind == LINE_BODY)
            break;
        if (kind == LINE_FIELD) {
            const char *value = memchr(at + name.len, ':', (size_t)(end - at) - name.len);
            end = folded_end(end, stop);
            begun = true;
            if (fields.count < TD_FIELDS_MAX)
                items[fields.count++] = (struct td_field){
                    name,
                    td_slice_trim(td_slice_n(value + 1, (size_t)(end - value) - 1))};
        }
        at = end < stop ? end + 1 : stop;
        if (kind == LINE_BLANK)
            break;
    }
    *rest = td_slice_n(at, (size_t)(stop - at));
    fields.items = td_arena_array(arena, items, fields.count, sizeof *items);
    return fields;
}

struct td_slice td_fields_get(const struct td_fields *fields, const char *name)
{
    size_t at = 0;
    return td_fields_next(fields, name, &at);
}

struct td_slice td_fields_next(const struct td_fields *fields, const char *name,
                               size_t *at)
{
    const struct td_slice wanted = td_slice(name);
    while (*at < fields->count) {
        const struct td_field *field = &fields->items[(*at)++];
        if (field->name.len == wanted.len && td_slice_ieq(field->name, wanted))
            return field->value;
    }
    return (struct td_slice){0};
}

struct td_slice td_value_main(struct td_slice value)
{
    size_t n = 0;
    while (n < value.len && memchr("; \t\r\n", value.ptr[n], 5) == NULL)
        n++;
    return td_slice_sub(value, 0, n);
}

/* A quoted string without its quotes, or what stands up to the next ';' or space. */
static struct td_slice parameter_text(struct td_slice text)
{
    if (td_slice_starts(text, "\"")) {
        const size_t end = td_slice_find(text, 1, '"');
        return td_slice_sub(text, 1, end == none ? text.len : end);
    }
    size_t n = 0;
    while (n < text.len && memchr("; \t\r\n", text.ptr[n], 5) == NULL)
        n++;
    return td_slice_sub(text, 0, n);
}

struct td_slice td_value_param(struct td_slice value, const char *name)
{
    const size_t len = strlen(name);
    for (size_t at = td_slice_find(value, 0, ';'); at != none;
         at = td_slice_find(value, at + 1, ';')) {
        const struct td_slice rest =
            td_slice_trim(td_slice_sub(value, at + 1, value.len));
        if (!td_slice_istarts(rest, name))
            continue;
        const struct td_slice tail = td_slice_trim(td_slice_sub(rest, len, rest.len));
        if (td_slice_starts(tail, "="))
            return parameter_text(td_slice_trim(td_slice_sub(tail, 1, tail.len)));
    }
    return (struct td_slice){0};
}

/* The end of one mailbox in a list: a comma outside quotes, brackets and comments. */
static size_t mailbox_end(struct td_slice list)
{
    char inside = 0;
    for (size_t i = 0; i < list.len; i++) {
        const char c = list.ptr[i];
        if (inside == 0 && c == ',')
            return i;
        if (inside == 0 && (c == '"' || c == '<' || c == '('))
            inside = c == '<' ? '>' : c == '(' ? ')' : '"';
        else if (c == inside)
            inside = 0;
    }
    return list.len;
}

bool td_mailbox_next(struct td_slice *rest, struct td_slice *address)
{
    while (rest->len > 0) {
        const size_t end = mailbox_end(*rest);
        struct td_slice one = td_slice_trim(td_slice_sub(*rest, 0, end));
        while (td_slice_starts(one, "(") && td_slice_find(one, 0, ')') != none)
            one =
                td_slice_trim(td_slice_sub(one, td_slice_find(one, 0, ')') + 1, one.len));
        *rest = td_slice_sub(*rest, end + 1, rest->len);
        const size_t open = td_slice_find(one, 0, '<');
        if (open != none) {
            *address =
                td_slice_trim(td_slice_sub(one, open + 1, td_slice_find(one, open, '>')));
        } else {
            *address = td_slice_trim(td_slice_sub(one, 0, td_slice_find(one, 0, '(')));
        }
        if (address->len > 0)
            return true;
    }
    return false;
}
