/* The servers' words about an edition (replies.h). */
#include "app/inspect/replies.h"

#include "model/hide.h"
#include "store/interned.h"

#define TEXT_MOST 4096

enum td_status td_replies_find(struct td_app *app, int64_t edition,
                               struct td_arena *arena, struct td_replies *out,
                               struct td_err *err)
{
    struct td_query *query = td_query(app->store, "report_replies");
    enum td_step step;
    out->count = 0;
    td_bind_int(query, "$edition", edition);
    td_bind_int(query, "$most", TD_REPLIES_MOST);
    while ((step = td_step(query, err)) == TD_STEP_ROW && out->count < TD_REPLIES_MOST) {
        struct td_buf text, line;
        td_buf_init(&text, TEXT_MOST);
        td_buf_init(&line, TEXT_MOST);
        (void)td_interned_join(td_col_text(query, 0), td_col_text(query, 1), &text);
        td_buf_addf(&line, "%lld x ", (long long)td_col_int(query, 2));
        td_hide_addresses(td_buf_slice(&text), &line); /* it stands for all of them */
        out->lines[out->count++] = td_arena_printf(arena, "%s", line.ptr);
        td_buf_release(&line);
        td_buf_release(&text);
    }
    td_query_end(query);
    return step == TD_STEP_ERROR ? err->status : TD_OK;
}
