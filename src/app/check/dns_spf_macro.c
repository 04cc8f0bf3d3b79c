/* Macros of SPF (RFC 7208 7), as far as what they stand for is known before a mail is sent. */
#include <stdio.h>
#include <string.h>

#include "app/check/dns_rules.h"
#include "base/buf.h"

#define NAME_MAX_  253 /* of a name in the DNS; a longer one loses labels at its left */
#define PARTS_MAX  128
#define DELIMITERS ".-+,/_="

/* "192.0.2.1", "2.0.0.1.0.d.…": an IPv6 address goes by its hexadecimal digits. */
static void show_address(const struct td_ip *ip, struct td_buf *out)
{
    int step = ip->bits == 32 ? 8 : 4;
    for (int bit = 0; bit < ip->bits; bit += step) {
        unsigned byte = ip->bytes[bit / 8];
        td_buf_add_str(out, bit > 0 ? "." : "");
        if (step == 8)
            td_buf_addf(out, "%u", byte);
        else
            td_buf_addf(out, "%x", bit % 8 == 0 ? byte >> 4 : byte & 0xf);
    }
}

/* What a letter stands for. False where it is the sender's local part, the name that a relay greets
 * with, or another thing that only the mail itself tells. */
static bool show_letter(char letter, const struct td_spf_facts *facts, struct td_buf *out)
{
    switch (letter) {
    case 'i': show_address(facts->ip, out); return true;
    case 'd': td_buf_add_str(out, facts->domain); return true;
    case 'o': td_buf_add_str(out, facts->sender); return true;
    case 'v': td_buf_add_str(out, facts->ip->bits == 32 ? "in-addr" : "ip6"); return true;
    default: return false;
    }
}

/* The value's parts, in reverse if wanted, the last `most` of them, joined by dots. */
static bool transform(struct td_slice value, const char *delimiters, bool reverse,
                      size_t most, struct td_buf *out)
{
    struct td_slice parts[PARTS_MAX];
    size_t count = 0;
    size_t start = 0;
    for (size_t i = 0; i <= value.len; i++) {
        if (i < value.len && !strchr(delimiters, value.ptr[i]))
            continue;
        if (count == PARTS_MAX)
            return false;
        parts[count++] = td_slice_sub(value, start, i);
        start = i + 1;
    }
    size_t first = most > 0 && most < count ? count - most : 0;
    for (size_t i = first; i < count; i++) {
        td_buf_add_str(out, i > first ? "." : "");
        td_buf_add_slice(out, parts[reverse ? count - 1 - i : i]);
    }
    return true;
}

/* What stands between "%{" and "}". */
static bool expand_braces(struct td_slice inside, const struct td_spf_facts *facts,
                          struct td_buf *out)
{
    char delimiters[sizeof DELIMITERS] = "";
    size_t most = 0;
    size_t at = 1;
    if (inside.len == 0)
        return false;
    for (; at < inside.len && inside.ptr[at] >= '0' && inside.ptr[at] <= '9'; at++)
        most = most < NAME_MAX_ ? 10 * most + (size_t)(inside.ptr[at] - '0') : most;
    bool reverse = at < inside.len && (inside.ptr[at] | 0x20) == 'r';
    at += reverse;
    if (inside.len - at >= sizeof delimiters)
        return false;
    for (size_t i = at; i < inside.len; i++) {
        if (!strchr(DELIMITERS, inside.ptr[i]))
            return false;
        delimiters[i - at] = inside.ptr[i];
    }
    struct td_buf value;
    td_buf_init(&value, 1024);
    bool known = show_letter((char)(inside.ptr[0] | 0x20), facts, &value) &&
                 transform(td_buf_slice(&value), delimiters[0] ? delimiters : ".",
                           reverse, most, out);
    td_buf_release(&value);
    return known;
}

static bool expand(struct td_slice text, const struct td_spf_facts *facts,
                   struct td_buf *out)
{
    for (size_t i = 0; i < text.len; i++) {
        char next = i + 1 < text.len ? text.ptr[i + 1] : '\0';
        size_t end = td_slice_find(text, i, '}');
        if (text.ptr[i] != '%') {
            td_buf_add_char(out, text.ptr[i]);
        } else if (next == '%' || next == '_' || next == '-') {
            td_buf_add_str(out, next == '%' ? "%" : next == '_' ? " " : "%20");
            i++;
        } else if (next == '{' && end != (size_t)-1) {
            if (!expand_braces(td_slice_sub(text, i + 2, end), facts, out))
                return false;
            i = end;
        } else {
            return false;
        }
    }
    return !td_buf_full(out);
}

bool td_spf_expand(struct td_slice text, const struct td_spf_facts *facts, char out[256])
{
    struct td_buf name;
    td_buf_init(&name, 4096);
    bool known = expand(text, facts, &name);
    struct td_slice rest = td_buf_slice(&name);
    while (rest.len > NAME_MAX_) {
        size_t dot = td_slice_find(rest, 0, '.');
        rest = dot == (size_t)-1 ? td_slice("") : td_slice_sub(rest, dot + 1, rest.len);
    }
    if (known)
        (void)snprintf(out, 256, "%.*s", (int)rest.len, rest.ptr);
    td_buf_release(&name);
    return known && rest.len > 0;
}
