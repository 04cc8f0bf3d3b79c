/* What administrators do to messages (admin.h). */
#include "app/queue/admin.h"

#include <stdlib.h>

#include "app/instance/audit.h"
#include "base/mem.h"
#include "store/editions.h"
#include "store/ledger.h"

/* Messages looked at by one statement, and when a transaction has lasted long enough: senders of
 * this host wait for it. */
#define SLICE_SIZE 2000
#define BOX_WANTED (100 * (TD_SECOND / 1000))

/* --- the acts -------------------------------------------------------------------------------- */

struct step {
    enum td_state from;
    enum td_state to;
    enum td_state to_tried; /* where it was tried before */
};

enum when { WHEN_KEEP, WHEN_NOW, WHEN_NEVER }; /* message.next after the move */

struct act {
    struct step steps[4];
    size_t step_count;
    enum when when;
    bool in_time; /* not past the deadline, not of a cancelled edition */
};

static const struct act acts[] = {
    [TD_ADMIN_HOLD] = {{{TD_QUEUED, TD_HELD, TD_HELD}, {TD_DEFERRED, TD_HELD, TD_HELD}},
                       2,
                       WHEN_KEEP,
                       false},
    [TD_ADMIN_RELEASE] = {{{TD_HELD, TD_QUEUED, TD_DEFERRED}}, 1, WHEN_KEEP, false},
    [TD_ADMIN_CANCEL] = {{{TD_QUEUED, TD_CANCELLED, TD_CANCELLED},
                          {TD_DEFERRED, TD_CANCELLED, TD_CANCELLED},
                          {TD_HELD, TD_CANCELLED, TD_CANCELLED},
                          {TD_IN_DOUBT, TD_CANCELLED, TD_CANCELLED}},
                         4,
                         WHEN_NEVER,
                         false},
    [TD_ADMIN_RETRY] = {{{TD_FAILED, TD_QUEUED, TD_QUEUED},
                         {TD_DEFERRED, TD_DEFERRED, TD_DEFERRED}},
                        2,
                        WHEN_NOW,
                        true},
    [TD_ADMIN_SETTLE_SENT] = {{{TD_IN_DOUBT, TD_SENT, TD_SENT}}, 1, WHEN_NEVER, false},
    [TD_ADMIN_SETTLE_RESEND] = {{{TD_IN_DOUBT, TD_QUEUED, TD_QUEUED}}, 1, WHEN_NOW, true},
    [TD_ADMIN_SETTLE_CANCEL] = {{{TD_IN_DOUBT, TD_CANCELLED, TD_CANCELLED}},
                                1,
                                WHEN_NEVER,
                                false},
};

int64_t td_admin_sum(const int64_t counts[TD_STATE_COUNT])
{
    int64_t sum = 0;
    for (size_t i = 0; i < TD_STATE_COUNT; i++)
        sum += counts[i];
    return sum;
}

static bool acts_on(enum td_admin_act act, enum td_state state)
{
    for (size_t i = 0; i < acts[act].step_count; i++)
        if (acts[act].steps[i].from == state)
            return true;
    return false;
}

const char *td_admin_why_passed(enum td_admin_act act, enum td_state state)
{
    if (state == TD_LEASED || state == TD_ON_WIRE)
        return "a sender has them in hand";
    if (act == TD_ADMIN_CANCEL && state == TD_IN_DOUBT)
        return "say state=in_doubt to give these up, or see queue settle";
    if (act == TD_ADMIN_RETRY && acts_on(act, state))
        return "past their deadline, of a cancelled edition, or in a later digest";
    if (acts_on(act, state))
        return "past their deadline, or their edition is cancelled";
    switch (act) {
    case TD_ADMIN_HOLD: return state == TD_HELD ? "held already" : "nothing to hold";
    case TD_ADMIN_RELEASE:
        return state == TD_IN_DOUBT ? "queue settle decides these" : "not held";
    case TD_ADMIN_CANCEL: return "nothing to cancel";
    case TD_ADMIN_RETRY:
        return state == TD_IN_DOUBT ? "queue settle decides these"
               : state == TD_HELD   ? "queue release lets these go"
                                    : "neither failed nor deferred";
    default: return "not in doubt";
    }
}

