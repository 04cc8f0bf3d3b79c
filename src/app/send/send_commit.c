/* What happens in a sender's transaction, and right after it (send.h). */
#include "app/send/breaker.h"
#include "app/send/send_run.h"
#include "app/send/settle.h"
#include "base/log.h"

#define CLAIM_MOST   512
#define CLAIM_LEAST  16 /* a smaller claim waits as long as no session is without work */
#define BARREN_PAUSE (TD_SECOND / 50)
#define STORE_PAUSE  TD_SECOND /* after a failed commit */
#define REAP_EVERY   (5 * TD_SECOND)
#define MOVE_EVERY   (TD_SECOND / 1000)
#define RENEW_BEFORE (TD_LEASE / 2)

static struct td_settle settle_of(struct td_send_run *run)
{
    return (struct td_settle){
        .store = run->app->store,
        .sender = &run->sender,
        .rules = run->app->bounce_rules,
        .policy = &run->app->config->retry,
        .now = td_send_now(run),
        .rand = &run->rand,
    };
}

/* A failing store is no reason to stop: what is known stays here, and it is asked again later. */
void td_send_pause_store(struct td_send_run *run, const struct td_err *why)
{
    td_log(TD_ERROR, "store", "trouble=%s", why->text);
    run->store_again = td_send_now(run) + STORE_PAUSE;
}

void td_send_stop(struct td_send_run *run)
{
    run->stopping = true;
    for (size_t i = 0; i < run->pace->count; i++)
        td_outbox_drain(run->pace->ways[i].outbox);
}

static enum td_status keep_house(struct td_send_run *run, struct td_sent *counts,
                                 struct td_err *err)
{
    td_time now = td_send_now(run);
    struct td_reaped reaped = {0};
    enum td_status status = TD_OK;
    bool claims = !run->stopping && run->due.when <= now;
    if (!run->lost && (claims || run->sender.until - now < RENEW_BEFORE))
        status = td_sender_renew(&run->sender, now, err);
    if (status == TD_CONFLICT) {
        status = TD_OK; /* a 250 that comes late still settles its doubt */
        run->lost = true;
        td_send_stop(run);
    }
    if (status == TD_OK && now >= run->next_reap) {
        status = td_ledger_reap(run->app->store, now, &reaped, err);
        run->next_reap = now + REAP_EVERY;
    }
    counts->in_doubt += reaped.in_doubt;
    if (reaped.senders > 0)
        td_log(TD_WARN, "reaped", "senders=%lld returned=%lld in_doubt=%lld resent=%lld",
               (long long)reaped.senders, (long long)reaped.returned,
               (long long)reaped.in_doubt, (long long)reaped.resent);
    return status;
}

size_t td_send_wanted(const struct td_send_run *run)
{
    td_time now = td_send_now(run);
    if (run->stopping || run->due.when > now || run->claim_again > now)
        return 0;
    size_t room = td_pace_room(run->pace, run->due.urgent);
    if (room < CLAIM_LEAST && run->in_hand > 0 && !run->due.urgent &&
        !td_pace_hungry(run->pace))
        return 0;
    return room < CLAIM_MOST ? room : CLAIM_MOST;
}

/* What there is room for, by the way that the limits allow. */
static enum td_status claim(struct td_send_run *run, struct td_sent *counts,
                            struct td_err *err)
{
    td_time now = td_send_now(run);
    bool work = !run->stopping && run->due.when <= now;
    run->claims.count = 0;
    run->claims.expired = run->claims.suppressed = run->claims.cancelled = 0;
    run->claims.aside = 0;
    enum td_status status = td_pace_share(run->pace, &run->sender, now, work, err);
    size_t max = td_send_wanted(run);
    struct td_claim_terms terms = {now, max, td_pace_gate(run->pace)};
    if (status == TD_OK && max > 0)
        status = td_pace_part(run->pace, err);
    if (status == TD_OK && max > 0)
        status = td_ledger_claim(&run->sender, &terms, &run->claims, err);
    if (status == TD_OK && !run->lost)
        status = td_pace_claimed(run->pace, &run->sender, &run->claims, err);
    counts->expired += run->claims.expired;
    counts->suppressed += run->claims.suppressed;
    counts->cancelled += run->claims.cancelled;
    int64_t moved = run->claims.expired + run->claims.suppressed + run->claims.cancelled +
                    run->claims.aside;
    bool barren = max > 0 && run->claims.count == 0 && moved == 0;
    run->claim_again = barren ? now + BARREN_PAUSE : 0;
    if (max > 0)
        run->plenty = run->claims.count == max;
    return status;
}

