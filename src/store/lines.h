/*
 * lines.h: the lines that messages wait in: one for each open edition that is not held, of those tried
 * before (deferred) and of those not tried (queued). Private to store/.
 */
#ifndef TD_STORE_LINES_H
#define TD_STORE_LINES_H

#include "model/edition.h"
#include "model/message.h"
#include "store/store.h"

struct td_line {
    int64_t edition;
    int64_t newsletter;
    enum td_class class_;
    int64_t valid_for; /* seconds */
    enum td_audience audience;
    int64_t deadline; /* of the edition as a whole: released + valid_for, seconds */
};

struct td_lines {
    struct td_line *items; /* owned: free */
    size_t count, cap;
};

/* The lines of a state in the order they are served: by class, then by the edition's deadline. Adds
 * to *lines, which was zeroed. */
enum td_status td_lines_read(struct td_store *store, enum td_state state,
                             struct td_lines *lines, struct td_err *err);

#endif
