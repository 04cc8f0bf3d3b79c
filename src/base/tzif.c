/* tzif.c: reads TZif files: the block of 64-bit transitions and the footer (RFC 8536). */
#include "base/tzif.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define HEADER_LEN 44
#define TYPE_LEN   6
#define MAX_OFFSET (26 * 3600) /* RFC 8536 section 3.2: within -25h and +26h */

/* The six counts of a header, and where its data begin. */
struct header {
    size_t isut, isstd, leap, time, type, chars;
};

static uint32_t get32(const char *p)
{
    uint32_t n = 0;
    for (int i = 0; i < 4; i++) {
        n = n << 8 | (unsigned char)p[i];
    }
    return n;
}

static int64_t get64(const char *p)
{
    return (int64_t)((uint64_t)get32(p) << 32 | get32(p + 4));
}

static bool parse_header(struct td_slice s, struct header *h)
{
    if (s.len < HEADER_LEN || !td_slice_starts(s, "TZif") || s.ptr[4] < '2') {
        return false;
    }
    size_t *const counts[] = {&h->isut, &h->isstd, &h->leap,
                              &h->time, &h->type,  &h->chars};
    for (size_t i = 0; i < 6; i++) {
        *counts[i] = get32(s.ptr + 20 + 4 * i);
        if (*counts[i] > s.len) {
            return false;
        }
    }
    return h->type > 0;
}

/* The bytes of a data block whose times have `width` bytes. */
static size_t block_size(const struct header *h, size_t width)
{
    return h->time * (width + 1) + h->type * TYPE_LEN + h->chars + h->leap * (width + 4) +
           h->isstd + h->isut;
}

static bool read_transitions(const char *block, const struct header *h,
                             struct td_tzif *out)
{
    const char *kinds = block + h->time * 8;
    const char *types = kinds + h->time;
    for (size_t i = 0; i < h->type; i++) {
        const int32_t offset = (int32_t)get32(types + i * TYPE_LEN);
        if (offset < -MAX_OFFSET || offset > MAX_OFFSET) {
            return false;
        }
    }
    out->first = (int32_t)get32(types);
    out->count = h->time;
    out->at = td_xcalloc(h->time, sizeof *out->at);
    out->offset = td_xcalloc(h->time, sizeof *out->offset);
    for (size_t i = 0; i < h->time; i++) {
        const size_t kind = (unsigned char)kinds[i];
        out->at[i] = get64(block + i * 8);
        if (kind >= h->type || (i > 0 && out->at[i] <= out->at[i - 1])) {
            return false;
        }
        out->offset[i] = (int32_t)get32(types + kind * TYPE_LEN);
    }
    return true;
}

static bool read_footer(struct td_slice s, struct td_tzif *out)
{
    if (s.len < 2 || s.ptr[0] != '\n') {
        return false;
    }
    const size_t end = td_slice_find(s, 1, '\n');
    if (end == (size_t)-1) {
        return false;
    }
    const struct td_slice rule = td_slice_sub(s, 1, end);
    out->has_rule = rule.len > 0;
    return rule.len == 0 || td_tz_rule_parse(rule, &out->rule);
}

bool td_tzif_parse(struct td_slice file, struct td_tzif *out)
{
    *out = (struct td_tzif){0};
    struct header h;
    if (!parse_header(file, &h)) {
        return false;
    }
    /* The first block repeats what 32 bits can hold; the second says it all. */
    struct td_slice rest = td_slice_sub(file, HEADER_LEN + block_size(&h, 4), file.len);
    if (!parse_header(rest, &h) || h.leap > 0) {
        return false;
    }
    const size_t size = block_size(&h, 8);
    if (rest.len < HEADER_LEN + size) {
        return false;
    }
    if (!read_transitions(rest.ptr + HEADER_LEN, &h, out) ||
        !read_footer(td_slice_sub(rest, HEADER_LEN + size, rest.len), out)) {
        td_tzif_release(out);
        return false;
    }
    return true;
}

void td_tzif_release(struct td_tzif *tzif)
{
    free(tzif->at);
    free(tzif->offset);
    *tzif = (struct td_tzif){0};
}