/* Everything of this turn in one transaction. */
static enum td_status transact(struct td_send_run *run, struct td_sent *counts,
                               struct td_err *err)
{
    struct td_store *store = run->app->store;
    struct td_settle settle = settle_of(run);
    struct td_breaker_count results = {0};
    enum td_status status = td_begin(store, err);
    if (status == TD_OK)
        status = td_pace_begin(run->pace, err);
    for (size_t i = 0; i < run->event_count && status == TD_OK; i++) {
        status = td_settle_event(&settle, &run->events[i], counts, err);
        if (status == TD_OK)
            status = td_pace_note(run->pace, &run->events[i], settle.now, err);
        if (run->events[i].kind == TD_EVENT_DONE)
            td_breaker_add(&results, run->events[i].parcel->owner);
    }
    if (status == TD_OK)
        status = td_breaker_apply(run->app, &results, err);
    if (status == TD_OK)
        status = keep_house(run, counts, err);
    if (status == TD_OK)
        status = claim(run, counts, err);
    if (status == TD_OK)
        status = td_commit(store, err);
    td_rollback(store);
    td_pace_end(run->pace, status == TD_OK);
    return status;
}

/* Its session was lost while the dot waited for a commit: another event says what became of it. */
bool td_send_is_void(const struct td_event *event)
{
    const struct td_piece *piece = event->parcel->owner;
    return event->kind == TD_EVENT_AT_DOT && piece->over;
}

/* What the commit allows: dots go out, finished pieces are free again. */
static void permit(struct td_send_run *run)
{
    const struct td_way *ways = run->pace->ways;
    for (size_t i = 0; i < run->event_count; i++) {
        struct td_piece *piece = run->events[i].parcel->owner;
        if (td_send_is_void(&run->events[i]))
            continue;
        piece->counted = true;
        if (run->events[i].kind == TD_EVENT_AT_DOT && !piece->withheld) {
            piece->on_wire = true;
            td_outbox_permit(ways[piece->way].outbox, &piece->parcel);
            continue;
        }
        if (run->events[i].kind == TD_EVENT_AT_DOT)
            td_outbox_withhold(ways[piece->way].outbox, &piece->parcel);
        td_pieces_spare(&run->pieces, piece);
        run->in_hand--;
    }
    run->event_count = 0;
}

/* A claim that cannot be written is settled by itself; while the store takes nothing it waits
 * among the events, to go back to where it came from. */
static void put_aside(struct td_send_run *run, struct td_piece *piece,
                      const struct td_err *why)
{
    struct td_settle settle = settle_of(run);
    struct td_err err;
    if (td_settle_unwritten(&settle, piece, why, run->out, &err) == TD_OK) {
        td_pace_drop(run->pace, piece);
        td_pieces_spare(&run->pieces, piece);
        return;
    }
    td_send_pause_store(run, &err);
    run->in_hand++;
    run->events[run->event_count++] =
        (struct td_event){.kind = TD_EVENT_RETURNED, .parcel = &piece->parcel};
}

/* Splices what was claimed and hands it over. The events are settled: there is room for a claim. Where
 * letters are signed, a claim is many milliseconds' work: the sessions go on with the first meanwhile,
 * and the next commit is for all that they did. */
static void offer(struct td_send_run *run)
{
    for (size_t i = 0; i < run->claims.count; i++) {
        const struct td_claim *claimed = &run->claims.items[i];
        struct td_piece *piece = td_pieces_take(&run->pieces, claimed);
        const struct td_way *way = &run->pace->ways[claimed->way];
        piece->relay = way->relay->name;
        struct td_err why = {0};
        if (td_letters_write(run->letters, claimed, &piece->parcel, &why) == TD_OK) {
            td_outbox_offer_take(way->outbox, &piece->parcel);
            run->in_hand++;
        } else {
            put_aside(run, piece, &why);
        }
        if (td_send_now(run) - run->collected > MOVE_EVERY)
            td_send_collect(run, 0, run->claims.count - i);
    }
    run->claims.count = 0;
}

/* Whether there is anything to be written. */
static bool has_reason(const struct td_send_run *run, td_time now)
{
    bool work = !run->stopping && run->due.when <= now;
    return run->event_count > 0 || td_send_wanted(run) > 0 || now >= run->next_reap ||
           (!run->lost && run->sender.until - now < RENEW_BEFORE) ||
           td_pace_wants_share(run->pace, now, work);
}

void td_send_commit(struct td_send_run *run)
{
    struct td_sent counts = *run->out;
    struct td_err err = {0};
    td_time now = td_send_now(run);
    if (now < run->store_again || !has_reason(run, now))
        return;
    if (transact(run, &counts, &err) != TD_OK) {
        run->claims.count = 0;
        td_send_pause_store(run, &err);
        return;
    }
    *run->out = counts;
    run->store_again = 0;
    permit(run);
    offer(run);
}
