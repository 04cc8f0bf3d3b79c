/* Limits and health, agreed on by all senders (pace.h). */
#include "app/send/pace.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/send/pace_window.h"
#include "base/mem.h"

#define IDLE_SECONDS 5

enum td_status td_pace_create(struct td_pace **out, struct td_app *app, bool eager,
                              struct td_err *err)
{
    struct td_pace *pace = td_xcalloc(1, sizeof *pace);
    pace->app = app;
    pace->unruled = true;
    enum td_status status = td_post_create(&pace->post, err);
    for (size_t i = 0; status == TD_OK && i < app->config->relay_count; i++) {
        struct td_way *way = &pace->ways[i];
        way->relay = &app->config->relays[i];
        way->eager = eager;
        pace->unruled = pace->unruled && way->relay->domain_count == 0;
        td_bearer_init(&way->bearer, way->relay);
        struct td_outbox_config config = {
            .relay = way->relay,
            .helo = app->config->helo,
            .clock = &app->clock,
            .idle_seconds = IDLE_SECONDS,
            .hurry = app->hurry,
        };
        status = td_outbox_create(&way->outbox, pace->post, &config, err);
        if (status != TD_OK)
            break;
        td_outbox_allow(way->outbox, 0); /* until it is agreed on */
        pace->count++;
    }
    if (status == TD_OK)
        *out = pace;
    else
        td_pace_destroy(pace);
    return status;
}

void td_pace_destroy(struct td_pace *pace)
{
    if (pace == NULL)
        return;
    for (size_t i = 0; i < pace->count; i++) {
        td_outbox_destroy(pace->ways[i].outbox);
        td_bearer_release(&pace->ways[i].bearer);
        td_by_group_release(&pace->ways[i].windows);
    }
    td_by_group_release(&pace->in_hand);
    td_post_destroy(pace->post);
    free(pace->routes);
    free(pace);
}

void td_pace_tend(struct td_pace *pace)
{
    td_time now = td_clock_monotonic(&pace->app->clock);
    for (size_t i = 0; i < pace->count; i++) {
        struct td_way *way = &pace->ways[i];
        struct td_err err;
        enum td_status status = td_bearer_tend(&way->bearer, now, &err);
        way->locked = status != TD_OK;
        if (status == TD_OK && way->bearer.token.len > 0)
            td_outbox_set_token(way->outbox, way->bearer.token.ptr);
        if (status != TD_OK && status != TD_AGAIN)
            (void)snprintf(way->token_fault, sizeof way->token_fault, "token: %.180s",
                           err.text);
    }
}

size_t td_pace_room(const struct td_pace *pace, bool urgent)
{
    size_t room = 0;
    for (size_t i = 0; i < pace->count; i++)
        room += td_outbox_room(pace->ways[i].outbox, urgent);
    return room;
}

bool td_pace_hungry(const struct td_pace *pace)
{
    for (size_t i = 0; i < pace->count; i++)
        if (td_outbox_sessions(pace->ways[i].outbox) > 0 &&
            td_outbox_hungry(pace->ways[i].outbox))
            return true;
    return false;
}

bool td_pace_wants_share(const struct td_pace *pace, td_time now, bool work)
{
    for (size_t i = 0; i < pace->count; i++) {
        struct td_outbox_news news = td_outbox_news(pace->ways[i].outbox);
        const struct td_way *way = &pace->ways[i];
        bool better = news.served && way->state.failures > 0;
        bool stands = news.opened && now - way->state.proven >= TD_PROVE_EVERY;
        if (news.failed || better || stands || way->token_fault[0] != '\0')
            return true;
    }
    return work && td_pace_room(pace, true) == 0 && now - pace->asked >= TD_ASK_AGAIN;
}

/* --- what an event says ------------------------------------------------------------------------ */

enum td_status td_pace_begin(struct td_pace *pace, struct td_err *err)
{
    enum td_status status = TD_OK;
    for (size_t i = 0; status == TD_OK && i < pace->count; i++) {
        struct td_way *way = &pace->ways[i];
        way->spent = 0;
        way->fine = way->refused = way->recall = false;
        way->allowed_before = way->allowed;
        status =
            td_relay_state_load(pace->app->store, way->relay->name, &way->state, err);
        way->windows.count = 0;
        if (status == TD_OK)
            status = td_windows_any(pace->app->store, way->state.id, &way->windowed, err);
    }
    return status;
}

