/* How the queue moves (watch.h). */
#include "app/inspect/watch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/ledger.h"

#define WINDOW    16 /* samples that the rate is taken over */
#define SPAN      (10 * TD_SECOND)
#define PAUSE     TD_SECOND
#define COST_MOST 20 /* of its time, a twentieth at most goes into looking */

struct point {
    td_time at; /* monotonic */
    int64_t sent;
};

struct td_watch {
    struct td_app *app;
    const struct td_selector *selector;
    bool picky;                  /* it speaks of more than editions */
    struct point points[WINDOW]; /* the newest last */
    size_t point_count;
    struct td_watch_relay before[TD_WATCH_RELAYS];
    size_t before_count;
    td_time before_at;
    td_time cost;
};

struct td_watch *td_watch_create(struct td_app *app, const struct td_selector *selector)
{
    struct td_watch *watch = td_xcalloc(1, sizeof *watch);
    watch->app = app;
    watch->selector = selector;
    watch->picky = td_selector_is_picky(selector);
    return watch;
}

void td_watch_destroy(struct td_watch *watch)
{
    free(watch);
}

td_time td_watch_pause(const struct td_watch *watch)
{
    return watch->cost * COST_MOST > PAUSE ? watch->cost * COST_MOST : PAUSE;
}

/* --- counting --------------------------------------------------------------------------------- */

static struct td_slice name_or(struct td_slice name, const char *otherwise)
{
    return name.len > 0 ? name : td_slice(otherwise);
}

static void add_domain(struct td_watch_sample *out, struct td_slice name, int64_t waiting)
{
    size_t i = 0;
    while (i < out->domain_count && !td_slice_is(name, out->domains[i].name))
        i++;
    if (i == TD_WATCH_DOMAINS) { /* the smallest makes room */
        size_t least = 0;
        for (size_t k = 1; k < out->domain_count; k++)
            if (out->domains[k].waiting < out->domains[least].waiting)
                least = k;
        if (out->domains[least].waiting >= waiting)
            return;
        i = least;
        out->domains[i].waiting = 0;
    } else if (i == out->domain_count) {
        out->domains[out->domain_count++].waiting = 0;
    }
    (void)snprintf(out->domains[i].name, sizeof out->domains[i].name, "%.*s",
                   (int)name.len, name.ptr);
    out->domains[i].waiting += waiting;
}

/* A row of messages that wait: domain group, state, how many, how many are due, when the last is. */
static void add_waiting(struct td_watch_sample *out, struct td_query *query)
{
    td_time last = td_col_int(query, 4) * TD_SECOND;
    out->waiting += td_col_int(query, 2);
    out->due += td_col_int(query, 3);
    if (last > out->last_due)
        out->last_due = last;
    add_domain(out, name_or(td_col_text(query, 0), "other"), td_col_int(query, 2));
}

static enum td_status count_waiting(struct td_watch *watch, int64_t edition,
                                    enum td_state state, struct td_watch_sample *out,
                                    struct td_err *err)
{
    struct td_query *query = td_query(watch->app->store, "watch_waiting");
    enum td_step step;
    td_bind_int(query, "$edition", edition);
    td_bind_int(query, "$state", state);
    td_bind_int(query, "$now", out->at / TD_SECOND);
    while ((step = td_step(query, err)) == TD_STEP_ROW)
        add_waiting(out, query);
    return step == TD_STEP_DONE ? TD_OK : err->status;
}

static struct td_watch_relay *relay_of(struct td_watch_sample *out, struct td_slice name)
{
    size_t i = 0;
    while (i < out->relay_count && !td_slice_is(name, out->relays[i].name))
        i++;
    if (i == TD_WATCH_RELAYS)
        return NULL;
    if (i == out->relay_count) {
        out->relays[out->relay_count++] = (struct td_watch_relay){0};
        (void)snprintf(out->relays[i].name, sizeof out->relays[i].name, "%.*s",
                       (int)name.len, name.ptr);
    }
    return &out->relays[i];
}

/* Binds what selects the messages of an edition, whatever their state: that one is sorted out here, for
 * what is sent counts for the rate. */
static void bind_messages(const struct td_watch *watch, int64_t edition,
                          struct td_query *query)
{
    struct td_selector selector = *watch->selector;
    selector.edition = edition;
    selector.states = TD_SELECTOR_STATES;
    td_selector_bind(&selector, query);
}

static enum td_status count_relays(struct td_watch *watch, int64_t edition,
                                   struct td_watch_sample *out, struct td_err *err)
{
    struct td_query *query = td_query(
        watch->app->store, watch->picky ? "watch_selected_relays" : "watch_relays");
    enum td_step step;
    if (watch->picky)
        bind_messages(watch, edition, query);
    else
        td_bind_int(query, "$edition", edition);
    while ((step = td_step(query, err)) == TD_STEP_ROW) {
        struct td_watch_relay *relay = relay_of(out, td_col_text(query, 0));
        if (!relay)
            continue;
        relay->attempts += td_col_int(query, 1);
        relay->sent += td_col_int(query, 2);
    }
    return step == TD_STEP_DONE ? TD_OK : err->status;
}

/* Everything of an edition, from the indexes. */
static enum td_status count_all(struct td_watch *watch, int64_t edition,
                                struct td_watch_sample *out, struct td_err *err)
{
    int64_t counts[TD_STATE_COUNT];
    enum td_status status = td_ledger_counts(watch->app->store, edition, counts, err);
    for (int state = 0; state < TD_STATE_COUNT && status == TD_OK; state++)
        out->states[state] += counts[state];
    if (status == TD_OK)
        status = count_waiting(watch, edition, TD_QUEUED, out, err);
    return status == TD_OK ? count_waiting(watch, edition, TD_DEFERRED, out, err)
                           : status;
}

