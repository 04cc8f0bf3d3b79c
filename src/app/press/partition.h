/*
 * partition.h: choices become variants: the selection rows of an edition (design 7).
 */
#ifndef TD_APP_PARTITION_H
#define TD_APP_PARTITION_H

#include "app/press/press.h"
#include "model/live.h"
#include "queue/due.h"
#include "queue/fanout.h"

/* What an edition of a live blog shows of it. */
struct td_digest {
    enum td_digest_kind kind;
    int64_t cutoff;      /* no entry above this one; of an alert: the one */
    const int64_t *seqs; /* of the edition's parts */
    const int64_t *bits; /* of the parts that were sent as alerts; else 0 */
};

struct td_partition {
    struct td_app *app;
    struct td_press *press;
    int64_t edition;
    struct td_release release;
    const char *zone;               /* the newsletter's: for choices that name none */
    const struct td_digest *digest; /* NULL: it is an issue */
};

/*
 * For each choice: what its readers would see; the variant of that selection, rendered if it is
 * the first to want it; the row that leads from the one to the other, with its due time. Rows are
 * stored some thousands at once, variants one by one; nothing is rendered inside a transaction.
 */
enum td_status td_partition_choose(const struct td_partition *partition,
                                   const struct td_choice *choices, size_t count,
                                   struct td_err *err);

#endif