/* --- messages by sets ------------------------------------------------------------------------ */

struct edition {
    int64_t id;
    enum td_phase phase;
    td_time valid_for;
};

struct editions {
    struct edition *items; /* owned */
    size_t count, cap;
};

/* Messages of one edition by subscriber: above `after` up to `upto`. */
struct slice {
    const struct edition *edition;
    int64_t after, upto;
};

struct work {
    struct td_app *app;
    const struct td_admin_task *task;
    struct td_selector
        in_time; /* the selector, its deadline that of the edition at hand */
    td_time now;
    struct td_admin_result counts; /* committed, and of the open transaction */
    int64_t unaudited;             /* changed in the open transaction */
    bool open;
    td_time opened;
};

static enum td_status read_editions(struct td_store *store,
                                    const struct td_selector *selector,
                                    struct editions *out, struct td_err *err)
{
    struct td_query *query = td_query(store, "admin_editions");
    enum td_step step;
    if (selector->edition != 0)
        td_bind_int(query, "$edition", selector->edition);
    if (selector->newsletter != 0)
        td_bind_int(query, "$newsletter", selector->newsletter);
    while ((step = td_step(query, err)) == TD_STEP_ROW) {
        out->items =
            td_vec_grow(out->items, &out->cap, out->count + 1, sizeof *out->items);
        out->items[out->count++] = (struct edition){
            .id = td_col_int(query, 0),
            .phase = (enum td_phase)td_col_int(query, 1),
            .valid_for = td_col_int(query, 3) * TD_SECOND,
        };
    }
    return step == TD_STEP_DONE ? TD_OK : err->status;
}

/* One transaction takes as many slices as fit into its time. */
static enum td_status open_box(struct work *work, struct td_err *err)
{
    if (work->open)
        return TD_OK;
    enum td_status status = td_begin(work->app->store, err);
    work->open = status == TD_OK;
    work->opened = td_clock_monotonic(&work->app->clock);
    return status;
}

static enum td_status close_box(struct work *work, struct td_err *err)
{
    enum td_status status = TD_OK;
    if (!work->open)
        return TD_OK;
    work->open = false;
    if (work->task->dry_run || work->unaudited == 0) {
        td_rollback(work->app->store);
        return TD_OK;
    }
    status = td_audit_command(work->app, work->task->command, work->task->subject,
                              work->unaudited, err);
    work->unaudited = 0;
    return status == TD_OK ? td_commit(work->app->store, err) : status;
}

static void bind_slice(struct td_query *query, const struct slice *slice)
{
    td_bind_int(query, "$edition", slice->edition->id);
    td_bind_int(query, "$after", slice->after);
    td_bind_int(query, "$upto", slice->upto);
}

/* What is selected in the slice counts as passed over until it is moved. */
static enum td_status count_slice(struct work *work, const struct slice *slice,
                                  struct td_err *err)
{
    struct td_query *query = td_query(work->app->store, "admin_count");
    enum td_step step;
    bind_slice(query, slice);
    td_selector_bind_message(work->task->selector, query);
    while ((step = td_step(query, err)) == TD_STEP_ROW) {
        int64_t state = td_col_int(query, 0);
        if (state >= 0 && state < TD_STATE_COUNT)
            work->counts.passed[state] += td_col_int(query, 1);
    }
    return step == TD_STEP_DONE ? TD_OK : err->status;
}

static void check_legal(const struct step *step)
{
    bool stays = step->to == step->from && step->to_tried == step->from;
    if (!stays && (!td_state_may_move(step->from, step->to) ||
                   !td_state_may_move(step->from, step->to_tried)))
        TD_PANIC("a move that the table of states forbids");
}

static enum td_status move_slice(struct work *work, const struct slice *slice,
                                 const struct step *step, struct td_err *err)
{
    const struct act *act = &acts[work->task->act];
    struct td_query *query = td_query(work->app->store, "admin_move");
    check_legal(step);
    bind_slice(query, slice);
    td_selector_bind_message(act->in_time ? &work->in_time : work->task->selector, query);
    td_bind_int(query, "$from", step->from);
    td_bind_int(query, "$to", step->to);
    td_bind_int(query, "$to_tried", step->to_tried);
    td_bind_int(query, "$final", act->when == WHEN_NEVER);
    if (step->to != step->from)
        td_bind_int(query, "$reason", TD_REASON_ADMIN);
    if (act->when == WHEN_NOW)
        td_bind_int(query, "$next", work->now / TD_SECOND);
    enum td_status status = td_run(query, err);
    if (status != TD_OK)
        return status;
    int64_t changed = td_changes(work->app->store);
    work->counts.changed[step->from] += changed;
    work->counts.passed[step->from] -= changed;
    work->unaudited += changed;
    return TD_OK;
}

