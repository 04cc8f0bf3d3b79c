/* The sender role (send.h). */
#include "app/send/send.h"

#include <stdio.h>
#include <stdlib.h>

#include "app/bounces/bounce_rules.h"
#include "app/send/send_run.h"
#include "base/log.h"
#include "base/mem.h"

#define LONGEST_WAIT TD_SECOND
#define SHORT_WAIT   (TD_SECOND / 10)
#define LOOK_REST    20 /* looking ahead takes at most one part in so many of our time */
#define LOOK_BUSY                                                                        \
    (TD_SECOND / 50) /* nor sooner than this while a claim leaves more behind */
#define DRAIN_PATIENCE (15 * TD_SECOND) /* with a relay that talked to us in this run */

td_time td_send_now(const struct td_send_run *run)
{
    return td_clock_now(&run->app->clock);
}

/* --- the turn -------------------------------------------------------------------------------- */

/* Until when there is nothing to do: sessions wake the poll by themselves. */
static td_time wait_for(const struct td_send_run *run)
{
    td_time now = td_send_now(run);
    td_time left = run->due.when - now;
    if (run->event_count > 0)
        return now < run->store_again ? SHORT_WAIT : 0;
    if (td_send_wanted(run) > 0)
        return 0;
    if (run->due.when == INT64_MAX)
        return LONGEST_WAIT;
    if (left > 0)
        return left < LONGEST_WAIT ? left : LONGEST_WAIT;
    if (run->claim_again > now)
        return run->claim_again - now;
    return td_pace_room(run->pace, false) > 0 ? LONGEST_WAIT : SHORT_WAIT;
}

/* When the next message is due, asked outside any transaction. Where that takes long, because much
 * waits for later in many lanes, it is asked less often; and while it is known that more is due, only to
 * learn of urgent messages. */
static void look_ahead(struct td_send_run *run)
{
    struct td_err err = {0};
    td_time now = td_send_now(run);
    if (run->stopping || now < run->store_again || now < run->look_again)
        return;
    td_time begun = td_clock_monotonic(&run->app->clock);
    if (td_ledger_next_due(run->app->store, now, &run->due, &err) != TD_OK)
        td_send_pause_store(run, &err);
    td_time took = td_clock_monotonic(&run->app->clock) - begun;
    td_time rest = LOOK_REST * took;
    run->look_again = now + (run->plenty && rest < LOOK_BUSY ? LOOK_BUSY : rest);
}

static void name_trouble(struct td_send_run *run, const char *relay, const char *trouble)
{
    (void)snprintf(run->out->relay, sizeof run->out->relay, "%s", relay);
    (void)snprintf(run->out->trouble, sizeof run->out->trouble, "%s", trouble);
}

static void watch_relays(struct td_send_run *run)
{
    const char *relay = NULL;
    const char *trouble = td_pace_trouble(run->pace, run->started, &relay);
    if (!trouble) {
        run->trouble_since = 0;
        run->out->trouble[0] = '\0';
        return;
    }
    if (run->trouble_since == 0)
        run->trouble_since = td_send_now(run);
    name_trouble(run, relay, trouble);
}

static int64_t settled(const struct td_sent *sent)
{
    return sent->sent + sent->deferred + sent->failed + sent->in_doubt;
}

/* Whether nothing was settled for a while. */
static bool stands_still(struct td_send_run *run, td_time now)
{
    int64_t done = settled(run->out);
    if (done != run->done || run->moved == 0)
        run->moved = now;
    run->done = done;
    return now - run->moved >= DRAIN_PATIENCE;
}

/* Whether all that is left to drain is for a relay in trouble, though others are well. */
static bool waits_for_one_relay(struct td_send_run *run)
{
    const char *relay = NULL;
    const char *trouble = td_pace_ill(run->pace, &relay);
    if (!trouble)
        return false;
    name_trouble(run, relay, trouble);
    return true;
}

