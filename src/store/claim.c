/*
 * claim.c: what a sender gets to send next (ledger.h).
 */
#include <stdlib.h>

#include "base/mem.h"
#include "model/edition.h"
#include "store/ledger.h"
#include "store/people.h"

#define CLASSES 3
#define RETRY_SHARE                                                                      \
    4 /* at most one in this many is a retry while there is anything else */

/* Rows past their deadline are moved in slices: a held million must not be one transaction. */
#define EXPIRE_AT_ONCE 1000

/* An open edition with rows that wait, tried before (deferred) or not (queued). In the order they
 * are served: by class, then by deadline. */
struct line {
    int64_t edition;
    int64_t newsletter;
    int64_t class_;
    int64_t valid_for; /* seconds */
    int64_t first;     /* when its first row may be tried, in seconds */
    enum td_audience audience;
};

struct lines {
    struct line *items; /* owned */
    size_t count, cap;
};

struct claiming {
    const struct td_sender *sender;
    struct td_claims *claims;
    int64_t now; /* seconds */
    size_t max;
};

void td_claims_release(struct td_claims *claims)
{
    free(claims->items);
    td_arena_destroy(claims->text);
    *claims = (struct td_claims){0};
}

static enum td_status read_lines(struct td_store *store, enum td_state state,
                                 struct lines *lines, struct td_err *err)
{
    struct td_query *query = td_query(store, "claim_lines");
    enum td_step step;
    struct td_err own = {0};

    td_bind_int(query, "$state", state);
    while ((step = td_step(query, &own)) == TD_STEP_ROW) {
        lines->items = td_vec_grow(lines->items, &lines->cap, lines->count + 1,
                                   sizeof *lines->items);
        lines->items[lines->count++] = (struct line){
            .edition = td_col_int(query, 0),
            .newsletter = td_col_int(query, 1),
            .class_ = td_col_int(query, 2),
            .valid_for = td_col_int(query, 3),
            .first = td_col_int(query, 4),
            .audience = (enum td_audience)td_col_int(query, 5),
        };
    }
    if (step == TD_STEP_ERROR && err != NULL)
        *err = own;
    return own.status;
}

static enum td_status settle(struct claiming *c, const struct td_claim *claim,
                             enum td_state to, enum td_reason reason, struct td_err *err)
{
    struct td_move move = {
        .edition = claim->edition,
        .subscriber = claim->subscriber,
        .from = TD_LEASED,
        .to = to,
        .reason = reason,
        .sender = c->sender->number,
    };
    return td_ledger_move(c->sender->store, &move, err);
}

/* What the store says of the person now; the fan-out may be hours ago. */
struct person {
    struct td_slice address, domain, name;
    int status;  /* enum td_membership, or -1: no subscription, no person */
    bool paused; /* now */
    bool suppressed;
};

/* Slices die with the next person. */
static enum td_status ask_person(const struct claiming *c, const struct td_claim *claim,
                                 struct person *out, struct td_err *err)
{
    struct td_query *query = td_query(c->sender->store, "claim_person");

    td_bind_int(query, "$subscriber", claim->subscriber);
    td_bind_int(query, "$newsletter", claim->newsletter);
    enum td_status status = td_one(query, err);
    *out = (struct person){.status = -1};
    if (status == TD_OK)
        *out = (struct person){
            .address = td_col_text(query, 0),
            .domain = td_col_text(query, 1),
            .name = td_col_text(query, 2),
            .status = td_col_is_null(query, 3) ? -1 : (int)td_col_int(query, 3),
            .paused = td_col_int(query, 4) > c->now * TD_SECOND,
            .suppressed = td_col_int(query, 5) != 0,
        };
    return status == TD_NOINPUT ? TD_OK : status;
}

/* Whether the edition is for somebody of this standing. */
static bool is_for(enum td_audience audience, const struct person *person)
{
    switch (audience) {
    case TD_AUDIENCE_ACTIVE: return person->status == TD_ACTIVE && !person->paused;
    case TD_AUDIENCE_PENDING: return person->status == TD_PENDING;
    case TD_AUDIENCE_LEFT: return person->status == TD_UNSUBSCRIBED;
    case TD_AUDIENCE_ANYONE: return true;
    }
    return false;
}

