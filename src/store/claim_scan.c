/*
 * claim_scan.c: reads what waits in a line and judges it (claiming.h).
 */
#include "base/mem.h"
#include "store/claiming.h"
#include "store/groups.h"
#include "store/people.h"

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

/* Whether a message that has no way stands in the way of others: it is not in the lane of its group, and
 * gets there by being moved. Who was met in the common lane may have to wait there: for a way that all
 * share, or because their group is not known. Elsewhere is, who has another address by now. */
static bool is_astray(int64_t lane, int64_t group, int way)
{
    if (lane == TD_LANE_COMMON)
        return way == TD_GATE_GROUP && group != 0;
    return way != TD_GATE_SHUT && lane != group;
}

/* Takes the row at hand, or says that its lane has nothing more for now. */
static bool take_row(struct td_claiming *c, struct td_scan *s, struct td_query *row)
{
    enum td_reason reason;
    int way = 0;

    if (td_col_int(row, NEXT) > c->now)
        return false;
    enum td_fate fate = judge(c, s->line, row, &reason);
    if (fate == TD_FATE_SEND) {
        int64_t group = td_col_int(row, GROUP);
        way = c->gate->take(c->gate->context, group, s->line->class_);
        s->shut = way == TD_GATE_SHUT;
        if (way < 0 && !is_astray(s->lane, group, way))
            return false;
        fate = way < 0 ? TD_FATE_ASIDE : TD_FATE_SEND;
    }
    struct td_found *found = add_found(c, s->line, row, fate);
    found->reason = reason;
    found->claim.way = way;
    s->wanted -= fate == TD_FATE_SEND;
    s->others -= fate != TD_FATE_SEND;
    return true;
}

static bool wants_more(const struct td_scan *s)
{
    return s->wanted > 0 && s->others > 0;
}

/* Reads the first lane after s->lane, and whatever lanes follow it as long as all in them is taken. */
static enum td_status look(struct td_claiming *c, struct td_scan *s, struct td_err *err)
{
    struct td_query *query = td_query(c->sender->store, "claim_waiting");
    size_t before = c->claims->found_count;
    enum td_step step = TD_STEP_ROW;
    struct td_err own = {0};

    td_bind_int(query, "$state", s->state);
    td_bind_int(query, "$edition", s->line->edition);
    td_bind_int(query, "$after", s->lane);
    td_bind_int(query, "$newsletter", s->line->newsletter);
    td_bind_int(query, "$most", (int64_t)(s->wanted + s->others) + 1);
    while (wants_more(s) && (step = td_step(query, &own)) == TD_STEP_ROW) {
        s->over = td_col_int(query, LANE) > s->upto;
        if (s->over)
            break;
        s->lane = td_col_int(query, LANE);
        if (!take_row(c, s, query))
            break;
    }
    td_query_end(query);
    s->over = s->over || step != TD_STEP_ROW;
    s->vain += !s->over && c->claims->found_count == before;
    if (own.status != TD_OK && err != NULL)
        *err = own;
    return own.status;
}

enum td_status td_claim_scan(struct td_claiming *c, struct td_scan *s, struct td_err *err)
{
    enum td_status status = TD_OK;

    s->over = s->lane >= s->upto;
    while (status == TD_OK && !s->over && !s->shut && wants_more(s) && s->looks > 0) {
        s->looks--;
        status = look(c, s, err);
        s->over = s->over || s->lane >= s->upto;
    }
    return status;
}
