/* A hash table of selections with a bounded walk (printed.h). */
#include "app/press/printed.h"

#include <stdlib.h>

#include "base/mem.h"

#define PLACES 4096 /* a power of two; 320 KB */
#define STEPS                                                                            \
    8 /* places looked at for one selection; the first is given up when all are taken */

struct place {
    struct td_selection selection;
    int64_t variant; /* 0: free */
};

struct td_printed {
    struct place places[PLACES];
};

struct td_printed *td_printed_create(void)
{
    return td_xcalloc(1, sizeof(struct td_printed));
}

void td_printed_destroy(struct td_printed *printed)
{
    free(printed);
}

/* FNV-1a. */
static size_t first_place(const struct td_selection *selection)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < sizeof selection->bits; i++)
        hash = (hash ^ selection->bits[i]) * UINT64_C(1099511628211);
    hash = (hash ^ (uint64_t)selection->format) * UINT64_C(1099511628211);
    return (size_t)(hash ^ hash >> 32) % PLACES;
}

/* Where the selection stands, or where it may. */
static size_t find_place(const struct td_printed *printed,
                         const struct td_selection *selection)
{
    const size_t first = first_place(selection);
    for (size_t step = 0; step < STEPS; step++) {
        const size_t i = (first + step) % PLACES;
        const struct place *place = &printed->places[i];
        if (place->variant == 0 || td_selection_equal(&place->selection, selection))
            return i;
    }
    return first;
}

int64_t td_printed_find(const struct td_printed *printed,
                        const struct td_selection *selection)
{
    const struct place *place = &printed->places[find_place(printed, selection)];
    return td_selection_equal(&place->selection, selection) ? place->variant : 0;
}

void td_printed_keep(struct td_printed *printed, const struct td_selection *selection,
                     int64_t variant)
{
    printed->places[find_place(printed, selection)] = (struct place){*selection, variant};
}
