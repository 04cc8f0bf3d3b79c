/*
 * claim.c: what a sender gets to send next (ledger.h).
 */
#include <stdlib.h>

#include "base/mem.h"
#include "store/claiming.h"
#include "store/groups.h"

#define CLASSES 3
#define RETRY_SHARE                                                                      \
    4 /* at most one in this many is a retry while there is anything else */

/* Rows that are moved elsewhere (past their deadline, out of the way) go in slices: a held million must
 * not be one transaction. */
#define OTHERS_AT_ONCE 1000

static int first_way(void *context, int64_t group, enum td_class class_)
{
    (void)context, (void)group, (void)class_;
    return 0;
}

struct td_gate td_gate_open(void)
{
    return (struct td_gate){first_way, NULL};
}

void td_claims_release(struct td_claims *claims)
{
    free(claims->items);
    free(claims->found);
    td_arena_destroy(claims->text);
    *claims = (struct td_claims){0};
}

/* --- what was found is leased, or goes where it belongs ------------------------------------------ */

static enum td_status lease(struct td_claiming *c, enum td_state from,
                            const struct td_claim *claim, struct td_err *err)
{
    struct td_query *query = td_query(c->sender->store, "claim_take");
    struct td_claims *claims = c->claims;

    if (!td_state_may_move(from, TD_LEASED))
        TD_PANIC("a move that the table of states forbids");
    td_bind_int(query, "$edition", claim->edition);
    td_bind_int(query, "$subscriber", claim->subscriber);
    td_bind_int(query, "$from", from);
    td_bind_int(query, "$to", TD_LEASED);
    td_bind_int(query, "$sender", c->sender->number);
    enum td_status status = td_run(query, err);
    if (status != TD_OK || td_changes(c->sender->store) != 1)
        return status;
    claims->items = td_vec_grow(claims->items, &claims->cap, claims->count + 1,
                                sizeof *claims->items);
    claims->items[claims->count++] = *claim;
    return TD_OK;
}

static enum td_status settle(struct td_claiming *c, enum td_state from,
                             const struct td_claim *claim, enum td_state to,
                             enum td_reason reason, struct td_err *err)
{
    struct td_move move = {
        .edition = claim->edition,
        .subscriber = claim->subscriber,
        .from = from,
        .to = to,
        .reason = reason,
    };
    return td_ledger_move(c->sender->store, &move, err);
}

static enum td_status keep(struct td_claiming *c, enum td_state from,
                           const struct td_found *found, struct td_err *err)
{
    switch (found->fate) {
    case TD_FATE_SEND: return lease(c, from, &found->claim, err);
    case TD_FATE_ASIDE:
        c->claims->aside++;
        return td_store_set_aside(c->sender->store, &found->claim, err);
    case TD_FATE_LATE:
        c->claims->expired++;
        return settle(c, from, &found->claim, TD_EXPIRED, TD_REASON_TOO_LATE, err);
    case TD_FATE_SUPPRESSED:
        c->claims->suppressed++;
        return settle(c, from, &found->claim, TD_SUPPRESSED, TD_REASON_SUPPRESSED, err);
    case TD_FATE_CANCELLED:
        c->claims->cancelled++;
        return settle(c, from, &found->claim, TD_CANCELLED, found->reason, err);
    }
    return TD_OK;
}

/* --- line by line ------------------------------------------------------------------------------- */

/* Where a line was left: its lanes take turns. */
static struct td_claim_mark *find_mark(struct td_claims *claims,
                                       const struct td_line *line, enum td_state state)
{
    for (size_t i = 0; i < TD_CLAIM_MARKS; i++) {
        struct td_claim_mark *mark = &claims->marks[i];
        if (mark->edition == line->edition && mark->state == state)
            return mark;
    }
    struct td_claim_mark *mark = &claims->marks[claims->next_mark];
    claims->next_mark = (claims->next_mark + 1) % TD_CLAIM_MARKS;
    *mark = (struct td_claim_mark){.edition = line->edition, .state = state};
    return mark;
}

/* Up to `wanted` claims from one line: from the lane after the one where it was left, once around. */
static enum td_status take(struct td_claiming *c, const struct td_line *line,
                           enum td_state state, size_t wanted, struct td_err *err)
{
    struct td_claim_mark *mark = find_mark(c->claims, line, state);
    struct td_scan scan = {
        .line = line,
        .state = state,
        .wanted = wanted,
        .others = OTHERS_AT_ONCE,
        .upto = INT64_MAX,
        .lane = mark->lane,
    };
    c->claims->found_count = 0;
    enum td_status status = td_claim_scan(c, &scan, err);

    if (status == TD_OK && scan.over && !scan.shut) {
        scan.over = false;
        scan.upto = mark->lane;
        scan.lane = -1;
        status = td_claim_scan(c, &scan, err);
    }
    mark->lane = scan.lane;
    for (size_t i = 0; status == TD_OK && i < c->claims->found_count; i++)
        status = keep(c, state, &c->claims->found[i], err);
    return status;
}

/* Up to `limit` claims from all lines of a class, in their order. */
static enum td_status take_class(struct td_claiming *c, const struct td_lines *lines,
                                 enum td_state state, enum td_class class_, size_t limit,
                                 struct td_err *err)
{
    enum td_status status = TD_OK;
    size_t goal = c->claims->count + limit;

    if (goal > c->max)
        goal = c->max;
    for (size_t i = 0; status == TD_OK && i < lines->count; i++)
        if (lines->items[i].class_ == class_ && goal > c->claims->count)
            status = take(c, &lines->items[i], state, goal - c->claims->count, err);
    return status;
}

/* Class by class: retries within their share, then the new; what room is left goes to retries. */
static enum td_status take_all(struct td_claiming *c, const struct td_lines *fresh,
                               const struct td_lines *tried, struct td_err *err)
{
    enum td_status status = TD_OK;
    size_t share = c->max / RETRY_SHARE;

    for (int class_ = 0; status == TD_OK && class_ < CLASSES; class_++) {
        size_t before = c->claims->count;
        status = take_class(c, tried, TD_DEFERRED, (enum td_class)class_, share, err);
        share -= c->claims->count - before;
        if (status == TD_OK)
            status = take_class(c, fresh, TD_QUEUED, (enum td_class)class_, c->max, err);
    }
    for (int class_ = 0; status == TD_OK && class_ < CLASSES; class_++)
        status = take_class(c, tried, TD_DEFERRED, (enum td_class)class_, c->max, err);
    return status;
}

enum td_status td_ledger_claim(const struct td_sender *sender,
                               const struct td_claim_terms *terms,
                               struct td_claims *claims, struct td_err *err)
{
    struct td_claiming c = {
        .sender = sender,
        .gate = &terms->gate,
        .claims = claims,
        .now = terms->now / TD_SECOND,
        .max = terms->max,
    };
    struct td_lines fresh = {0};
    struct td_lines tried = {0};

    td_arena_destroy(claims->text);
    claims->text = td_arena_create();
    claims->count = 0;
    claims->expired = claims->suppressed = claims->cancelled = claims->aside = 0;
    enum td_status status = td_lines_read(sender->store, TD_QUEUED, &fresh, err);
    if (status == TD_OK)
        status = td_lines_read(sender->store, TD_DEFERRED, &tried, err);
    if (status == TD_OK)
        status = take_all(&c, &fresh, &tried, err);
    if (status != TD_OK)
        claims->count = 0; /* the caller rolls back */
    free(fresh.items);
    free(tried.items);
    return status;
}
