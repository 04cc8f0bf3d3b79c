/*
 * lines.c: what waits, and when the first of it may be tried (lines.h, ledger.h).
 */
#include "store/lines.h"

#include <stdlib.h>

#include "base/mem.h"
#include "store/ledger.h"

/* The row of claim_line. */
enum column { EDITION, NEWSLETTER, CLASS, VALID_FOR, AUDIENCE, DEADLINE, SERVED };

static void add_line(struct td_query *row, struct td_lines *lines)
{
    lines->items =
        td_vec_grow(lines->items, &lines->cap, lines->count + 1, sizeof *lines->items);
    lines->items[lines->count++] = (struct td_line){
        .edition = td_col_int(row, EDITION),
        .newsletter = td_col_int(row, NEWSLETTER),
        .class_ = (enum td_class)td_col_int(row, CLASS),
        .valid_for = td_col_int(row, VALID_FOR),
        .audience = (enum td_audience)td_col_int(row, AUDIENCE),
        .deadline = td_col_int(row, DEADLINE),
    };
}

/* By class, then by deadline; those of one deadline by their number. */
static int in_order(const void *a, const void *b)
{
    const struct td_line *one = a;
    const struct td_line *other = b;

    if (one->class_ != other->class_)
        return one->class_ < other->class_ ? -1 : 1;
    if (one->deadline != other->deadline)
        return one->deadline < other->deadline ? -1 : 1;
    return (one->edition > other->edition) - (one->edition < other->edition);
}

enum td_status td_lines_read(struct td_store *store, enum td_state state,
                             struct td_lines *lines, struct td_err *err)
{
    enum td_status status = TD_OK;
    int64_t after = 0;

    for (bool more = true; more && status == TD_OK;) {
        struct td_query *query = td_query(store, "claim_line");
        td_bind_int(query, "$state", state);
        td_bind_int(query, "$after", after);
        status = td_one(query, err);
        more = status == TD_OK && !td_col_is_null(query, EDITION);
        after = more ? td_col_int(query, EDITION) : 0;
        if (more && td_col_int(query, SERVED) != 0)
            add_line(query, lines);
        td_query_end(query);
    }
    if (lines->count > 1)
        qsort(lines->items, lines->count, sizeof *lines->items, in_order);
    return status;
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
