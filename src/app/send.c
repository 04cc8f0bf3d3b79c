/* The sender role (send.h). */
#include "app/send.h"

#include <stdio.h>
#include <stdlib.h>

#include "app/letter.h"
#include "app/settle.h"
#include "base/log.h"
#include "base/mem.h"
#include "delivery/outbox.h"

#define EVENTS_MAX     1024
#define CLAIM_MOST     512
#define CLAIM_LEAST    16 /* a smaller claim waits until nothing else is to be done */
#define IDLE_SECONDS   5
#define LONGEST_WAIT   TD_SECOND
#define SHORT_WAIT     (TD_SECOND / 10)
#define STORE_PAUSE    TD_SECOND /* after a failed commit */
#define REAP_EVERY     (5 * TD_SECOND)
#define RENEW_BEFORE   (TD_LEASE / 2)
#define DRAIN_PATIENCE (15 * TD_SECOND) /* with a relay that talked to us in this run */

/* What a run holds. */
struct run {
    struct td_app *app;
    const struct td_send_options *options;
    struct td_sent *out;
    struct td_sender sender;
    struct td_outbox *outbox;
    struct td_letters *letters;
    struct td_claims claims;
    struct td_event events[EVENTS_MAX]; /* not settled yet, oldest first */
    size_t event_count;
    struct td_pieces pieces;
    size_t in_hand; /* pieces offered and not come back */
    struct td_rand rand;
    td_time store_again; /* the store failed: not before this */
    td_time next_reap;
    td_time due;           /* of the next waiting message; INT64_MAX: none */
    td_time trouble_since; /* the relay's; 0: well */
    bool stopping;
    bool lost; /* the lease: all is another's now, but for answers still to come */
};

static td_time now_of(const struct run *run)
{
    return td_clock_now(&run->app->clock);
}

static struct td_settle settle_of(struct run *run)
{
    return (struct td_settle){
        .store = run->app->store,
        .sender = &run->sender,
        .rules = run->app->bounce_rules,
        .policy = &run->app->config->retry,
        .relay = run->app->config->relays[0].name,
        .now = now_of(run),
        .rand = &run->rand,
    };
}

/* --- commit ---------------------------------------------------------------------------------- */

/* A failing store is no reason to stop: what is known stays here, and it is asked again later. */
static void pause_store(struct run *run, const struct td_err *why)
{
    td_log(TD_ERROR, "store", "trouble=%s", why->text);
    run->store_again = now_of(run) + STORE_PAUSE;
}

static void stop(struct run *run)
{
    run->stopping = true;
    td_outbox_drain(run->outbox);
}