/* The selected messages of an edition. */
static enum td_status count_selected(struct td_watch *watch, int64_t edition,
                                     struct td_watch_sample *out, struct td_err *err)
{
    struct td_query *query = td_query(watch->app->store, "watch_selected");
    enum td_step step;
    bind_messages(watch, edition, query);
    td_bind_int(query, "$now", out->at / TD_SECOND);
    while ((step = td_step(query, err)) == TD_STEP_ROW) {
        int64_t state = td_col_int(query, 1);
        bool waits = state == TD_QUEUED || state == TD_DEFERRED;
        if (state < 0 || state >= TD_STATE_COUNT)
            continue;
        out->states[state] += td_col_int(query, 2);
        if (waits && (watch->selector->states >> state & 1) != 0)
            add_waiting(out, query);
    }
    return step == TD_STEP_DONE ? TD_OK : err->status;
}

static enum td_status count_edition(struct td_watch *watch, int64_t edition,
                                    struct td_watch_sample *out, struct td_err *err)
{
    enum td_status status = watch->picky ? count_selected(watch, edition, out, err)
                                         : count_all(watch, edition, out, err);
    out->editions++;
    return status == TD_OK ? count_relays(watch, edition, out, err) : status;
}

static enum td_status find_editions(struct td_watch *watch, td_time now,
                                    int64_t **editions, size_t *count, struct td_err *err)
{
    struct td_query *query = td_query(watch->app->store, "watch_editions");
    size_t cap = 0;
    enum td_step step;
    td_bind_int(query, "$since", now - TD_DAY);
    if (watch->selector->edition != 0)
        td_bind_int(query, "$edition", watch->selector->edition);
    if (watch->selector->newsletter != 0)
        td_bind_int(query, "$newsletter", watch->selector->newsletter);
    while ((step = td_step(query, err)) == TD_STEP_ROW) {
        *editions = td_vec_grow(*editions, &cap, *count + 1, sizeof **editions);
        (*editions)[(*count)++] = td_col_int(query, 0);
    }
    return step == TD_STEP_DONE ? TD_OK : err->status;
}

/* --- measuring -------------------------------------------------------------------------------- */

static void add_point(struct td_watch *watch, td_time at, int64_t sent)
{
    if (watch->point_count == WINDOW)
        memmove(watch->points, watch->points + 1,
                --watch->point_count * sizeof *watch->points);
    watch->points[watch->point_count++] = (struct point){at, sent};
}

/* Over the oldest sample that is not older than the span, or the one before this. */
static void measure_rate(struct td_watch *watch, struct td_watch_sample *out)
{
    const struct point *now = &watch->points[watch->point_count - 1];
    if (watch->point_count < 2)
        return;
    const struct point *then = now - 1;
    while (then > watch->points && now->at - (then - 1)->at <= SPAN)
        then--;
    if (now->at <= then->at)
        return;
    out->measured = true;
    out->rate =
        (double)(now->sent - then->sent) * TD_SECOND / (double)(now->at - then->at);
    if (out->rate < 0)
        out->rate = 0;
}

static void measure_relays(struct td_watch *watch, td_time at,
                           struct td_watch_sample *out)
{
    double seconds = (double)(at - watch->before_at) / (double)TD_SECOND;
    for (size_t i = 0; i < out->relay_count; i++)
        for (size_t k = 0; k < watch->before_count; k++)
            if (seconds > 0 && strcmp(out->relays[i].name, watch->before[k].name) == 0)
                out->relays[i].rate =
                    (double)(out->relays[i].attempts - watch->before[k].attempts) /
                    seconds;
    memcpy(watch->before, out->relays, sizeof watch->before);
    watch->before_count = out->relay_count;
    watch->before_at = at;
}

/* What is due goes at the rate there is; what is not due yet may be the last. */
static void project(struct td_watch_sample *out)
{
    if (out->waiting == 0 || (out->due > 0 && out->rate <= 0))
        return;
    out->finish = out->at;
    if (out->due > 0)
        out->finish += (td_time)((double)out->due / out->rate * TD_SECOND);
    if (out->finish < out->last_due)
        out->finish = out->last_due;
}

enum td_status td_watch_look(struct td_watch *watch, struct td_watch_sample *out,
                             struct td_err *err)
{
    int64_t *editions = NULL;
    size_t count = 0;
    td_time began = td_clock_monotonic(&watch->app->clock);
    *out = (struct td_watch_sample){.at = td_clock_now(&watch->app->clock)};
    enum td_status status = find_editions(watch, out->at, &editions, &count, err);
    for (size_t i = 0; i < count && status == TD_OK; i++)
        status = count_edition(watch, editions[i], out, err);
    free(editions);
    if (status != TD_OK)
        return status;
    add_point(watch, began,
              out->states[TD_SENT] + out->states[TD_BOUNCED] +
                  out->states[TD_COMPLAINED]);
    measure_rate(watch, out);
    measure_relays(watch, began, out);
    project(out);
    for (int state = 0; state < TD_STATE_COUNT; state++)
        if ((watch->selector->states >> state & 1) == 0)
            out->states[state] = 0;
    watch->cost = td_clock_monotonic(&watch->app->clock) - began;
    return TD_OK;
}
