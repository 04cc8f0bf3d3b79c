/*
 * fifo.h: parcels in a row. First in, first out, but for td_fifo_put_first.
 */
#ifndef TD_DELIVERY_FIFO_H
#define TD_DELIVERY_FIFO_H

#include "delivery/parcel.h"

/* Zeroed is empty. */
struct td_fifo {
    struct td_parcel **items; /* a ring of cap places; the parcels are others' */
    size_t cap;
    size_t first;
    size_t count;
};

void td_fifo_add(struct td_fifo *fifo, struct td_parcel *parcel);
void td_fifo_put_first(struct td_fifo *fifo, struct td_parcel *parcel);
struct td_parcel *td_fifo_take(struct td_fifo *fifo); /* NULL when empty */
void td_fifo_release(struct td_fifo *fifo);

#endif