static enum td_reason why_not(enum td_audience audience, const struct person *person)
{
    if (person->status == TD_SUSPENDED ||
        (audience == TD_AUDIENCE_ACTIVE && person->paused))
        return TD_REASON_PAUSED;
    return audience == TD_AUDIENCE_ACTIVE ? TD_REASON_UNSUBSCRIBED : TD_REASON_MOOT;
}

/* Keeps a leased row as a claim, or moves it to where it belongs. */
static enum td_status sift(struct claiming *c, enum td_audience audience,
                           struct td_claim *claim, bool *keep, struct td_err *err)
{
    struct person person;
    enum td_status status = ask_person(c, claim, &person, err);

    *keep = false;
    if (status != TD_OK)
        return status;
    if (person.suppressed) {
        c->claims->suppressed++;
        return settle(c, claim, TD_SUPPRESSED, TD_REASON_SUPPRESSED, err);
    }
    if (!is_for(audience, &person) || person.address.len == 0) {
        c->claims->cancelled++;
        return settle(c, claim, TD_CANCELLED, why_not(audience, &person), err);
    }
    if (claim->deadline <= c->now * TD_SECOND) {
        c->claims->expired++;
        return settle(c, claim, TD_EXPIRED, TD_REASON_TOO_LATE, err);
    }
    claim->address = td_arena_copy(c->claims->text, person.address);
    claim->domain = td_arena_copy(c->claims->text, person.domain);
    claim->name = td_arena_copy(c->claims->text, person.name);
    *keep = true;
    return TD_OK;
}

/* Leases up to max rows of a line and appends them to the claims, not yet sifted. */
static enum td_status lease(struct claiming *c, const struct line *line,
                            enum td_state state, size_t max, struct td_err *err)
{
    struct td_claims *claims = c->claims;
    struct td_query *query = td_query(c->sender->store, "claim_lease");
    struct td_err own = {0};
    enum td_step step;

    if (!td_state_may_move(state, TD_LEASED))
        TD_PANIC("a move that the table of states forbids");
    td_bind_int(query, "$edition", line->edition);
    td_bind_int(query, "$from", state);
    td_bind_int(query, "$to", TD_LEASED);
    td_bind_int(query, "$sender", c->sender->number);
    td_bind_int(query, "$late", c->now - line->valid_for);
    td_bind_int(query, "$now", c->now);
    td_bind_int(query, "$max", (int64_t)max);
    while ((step = td_step(query, &own)) == TD_STEP_ROW) {
        td_time due = td_col_int(query, 2) * TD_SECOND;
        claims->items = td_vec_grow(claims->items, &claims->cap, claims->count + 1,
                                    sizeof *claims->items);
        claims->items[claims->count++] = (struct td_claim){
            .edition = line->edition,
            .newsletter = line->newsletter,
            .subscriber = td_col_int(query, 0),
            .variant = td_col_int(query, 1),
            .due = due,
            .deadline = due + line->valid_for * TD_SECOND,
            .tries = (int)td_col_int(query, 3),
        };
    }
    if (step == TD_STEP_ERROR && err != NULL)
        *err = own;
    return own.status;
}

/* What is past its deadline stands at the head of its line: whoever waits was due before. */
static enum td_status expire(struct claiming *c, const struct line *line,
                             enum td_state state, struct td_err *err)
{
    if (!td_state_may_move(state, TD_EXPIRED))
        TD_PANIC("a move that the table of states forbids");
    struct td_query *query = td_query(c->sender->store, "claim_expire");
    td_bind_int(query, "$edition", line->edition);
    td_bind_int(query, "$from", state);
    td_bind_int(query, "$to", TD_EXPIRED);
    td_bind_int(query, "$reason", TD_REASON_TOO_LATE);
    td_bind_int(query, "$late", c->now - line->valid_for);
    td_bind_int(query, "$max", EXPIRE_AT_ONCE);
    enum td_status status = td_run(query, err);
    if (status == TD_OK)
        c->claims->expired += td_changes(c->sender->store);
    return status;
}

