/* The tags of an HTML part (lint_tags.h). */
#include "app/proof/lint_tags.h"

#include <string.h>

#include "base/err.h"

#define NONE ((size_t)-1)

static bool is_name(char c)
{
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '-';
}

/* Moves *rest behind the closing tag of what is no text. */
static void pass_over(struct td_slice *rest, const char *closing)
{
    const size_t end = td_slice_find_str(*rest, 0, closing);
    *rest = td_slice_sub(*rest, end == NONE ? rest->len : end, rest->len);
}

bool td_lint_next_tag(struct td_slice *rest, struct td_lint_tag *tag)
{
    size_t open = td_slice_find(*rest, 0, '<');
    while (open != NONE &&
           td_slice_starts(td_slice_sub(*rest, open, rest->len), "<!--")) {
        const size_t end = td_slice_find_str(*rest, open, "-->");
        *rest = td_slice_sub(*rest, end == NONE ? rest->len : end + 3, rest->len);
        open = td_slice_find(*rest, 0, '<');
    }
    tag->before = td_slice_sub(*rest, 0, open == NONE ? rest->len : open);
    if (open == NONE)
        return false;
    const size_t close = td_slice_find(*rest, open, '>');
    struct td_slice inside =
        td_slice_sub(*rest, open + 1, close == NONE ? rest->len : close);
    *rest = td_slice_sub(*rest, close == NONE ? rest->len : close + 1, rest->len);
    tag->closing = td_slice_starts(inside, "/");
    inside = td_slice_sub(inside, tag->closing, inside.len);
    size_t n = 0;
    while (n < inside.len && is_name(inside.ptr[n]))
        n++;
    tag->name = td_slice_sub(inside, 0, n);
    tag->attributes = td_slice_sub(inside, n, inside.len);
    if (!tag->closing && td_lint_tag_is(tag, "style"))
        pass_over(rest, "</style");
    if (!tag->closing && td_lint_tag_is(tag, "script"))
        pass_over(rest, "</script");
    return true;
}

bool td_lint_tag_is(const struct td_lint_tag *tag, const char *name)
{
    return td_slice_iis(tag->name, name);
}

/* Takes one attribute off *rest. */
static bool next_attribute(struct td_slice *rest, struct td_slice *name,
                           struct td_slice *value)
{
    *rest = td_slice_trim(*rest);
    size_t n = 0;
    while (n < rest->len && strchr("= \t\r\n", rest->ptr[n]) == NULL)
        n++;
    *name = td_slice_sub(*rest, 0, n);
    *value = td_slice("");
    *rest = td_slice_trim(td_slice_sub(*rest, n, rest->len));
    if (!td_slice_starts(*rest, "="))
        return name->len > 0;
    *rest = td_slice_trim(td_slice_sub(*rest, 1, rest->len));
    const bool quoted = td_slice_starts(*rest, "\"") || td_slice_starts(*rest, "'");
    size_t end = 0;
    if (quoted)
        end = td_slice_find(*rest, 1, rest->ptr[0]);
    else
        while (end < rest->len && strchr(" \t\r\n", rest->ptr[end]) == NULL)
            end++;
    end = end == NONE ? rest->len : end;
    *value = td_slice_sub(*rest, quoted, end);
    *rest = td_slice_sub(*rest, end + quoted, rest->len);
    return name->len > 0;
}

struct td_slice td_lint_attribute(const struct td_lint_tag *tag, const char *name)
{
    struct td_slice rest = tag->attributes;
    struct td_slice key, value;
    while (next_attribute(&rest, &key, &value))
        if (td_slice_iis(key, name))
            return value;
    return (struct td_slice){NULL, 0};
}

/* The character of "#39", "#x27" or a name; 0 for one we do not know. */
static uint32_t entity(struct td_slice name)
{
    static const struct {
        const char *name;
        uint32_t cp;
    } known[] = {{"amp", '&'},   {"lt", '<'},    {"gt", '>'},     {"quot", '"'},
                 {"apos", '\''}, {"nbsp", 0xA0}, {"zwnj", 0x200C}};
    for (size_t i = 0; i < TD_ARRAY_LEN(known); i++)
        if (td_slice_is(name, known[i].name))
            return known[i].cp;
    if (!td_slice_starts(name, "#"))
        return 0;
    const bool hex = name.len > 1 && (name.ptr[1] | 0x20) == 'x';
    uint32_t cp = 0;
    for (size_t i = 1 + (size_t)hex; i < name.len; i++) {
        const char c = (char)(name.ptr[i] | 0x20);
        const bool digit = name.ptr[i] >= '0' && name.ptr[i] <= '9';
        if (!digit && !(hex && c >= 'a' && c <= 'f'))
            return 0;
        cp = cp * (hex ? 16 : 10) + (uint32_t)(digit ? name.ptr[i] - '0' : c - 'a' + 10);
        if (cp > 0x10FFFF)
            return 0;
    }
    return cp;
}

void td_lint_unescape(struct td_slice text, struct td_buf *out)
{
    for (size_t i = 0; i < text.len; i++) {
        const size_t end = text.ptr[i] == '&' ? td_slice_find(text, i, ';') : NONE;
        const uint32_t cp =
            end != NONE && end - i < 12 ? entity(td_slice_sub(text, i + 1, end)) : 0;
        if (cp == 0) {
            td_buf_add_char(out, text.ptr[i]);
            continue;
        }
        td_buf_add_cp(out, cp);
        i = end;
    }
}
