/* What the senders agree on in a transaction: health, sessions, rates (pace.h). */
#include <limits.h>
#include <stdio.h>

#include "app/send/pace.h"
#include "base/log.h"
#include "model/hide.h"

#define PROVEN_FOR TD_MINUTE /* a relay seen to work is trusted so long */

/* One more failure. While another's is being waited out only whoever probes counts. */
static void note_failure(struct td_way *way, const char *trouble, bool refuses,
                         td_time now)
{
    struct td_relay_state *state = &way->state;
    struct td_buf said;
    td_buf_init(&said, 4 * sizeof state->trouble);
    td_hide_addresses(td_slice(trouble), &said);
    (void)snprintf(state->trouble, sizeof state->trouble, "%s", said.ptr);
    td_buf_release(&said);
    if (state->failures > 0 && now < state->again && !way->probing &&
        (state->refuses || !refuses))
        return;
    state->failures++;
    state->failed = now;
    state->refuses = refuses;
    if (state->failures == 1)
        state->since = now;
    state->again = now + td_relay_pause(state->failures);
    td_log(TD_ERROR, "relay", "relay=%s trouble=%s failures=%d pause_ms=%lld",
           way->relay->name, state->trouble, state->failures,
           (long long)((state->again - now) / 1000));
}

static void note_recovery(struct td_way *way, td_time now)
{
    struct td_relay_state *state = &way->state;
    if (state->failures > 0)
        td_log(TD_INFO, "relay", "relay=%s well=again after_ms=%lld", way->relay->name,
               (long long)((now - state->since) / 1000));
    *state = (struct td_relay_state){.id = state->id, .proven = now};
}

/* What this sender saw of the relay since the last time; true when the store is to know. */
static bool take_news(struct td_way *way, td_time now)
{
    struct td_outbox_news news = td_outbox_news(way->outbox);
    bool was_refusing = way->state.refuses;
    td_time until;
    const char *trouble = td_outbox_trouble(way->outbox, &until);
    bool served = way->fine && (news.served || was_refusing);
    if (way->refused)
        note_failure(way, way->refusal, true, now);
    else if (news.failed)
        note_failure(way, trouble ? trouble : "session: lost", was_refusing, now);
    else if (way->token_fault[0] != '\0')
        note_failure(way, way->token_fault, was_refusing, now);
    else if (served && way->state.failures > 0)
        note_recovery(way, now);
    else if ((news.opened || served) && now - way->state.proven >= TD_PROVE_EVERY)
        way->state.proven = now;
    else
        return false;
    way->recall = way->state.refuses && !was_refusing;
    if (news.failed || way->refused)
        way->probing = false;
    if (news.failed)
        td_bearer_doubt(&way->bearer);
    return true;
}

/* Whether this sender takes the next step with a relay that is ill or not known: then it may open one
 * session more, or begin one message. The others wait for the step after. */
static bool take_step(struct td_way *way, td_time now, bool work)
{
    struct td_relay_state *state = &way->state;
    td_time longest = now + td_relay_pause(INT_MAX);
    bool too_soon = now < state->again && state->again <= longest;
    if (!work || (too_soon && !way->eager))
        return false;
    way->eager = false;
    way->probing = true;
    state->again = now + td_relay_pause(state->failures + 1);
    return true;
}

static void set_health(struct td_way *way, const struct td_clock *clock, bool shut)
{
    td_time shift = td_clock_monotonic(clock) - td_clock_now(clock);
    struct td_relay_health health = {
        .failures = way->state.failures,
        .failed_at = way->state.failed + shift,
        .closed_until = shut ? way->state.again + shift : 0,
    };
    td_outbox_set_health(way->outbox, &health);
}

