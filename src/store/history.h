/*
 * history.h: what stays of a person's messages when they are compacted: one row a year and
 * newsletter (model/history.h).
 */
#ifndef TD_STORE_HISTORY_H
#define TD_STORE_HISTORY_H

#include "model/history.h"
#include "store/store.h"

/* One message that is to be kept as an entry. Inside a transaction. TD_DATA when what is kept of
 * that year is damaged. */
struct td_history_line {
    int64_t subscriber;
    int64_t newsletter;
    int64_t year;
    struct td_history_entry entry;
};
enum td_status td_history_keep(struct td_store *store, const struct td_history_line *line,
                               struct td_err *err);

/* All that is kept of one person, newest year first, in a year by edition. Anything but TD_OK from
 * the function ends the reading and is returned. */
struct td_history_sink {
    enum td_status (*line)(void *context, struct td_slice newsletter,
                           const struct td_history_line *line, struct td_err *err);
    void *context;
};
enum td_status td_history_read(struct td_store *store, int64_t subscriber,
                               struct td_history_sink sink, struct td_err *err);

#endif