/* Whether a drain has nothing more to do now; what the last commit gave back counts. */
static bool drained(struct td_send_run *run)
{
    struct td_sent *sent = run->out;
    if (!run->options->drain || run->stopping || run->in_hand > 0 || run->event_count > 0)
        return false;
    run->look_again = 0;
    look_ahead(run);
    td_time now = td_send_now(run);
    if (now < run->store_again)
        return false; /* nobody knows what waits */
    bool talked = settled(sent) > 0;
    td_time patience = talked ? DRAIN_PATIENCE : 0;
    bool more = run->due.when <= now;
    bool ill = run->trouble_since != 0 && now - run->trouble_since >= patience;
    bool still = stands_still(run, now);
    sent->relay_down = more && (ill || (still && waits_for_one_relay(run)));
    sent->capped = more && td_pace_capped(run->pace, !still);
    return !more || sent->relay_down || sent->capped;
}

void td_send_collect(struct td_send_run *run, td_time wait, size_t spare)
{
    struct td_event *events = run->events + run->event_count;
    size_t count = td_post_turn(run->pace->post, wait, events,
                                TD_SEND_EVENTS_MAX - run->event_count - spare);
    for (size_t i = 0; i < count; i++) {
        struct td_piece *piece = events[i].parcel->owner;
        piece->over = events[i].kind != TD_EVENT_AT_DOT;
    }
    run->event_count += count;
    run->collected = td_send_now(run);
}

static void turn(struct td_send_run *run)
{
    td_send_collect(run, wait_for(run), 0);
    td_pace_tend(run->pace);
    watch_relays(run);
    look_ahead(run);
    td_send_commit(run);
    if (run->options->progress)
        run->options->progress(run->options->context, run->out->sent + run->out->failed,
                               (int64_t)run->in_hand);
}

/* Told to stop, and nothing is under way. While the store takes nothing, that is all it has: what
 * waits for it will be found by whoever reaps this sender. */
static bool is_over(struct td_send_run *run)
{
    size_t stuck = 0;
    run->out->unsettled = 0;
    for (size_t i = 0; run->store_again != 0 && i < run->event_count; i++) {
        const struct td_piece *piece = run->events[i].parcel->owner;
        stuck += !td_send_is_void(&run->events[i]);
        run->out->unsettled += piece->on_wire;
    }
    return run->stopping && run->in_hand == stuck;
}

static void work(struct td_send_run *run)
{
    do {
        turn(run);
        if (!run->stopping && run->options->stop && *run->options->stop)
            td_send_stop(run);
        run->out->stopped = is_over(run);
    } while (!run->out->stopped && !drained(run));
}

/* --- begin and end --------------------------------------------------------------------------- */

static enum td_status begin(struct td_send_run *run, struct td_err *err)
{
    struct td_app *app = run->app;
    td_mem_keep();
    enum td_status status = td_app_store(app, err);
    if (status == TD_OK)
        status = td_app_bounce_rules(app, NULL, err);
    if (status != TD_OK)
        return status;
    run->rand = td_rand_from_system();
    run->started = td_send_now(run);
    run->due.when = 0; /* look before the first wait */
    status = td_letters_create(&run->letters, app, err);
    if (status == TD_OK)
        status = td_pace_create(&run->pace, app,
                                run->options->drain && !run->options->follows, err);
    if (status == TD_OK)
        status = td_sender_start(&run->sender, app->store, td_send_now(run), err);
    return status;
}

static void end(struct td_send_run *run)
{
    struct td_err err;
    if (run->pace)
        td_send_stop(run);
    td_pace_destroy(run->pace);
    if (run->sender.number != 0 && td_sender_stop(&run->sender, &err) != TD_OK)
        td_log(TD_ERROR, "sender", "trouble=%s", err.text);
    td_pieces_release(&run->pieces);
    td_claims_release(&run->claims);
    td_letters_destroy(run->letters);
}

enum td_status td_send(struct td_app *app, const struct td_send_options *options,
                       struct td_sent *out, struct td_err *err)
{
    struct td_send_run *run = td_xcalloc(1, sizeof *run);
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
