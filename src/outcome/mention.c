/* mention.c: finding addresses, and cutting a text up so that each has its words. */
#include "outcome/mention.h"

#include <limits.h>
#include <string.h>

#define WHY_MAX     ((size_t)1500) /* of the words about one recipient */
#define ADDRESS_MAX ((size_t)254)

static const size_t none = (size_t)-1;

/* What stands in no address, besides controls and spaces. */
static const bool is_sign[UCHAR_MAX + 1] = {
    ['<'] = true, ['>'] = true, ['('] = true, [')'] = true, ['['] = true,  [']'] = true,
    ['"'] = true, [','] = true, [';'] = true, [':'] = true, ['\\'] = true, [0x7F] = true,
};

static bool is_address_byte(unsigned char c)
{
    return c > ' ' && !is_sign[c];
}

/* Brackets, quotes and punctuation around it, and prefixes such as "mailto:". */
static struct td_slice strip(struct td_slice text)
{
    static const char *const prefixes[] = {"mailto:", "smtp:", "rfc822;", "to:"};
    for (bool again = true; again;) {
        again = false;
        text = td_slice_trim(text);
        while (text.len > 0 && memchr("<>'()[]{},;:`*=|", text.ptr[0], 16) != NULL)
            text = td_slice_sub(text, 1, text.len);
        while (text.len > 0 &&
               memchr("<>'()[]{},;:`*.!?=|", text.ptr[text.len - 1], 19) != NULL)
            text = td_slice_sub(text, 0, text.len - 1);
        for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
            if (td_slice_istarts(text, prefixes[i])) {
                text = td_slice_sub(text, strlen(prefixes[i]), text.len);
                again = true;
            }
        }
    }
    return text;
}

static bool is_domain(struct td_slice domain)
{
    for (size_t i = 0; i < domain.len; i++) {
        const unsigned char c = (unsigned char)domain.ptr[i];
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!letter && !(c >= '0' && c <= '9') && c != '-' && c != '_' && c < 0x80 &&
            (c != '.' || i == 0))
            return false;
    }
    return domain.len > 0;
}

/* A quoted one may hold anything that prints (RFC 5321 4.1.2, and UTF-8). */
static bool is_local(struct td_slice local)
{
    if (local.len > 2 && local.ptr[0] == '"' && local.ptr[local.len - 1] == '"')
        return td_slice_find_control(local) == none;
    for (size_t i = 0; i < local.len; i++) {
        if (!is_address_byte((unsigned char)local.ptr[i]))
            return false;
    }
    return local.len > 0 && local.ptr[0] != '/'; /* a file */
}

