/* Lines of IMAP (RFC 9051) and POP3 (RFC 1939) servers (line.h). */
#include "mailbox/line.h"

#include <string.h>

#define NUMBER_MAX INT64_C(4294967295) /* RFC 9051: 32 bits */

static bool number_of(struct td_slice word, int64_t *out)
{
    return td_slice_int64(word, out) && *out >= 0 && *out <= NUMBER_MAX;
}

/* "* NUMBER NAME" at the start; rest is what stands behind. Another line leaves *number alone. */
static bool untagged(struct td_slice line, const char *name, int64_t *number,
                     struct td_slice *rest)
{
    struct td_slice star;
    struct td_slice count;
    struct td_slice word;
    int64_t value;
    *rest = line;
    bool good = td_slice_token(rest, " ", &star) && td_slice_is(star, "*") &&
                td_slice_token(rest, " ", &count) && number_of(count, &value) &&
                td_slice_token(rest, " \r\n", &word) && td_slice_iis(word, name);
    if (good)
        *number = value;
    return good;
}

bool td_imap_fetched(struct td_slice line, struct td_imap_fetched *out)
{
    struct td_slice rest;
    struct td_slice word;
    *out = (struct td_imap_fetched){0};
    if (!untagged(line, "FETCH", &out->number, &rest))
        return false;
    while (td_slice_token(&rest, " ()\r\n", &word)) {
        int64_t *into = td_slice_iis(word, "UID")           ? &out->uid
                        : td_slice_iis(word, "RFC822.SIZE") ? &out->size
                                                            : NULL;
        int64_t value;
        if (into && td_slice_token(&rest, " ()\r\n", &word) && number_of(word, &value))
            *into = value;
    }
    return out->uid > 0;
}

bool td_imap_exists(struct td_slice line, int64_t *out)
{
    struct td_slice rest;
    return untagged(line, "EXISTS", out, &rest);
}

bool td_imap_validity(struct td_slice line, int64_t *out)
{
    static const char code[] = "* OK [UIDVALIDITY ";
    size_t end = td_slice_find(line, 0, ']');
    int64_t value;
    bool good = td_slice_istarts(line, code) && end != (size_t)-1 &&
                number_of(td_slice_sub(line, strlen(code), end), &value) && value > 0;
    if (good)
        *out = value;
    return good;
}

bool td_pop3_listed(struct td_slice line, int64_t *number, int64_t *size)
{
    struct td_slice rest = line;
    struct td_slice word;
    return td_slice_token(&rest, " \r\n", &word) && number_of(word, number) &&
           *number > 0 && td_slice_token(&rest, " \r\n", &word) && number_of(word, size);
}
