/*
 * partition.c: a choice of topics becomes the set of parts it shows.
 */
#include "variant/partition.h"

#include <stdio.h>
#include <string.h>

#include "base/crypto.h"

static void begin(enum td_format format, struct td_selection *out)
{
    memset(out, 0, sizeof *out);
    out->format = format;
    out->empty = true;
}

static void show(const struct td_part *part, size_t i, struct td_selection *out)
{
    out->bits[i / 8] |= (unsigned char)(1u << i % 8);
    if (part->counts)
        out->empty = false;
}

static bool is_wanted(const struct td_part *part, uint64_t wanted)
{
    return part->topics == 0 || (part->topics & wanted) != 0;
}

void td_selection_make(const struct td_edition *edition, uint64_t wanted,
                       enum td_format format, struct td_selection *out)
{
    begin(format, out);
    for (size_t i = 0; i < edition->part_count; i++)
        if (is_wanted(&edition->parts[i], wanted))
            show(&edition->parts[i], i, out);
}

void td_selection_cut(const struct td_edition *edition, uint64_t wanted,
                      enum td_format format, const struct td_cut *cut,
                      struct td_selection *out)
{
    begin(format, out);
    for (size_t i = 0; i < edition->part_count; i++) {
        const struct td_part *part = &edition->parts[i];
        const bool fresh = cut->seqs[i] > cut->since && cut->seqs[i] <= cut->upto &&
                           (cut->bits[i] & cut->reached) == 0;
        const bool urgent = cut->bits[i] != 0 && cut->asks;
        if (fresh && (urgent || is_wanted(part, wanted)))
            show(part, i, out);
    }
}

bool td_selection_has(const struct td_selection *selection, size_t part)
{
    return part < TD_PARTS_MAX && (selection->bits[part / 8] >> part % 8 & 1) != 0;
}

bool td_selection_equal(const struct td_selection *a, const struct td_selection *b)
{
    return a->format == b->format && memcmp(a->bits, b->bits, sizeof a->bits) == 0;
}

void td_selection_key(const struct td_selection *selection, char out[40])
{
    unsigned char hash[TD_SHA256_LEN];
    td_sha256(td_slice_n((const char *)selection->bits, sizeof selection->bits), hash);
    for (size_t i = 0; i < 16; i++)
        snprintf(out + 2 * i, 3, "%02x", hash[i]);
    snprintf(out + 32, 8, "-%s", td_format_name(selection->format));
}
