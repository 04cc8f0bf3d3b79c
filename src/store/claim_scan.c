/*
 * claim_scan.c: reads what waits in a line and judges it (claiming.h).
 */
#include "base/mem.h"
#include "store/claiming.h"
#include "store/groups.h"
#include "store/people.h"

/* Lanes passed over in one claim because they have no room or nothing due. More wait for the next claim,
 * which goes on from there: a claim must not keep the writers' turn for long. */
#define JUMPS_MOST 2000

/* The row of claim_waiting. */
enum column {
    LANE,
    NEXT,
    SUBSCRIBER,
    VARIANT,
    DUE,
    TRIES,
    GROUP,
    ADDRESS,
    DOMAIN,
    NAME,
    STANDING,
    PAUSED,
    BARRED
};

/* Whether the edition is for somebody of this standing; -1: no subscription, no person. */
static bool is_for(enum td_audience audience, int standing, bool paused)
{
    switch (audience) {
    case TD_AUDIENCE_ACTIVE: return standing == TD_ACTIVE && !paused;
    case TD_AUDIENCE_PENDING: return standing == TD_PENDING;
    case TD_AUDIENCE_LEFT: return standing == TD_UNSUBSCRIBED;
    case TD_AUDIENCE_ANYONE: return true;
    }
    return false;
}

static enum td_reason why_not(enum td_audience audience, int standing, bool paused)
{
    if (standing == TD_SUSPENDED || (audience == TD_AUDIENCE_ACTIVE && paused))
        return TD_REASON_PAUSED;
    return audience == TD_AUDIENCE_ACTIVE ? TD_REASON_UNSUBSCRIBED : TD_REASON_MOOT;
}

/* What is to become of the row at hand, as far as its deadline and the person say: as the store knows
 * them now, for the fan-out may be hours ago. */
static enum td_fate judge(const struct td_claiming *c, const struct td_line *line,
                          struct td_query *row, enum td_reason *reason)
{
    int standing = td_col_is_null(row, STANDING) ? -1 : (int)td_col_int(row, STANDING);
    bool paused = td_col_int(row, PAUSED) > c->now * TD_SECOND;

    *reason = TD_REASON_NONE;
    if (td_col_int(row, DUE) + line->valid_for <= c->now)
        return TD_FATE_LATE;
    if (td_col_int(row, BARRED) != 0)
        return TD_FATE_SUPPRESSED;
    if (is_for(line->audience, standing, paused) && td_col_text(row, ADDRESS).len > 0)
        return TD_FATE_SEND;
    *reason = why_not(line->audience, standing, paused);
    return TD_FATE_CANCELLED;
}

static struct td_found *add_found(struct td_claiming *c, const struct td_line *line,
                                  struct td_query *row, enum td_fate fate)
{
    struct td_claims *claims = c->claims;
    td_time due = td_col_int(row, DUE) * TD_SECOND;

    claims->found = td_vec_grow(claims->found, &claims->found_cap,
                                claims->found_count + 1, sizeof *claims->found);
    struct td_found *found = &claims->found[claims->found_count++];
    *found = (struct td_found){.fate = fate,
                               .claim = {
                                   .edition = line->edition,
                                   .newsletter = line->newsletter,
                                   .class_ = line->class_,
                                   .group = td_col_int(row, GROUP),
                                   .subscriber = td_col_int(row, SUBSCRIBER),
                                   .variant = td_col_int(row, VARIANT),
                                   .due = due,
                                   .deadline = due + line->valid_for * TD_SECOND,
                                   .tries = (int)td_col_int(row, TRIES),
                               }};
    if (fate == TD_FATE_SEND) {
        found->claim.address = td_arena_copy(claims->text, td_col_text(row, ADDRESS));
        found->claim.domain = td_arena_copy(claims->text, td_col_text(row, DOMAIN));
        found->claim.name = td_arena_copy(claims->text, td_col_text(row, NAME));
    }
    return found;
}

/* Takes the row at hand, or says that its lane has nothing more for now. */
static bool take_row(struct td_claiming *c, struct td_scan *s, struct td_query *row)
{
    enum td_reason reason;
    int way = 0;

    s->over = td_col_int(row, LANE) > s->upto;
    if (s->over)
        return false;
    s->lane = td_col_int(row, LANE);
    if (td_col_int(row, NEXT) > c->now)
        return false;
    enum td_fate fate = judge(c, s->line, row, &reason);
    if (fate == TD_FATE_SEND) {
        int64_t group = td_col_int(row, GROUP);
        way = c->gate->take(c->gate->context, group, s->line->class_);
        s->shut = way == TD_GATE_SHUT;
        if (way == TD_GATE_GROUP && s->lane == TD_LANE_COMMON && group != 0)
            fate = TD_FATE_ASIDE;
        else if (way < 0)
            return false;
    }
    struct td_found *found = add_found(c, s->line, row, fate);
    found->reason = reason;
    found->claim.way = way;
    s->wanted -= fate == TD_FATE_SEND;
    s->others -= fate != TD_FATE_SEND;
    return true;
}

enum td_status td_claim_scan(struct td_claiming *c, struct td_scan *s, struct td_err *err)
{
    struct td_err own = {0};

    while (!s->over && !s->shut && s->wanted > 0 && s->others > 0 &&
           c->jumps++ < JUMPS_MOST) {
        struct td_query *query = td_query(c->sender->store, "claim_waiting");
        enum td_step step = TD_STEP_ROW;
        td_bind_int(query, "$state", s->state);
        td_bind_int(query, "$edition", s->line->edition);
        td_bind_int(query, "$after", s->lane);
        td_bind_int(query, "$newsletter", s->line->newsletter);
        td_bind_int(query, "$most", (int64_t)(s->wanted + s->others) + 1);
        while (s->wanted > 0 && s->others > 0 &&
               (step = td_step(query, &own)) == TD_STEP_ROW && take_row(c, s, query))
            ;
        td_query_end(query);
        s->over = s->over || step != TD_STEP_ROW;
    }
    if (own.status != TD_OK && err != NULL)
        *err = own;
    return own.status;
}
