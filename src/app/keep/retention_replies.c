/* Replies that nobody refers to any more (retention_replies.h). */
#include "app/keep/retention_replies.h"

#include <stdlib.h>

#include "base/mem.h"

#define SLICE_SIZE 1000 /* replies in one transaction */

struct reply {
    int64_t id;
    bool marked, used;
};

struct replies {
    struct td_store *store;
    struct reply *items; /* owned */
    size_t count, cap;
    int64_t dropped;
};

static enum td_status read_replies(struct replies *out, struct td_err *err)
{
    struct td_query *query = td_query(out->store, "retention_replies");
    enum td_step step;
    while ((step = td_step(query, err)) == TD_STEP_ROW) {
        out->items =
            td_vec_grow(out->items, &out->cap, out->count + 1, sizeof *out->items);
        out->items[out->count++] = (struct reply){
            td_col_int(query, 0), td_col_int(query, 1) != 0, td_col_int(query, 2) != 0};
    }
    return step == TD_STEP_DONE ? TD_OK : err->status;
}

/* Marked and unused still: since the mark was set nobody can have begun to use it without taking the
 * mark away, and then it is not dropped. */
static enum td_status judge_reply(struct replies *replies, const struct reply *reply,
                                  struct td_err *err)
{
    bool drop = reply->marked && !reply->used;
    struct td_query *query = td_query(replies->store, drop ? "reply_drop" : "reply_mark");
    td_bind_int(query, "$id", reply->id);
    if (!drop)
        td_bind_int(query, "$unused", !reply->used);
    enum td_status status = td_run(query, err);
    if (status == TD_OK && drop)
        replies->dropped += td_changes(replies->store);
    return status;
}

static enum td_status judge_some(struct replies *replies, size_t from, struct td_err *err)
{
    size_t to = from + SLICE_SIZE < replies->count ? from + SLICE_SIZE : replies->count;
    enum td_status status = TD_OK;
    for (size_t i = from; i < to && status == TD_OK; i++)
        status = judge_reply(replies, &replies->items[i], err);
    return status;
}

enum td_status td_retention_replies(struct td_app *app,
                                    const struct td_retention_options *options,
                                    struct td_retained *out, struct td_err *err)
{
    struct replies replies = {.store = app->store};
    enum td_status status = read_replies(&replies, err);
    for (size_t from = 0; from < replies.count && status == TD_OK; from += SLICE_SIZE) {
        out->stopped = options->stop && *options->stop;
        if (out->stopped)
            break;
        status = td_begin(app->store, err);
        if (status == TD_OK)
            status = judge_some(&replies, from, err);
        if (status == TD_OK && !options->dry_run)
            status = td_commit(app->store, err);
        td_rollback(app->store);
    }
    out->replies = replies.dropped;
    free(replies.items);
    return status;
}
