/*
 * partition.h: choices become variants: the selection rows of an edition (design 7).
 */
#ifndef TD_APP_PARTITION_H
#define TD_APP_PARTITION_H

#include "app/press.h"
#include "queue/due.h"

struct td_partition {
    struct td_app *app;
    struct td_press *press;
    int64_t edition;
    struct td_release release;
    const char *zone; /* the newsletter's: for choices that name none */
};

/*
 * For each choice: what its readers would see; the variant of that selection, rendered if it is
 * the first to want it; the row that leads from the one to the other, with its due time. Each in
 * a transaction of its own, rendering outside.
 */
enum td_status td_partition_choose(const struct td_partition *partition,
                                   const int64_t *prefs, size_t count,
                                   struct td_err *err);

#endif
