/* What became of each message of a rehearsal (rehearsal.h). */
#include <stdlib.h>

#include "app/run/rehearsal.h"
#include "store/editions.h"
#include "store/ledger.h"

/* --- doubts ----------------------------------------------------------------------------------- */

static enum td_status add_rows(struct td_rehearsal *r, struct td_query *query,
                               struct td_err *err)
{
    enum td_step step;
    td_bind_int(query, "$edition", r->assembled.edition);
    while ((step = td_step(query, err)) == TD_STEP_ROW)
        td_people_set_add(&r->doubted, td_col_int(query, 0));
    return step == TD_STEP_DONE ? TD_OK : err->status;
}

enum td_status td_rehearsal_doubt(struct td_rehearsal *r, int64_t pid, struct td_err *err)
{
    struct td_query *query = td_query(r->app.store, "rehearsal_on_wire");
    td_bind_int(query, "$pid", pid);
    return add_rows(r, query, err);
}

/* --- verdicts --------------------------------------------------------------------------------- */

static int by_number(const void *a, const void *b)
{
    const int64_t *x = a;
    const int64_t *y = b;
    return (*x > *y) - (*x < *y);
}

static int by_subscriber(const void *a, const void *b)
{
    const struct td_arrival *x = a;
    const struct td_arrival *y = b;
    return (x->subscriber > y->subscriber) - (x->subscriber < y->subscriber);
}

static bool has(const struct td_people_set *set, int64_t subscriber)
{
    return set->count > 0 && bsearch(&subscriber, set->items, set->count,
                                     sizeof *set->items, by_number) != NULL;
}

/* The arrivals not looked at yet. */
struct arrivals {
    const struct td_arrival *items;
    size_t count;
    size_t at;
};

/* How often it came for that subscriber, and how often to a client that was told it did not. */
static int64_t count_for(struct arrivals *arrivals, int64_t subscriber, int64_t *denied)
{
    int64_t count = 0;
    *denied = 0;
    while (arrivals->at < arrivals->count &&
           arrivals->items[arrivals->at].subscriber < subscriber)
        arrivals->at++;
    for (; arrivals->at < arrivals->count &&
           arrivals->items[arrivals->at].subscriber == subscriber;
         arrivals->at++) {
        count++;
        *denied += arrivals->items[arrivals->at].denied;
    }
    return count;
}

static void note(int64_t *counter, int64_t examples[10], int64_t subscriber)
{
    if (*counter < 10)
        examples[*counter] = subscriber;
    ++*counter;
}

static void judge_one(const struct td_rehearsal *r, int64_t subscriber,
                      enum td_state state, struct arrivals *arrivals,
                      struct td_rehearsed *out)
{
    int64_t denied;
    int64_t came = count_for(arrivals, subscriber, &denied);
    bool lying = !out->held && (state == TD_QUEUED || state == TD_DEFERRED ||
                                state == TD_LEASED || state == TD_ON_WIRE);
    out->states[state]++;
    out->arrived += came > 0;
    if (state == TD_IN_DOUBT)
        out->doubt_came += came > 0;
    if ((state == TD_SENT && came == 0) || lying)
        note(&out->lost, out->examples[0], subscriber);
    if (came < 2)
        return;
    if (has(&r->doubted, subscriber))
        out->resent++;
    else if (came - denied < 2)
        out->denied++;
    else
        note(&out->twice, out->examples[1], subscriber);
}

static enum td_status judge_rows(struct td_rehearsal *r, struct arrivals *arrivals,
                                 struct td_rehearsed *out, struct td_err *err)
{
    struct td_query *query = td_query(r->app.store, "rehearsal_rows");
    enum td_step step;
    size_t at = 0;
    td_bind_int(query, "$edition", r->assembled.edition);
    while ((step = td_step(query, err)) == TD_STEP_ROW) {
        int64_t subscriber = td_col_int(query, 0);
        for (; at < r->waiting.count && r->waiting.items[at] < subscriber; at++)
            note(&out->lost, out->examples[0],
                 r->waiting.items[at]); /* its row is gone */
        if (at >= r->waiting.count || r->waiting.items[at] != subscriber)
            continue;
        at++;
        judge_one(r, subscriber, (enum td_state)td_col_int(query, 1), arrivals, out);
    }
    for (; at < r->waiting.count; at++)
        note(&out->lost, out->examples[0], r->waiting.items[at]);
    return step == TD_STEP_DONE ? TD_OK : err->status;
}

/* Under hold nothing in doubt is sent again: then a doubt excuses nothing. */
static enum td_status look_at_edition(struct td_rehearsal *r, struct td_rehearsed *out,
                                      struct td_err *err)
{
    struct td_edition_row edition;
    enum td_status status =
        td_store_edition_get(r->app.store, r->assembled.edition, &edition, err);
    if (status != TD_OK)
        return status;
    out->held = edition.held;
    if (!edition.resend_in_doubt)
        r->doubted.count = 0;
    td_query_end(td_query(r->app.store, "edition_get"));
    return TD_OK;
}

enum td_status td_rehearsal_judge(struct td_rehearsal *r, struct td_arrival *arrivals,
                                  size_t count, struct td_rehearsed *out,
                                  struct td_err *err)
{
    struct arrivals rest = {arrivals, count, 0};
    *out = (struct td_rehearsed){0};
    enum td_status status = add_rows(r, td_query(r->app.store, "rehearsal_doubts"), err);
    if (status == TD_OK)
        status = look_at_edition(r, out, err);
    if (status != TD_OK)
        return status;
    if (count > 0)
        qsort(arrivals, count, sizeof *arrivals, by_subscriber);
    if (r->doubted.count > 0)
        qsort(r->doubted.items, r->doubted.count, sizeof *r->doubted.items, by_number);
    return judge_rows(r, &rest, out, err);
}