/* Sessions: an even share of what the relay takes. */
static enum td_status share_sessions(struct td_pace *pace, struct td_way *way,
                                     const struct td_grant_others *others, td_time now,
                                     bool work, struct td_err *err)
{
    int64_t open = (int64_t)td_outbox_sessions(way->outbox);
    int64_t share = td_grant_share(way->relay->sessions, others);
    bool wrote = take_news(way, now);
    bool well = way->state.failures == 0 && now - way->state.proven < PROVEN_FOR;
    bool step = false;
    int64_t may = share;
    work = work && !way->locked;
    if (!work && td_outbox_idle(way->outbox))
        may = open < share ? open : share;
    else if (!well && share > 0) {
        step = take_step(way, now, work);
        /* To ask one that refused a message a session that stands will do. */
        may = open + (step && !(way->state.refuses && open > 0));
        may = may < share ? may : share;
    }
    if (way->locked)
        may = may < open ? may : open;
    way->allowed = (size_t)may;
    td_outbox_allow(way->outbox, way->allowed);
    set_health(way, &pace->app->clock, way->state.failures > 0 && !step);
    way->urgent = td_outbox_room(way->outbox, true);
    way->ordinary = td_outbox_room(way->outbox, false);
    if (way->state.refuses)
        way->urgent = way->ordinary = step;
    return wrote || step ? td_relay_state_save(pace->app->store, &way->state, err)
                         : TD_OK;
}

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* Rates: what the limits leave after all that was used and is in others' hands. */
static enum td_status share_rates(struct td_pace *pace, struct td_way *way,
                                  const struct td_grant_others *others, td_time now,
                                  struct td_err *err)
{
    const struct td_relay *relay = way->relay;
    struct td_use use;
    way->left = INT64_MAX;
    way->capped = false;
    if (!td_relay_is_rated(relay))
        return TD_OK;
    enum td_status status = TD_OK;
    if (way->spent > 0)
        status = td_use_add(pace->app->store, way->state.id, now, way->spent, err);
    if (status == TD_OK)
        status = td_use_read(pace->app->store, way->state.id, now, &use, err);
    if (status != TD_OK)
        return status;
    int64_t held = others->tokens + way->tokens - way->spent;
    int64_t daily = td_relay_daily(relay, now);
    if (relay->rate > 0) {
        int64_t share = (relay->rate + others->senders - 1) / others->senders;
        way->left =
            smaller(relay->rate - use.second - held, share - (way->tokens - way->spent));
    }
    int64_t hour = relay->hourly > 0 ? relay->hourly - use.hour - held : INT64_MAX;
    int64_t day = daily > 0 ? daily - use.day - held : INT64_MAX;
    way->capped = hour <= 0 || day <= 0;
    way->left = smaller(way->left, smaller(hour, day));
    return TD_OK;
}

enum td_status td_pace_share(struct td_pace *pace, const struct td_sender *sender,
                             td_time now, bool work, struct td_err *err)
{
    enum td_status status = TD_OK;
    bool windows = false;
    for (size_t i = 0; status == TD_OK && i < pace->count; i++) {
        struct td_way *way = &pace->ways[i];
        struct td_grant_others others = {0};
        status = td_grant_others(pace->app->store, way->state.id, sender->number, &others,
                                 err);
        if (others.senders < 1)
            others.senders = 1;
        if (status == TD_OK)
            status = share_sessions(pace, way, &others, now, work, err);
        if (status == TD_OK)
            status = share_rates(pace, way, &others, now, err);
        windows = windows || way->windowed;
    }
    pace->windowed = windows;
    pace->in_hand.count = 0;
    if (status == TD_OK && windows)
        status = td_groups_in_hand(pace->app->store, &pace->in_hand, err);
    pace->asked = now;
    return status;
}

enum td_status td_pace_claimed(struct td_pace *pace, const struct td_sender *sender,
                               const struct td_claims *claims, struct td_err *err)
{
    int64_t claimed[TD_RELAYS_MAX] = {0};
    enum td_status status = TD_OK;
    for (size_t i = 0; i < claims->count; i++)
        claimed[claims->items[i].way]++;
    for (size_t i = 0; status == TD_OK && i < pace->count; i++) {
        struct td_way *way = &pace->ways[i];
        int64_t open = (int64_t)td_outbox_sessions(way->outbox);
        int64_t allowed = (int64_t)way->allowed;
        bool rated = td_relay_is_rated(way->relay);
        int64_t tokens = rated ? way->tokens - way->spent + claimed[i] : 0;
        struct td_grant grant = {open > allowed ? open : allowed, tokens};
        way->granting = grant;
        if (grant.sessions != way->granted.sessions ||
            grant.tokens != way->granted.tokens)
            status = td_grant_set(pace->app->store, way->state.id, sender->number, &grant,
                                  err);
    }
    return status;
}
