/* Addresses in text (needle.h). */
#include "app/people/needle.h"

#include <string.h>

#define NOWHERE ((size_t)-1)

static void add_form(struct td_needle *needle, struct td_slice form)
{
    if (form.len > TD_ADDRESS_MAX || td_slice_find(form, 0, '@') == NOWHERE)
        return;
    for (size_t i = 0; i < needle->count; i++)
        if (td_slice_ieq(form, td_slice(needle->forms[i])))
            return;
    if (needle->count == TD_NEEDLE_FORMS)
        return;
    memcpy(needle->forms[needle->count], form.ptr, form.len);
    needle->forms[needle->count++][form.len] = '\0';
}

void td_needle_add(struct td_needle *needle, struct td_slice address)
{
    struct td_address parsed;
    add_form(needle, td_slice_trim(address));
    if (td_address_parse(address, &parsed, NULL) != TD_OK)
        return;
    add_form(needle, td_slice(parsed.wire));
    add_form(needle, td_slice(parsed.key));
}

static bool is_name_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (unsigned char)c >= 0x80;
}

/* Whether what stands at [at, at + len) is neither the tail of a longer local part nor the head of a
 * longer domain. A full stop that ends a sentence belongs to no domain. */
static bool stands_alone(struct td_slice text, size_t at, size_t len)
{
    size_t end = at + len;
    if (at > 0 && (is_name_byte(text.ptr[at - 1]) || strchr("._%+-", text.ptr[at - 1])))
        return false;
    if (end < text.len && (is_name_byte(text.ptr[end]) || text.ptr[end] == '-'))
        return false;
    return !(end + 1 < text.len && text.ptr[end] == '.' &&
             is_name_byte(text.ptr[end + 1]));
}

/* The form that stands around the @ at `sign`: its length, *at where it begins; 0 for none. */
static size_t match(const struct td_needle *needle, struct td_slice text, size_t sign,
                    size_t *at)
{
    for (size_t i = 0; i < needle->count; i++) {
        struct td_slice form = td_slice(needle->forms[i]);
        size_t local = td_slice_find(form, 0, '@');
        if (sign < local || text.len - (sign - local) < form.len)
            continue;
        *at = sign - local;
        if (td_slice_ieq(form, td_slice_sub(text, *at, *at + form.len)))
            return form.len;
    }
    return 0;
}

size_t td_needle_find(const struct td_needle *needle, struct td_slice text, size_t from,
                      bool whole, size_t *len)
{
    for (size_t sign = from; (sign = td_slice_find(text, sign, '@')) != NOWHERE; sign++) {
        size_t at = 0;
        size_t length = match(needle, text, sign, &at);
        if (length == 0 || at < from || (whole && !stands_alone(text, at, length)))
            continue;
        *len = length;
        return at;
    }
    return NOWHERE;
}

bool td_needle_replace(const struct td_needle *needle, struct td_slice text, bool whole,
                       const char *with, struct td_buf *out)
{
    size_t done = 0;
    size_t len = 0;
    size_t at;
    bool any = false;
    while ((at = td_needle_find(needle, text, done, whole, &len)) != NOWHERE) {
        td_buf_add_slice(out, td_slice_sub(text, done, at));
        td_buf_add_str(out, with);
        done = at + len;
        any = true;
    }
    if (any)
        td_buf_add_slice(out, td_slice_sub(text, done, text.len));
    return any;
}
