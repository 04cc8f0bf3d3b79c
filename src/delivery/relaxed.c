/* The relaxed canonical form (relaxed.h). */
#include "delivery/relaxed.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static bool is_white(char c)
{
    return c == ' ' || c == '\t';
}

static bool is_break(char c)
{
    return c == '\r' || c == '\n';
}

/* ---- header fields ---- */

void td_relaxed_field(struct td_slice field, struct td_buf *out)
{
    const size_t colon = td_slice_find(field, 0, ':');
    const struct td_slice name = td_slice_trim(td_slice_sub(field, 0, colon));
    const struct td_slice value =
        td_slice_trim(td_slice_sub(field, colon + 1, field.len));
    const size_t start = out->len;
    td_buf_add_slice(out, name);
    for (char *c = out->ptr + start; c < out->ptr + out->len; c++)
        if (*c >= 'A' && *c <= 'Z')
            *c = (char)(*c - 'A' + 'a');
    td_buf_add_char(out, ':');
    size_t from = 0; /* of a stretch without anything to change */
    for (size_t i = 0; i < value.len; i++) {
        if (!is_white(value.ptr[i]) && !is_break(value.ptr[i]))
            continue;
        td_buf_add(out, value.ptr + from, i - from);
        while (is_white(value.ptr[i + 1]) || is_break(value.ptr[i + 1]))
            i++; /* ends within: the value was trimmed */
        td_buf_add_char(out, ' ');
        from = i + 1;
    }
    td_buf_add(out, value.ptr + from, value.len - from);
}

/* ---- the body ---- */

/* White space and line ends are held back until something stands behind them: at a line's end the
 * one, at the body's end the other counts for nothing. */
struct td_relaxed_body {
    struct td_sha256 *hash; /* owned */
    size_t size;
    size_t breaks; /* held back */
    bool white;    /* held back, behind the breaks */
    bool begun;    /* anything was hashed */
};

struct td_relaxed_body *td_relaxed_body_create(void)
{
    struct td_relaxed_body *body = td_xcalloc(1, sizeof *body);
    body->hash = td_sha256_create();
    return body;
}

struct td_relaxed_body *td_relaxed_body_copy(const struct td_relaxed_body *body)
{
    struct td_relaxed_body *copy = td_xmalloc(sizeof *copy);
    *copy = *body;
    copy->hash = td_sha256_copy(body->hash);
    return copy;
}

void td_relaxed_body_destroy(struct td_relaxed_body *body)
{
    if (body) {
        td_sha256_destroy(body->hash);
        free(body);
    }
}

size_t td_relaxed_body_size(const struct td_relaxed_body *body)
{
    return body->size;
}

/* White space that is not to stay as it is: a tab, or a space with more or a line end behind it.
 * No && or ||: compilers turn the loop over a block into a few wide instructions. */
static unsigned is_odd(char c, char next)
{
    return (unsigned)(c == '\t') |
           ((unsigned)(c == ' ') & ((unsigned)(next == ' ') | (unsigned)(next == '\t') |
                                    (unsigned)(next == '\r')));
}

#define BLOCK 64

/* How much at the start of a piece is hashed as it is: up to the first odd white space, less what
 * is to be held back; 0 if the piece begins with white space or a break. */
static size_t plain_length(const char *p, size_t n)
{
    size_t i = 0;
    if (is_white(p[0]) || is_break(p[0]))
        return 0;
    for (unsigned odd = 0; i + BLOCK < n; i += BLOCK) {
        for (size_t j = 0; j < BLOCK; j++)
            odd |= is_odd(p[i + j], p[i + j + 1]);
        if (odd)
            break;
    }
    while (i + 1 < n && !is_odd(p[i], p[i + 1]))
        i++;
    if (i + 1 >= n)
        i = n;
    while (i > 0 && (is_white(p[i - 1]) || is_break(p[i - 1])))
        i--;
    return i;
}

static void let_go(struct td_relaxed_body *body)
{
    for (; body->breaks > 0; body->breaks--)
        td_sha256_add(body->hash, "\r\n", 2);
    if (body->white)
        td_sha256_add(body->hash, " ", 1);
    body->white = false;
    body->begun = true;
}

void td_relaxed_body_add(struct td_relaxed_body *body, struct td_slice piece)
{
    size_t i = 0;
    while (i < piece.len) {
        const size_t n = plain_length(piece.ptr + i, piece.len - i);
        if (n > 0) {
            let_go(body);
            td_sha256_add(body->hash, piece.ptr + i, n);
            i += n;
            continue;
        }
        if (is_white(piece.ptr[i]))
            body->white = true;
        else if (piece.ptr[i] == '\n') {
            body->white = false;
            body->breaks++;
        }
        i++;
    }
    body->size += piece.len;
}

void td_relaxed_body_finish(struct td_relaxed_body *body,
                            unsigned char out[TD_SHA256_LEN])
{
    if (body->begun)
        td_sha256_add(body->hash, "\r\n", 2);
    td_sha256_finish(body->hash, out);
    free(body);
}
