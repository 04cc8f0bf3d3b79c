/*
 * printed.h: which selections of one edition have a variant already, and which it is: a million choices
 * lead to a few thousand variants, and asking the store for each costs more than all else about it.
 *
 * A table of fixed size that may forget: what it does not know, the store does.
 */
#ifndef TD_APP_PRINTED_H
#define TD_APP_PRINTED_H

#include "variant/partition.h"

struct td_printed;

struct td_printed *td_printed_create(void);
void td_printed_destroy(struct td_printed *printed); /* NULL is fine */

/* The id of the selection's variant, or 0: ask the store. */
int64_t td_printed_find(const struct td_printed *printed,
                        const struct td_selection *selection);
void td_printed_keep(struct td_printed *printed, const struct td_selection *selection,
                     int64_t variant);

#endif
