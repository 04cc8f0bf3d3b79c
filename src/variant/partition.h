/*
 * partition.h: stage 3a: which parts of an edition a choice of topics shows.
 */
#ifndef TD_VARIANT_PARTITION_H
#define TD_VARIANT_PARTITION_H

#include "model/edition.h"
#include "model/prefs.h"

/* A selection: bit i is set when parts[i] is shown. Readers with different wishes who see the
 * same share it, and so share a variant. */
struct td_selection {
    unsigned char bits[TD_PARTS_MAX / 8];
    enum td_format format;
    bool empty; /* nothing in it counts: nobody is sent this */
};

/* `wanted` is td_topics_mask of the subscriber's choice. */
void td_selection_make(const struct td_edition *edition, uint64_t wanted,
                       enum td_format format, struct td_selection *out);
/*
 * The same of a live blog's entries, of which a reader has seen some: shown is what lies in (since,
 * upto] by number, is of their topics (or was an alert and they ask for such), and did not reach them as
 * an alert.
 */
struct td_cut {
    const int64_t *seqs; /* numbers of the edition's parts */
    int64_t since, upto;
    const int64_t *bits; /* of parts that were sent as alerts; else 0 */
    int64_t reached;     /* bits of the alerts that reached the reader */
    bool asks;           /* the reader asks for alerts */
};
void td_selection_cut(const struct td_edition *edition, uint64_t wanted,
                      enum td_format format, const struct td_cut *cut,
                      struct td_selection *out);
bool td_selection_has(const struct td_selection *selection, size_t part);
bool td_selection_equal(const struct td_selection *a, const struct td_selection *b);

/* A short stable name for a selection: hex of its bits' hash and the format; the variant's key. */
void td_selection_key(const struct td_selection *selection, char out[40]);

#endif
