/*
 * claim.c: what a sender gets to send next (ledger.h).
 */
#include <stdlib.h>

#include "base/mem.h"
#include "store/claiming.h"
#include "store/groups.h"

#define CLASSES 3

/* At most one in this many is a retry while there is anything else. */
#define RETRY_SHARE 4

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
    free(claims->marks);
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

/* A group that a limit holds back has a lane of its own from now on; who only was in the wrong lane goes
 * to where others of their group are. */
static enum td_status set_aside(struct td_claiming *c, const struct td_claim *claim,
                                struct td_err *err)
{
    struct td_store *store = c->sender->store;
    int64_t parted = 0;
    enum td_status status = TD_OK;

    if (claim->way == TD_GATE_GROUP)
        status = td_store_domain_group_part(store, claim->group, &parted, err);
    if (status == TD_OK)
        status = td_store_set_aside(store, claim->edition, claim->subscriber, err);
    c->claims->aside += status == TD_OK;
    return status;
}

static enum td_status keep(struct td_claiming *c, enum td_state from,
                           const struct td_found *found, struct td_err *err)
{
    switch (found->fate) {
    case TD_FATE_SEND: return lease(c, from, &found->claim, err);
    case TD_FATE_ASIDE: return set_aside(c, &found->claim, err);
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

/* Where the line was left; one that is met for the first time begins with its common lane. Valid until
 * the next call. */
static struct td_claim_mark *find_mark(struct td_claims *claims,
                                       const struct td_line *line, enum td_state state)
{
    for (size_t i = 0; i < claims->mark_count; i++)
        if (claims->marks[i].edition == line->edition && claims->marks[i].state == state)
            return &claims->marks[i];
    claims->marks = td_vec_grow(claims->marks, &claims->mark_cap, claims->mark_count + 1,
                                sizeof *claims->marks);
    struct td_claim_mark *mark = &claims->marks[claims->mark_count++];
    *mark = (struct td_claim_mark){.edition = line->edition, .state = state};
    return mark;
}

/* Marks of lines in which nothing waits any more are of no use. */
static void forget_marks(struct td_claims *claims, enum td_state state,
                         const struct td_lines *lines)
{
    size_t kept = 0;

    for (size_t i = 0; i < claims->mark_count; i++) {
        const struct td_claim_mark *mark = &claims->marks[i];
        bool used = mark->state != state;
        for (size_t k = 0; !used && k < lines->count; k++)
            used = lines->items[k].edition == mark->edition;
        if (used)
            claims->marks[kept++] = *mark;
    }
    claims->mark_count = kept;
}

static enum td_status scan_common(struct td_claiming *c, struct td_scan *scan,
                                  struct td_err *err)
{
    scan->lane = TD_LANE_COMMON - 1;
    scan->upto = TD_LANE_COMMON;
    scan->looks = 1;
    return td_claim_scan(c, scan, err);
}

/* The lanes of groups: from the one after that where they were left, once around. */
static enum td_status scan_groups(struct td_claiming *c, struct td_scan *scan,
                                  struct td_claim_mark *mark, struct td_err *err)
{
    td_time rest = mark->again - c->time;

    /* A longer one was of another time: the clock was set back. */
    if (rest > 0 && rest <= TD_LANES_AT_ONCE * TD_LANE_REST)
        return TD_OK;
    scan->lane = mark->lane;
    scan->upto = INT64_MAX;
    scan->looks = TD_LANES_AT_ONCE;
    scan->vain = 0;
    enum td_status status = td_claim_scan(c, scan, err);
    if (status == TD_OK && scan->over && !scan->shut) {
        scan->lane = TD_LANE_COMMON;
        scan->upto = mark->lane;
        status = td_claim_scan(c, scan, err);
    }
    mark->lane = scan->lane;
    mark->again = c->time + (td_time)scan->vain * TD_LANE_REST;
    return status;
}

/* Up to `wanted` claims from one line. The common lane and all others take turns at being the first;
 * the other gets what is left, so that neither waits for the other to be empty. */
static enum td_status take(struct td_claiming *c, const struct td_line *line,
                           enum td_state state, size_t wanted, struct td_err *err)
{
    struct td_claim_mark *mark = find_mark(c->claims, line, state);
    struct td_scan scan = {
        .line = line,
        .state = state,
        .wanted = wanted,
        .others = OTHERS_AT_ONCE,
    };
    enum td_status status = TD_OK;

    mark->common_first = !mark->common_first;
    c->claims->found_count = 0;
    if (mark->common_first)
        status = scan_common(c, &scan, err);
    if (status == TD_OK && !scan.shut)
        status = scan_groups(c, &scan, mark, err);
    if (status == TD_OK && !scan.shut && !mark->common_first)
        status = scan_common(c, &scan, err);
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

/* How many retries may go before the new. What is not a whole one is kept for the next claim: where there
 * is only ever room for one, every fourth is a retry. */
static size_t share_of_retries(struct td_claiming *c)
{
    size_t due = c->max + c->claims->retry_rest;

    c->claims->retry_rest = due % RETRY_SHARE;
    return due / RETRY_SHARE;
}

/* Class by class: retries within their share, then the new; what room is left goes to retries. */
static enum td_status take_all(struct td_claiming *c, const struct td_lines *fresh,
                               const struct td_lines *tried, struct td_err *err)
{
    enum td_status status = TD_OK;
    size_t share = share_of_retries(c);

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
        .time = terms->now,
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
    forget_marks(claims, TD_QUEUED, &fresh);
    forget_marks(claims, TD_DEFERRED, &tried);
    if (status == TD_OK)
        status = take_all(&c, &fresh, &tried, err);
    if (status != TD_OK)
        claims->count = 0; /* the caller rolls back */
    free(fresh.items);
    free(tried.items);
    return status;
}
