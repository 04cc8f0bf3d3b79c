/*
 * claim.c: what a sender gets to send next (ledger.h).
 */
#include <stdlib.h>

#include "base/mem.h"
#include "store/ledger.h"
#include "store/lines.h"
#include "store/people.h"

#define CLASSES 3
#define RETRY_SHARE                                                                      \
    4 /* at most one in this many is a retry while there is anything else */

/* Rows past their deadline are moved in slices: a held million must not be one transaction. */
#define EXPIRE_AT_ONCE 1000

/* Domain groups passed over in one claim because they have no room or nothing due. More wait for the
 * next claim, which goes on from there: a claim must not keep the writers' turn for long. */
#define JUMPS_MOST 2000

struct claiming {
    const struct td_sender *sender;
    const struct td_gate *gate;
    struct td_claims *claims;
    int64_t now; /* seconds */
    size_t max;
    size_t jumps; /* so far */
};

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
    td_arena_destroy(claims->text);
    *claims = (struct td_claims){0};
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
    claim->address = td_arena_copy(c->claims->text, person.address);
    claim->domain = td_arena_copy(c->claims->text, person.domain);
    claim->name = td_arena_copy(c->claims->text, person.name);
    *keep = true;
    return TD_OK;
}

/* --- what waits, group by group --------------------------------------------------------------- */

/* Where a line was left: its groups take turns. */
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

/* One pass over a line, or a part of it. */
struct scan {
    const struct td_line *line;
    enum td_state state;
    size_t wanted; /* so many more */
    size_t late;   /* so many more may expire, besides */
    int64_t upto;  /* the last group to read */
    int64_t group; /* the one being read, or read last */
    bool over;     /* there is nothing more to read */
    bool shut;     /* the gate is */
};

static void add_claim(struct claiming *c, struct scan *s, struct td_query *query)
{
    struct td_claims *claims = c->claims;
    td_time due = td_col_int(query, 4) * TD_SECOND;

    claims->items = td_vec_grow(claims->items, &claims->cap, claims->count + 1,
                                sizeof *claims->items);
    claims->items[claims->count++] = (struct td_claim){
        .edition = s->line->edition,
        .newsletter = s->line->newsletter,
        .class_ = s->line->class_,
        .group = s->group,
        .subscriber = td_col_int(query, 2),
        .variant = td_col_int(query, 3),
        .due = due,
        .deadline = due + s->line->valid_for * TD_SECOND,
        .tries = (int)td_col_int(query, 5),
    };
}

/* Takes the row at hand, or says that its group has nothing more for now. */
static bool take_row(struct claiming *c, struct scan *s, struct td_query *query)
{
    int64_t group = td_col_int(query, 0);

    if (group > s->upto) {
        s->over = true;
        return false;
    }
    s->group = group;
    if (td_col_int(query, 1) > c->now)
        return false;
    if (td_col_int(query, 4) + s->line->valid_for <= c->now) {
        add_claim(c, s, query);
        s->late--;
        return true;
    }
    int way = c->gate->take(c->gate->context, group, s->line->class_);
    if (way < 0) {
        s->shut = way == TD_GATE_SHUT;
        return false;
    }
    add_claim(c, s, query);
    c->claims->items[c->claims->count - 1].way = way;
    s->wanted--;
    return true;
}

/* Reads on from the group after s->group and leaves what it read, late or not, at the end of the
 * claims: not leased yet, for that would move it away under the reading. */
static enum td_status scan_line(struct claiming *c, struct scan *s, struct td_err *err)
{
    struct td_err own = {0};

    while (!s->over && !s->shut && s->wanted > 0 && s->late > 0 &&
           c->jumps++ < JUMPS_MOST) {
        struct td_query *query = td_query(c->sender->store, "claim_waiting");
        enum td_step step = TD_STEP_ROW;
        td_bind_int(query, "$state", s->state);
        td_bind_int(query, "$edition", s->line->edition);
        td_bind_int(query, "$after", s->group);
        td_bind_int(query, "$most", (int64_t)(s->wanted + s->late) + 1);
        while (s->wanted > 0 && s->late > 0 &&
               (step = td_step(query, &own)) == TD_STEP_ROW && take_row(c, s, query))
            ;
        td_query_end(query);
        s->over = s->over || step != TD_STEP_ROW;
    }
    if (own.status != TD_OK && err != NULL)
        *err = own;
    return own.status;
}

static enum td_status lease(struct claiming *c, enum td_state from,
                            const struct td_claim *claim, bool *ours, struct td_err *err)
{
    struct td_query *query = td_query(c->sender->store, "claim_take");

    if (!td_state_may_move(from, TD_LEASED))
        TD_PANIC("a move that the table of states forbids");
    td_bind_int(query, "$edition", claim->edition);
    td_bind_int(query, "$subscriber", claim->subscriber);
    td_bind_int(query, "$from", from);
    td_bind_int(query, "$to", TD_LEASED);
    td_bind_int(query, "$sender", c->sender->number);
    enum td_status status = td_run(query, err);
    *ours = status == TD_OK && td_changes(c->sender->store) == 1;
    return status;
}

static enum td_status expire(struct claiming *c, enum td_state from,
                             const struct td_claim *claim, struct td_err *err)
{
    struct td_move move = {
        .edition = claim->edition,
        .subscriber = claim->subscriber,
        .from = from,
        .to = TD_EXPIRED,
        .reason = TD_REASON_TOO_LATE,
    };
    c->claims->expired++;
    return td_ledger_move(c->sender->store, &move, err);
}

/* What was read from `before` on is leased and sifted, or expires. */
static enum td_status keep_read(struct claiming *c, const struct td_line *line,
                                enum td_state state, size_t before, struct td_err *err)
{
    struct td_claims *claims = c->claims;
    enum td_status status = TD_OK;
    size_t read = claims->count;

    claims->count = before;
    for (size_t i = before; status == TD_OK && i < read; i++) {
        struct td_claim *claim = &claims->items[i];
        bool keep = false;
        if (claim->deadline <= c->now * TD_SECOND)
            status = expire(c, state, claim, err);
        else
            status = lease(c, state, claim, &keep, err);
        if (status == TD_OK && keep)
            status = sift(c, line->audience, claim, &keep, err);
        if (status == TD_OK && keep)
            claims->items[claims->count++] = *claim;
    }
    return status;
}

/* Up to `wanted` claims from one line: from the group after the one where it was left, once around. */
static enum td_status take(struct claiming *c, const struct td_line *line,
                           enum td_state state, size_t wanted, struct td_err *err)
{
    struct td_claim_mark *mark = find_mark(c->claims, line, state);
    struct scan scan = {
        .line = line,
        .state = state,
        .wanted = wanted,
        .late = EXPIRE_AT_ONCE,
        .upto = INT64_MAX,
        .group = mark->group,
    };
    size_t before = c->claims->count;
    enum td_status status = scan_line(c, &scan, err);

    if (status == TD_OK && scan.over && !scan.shut) {
        scan.over = false;
        scan.upto = mark->group;
        scan.group = -1;
        status = scan_line(c, &scan, err);
    }
    mark->group = scan.group;
    return status == TD_OK ? keep_read(c, line, state, before, err) : status;
}

/* Up to `limit` claims from all lines of a class, in their order. */
static enum td_status take_class(struct claiming *c, const struct td_lines *lines,
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
static enum td_status take_all(struct claiming *c, const struct td_lines *fresh,
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
    struct claiming c = {
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
    claims->expired = claims->suppressed = claims->cancelled = 0;
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
