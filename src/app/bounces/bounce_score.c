/* The score of one subscriber, from what the store has of them (bounce_judge.h). */
#include <stdlib.h>

#include "app/bounces/bounce_judge.h"
#include "base/mem.h"

struct events {
    struct td_score_event *items; /* owned */
    size_t count, cap;
};

static const struct td_bounce_row *find_change(const struct td_verdict_change *changes,
                                               size_t count, int64_t id)
{
    size_t low = 0;
    size_t high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (changes[middle].row.id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && changes[low].row.id == id ? &changes[low].row : NULL;
}

static void add(struct events *events, struct td_score_event event)
{
    events->items =
        td_vec_grow(events->items, &events->cap, events->count + 1, sizeof event);
    events->items[events->count++] = event;
}

/* What is stored, but for what the changes say otherwise. */
static enum td_status read_stored(struct td_store *store, int64_t subscriber,
                                  const struct td_verdict_change *changes, size_t count,
                                  struct events *events, struct td_err *err)
{
    struct td_query *query = td_query(store, "bounce_events");
    struct td_err own = {0};
    enum td_step step;
    td_bind_int(query, "$subscriber", subscriber);
    while ((step = td_step(query, &own)) == TD_STEP_ROW) {
        int64_t id = td_col_int(query, 0);
        if (!find_change(changes, count, id))
            add(events, (struct td_score_event){
                            .id = id,
                            .at = td_col_int(query, 1),
                            .kind = (enum td_bounce_kind)td_col_int(query, 2),
                            .disputed = td_col_int(query, 3) != 0,
                        });
    }
    if (step == TD_STEP_ERROR && err)
        *err = own;
    return step == TD_STEP_ERROR ? own.status : TD_OK;
}

static void add_changed(const struct td_verdict_change *changes, size_t count,
                        int64_t subscriber, struct events *events)
{
    for (size_t i = 0; i < count; i++) {
        const struct td_bounce_row *row = &changes[i].row;
        if (row->subscriber == subscriber && row->result == TD_RESULT_COUNTED)
            add(events,
                (struct td_score_event){row->id, row->at, (enum td_bounce_kind)row->kind,
                                        row->disputed});
    }
}

static int by_time(const void *a, const void *b)
{
    const struct td_score_event *x = a;
    const struct td_score_event *y = b;
    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    return x->id < y->id ? -1 : x->id > y->id;
}

/* As if at the time of each event in turn, until one is enough: what was known then decides. */
static enum td_status run_through(struct td_app *app, int64_t subscriber,
                                  const struct events *events, struct td_score *out,
                                  struct td_err *err)
{
    const struct td_bounce_config *config = &app->config->bounce;
    enum td_status status = TD_OK;
    for (size_t i = 0; i < events->count && status == TD_OK && !out->suspend; i++) {
        td_time at = events->items[i].at;
        td_time delivered = 0;
        status = td_store_bounce_delivered(app->store, subscriber, events->items[0].at,
                                           at - config->delivered_after, &delivered, err);
        *out = td_score(&config->score, events->items, i + 1, delivered, at);
    }
    return status;
}

enum td_status td_bounce_score(struct td_app *app, int64_t subscriber,
                               const struct td_verdict_change *changes, size_t count,
                               struct td_score *out, struct td_err *err)
{
    struct events events = {0};
    *out = (struct td_score){0};
    enum td_status status =
        read_stored(app->store, subscriber, changes, count, &events, err);
    if (status == TD_OK) {
        add_changed(changes, count, subscriber, &events);
        if (events.count > 0)
            qsort(events.items, events.count, sizeof *events.items, by_time);
        status = run_through(app, subscriber, &events, out, err);
    }
    free(events.items);
    return status;
}