static enum td_status keep_house(struct run *run, struct td_sent *counts,
                                 struct td_err *err)
{
    td_time now = now_of(run);
    struct td_reaped reaped = {0};
    enum td_status status = TD_OK;
    if (!run->lost && run->sender.until - now < RENEW_BEFORE)
        status = td_sender_renew(&run->sender, now, err);
    if (status == TD_CONFLICT) {
        status = TD_OK; /* a 250 that comes late still settles its doubt */
        run->lost = true;
        stop(run);
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

/* How many messages to claim now: 0 unless there is something due and room worth a claim. */
static size_t wanted(const struct run *run)
{
    size_t room = td_outbox_room(run->outbox);
    if (run->stopping || run->due > now_of(run))
        return 0;
    if (room < CLAIM_LEAST && run->in_hand > 0)
        return 0;
    return room < CLAIM_MOST ? room : CLAIM_MOST;
}

static enum td_status claim(struct run *run, struct td_sent *counts, struct td_err *err)
{
    size_t max = wanted(run);
    run->claims.count = 0;
    if (max == 0)
        return TD_OK;
    struct td_claim_terms terms = {now_of(run), max, td_gate_open()};
    enum td_status status = td_ledger_claim(&run->sender, &terms, &run->claims, err);
    counts->expired += run->claims.expired;
    counts->suppressed += run->claims.suppressed;
    counts->cancelled += run->claims.cancelled;
    return status;
}

/* Everything of this turn in one transaction. */
static enum td_status transact(struct run *run, struct td_sent *counts,
                               struct td_err *err)
{
    struct td_store *store = run->app->store;
    struct td_settle settle = settle_of(run);
    enum td_status status = td_begin(store, err);
    for (size_t i = 0; i < run->event_count && status == TD_OK; i++)
        status = td_settle_event(&settle, &run->events[i], counts, err);
    if (status == TD_OK)
        status = keep_house(run, counts, err);
    if (status == TD_OK)
        status = claim(run, counts, err);
    if (status == TD_OK)
        status = td_commit(store, err);
    td_rollback(store);
    return status;
}

/* Its session was lost while the dot waited for a commit: another event says what became of it. */
static bool is_void(const struct td_event *event)
{
    const struct td_piece *piece = event->parcel->owner;
    return event->kind == TD_EVENT_AT_DOT && piece->over;
}

/* What the commit allows: dots go out, finished pieces are free again. */
static void permit(struct run *run)
{
    for (size_t i = 0; i < run->event_count; i++) {
        struct td_piece *piece = run->events[i].parcel->owner;
        if (is_void(&run->events[i]))
            continue;
        if (run->events[i].kind == TD_EVENT_AT_DOT && !piece->withheld) {
            piece->on_wire = true;
            td_outbox_permit(run->outbox, &piece->parcel);
            continue;
        }
        if (run->events[i].kind == TD_EVENT_AT_DOT)
            td_outbox_withhold(run->outbox, &piece->parcel);
        td_pieces_spare(&run->pieces, piece);
        run->in_hand--;
    }
    run->event_count = 0;
}

/* A claim that cannot be written is settled by itself; while the store takes nothing it waits
 * among the events, to go back to where it came from. */
static void put_aside(struct run *run, struct td_piece *piece, const struct td_err *why)
{
    struct td_settle settle = settle_of(run);
    struct td_err err;
    if (td_settle_unwritten(&settle, piece, why, run->out, &err) == TD_OK) {
        td_pieces_spare(&run->pieces, piece);
        return;
    }
    pause_store(run, &err);
    run->in_hand++;
    run->events[run->event_count++] =
        (struct td_event){.kind = TD_EVENT_RETURNED, .parcel = &piece->parcel};
}

/* Splices what was claimed and hands it over. The events are settled: there is room for a claim. */
static void offer(struct run *run)
{
    for (size_t i = 0; i < run->claims.count; i++) {
        const struct td_claim *claimed = &run->claims.items[i];
        struct td_piece *piece = td_pieces_take(&run->pieces, claimed);
        struct td_err why = {0};
        if (td_letters_write(run->letters, claimed, &piece->parcel, &why) == TD_OK) {
            td_outbox_offer_take(run->outbox, &piece->parcel);
            run->in_hand++;
        } else {
            put_aside(run, piece, &why);
        }
    }
    run->claims.count = 0;
}

/* One transaction for what has come and what is wanted. When it fails the events stay and their
 * sessions wait. */
static void commit(struct run *run)
{
    struct td_sent counts = *run->out;
    struct td_err err = {0};
    td_time now = now_of(run);
    if (now < run->store_again)
        return;
    bool kept = run->lost || run->sender.until - now >= RENEW_BEFORE;
    if (run->event_count == 0 && wanted(run) == 0 && now < run->next_reap && kept)
        return;
    if (transact(run, &counts, &err) != TD_OK) {
        run->claims.count = 0;
        pause_store(run, &err);
        return;
    }
    *run->out = counts;
    run->store_again = 0;
    permit(run);
    offer(run);
}

/* --- the turn -------------------------------------------------------------------------------- */

/* Until when there is nothing to do: sessions wake the poll by themselves. */
static td_time wait_for(const struct run *run)
{
    td_time now = now_of(run);
    if (run->event_count > 0)
        return SHORT_WAIT;
    if (wanted(run) > 0)
        return 0;
    if (run->in_hand > 0 || run->due == INT64_MAX)
        return LONGEST_WAIT;
    if (run->due <= now)
        return SHORT_WAIT;
    return run->due - now < LONGEST_WAIT ? run->due - now : LONGEST_WAIT;
}

/* When the next message is due, asked outside any transaction; not while nothing can be claimed. */
static void look_ahead(struct run *run)
{
    struct td_err err = {0};
    bool full = run->in_hand > 0 && td_outbox_room(run->outbox) == 0;
    if (run->stopping || full || now_of(run) < run->store_again)
        return;
    enum td_status status =
        td_ledger_next_due(run->app->store, now_of(run), &run->due, &err);
    if (status == TD_NO)
        run->due = INT64_MAX;
    else if (status != TD_OK)
        pause_store(run, &err);
}

static void watch_relay(struct run *run)
{
    td_time until = 0;
    const char *trouble = td_outbox_trouble(run->outbox, &until);
    if (!trouble) {
        run->trouble_since = 0;
        run->out->trouble[0] = '\0';
        return;
    }
    if (run->trouble_since == 0) {
        run->trouble_since = now_of(run);
        td_log(TD_ERROR, "relay", "relay=%s trouble=%s", run->app->config->relays[0].name,
               trouble);
    }
    (void)snprintf(run->out->trouble, sizeof run->out->trouble, "%s", trouble);
}

/* Whether a drain has nothing more to do now; what the last commit gave back counts. */
static bool drained(struct run *run)
{
    struct td_sent *sent = run->out;
    if (!run->options->drain || run->stopping || run->in_hand > 0 || run->event_count > 0)
        return false;
    look_ahead(run);
    td_time now = now_of(run);
    if (now < run->store_again)
        return false; /* nobody knows what waits */
    bool talked = sent->sent + sent->deferred + sent->failed > 0;
    td_time patience = talked ? DRAIN_PATIENCE : 0;
    bool more = run->due <= now;
    bool ill = run->trouble_since != 0 && now - run->trouble_since >= patience;
    sent->relay_down = more && ill;
    return !more || sent->relay_down;
}

static void turn(struct run *run)
{
    struct td_event *events = run->events + run->event_count;
    size_t count =
        td_outbox_turn(run->outbox, wait_for(run), events, EVENTS_MAX - run->event_count);
    for (size_t i = 0; i < count; i++) {
        struct td_piece *piece = events[i].parcel->owner;
        piece->over = events[i].kind != TD_EVENT_AT_DOT;
    }
    run->event_count += count;
    watch_relay(run);
    look_ahead(run);
    commit(run);
    if (run->options->progress)
        run->options->progress(run->options->context, run->out->sent + run->out->failed,
                               (int64_t)run->in_hand);
}

/* Told to stop, and nothing is under way. While the store takes nothing, that is all it has: what
 * waits for it will be found by whoever reaps this sender. */
static bool is_over(struct run *run)
{
    size_t stuck = 0;
    run->out->unsettled = 0;
    for (size_t i = 0; run->store_again != 0 && i < run->event_count; i++) {
        const struct td_piece *piece = run->events[i].parcel->owner;
        stuck += !is_void(&run->events[i]);
        run->out->unsettled += piece->on_wire;
    }
    return run->stopping && run->in_hand == stuck;
}

static void work(struct run *run)
{
    do {
        turn(run);
        if (!run->stopping && run->options->stop && *run->options->stop)
            stop(run);
        run->out->stopped = is_over(run);
    } while (!run->out->stopped && !drained(run));
}

/* --- begin and end --------------------------------------------------------------------------- */

static enum td_status begin(struct run *run, struct td_err *err)
{
    struct td_app *app = run->app;
    enum td_status status = td_app_store(app, err);
    if (status == TD_OK)
        status = td_app_bounce_rules(app, NULL, err);
    if (status != TD_OK)
        return status;
    struct td_outbox_config config = {
        .relay = &app->config->relays[0],
        .helo = app->config->helo,
        .clock = &app->clock,
        .idle_seconds = IDLE_SECONDS,
    };
    run->rand = td_rand_from_system();
    run->due = 0; /* look before the first wait */
    status = td_letters_create(&run->letters, app, err);
    if (status == TD_OK)
        status = td_outbox_create(&run->outbox, &config, err);
    if (status == TD_OK)
        status = td_sender_start(&run->sender, app->store, now_of(run), err);
    return status;
}

static void end(struct run *run)
{
    struct td_err err;
    if (run->outbox) {
        td_outbox_drain(run->outbox);
        td_outbox_destroy(run->outbox);
    }
    if (run->sender.number != 0 && td_sender_stop(&run->sender, &err) != TD_OK)
        td_log(TD_ERROR, "sender", "trouble=%s", err.text);
    td_pieces_release(&run->pieces);
    td_claims_release(&run->claims);
    td_letters_destroy(run->letters);
}

enum td_status td_send(struct td_app *app, const struct td_send_options *options,
                       struct td_sent *out, struct td_err *err)
{
    struct run *run = td_xcalloc(1, sizeof *run);
    run->app = app;
    run->options = options;
    run->out = out;
    *out = (struct td_sent){0};
    td_time started = td_clock_monotonic(&app->clock);
    enum td_status status = begin(run, err);
    if (status == TD_OK)
        work(run);
    if (status == TD_OK && run->lost)
        status = td_fail(err, TD_CONFLICT, "sender %lld was taken for dead",
                         (long long)run->sender.number);
    end(run);
    free(run);
    out->seconds =
        (double)(td_clock_monotonic(&app->clock) - started) / (double)TD_SECOND;
    return status;
}
