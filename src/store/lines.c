/*
 * lines.c: what waits, and when the first of it may be tried (lines.h, ledger.h).
 */
#include "store/lines.h"

#include <stdlib.h>

#include "base/mem.h"
#include "store/ledger.h"

enum td_status td_lines_read(struct td_store *store, enum td_state state,
                             struct td_lines *lines, struct td_err *err)
{
    struct td_query *query = td_query(store, "claim_lines");
    enum td_step step;
    struct td_err own = {0};

    td_bind_int(query, "$state", state);
    while ((step = td_step(query, &own)) == TD_STEP_ROW) {
        lines->items = td_vec_grow(lines->items, &lines->cap, lines->count + 1,
                                   sizeof *lines->items);
        lines->items[lines->count++] = (struct td_line){
            .edition = td_col_int(query, 0),
            .newsletter = td_col_int(query, 1),
            .class_ = (enum td_class)td_col_int(query, 2),
            .valid_for = td_col_int(query, 3),
            .audience = (enum td_audience)td_col_int(query, 4),
        };
    }
    if (step == TD_STEP_ERROR && err != NULL)
        *err = own;
    return own.status;
}

/* The earliest head of a line's groups into *first; stops at one that may be tried now. */
static enum td_status find_first(struct td_store *store, const struct td_line *line,
                                 enum td_state state, int64_t now, int64_t *first,
                                 struct td_err *err)
{
    struct td_query *query = td_query(store, "claim_heads");
    struct td_err own = {0};
    enum td_step step = TD_STEP_DONE;

    td_bind_int(query, "$state", state);
    td_bind_int(query, "$edition", line->edition);
    while (*first > now && (step = td_step(query, &own)) == TD_STEP_ROW)
        if (td_col_int(query, 0) < *first)
            *first = td_col_int(query, 0);
    td_query_end(query);
    if (own.status != TD_OK && err != NULL)
        *err = own;
    return own.status;
}

enum td_status td_ledger_next_due(struct td_store *store, td_time now, td_time *when,
                                  struct td_err *err)
{
    static const enum td_state states[] = {TD_QUEUED, TD_DEFERRED};
    enum td_status status = TD_OK;
    int64_t first = INT64_MAX;

    for (size_t s = 0; status == TD_OK && s < TD_ARRAY_LEN(states); s++) {
        struct td_lines lines = {0};
        status = td_lines_read(store, states[s], &lines, err);
        for (size_t i = 0; status == TD_OK && i < lines.count; i++)
            status = find_first(store, &lines.items[i], states[s], now / TD_SECOND,
                                &first, err);
        free(lines.items);
    }
    if (status != TD_OK || first == INT64_MAX)
        return status == TD_OK ? TD_NO : status;
    *when = first * TD_SECOND;
    return TD_OK;
}
