/* entity.c: names by a table, numbers by their digits. */
#include "outcome/entity.h"

#include "base/err.h"

#define REFERENCE_MAX 12 /* bytes from '&' to ';' */

static const struct {
    const char *name;
    uint32_t cp;
} names[] = {
    {"lt", '<'},      {"gt", '>'},      {"amp", '&'},     {"quot", '"'},
    {"apos", '\''},   {"nbsp", ' '},    {"rsquo", '\''},  {"lsquo", '\''},
    {"ldquo", '"'},   {"rdquo", '"'},   {"ndash", '-'},   {"mdash", '-'},
    {"agrave", 0xE0}, {"aacute", 0xE1}, {"acirc", 0xE2},  {"atilde", 0xE3},
    {"auml", 0xE4},   {"aring", 0xE5},  {"aelig", 0xE6},  {"ccedil", 0xE7},
    {"egrave", 0xE8}, {"eacute", 0xE9}, {"ecirc", 0xEA},  {"euml", 0xEB},
    {"igrave", 0xEC}, {"iacute", 0xED}, {"icirc", 0xEE},  {"iuml", 0xEF},
    {"ntilde", 0xF1}, {"ograve", 0xF2}, {"oacute", 0xF3}, {"ocirc", 0xF4},
    {"otilde", 0xF5}, {"ouml", 0xF6},   {"oslash", 0xF8}, {"ugrave", 0xF9},
    {"uacute", 0xFA}, {"ucirc", 0xFB},  {"uuml", 0xFC},   {"yacute", 0xFD},
    {"Agrave", 0xC0}, {"Aacute", 0xC1}, {"Acirc", 0xC2},  {"Atilde", 0xC3},
    {"Auml", 0xC4},   {"Aring", 0xC5},  {"AElig", 0xC6},  {"Ccedil", 0xC7},
    {"Egrave", 0xC8}, {"Eacute", 0xC9}, {"Ecirc", 0xCA},  {"Ntilde", 0xD1},
    {"Oacute", 0xD3}, {"Ocirc", 0xD4},  {"Ouml", 0xD6},   {"Oslash", 0xD8},
    {"Uacute", 0xDA}, {"Uuml", 0xDC},   {"szlig", 0xDF},
};

static int digit_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* "233" or "xE9"; 0: no number of a character. */
static uint32_t number_of(struct td_slice text)
{
    const bool hex = td_slice_istarts(text, "x");
    uint32_t cp = 0;
    for (size_t i = hex ? 1 : 0; i < text.len; i++) {
        const int digit = digit_of(text.ptr[i]);
        if (digit < 0 || (!hex && digit > 9) || cp > 0x10FFFF)
            return 0;
        cp = cp * (hex ? 16 : 10) + (uint32_t)digit;
    }
    if (cp == 0x91 || cp == 0x92) /* of Windows-1252, which are no characters here */
        return '\'';
    return cp > 0x10FFFF || (cp >= 0xD800 && cp <= 0xDFFF) ? 0 : cp;
}

static uint32_t code_point(struct td_slice name)
{
    if (td_slice_starts(name, "#"))
        return number_of(td_slice_sub(name, 1, name.len));
    for (size_t i = 0; i < TD_ARRAY_LEN(names); i++) {
        if (td_slice_is(name, names[i].name))
            return names[i].cp;
    }
    return 0;
}

size_t td_entity_read(struct td_slice html, char *out, size_t *written)
{
    const size_t end = td_slice_find(td_slice_sub(html, 0, REFERENCE_MAX), 0, ';');
    if (end == (size_t)-1 || !td_slice_starts(html, "&"))
        return 0;
    const uint32_t cp = code_point(td_slice_sub(html, 1, end));
    if (cp == 0)
        return 0;
    *written = td_utf8_put(out, cp);
    return end + 1;
}
