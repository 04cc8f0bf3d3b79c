/* Addresses taken out of running text (hide.h). */
#include "model/hide.h"

#include <string.h>

#define NOWHERE ((size_t)-1)

static bool ends_word(char c)
{
    return (unsigned char)c <= ' ' || strchr("<>()[]{}\"',;:|\\`\x7f", c) != NULL;
}

/* Where the local part in front of the @ at `sign` begins; not before `from`. */
static size_t local_start(struct td_slice text, size_t from, size_t sign)
{
    size_t at = sign;
    if (at > from && text.ptr[at - 1] == '"') { /* "ann lee"@example.org */
        for (at--; at > from && text.ptr[at - 1] != '"'; at--)
            ;
        return at > from ? at - 1 : sign;
    }
    while (at > from && !ends_word(text.ptr[at - 1]))
        at--;
    return at;
}

/* A full stop that ends a sentence belongs to no domain. */
static size_t domain_end(struct td_slice text, size_t sign)
{
    size_t end = sign + 1;
    while (end < text.len && !ends_word(text.ptr[end]))
        end++;
    while (end > sign + 1 && strchr(".!?-", text.ptr[end - 1]) != NULL)
        end--;
    return end;
}

void td_hide_addresses(struct td_slice text, struct td_buf *out)
{
    size_t done = 0;
    size_t sign = 0;
    while ((sign = td_slice_find(text, sign, '@')) != NOWHERE) {
        const size_t from = local_start(text, done, sign);
        const size_t end = domain_end(text, sign);
        if (from < sign && end > sign + 1) {
            td_buf_add_slice(out, td_slice_sub(text, done, from));
            td_buf_add_str(out, "[address]");
            done = end;
        }
        sign = end;
    }
    td_buf_add_slice(out, td_slice_sub(text, done, text.len));
}