struct td_slice td_clean_address(struct td_arena *arena, struct td_slice text)
{
    struct td_slice address = strip(text);
    /* a source route: "@relay:user@host" */
    const size_t colon = td_slice_find(address, 0, ':');
    if (td_slice_starts(address, "@") && colon != none)
        address = td_slice_sub(address, colon + 1, address.len);
    size_t at = none;
    for (size_t i = 0; i < address.len; i++)
        at = address.ptr[i] == '@' ? i : at;
    if (at == none || address.len > ADDRESS_MAX ||
        !is_local(td_slice_sub(address, 0, at)) ||
        !is_domain(td_slice_sub(address, at + 1, address.len)))
        return (struct td_slice){0};
    char *lower = td_arena_alloc(arena, address.len + 1);
    for (size_t i = 0; i < address.len; i++) {
        const char c = address.ptr[i];
        lower[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    return td_slice_n(lower, address.len);
}

/* ---- words about each ---- */

/* The start of the line that holds the position. */
static size_t line_start(struct td_slice text, size_t at)
{
    while (at > 0 && text.ptr[at - 1] != '\n')
        at--;
    return at;
}

/* Where a mention stands in the text. */
struct place {
    size_t start, end;
    bool told; /* the pattern says itself which words are about it */
};

/* Up to the first blank line behind which the address is not alone any more. */
static struct td_slice first_paragraph(struct td_slice region, size_t address_end)
{
    struct td_slice rest = td_slice_sub(region, address_end, region.len);
    struct td_slice line;
    bool said = false;
    while (td_slice_line(&rest, &line)) {
        const size_t words = td_slice_trim(line).len;
        if (words == 0 && said)
            return td_slice_trim(td_slice_n(region.ptr, (size_t)(line.ptr - region.ptr)));
        said = said || words > 2;
    }
    return td_slice_trim(region);
}

/* From each address's line to the next one's; addresses in a list share what follows it. */
static void share_words(struct td_slice text, const struct place *places, size_t count,
                        struct td_mention *items)
{
    for (size_t i = count; i-- > 0;) {
        if (places[i].told)
            continue;
        size_t from = line_start(text, places[i].start);
        size_t to = text.len;
        if (i + 1 < count && places[i + 1].start >= places[i].end) {
            to = line_start(text, places[i + 1].start);
            if (to <= places[i].start) { /* both on one line */
                from = places[i].end;
                to = places[i + 1].start;
            }
        }
        if (to > from + WHY_MAX)
            to = from + WHY_MAX;
        items[i].why =
            first_paragraph(td_slice_sub(text, from, to), places[i].end - from);
        const size_t behind = places[i].end < to ? places[i].end : to;
        const bool silent = td_slice_trim(td_slice_sub(text, behind, to)).len <= 1;
        if (silent && i + 1 < count && places[i].start == from)
            items[i].why = items[i + 1].why;
    }
}

/* ---- finding them ---- */

/* A pattern's group may hold several addresses. */
static size_t add_addresses(struct td_arena *arena, struct td_slice group,
                            struct td_mention *out, size_t count)
{
    struct td_slice whole = td_clean_address(arena, group);
    if (whole.ptr != NULL) {
        if (count < TD_NOTICE_ITEMS_MAX)
            out[count++] = (struct td_mention){.address = whole};
        return count;
    }
    struct td_slice word;
    while (td_slice_token(&group, " ,;\t\r\n", &word) && count < TD_NOTICE_ITEMS_MAX) {
        const struct td_slice address = td_clean_address(arena, word);
        if (address.ptr != NULL)
            out[count++] = (struct td_mention){.address = address};
    }
    return count;
}

/* A local part, of the host that wrote the notice. */
static size_t add_local(struct td_arena *arena, struct td_slice local,
                        struct td_slice host, struct td_mention *out, size_t count)
{
    const struct td_slice address =
        td_clean_address(arena, td_arena_printf(arena, "%.*s@%.*s", (int)local.len,
                                                local.ptr, (int)host.len, host.ptr));
    if (address.ptr != NULL && count < TD_NOTICE_ITEMS_MAX)
        out[count++] = (struct td_mention){.address = address};
    return count;
}

static size_t by_pattern(struct td_arena *arena, const struct td_pattern *pattern,
                         struct td_slice text, struct td_slice host,
                         struct td_mention *out)
{
    struct place places[TD_NOTICE_ITEMS_MAX];
    struct td_match match;
    size_t count = 0;
    size_t from = 0;
    while (count < TD_NOTICE_ITEMS_MAX && td_pattern_find(pattern, text, from, &match)) {
        const size_t before = count;
        count = match.local.ptr != NULL ? add_local(arena, match.local, host, out, count)
                                        : add_addresses(arena, match.to, out, count);
        if (count == before + 1 && before > 0 &&
            td_slice_eq(out[before].address, out[before - 1].address))
            count = before; /* the server's words repeat it */
        for (size_t i = before; i < count; i++) {
            const struct td_slice named = match.to.ptr ? match.to : match.local;
            const size_t start = (size_t)(named.ptr - text.ptr);
            places[i] = (struct place){start, start + named.len, false};
            out[i].status = match.status;
            if (match.why.ptr != NULL) {
                out[i].why = td_slice_trim(match.why);
                places[i].told = true;
            }
        }
        from = match.end > from ? match.end : from + 1;
    }
    share_words(text, places, count, out);
    return count;
}

size_t td_mentions_by_patterns(struct td_arena *arena, const struct td_patterns *patterns,
                               struct td_slice text, struct td_slice host,
                               struct td_mention *out)
{
    for (size_t i = 0; i < patterns->count; i++) {
        const size_t count = by_pattern(arena, patterns->items[i], text, host, out);
        if (count > 0)
            return count;
    }
    return 0;
}

/* Where the address stands in the text, whatever its case; none. */
static size_t find_address(struct td_slice text, struct td_slice address)
{
    for (size_t i = 0; i + address.len <= text.len; i++) {
        if ((text.ptr[i] | 0x20) == (address.ptr[0] | 0x20) &&
            td_slice_ieq(td_slice_sub(text, i, i + address.len), address))
            return i;
    }
    return none;
}

size_t td_mentions_by_field(struct td_arena *arena, struct td_slice value,
                            struct td_slice text, struct td_mention *out)
{
    struct place places[TD_NOTICE_ITEMS_MAX];
    const size_t count = add_addresses(arena, value, out, 0);
    for (size_t i = 0; i < count; i++) {
        const size_t at = find_address(text, out[i].address);
        const size_t start = at == none ? 0 : at;
        places[i] =
            (struct place){start, at == none ? 0 : at + out[i].address.len, false};
    }
    share_words(text, places, count, out);
    return count;
}