/* A doubt is given up only by whoever says so. */
static bool is_asked_for(const struct td_admin_task *task, enum td_state from)
{
    return task->act != TD_ADMIN_CANCEL || from != TD_IN_DOUBT ||
           (task->selector->named >> TD_IN_DOUBT & 1) != 0;
}

static enum td_status do_slice(struct work *work, const struct slice *slice,
                               struct td_err *err)
{
    const struct act *act = &acts[work->task->act];
    enum td_status status = open_box(work, err);
    if (status == TD_OK)
        status = count_slice(work, slice, err);
    if (act->in_time && slice->edition->phase == TD_PHASE_CANCELLED)
        return status;
    for (size_t i = 0; i < act->step_count && status == TD_OK; i++)
        if (is_asked_for(work->task, act->steps[i].from))
            status = move_slice(work, slice, &act->steps[i], err);
    return status;
}

/* Finds where the next slice ends; false in *any when no message is left. */
static enum td_status next_slice(struct work *work, struct slice *slice, bool *any,
                                 struct td_err *err)
{
    int64_t only = work->task->selector->subscriber;
    if (only != 0) {
        *any = slice->upto < only;
        *slice = (struct slice){slice->edition, only - 1, only};
        return TD_OK;
    }
    struct td_query *query = td_query(work->app->store, "admin_bound");
    slice->after = slice->upto;
    td_bind_int(query, "$edition", slice->edition->id);
    td_bind_int(query, "$after", slice->after);
    td_bind_int(query, "$size", SLICE_SIZE);
    enum td_status status = td_one(query, err);
    if (status == TD_OK) {
        *any = !td_col_is_null(query, 0);
        slice->upto = td_col_int(query, 0);
    }
    td_query_end(query);
    return status;
}

static enum td_status do_edition(struct work *work, const struct edition *edition,
                                 struct td_err *err)
{
    struct slice slice = {.edition = edition};
    enum td_status status = TD_OK;
    work->in_time = *work->task->selector;
    if (work->now - edition->valid_for > work->in_time.due_after)
        work->in_time.due_after = work->now - edition->valid_for;
    for (;;) {
        bool any = false;
        status = next_slice(work, &slice, &any, err);
        if (status != TD_OK || !any)
            return status;
        status = do_slice(work, &slice, err);
        if (status == TD_OK &&
            td_clock_monotonic(&work->app->clock) - work->opened > BOX_WANTED)
            status = close_box(work, err);
        if (status != TD_OK)
            return status;
    }
}

static enum td_status do_messages(struct work *work, struct td_err *err)
{
    struct editions editions = {0};
    enum td_status status =
        read_editions(work->app->store, work->task->selector, &editions, err);
    for (size_t i = 0; i < editions.count && status == TD_OK; i++)
        status = do_edition(work, &editions.items[i], err);
    if (status == TD_OK)
        status = close_box(work, err);
    free(editions.items);
    return status;
}

static void add_counts(struct td_admin_result *sum, const struct td_admin_result *more)
{
    for (size_t i = 0; i < TD_STATE_COUNT; i++) {
        sum->changed[i] += more->changed[i];
        sum->passed[i] += more->passed[i];
    }
}

static struct work work_on(struct td_app *app, const struct td_admin_task *task)
{
    return (struct work){.app = app, .task = task, .now = td_clock_now(&app->clock)};
}

enum td_status td_admin_messages(struct td_app *app, const struct td_admin_task *task,
                                 struct td_admin_result *result, struct td_err *err)
{
    struct work work = work_on(app, task);
    enum td_status status = do_messages(&work, err);
    td_rollback(app->store);
    if (status == TD_OK)
        add_counts(result, &work.counts);
    return status;
}
