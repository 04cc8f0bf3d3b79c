/* header.c: fields, their parameters and their addresses, from views into the mail. */
#include "outcome/header.h"

#include <string.h>

static const size_t none = (size_t)-1;

/* Where the ':' of a field named by the first n bytes stands; none. */
static size_t find_colon(struct td_slice text, size_t n)
{
    while (n < text.len && (text.ptr[n] == ' ' || text.ptr[n] == '\t'))
        n++;
    return n < text.len && text.ptr[n] == ':' ? n : none;
}

/* Ends at a line end or before: what follows the line may stand behind it. */
struct td_slice td_field_name(struct td_slice line)
{
    size_t n = 0;
    while (n < line.len && line.ptr[n] > ' ' && line.ptr[n] < 0x7F && line.ptr[n] != ':')
        n++;
    return n > 0 && find_colon(line, n) != none ? td_slice_sub(line, 0, n)
                                                : (struct td_slice){0};
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

/* What a line that is no field is to the header. */
enum line_kind { LINE_BLANK, LINE_JUNK, LINE_BODY };

static enum line_kind kind_of(struct td_slice line, bool begun, enum td_junk junk)
{
    if (td_slice_trim(line).len == 0 &&
        (begun || (junk == TD_JUNK_ENDS && line.len == 0)))
        return LINE_BLANK;
    return junk == TD_JUNK_ENDS && !is_mailbox_line(line) ? LINE_BODY : LINE_JUNK;
}

/* Most names that are asked for are in no field, and one look tells. */
static size_t mark_of(struct td_slice name)
{
    const unsigned first = (unsigned char)name.ptr[0] | 0x20U;
    const unsigned last = (unsigned char)name.ptr[name.len - 1] | 0x20U;
    return (first * 7 + last * 3 + name.len) % TD_FIELDS_MARKS;
}

/* Which the caller has room for, behind the others. */
static void add_field(struct td_fields *fields, struct td_slice name,
                      struct td_slice value, struct td_field *items)
{
    uint16_t *const first = &fields->first[mark_of(name)];
    items[fields->count++] = (struct td_field){name, value};
    *first = *first != 0 ? *first : (uint16_t)fields->count;
}

struct td_fields td_fields_take(struct td_arena *arena, struct td_slice *rest,
                                enum td_junk junk)
{
    struct td_field items[TD_FIELDS_MAX];
    struct td_fields fields = {0};
    const char *at = rest->ptr;
    const char *const stop = rest->ptr + rest->len;
    while (at < stop) {
        const struct td_slice all = td_slice_n(at, (size_t)(stop - at));
        const struct td_slice name = td_field_name(all);
        const char *end = line_end(at + name.len, stop);
        enum line_kind kind = LINE_JUNK;
        if (name.ptr != NULL) {
            const char *value = at + find_colon(all, name.len) + 1;
            end = folded_end(end, stop);
            if (fields.count < TD_FIELDS_MAX)
                add_field(&fields, name,
                          td_slice_trim(td_slice_n(value, (size_t)(end - value))), items);
        } else {
            kind = kind_of(line_of(at, end), fields.count > 0, junk);
        }
        if (kind == LINE_BODY)
            break;
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
    const size_t first = wanted.len > 0 ? fields->first[mark_of(wanted)] : 0;
    if (first == 0)
        return (struct td_slice){0};
    *at = *at < first - 1 ? first - 1 : *at;
    while (*at < fields->count) {
        const struct td_field *field = &fields->items[(*at)++];
        if (field->name.len == wanted.len && td_slice_ieq(field->name, wanted))
            return field->value;
    }
    return (struct td_slice){0};
}

static size_t word_end(struct td_slice text)
{
    size_t n = 0;
    while (n < text.len && text.ptr[n] != ';' && text.ptr[n] != ' ' &&
           !(text.ptr[n] >= '\t' && text.ptr[n] <= '\r'))
        n++;
    return n;
}

struct td_slice td_value_main(struct td_slice value)
{
    return td_slice_sub(value, 0, word_end(value));
}

/* A quoted string without its quotes, or what stands up to the next ';' or space. */
static struct td_slice parameter_text(struct td_slice text)
{
    if (td_slice_starts(text, "\"")) {
        const size_t end = td_slice_find(text, 1, '"');
        return td_slice_sub(text, 1, end == none ? text.len : end);
    }
    return td_slice_sub(text, 0, word_end(text));
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