static void note_refusal(struct td_way *way, const struct td_reply *reply)
{
    struct td_buf said;
    td_buf_init(&said, sizeof way->refusal - 16);
    td_reply_show(reply, &said);
    (void)snprintf(way->refusal, sizeof way->refusal, "%s: %.270s",
                   td_stage_name(reply->stage), said.ptr);
    td_buf_release(&said);
    way->refused = true;
}

enum td_status td_pace_note(struct td_pace *pace, const struct td_event *event,
                            td_time now, struct td_err *err)
{
    struct td_piece *piece = event->parcel->owner;
    struct td_way *way = &pace->ways[piece->way];
    const struct td_verdict *verdict = &piece->verdict;
    if (event->kind == TD_EVENT_AT_DOT && piece->over)
        return TD_OK; /* its end stands behind */
    if (!piece->counted)
        way->spent++;
    if (event->kind != TD_EVENT_DONE || !piece->judged || event->reply.code == 0)
        return TD_OK;
    if (verdict->kind == TD_VERDICT_RETRY && verdict->scope == TD_SCOPE_RELAY) {
        if (event->reply.code != 421) /* that ends a session: the outbox tells */
            note_refusal(way, &event->reply);
        return TD_OK;
    }
    way->fine = true;
    if (verdict->kind == TD_VERDICT_SENT)
        return td_pace_feed(pace, way, piece, TD_FEEDBACK_SUCCESS, &event->reply, now,
                            err);
    if (verdict->kind != TD_VERDICT_RETRY || verdict->scope != TD_SCOPE_DOMAIN)
        return TD_OK;
    return td_pace_feed(pace, way, piece,
                        verdict->slow_down ? TD_FEEDBACK_SLOW_DOWN : TD_FEEDBACK_TROUBLE,
                        &event->reply, now, err);
}

/* --- after the transaction ---------------------------------------------------------------------- */

void td_pace_end(struct td_pace *pace, bool committed)
{
    if (!committed) { /* as in the store: it looks at all once more */
        pace->parted = 0;
        pace->parting = (struct td_parting){0};
    }
    for (size_t i = 0; i < pace->count; i++) {
        struct td_way *way = &pace->ways[i];
        if (!committed) {
            way->allowed = way->allowed_before;
            td_outbox_allow(way->outbox, way->allowed);
            continue;
        }
        td_outbox_clear_news(way->outbox);
        way->token_fault[0] = '\0';
        way->granted = way->granting;
        way->tokens = way->granting.tokens;
        if (way->recall)
            td_outbox_recall(way->outbox, way->state.trouble);
    }
}

void td_pace_drop(struct td_pace *pace, const struct td_piece *piece)
{
    struct td_way *way = &pace->ways[piece->way];
    way->tokens -= way->tokens > 0;
}

bool td_pace_capped(const struct td_pace *pace, bool every)
{
    size_t capped = 0;
    for (size_t i = 0; i < pace->count; i++)
        capped += pace->ways[i].capped;
    return every ? capped == pace->count : capped > 0;
}

const char *td_pace_ill(const struct td_pace *pace, const char **relay)
{
    const struct td_way *last = NULL;
    for (size_t i = 0; i < pace->count; i++) {
        const struct td_way *way = &pace->ways[i];
        if (way->state.failures > 0 &&
            (last == NULL || way->state.failed > last->state.failed))
            last = way;
    }
    if (last == NULL)
        return NULL;
    *relay = last->relay->name;
    return last->state.trouble;
}

const char *td_pace_trouble(const struct td_pace *pace, td_time since, const char **relay)
{
    for (size_t i = 0; i < pace->count; i++)
        if (pace->ways[i].state.failures == 0 || pace->ways[i].state.failed < since)
            return NULL;
    return td_pace_ill(pace, relay);
}
