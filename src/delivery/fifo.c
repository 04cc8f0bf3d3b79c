/* fifo.c: a ring of pointers that grows. */
#include "delivery/fifo.h"

#include <stdlib.h>

#include "base/mem.h"

static void make_room(struct td_fifo *fifo)
{
    if (fifo->count < fifo->cap)
        return;
    size_t cap = fifo->cap > 0 ? 2 * fifo->cap : 64;
    struct td_parcel **items = td_xcalloc(cap, sizeof(struct td_parcel *));
    for (size_t i = 0; i < fifo->count; i++)
        items[i] = fifo->items[(fifo->first + i) % fifo->cap];
    free(fifo->items);
    fifo->items = items;
    fifo->cap = cap;
    fifo->first = 0;
}

void td_fifo_add(struct td_fifo *fifo, struct td_parcel *parcel)
{
    make_room(fifo);
    fifo->items[(fifo->first + fifo->count++) % fifo->cap] = parcel;
}

void td_fifo_put_first(struct td_fifo *fifo, struct td_parcel *parcel)
{
    make_room(fifo);
    fifo->first = (fifo->first + fifo->cap - 1) % fifo->cap;
    fifo->items[fifo->first] = parcel;
    fifo->count++;
}

struct td_parcel *td_fifo_take(struct td_fifo *fifo)
{
    if (fifo->count == 0)
        return NULL;
    struct td_parcel *parcel = fifo->items[fifo->first];
    fifo->first = (fifo->first + 1) % fifo->cap;
    fifo->count--;
    return parcel;
}

void td_fifo_release(struct td_fifo *fifo)
{
    free(fifo->items);
    *fifo = (struct td_fifo){0};
}
