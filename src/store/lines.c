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

/* The lines come by class, so the first that has something due has the best class of its state. */
static enum td_status next_of_state(struct td_store *store, enum td_state state,
                                    int64_t now, struct td_next_due *out, int64_t *first,
                                    struct td_err *err)
{
    struct td_lines lines = {0};
    int64_t nearest = INT64_MAX;
    enum td_status status = td_lines_read(store, state, &lines, err);

    for (size_t i = 0; status == TD_OK && nearest > now && i < lines.count; i++) {
        status = find_first(store, &lines.items[i], state, now, &nearest, err);
        if (nearest <= now && lines.items[i].class_ != TD_CLASS_ISSUE)
            out->urgent = true;
    }
    if (nearest < *first)
        *first = nearest;
    free(lines.items);
    return status;
}

enum td_status td_ledger_next_due(struct td_store *store, td_time now,
                                  struct td_next_due *out, struct td_err *err)
{
    int64_t first = INT64_MAX;

    *out = (struct td_next_due){.when = INT64_MAX};
    enum td_status status =
        next_of_state(store, TD_QUEUED, now / TD_SECOND, out, &first, err);
    if (status == TD_OK)
        status = next_of_state(store, TD_DEFERRED, now / TD_SECOND, out, &first, err);
    if (status == TD_OK && first < INT64_MAX)
        out->when = first * TD_SECOND;
    return status;
}