/* Up to max claims from one line. */
static enum td_status take(struct claiming *c, const struct line *line,
                           enum td_state state, size_t max, struct td_err *err)
{
    struct td_claims *claims = c->claims;
    size_t before = claims->count;
    enum td_status status = TD_OK;

    if (max == 0 || line->first > c->now)
        return TD_OK;
    if (line->first <= c->now - line->valid_for)
        status = expire(c, line, state, err);
    if (status == TD_OK)
        status = lease(c, line, state, max, err);
    size_t leased = claims->count;
    claims->count = before;
    for (size_t i = before; status == TD_OK && i < leased; i++) {
        bool keep = false;
        status = sift(c, line->audience, &claims->items[i], &keep, err);
        if (keep)
            claims->items[claims->count++] = claims->items[i];
    }
    return status;
}

/* Up to `limit` claims from all lines of a class, in their order. */
static enum td_status take_class(struct claiming *c, const struct lines *lines,
                                 enum td_state state, int64_t class_, size_t limit,
                                 struct td_err *err)
{
    enum td_status status = TD_OK;
    size_t goal = c->claims->count + limit;

    if (goal > c->max)
        goal = c->max;
    for (size_t i = 0; status == TD_OK && i < lines->count; i++)
        if (lines->items[i].class_ == class_)
            status = take(c, &lines->items[i], state, goal - c->claims->count, err);
    return status;
}

/* Class by class: retries within their share, then the new; what room is left goes to retries. */
static enum td_status take_all(struct claiming *c, const struct lines *fresh,
                               const struct lines *tried, struct td_err *err)
{
    enum td_status status = TD_OK;
    size_t share = c->max / RETRY_SHARE;

    for (int64_t class_ = 0; status == TD_OK && class_ < CLASSES; class_++) {
        size_t before = c->claims->count;
        status = take_class(c, tried, TD_DEFERRED, class_, share, err);
        share -= c->claims->count - before;
        if (status == TD_OK)
            status = take_class(c, fresh, TD_QUEUED, class_, c->max, err);
    }
    for (int64_t class_ = 0; status == TD_OK && class_ < CLASSES; class_++)
        status = take_class(c, tried, TD_DEFERRED, class_, c->max, err);
    return status;
}

enum td_status td_ledger_claim(const struct td_sender *sender, td_time now, size_t max,
                               struct td_claims *claims, struct td_err *err)
{
    struct claiming c = {sender, claims, now / TD_SECOND, max};
    struct lines fresh = {0};
    struct lines tried = {0};

    td_arena_destroy(claims->text);
    claims->text = td_arena_create();
    claims->count = 0;
    claims->expired = claims->suppressed = claims->cancelled = 0;
    enum td_status status = read_lines(sender->store, TD_QUEUED, &fresh, err);
    if (status == TD_OK)
        status = read_lines(sender->store, TD_DEFERRED, &tried, err);
    if (status == TD_OK)
        status = take_all(&c, &fresh, &tried, err);
    if (status != TD_OK)
        claims->count = 0; /* the caller rolls back */
    free(fresh.items);
    free(tried.items);
    return status;
}

enum td_status td_ledger_next_due(struct td_store *store, td_time *when,
                                  struct td_err *err)
{
    struct lines lines = {0};
    enum td_status status = read_lines(store, TD_QUEUED, &lines, err);

    if (status == TD_OK)
        status = read_lines(store, TD_DEFERRED, &lines, err);
    if (status == TD_OK && lines.count == 0)
        status = TD_NO;
    for (size_t i = 0; status == TD_OK && i < lines.count; i++)
        if (i == 0 || lines.items[i].first * TD_SECOND < *when)
            *when = lines.items[i].first * TD_SECOND;
    free(lines.items);
    return status;
}
