/* wire.c: one pass over a message before it is sent. */
#include "delivery/wire.h"

#include <string.h>

/*
 * The pass runs over every byte that leaves, so it is written for the vectoriser: blocks of a
 * fixed length, no branch, each byte beside the one before it.
 */
#define BLOCK 512

/* Where the C library can choose while it loads: a version for the wide registers that most machines
 * have, and one for those that all have. */
#if defined(__x86_64__) && defined(__GLIBC__)
#define FOR_WIDE_REGISTERS __attribute__((target_clones("avx2", "default")))
#else
#define FOR_WIDE_REGISTERS
#endif

struct seen {
    unsigned char bare, dots, high;
};

static inline void look_at(struct seen *seen, const unsigned char *p, size_t n)
{
    unsigned char bare = 0, dots = 0, high = 0;
    for (size_t i = 0; i < n; i++) {
        unsigned char now = p[i];
        unsigned char before = p[(ptrdiff_t)i - 1];
        bare |= (unsigned char)(((now == '\n') ^ (before == '\r')) | (now == 0));
        dots |= (unsigned char)((now == '.') & (before == '\n'));
        high |= now;
    }
    seen->bare |= bare;
    seen->dots |= dots;
    seen->high |= high;
}

FOR_WIDE_REGISTERS
static void look_at_block(struct seen *seen, const unsigned char *p)
{
    look_at(seen, p, BLOCK);
}

struct td_wire td_wire_look(struct td_slice data)
{
    if (data.len == 0)
        return (struct td_wire){0};
    const unsigned char *p = (const unsigned char *)data.ptr;
    struct seen seen = {.bare = p[0] == '\n' || p[0] == 0 || p[data.len - 1] != '\n',
                        .dots = p[0] == '.',
                        .high = p[0]};
    size_t i = 1;
    for (; i + BLOCK <= data.len; i += BLOCK)
        look_at_block(&seen, p + i);
    look_at(&seen, p + i, data.len - i);
    return (struct td_wire){
        .bare = seen.bare, .dots = seen.dots, .eightbit = (seen.high & 0x80) != 0};
}

void td_wire_stuff(struct td_slice data, struct td_buf *out)
{
    struct td_slice rest = data;
    while (rest.len > 0) {
        if (rest.ptr[0] == '.')
            td_buf_add_char(out, '.');
        size_t end = td_slice_find(rest, 0, '\n');
        size_t n = end == (size_t)-1 ? rest.len : end + 1;
        td_buf_add(out, rest.ptr, n);
        rest = td_slice_sub(rest, n, rest.len);
    }
}

bool td_wire_path_ok(const char *path)
{
    bool quoted = false;
    for (const char *p = path; *p != '\0'; p++) {
        unsigned char c = (unsigned char)*p;
        if (c < ' ' || c == 0x7f)
            return false;
        if (quoted && c == '\\' && p[1] != '\0')
            p++;
        else if (c == '"')
            quoted = !quoted;
        else if (!quoted && (c == ' ' || c == '<' || c == '>'))
            return false;
        if ((unsigned char)*p < ' ')
            return false; /* a control byte behind a backslash */
    }
    return !quoted;
}
