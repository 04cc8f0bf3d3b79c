/* Messages of which only the end is known any more (why.h). */
#include <stdlib.h>

#include "app/inspect/why.h"
#include "base/mem.h"
#include "store/history.h"

struct lines {
    int64_t edition;               /* only this; 0: any */
    struct td_history_line *items; /* owned */
    size_t count, cap;
};

static enum td_status take_line(void *context, struct td_slice newsletter,
                                const struct td_history_line *line, struct td_err *err)
{
    struct lines *lines = context;
    (void)newsletter;
    (void)err;
    if (lines->edition != 0 && line->entry.edition != lines->edition)
        return TD_OK;
    lines->items =
        td_vec_grow(lines->items, &lines->cap, lines->count + 1, sizeof *lines->items);
    lines->items[lines->count++] = *line;
    return TD_OK;
}

static int newest_first(const void *a, const void *b)
{
    int64_t x = ((const struct td_history_line *)a)->entry.edition;
    int64_t y = ((const struct td_history_line *)b)->entry.edition;
    return (x < y) - (x > y);
}

static enum td_status tell(struct td_app *app, const struct td_history_line *line,
                           struct td_why_past_sink sink, struct td_err *err)
{
    struct td_query *query = td_query(app->store, "edition_name");
    struct td_why_past past = {
        .edition = line->entry.edition,
        .state = line->entry.state,
        .reason = line->entry.reason,
    };
    td_bind_int(query, "$id", line->entry.edition);
    enum td_status status = td_one(query, err);
    if (status == TD_OK) {
        past.newsletter = td_col_text(query, 0);
        past.slug = td_col_text(query, 1);
        past.subject = td_col_text(query, 2);
        sink.past(sink.context, &past);
    }
    td_query_end(query);
    return status == TD_NOINPUT ? TD_OK : status;
}

enum td_status td_why_past(struct td_app *app, const struct td_why_query *asked,
                           struct td_why_past_sink sink, struct td_err *err)
{
    struct lines lines = {.edition = asked->edition};
    struct td_history_sink take = {take_line, &lines};
    enum td_status status = td_history_read(app->store, asked->subscriber, take, err);
    if (status == TD_OK && lines.count > 0)
        qsort(lines.items, lines.count, sizeof *lines.items, newest_first);
    for (size_t i = 0; status == TD_OK && i < lines.count && (int64_t)i < asked->limit;
         i++)
        status = tell(app, &lines.items[i], sink, err);
    free(lines.items);
    return status;
}
