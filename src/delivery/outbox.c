/* outbox.c: hands parcels to sessions and gathers what came of them. */
#include "delivery/outbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "delivery/outbox_inner.h"

#define OPEN_PATIENCE (5 * TD_MINUTE) /* banner, EHLO, TLS, AUTH (RFC 5321 4.5.3.2.1) */
#define AHEAD         32 /* parcels that wait so that claims can be of some size */
#define STALLED_AFTER (30 * TD_SECOND)
#define KEPT          10 /* one session in so many is for urgent parcels only */

enum td_status td_outbox_create(struct td_outbox **out, struct td_post *post,
                                const struct td_outbox_config *config, struct td_err *err)
{
    struct td_outbox *outbox = td_xcalloc(1, sizeof *outbox);
    outbox->config = *config;
    outbox->post = post;
    struct td_dialer_config opening = {config->relay, config->helo,
                                       OPEN_PATIENCE / td_outbox_pace(outbox)};
    enum td_status status =
        td_dialer_create(&outbox->dialer, td_post_net(post), &opening, err);
    if (status != TD_OK) {
        free(outbox);
        return status;
    }
    outbox->allowed = config->relay->sessions > 0 ? (size_t)config->relay->sessions : 1;
    td_post_join(post, outbox);
    *out = outbox;
    return TD_OK;
}

void td_outbox_destroy(struct td_outbox *outbox)
{
    if (outbox == NULL)
        return;
    for (size_t i = 0; i < outbox->count; i++) {
        td_outbox_quit(outbox->links[i]); /* a courtesy, not waited for */
        td_link_destroy(outbox->links[i]);
    }
    td_post_leave(outbox->post, outbox);
    td_dialer_destroy(outbox->dialer);
    td_fifo_release(&outbox->urgent);
    td_fifo_release(&outbox->ordinary);
    td_fifo_release(&outbox->returned);
    free(outbox->links);
    free(outbox);
}

/* --- how much ---------------------------------------------------------------------------------- */

void td_outbox_allow(struct td_outbox *outbox, size_t sessions)
{
    outbox->allowed = sessions;
}

void td_outbox_set_token(struct td_outbox *outbox, const char *token)
{
    td_dialer_set_token(outbox->dialer, token);
}

size_t td_outbox_sessions(const struct td_outbox *outbox)
{
    return outbox->count;
}

/* Sessions that ordinary parcels may have. */
static size_t for_ordinary(const struct td_outbox *outbox)
{
    return outbox->allowed - outbox->allowed / KEPT;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

size_t td_outbox_room(const struct td_outbox *outbox, bool urgent)
{
    size_t sessions = least(outbox->count + td_outbox_may_open(outbox), outbox->allowed);
    size_t taken = urgent ? outbox->urgent_inside : outbox->inside;
    size_t lately =
        outbox->ended > outbox->ended_before ? outbox->ended : outbox->ended_before;
    if (!urgent)
        sessions = least(sessions, for_ordinary(outbox));
    size_t wished = sessions + least(sessions + AHEAD, lately);
    return outbox->draining || sessions == 0 || wished <= taken ? 0 : wished - taken;
}

bool td_outbox_hungry(const struct td_outbox *outbox)
{
    return outbox->urgent.count == 0 && outbox->ordinary.count == 0;
}

bool td_outbox_idle(const struct td_outbox *outbox)
{
    return outbox->inside == 0;
}

bool td_outbox_stalled(const struct td_outbox *outbox)
{
    return outbox->inside > 0 && td_outbox_now(outbox) - outbox->moved > STALLED_AFTER;
}

static void count_end(struct td_outbox *outbox)
{
    td_time second = td_outbox_now(outbox) / TD_SECOND;
    if (second != outbox->second) {
        outbox->ended_before = second == outbox->second + 1 ? outbox->ended : 0;
        outbox->ended = 0;
        outbox->second = second;
    }
    outbox->ended++;
    outbox->moved = td_outbox_now(outbox);
}

/* --- health ------------------------------------------------------------------------------------ */

const char *td_outbox_trouble(const struct td_outbox *outbox, td_time *until)
{
    td_time left = outbox->health.closed_until - td_outbox_now(outbox);
    *until =
        left > 0 ? td_clock_now(outbox->config.clock) + left / td_outbox_pace(outbox) : 0;
    return outbox->health.failures > 0 ? outbox->trouble : NULL;
}

struct td_outbox_news td_outbox_news(const struct td_outbox *outbox)
{
    return outbox->news;
}

void td_outbox_clear_news(struct td_outbox *outbox)
{
    outbox->news = (struct td_outbox_news){0};
}

void td_outbox_set_health(struct td_outbox *outbox, const struct td_relay_health *health)
{
    outbox->health = *health;
}

/* --- parcels ----------------------------------------------------------------------------------- */

static struct td_fifo *queue_of(struct td_outbox *outbox, const struct td_parcel *parcel)
{
    return parcel->urgent ? &outbox->urgent : &outbox->ordinary;
}

void td_outbox_offer_take(struct td_outbox *outbox, struct td_parcel *parcel)
{
    parcel->link = NULL;
    td_fifo_add(queue_of(outbox, parcel), parcel);
    if (outbox->inside++ == 0)
        outbox->moved = td_outbox_now(outbox);
    outbox->urgent_inside += parcel->urgent;
}

/* The session has it no longer. */
static void unload(struct td_outbox *outbox, struct td_parcel *parcel)
{
    if (parcel->link == NULL)
        return;
    parcel->link->parcel = NULL;
    parcel->link = NULL;
    outbox->ordinary_busy -= !parcel->urgent;
}

/* The parcel leaves the outbox. */
static void let_go(struct td_outbox *outbox, struct td_parcel *parcel)
{
    unload(outbox, parcel);
    outbox->inside--;
    outbox->urgent_inside -= parcel->urgent;
}

void td_outbox_permit(struct td_outbox *outbox, struct td_parcel *parcel)
{
    (void)outbox;
    if (parcel->link == NULL)
        return;                 /* its session was lost meanwhile, and that was told */
    td_link_read(parcel->link); /* what came before the dot is no answer to it */
    td_dialogue_permit(parcel->link->dialogue);
    td_link_write(parcel->link);
}

void td_outbox_withhold(struct td_outbox *outbox, struct td_parcel *parcel)
{
    if (parcel->link == NULL)
        return;
    td_dialogue_cut(parcel->link->dialogue);
    let_go(outbox, parcel);
}

static void return_waiting(struct td_outbox *outbox)
{
    while (outbox->urgent.count > 0)
        td_fifo_add(&outbox->returned, td_fifo_take(&outbox->urgent));
    while (outbox->ordinary.count > 0)
        td_fifo_add(&outbox->returned, td_fifo_take(&outbox->ordinary));
}

void td_outbox_recall(struct td_outbox *outbox, const char *why)
{
    if (td_outbox_hungry(outbox))
        return;
    outbox->why = (struct td_reply){.stage = TD_STAGE_SESSION};
    (void)snprintf(outbox->why.text, sizeof outbox->why.text, "%s", why);
    return_waiting(outbox);
}

void td_outbox_drain(struct td_outbox *outbox)
{
    outbox->draining = true;
    for (size_t i = 0; i < outbox->count; i++)
        td_outbox_quit(outbox->links[i]);
}

/* The next parcel that a free session may have, or NULL. */
static struct td_parcel *next_parcel(struct td_outbox *outbox)
{
    if (outbox->urgent.count > 0)
        return td_fifo_take(&outbox->urgent);
    if (outbox->ordinary_busy < for_ordinary(outbox))
        return td_fifo_take(&outbox->ordinary);
    return NULL;
}

/* Waiting parcels to ready sessions. */
static void assign(struct td_outbox *outbox)
{
    for (size_t i = 0; i < outbox->count && !td_outbox_hungry(outbox); i++) {
        struct td_parcel *parcel = NULL;
        if (!td_link_ready(outbox->links[i]))
            continue;
        if ((parcel = next_parcel(outbox)) == NULL)
            return;
        outbox->ordinary_busy += !parcel->urgent;
        td_link_begin(outbox->links[i], parcel);
    }
}

/* Work that waits gets a session, or opens one, or goes back when there is none to be had. */
void td_outbox_dispatch(struct td_outbox *outbox)
{
    if (!outbox->draining && outbox->count <= outbox->allowed)
        assign(outbox);
    size_t ordinary =
        for_ordinary(outbox) - least(outbox->ordinary_busy, for_ordinary(outbox));
    size_t waiting = outbox->urgent.count + least(outbox->ordinary.count, ordinary);
    size_t opens = outbox->draining ? 0 : td_outbox_may_open(outbox);
    for (; opens > 0 && waiting > outbox->opening; opens--)
        td_outbox_open(outbox);
    if (outbox->draining)
        td_outbox_recall(outbox, "the sender stops");
    else if (outbox->count == 0)
        return_waiting(outbox);
}

bool td_outbox_stuck(const struct td_outbox *outbox)
{
    return outbox->returned.count > 0;
}

/* --- events ------------------------------------------------------------------------------------ */

/* Nothing was said about it and its session had served others: the server closed it meanwhile, as
 * servers do. Another session takes it. Each move costs a session that served one at least, so a
 * message that makes servers close comes to an end. */
static bool goes_elsewhere(struct td_outbox *outbox, struct td_link *link,
                           const struct td_event *event)
{
    struct td_parcel *parcel = link->parcel;
    bool stale =
        event->reply.stage == TD_STAGE_MAIL || event->reply.stage == TD_STAGE_SESSION;
    if (event->kind != TD_EVENT_RETURNED || !stale || link->answered == 0)
        return false;
    unload(outbox, parcel);
    td_fifo_put_first(queue_of(outbox, parcel), parcel);
    return true;
}

/* What the end of a parcel says of the relay. */
static void note_end(struct td_outbox *outbox, struct td_link *link,
                     const struct td_event *event)
{
    if (event->reply.code != 0 && event->reply.code != 421) {
        link->answered++;
        count_end(outbox);
        outbox->news.served = outbox->news.served || outbox->health.failures == 0 ||
                              link->opened_at >= outbox->health.failed_at;
        td_relay_served(&outbox->health, link->opened_at);
    } else if (event->kind == TD_EVENT_RETURNED || link->answered == 0) {
        td_outbox_note_trouble(outbox, &event->reply);
    }
}

/* The event of one link into *event; false when there is none for the caller. */
static bool take_event(struct td_outbox *outbox, struct td_link *link,
                       struct td_event *event)
{
    if (link->dialogue == NULL || !td_dialogue_event(link->dialogue, event) ||
        goes_elsewhere(outbox, link, event))
        return false;
    event->parcel = link->parcel;
    if (event->kind == TD_EVENT_AT_DOT)
        return true;
    let_go(outbox, event->parcel);
    note_end(outbox, link, event);
    return true;
}

/* Up to max events; sessions that are over go. */
size_t td_outbox_collect(struct td_outbox *outbox, struct td_event *events, size_t max)
{
    size_t n = 0;
    while (n < max && outbox->returned.count > 0) {
        events[n] = (struct td_event){.kind = TD_EVENT_RETURNED, .reply = outbox->why};
        events[n].parcel = td_fifo_take(&outbox->returned);
        let_go(outbox, events[n++].parcel);
    }
    for (size_t i = 0; i < outbox->count && n < max; i++) {
        struct td_link *link = outbox->links[(outbox->first + i) % outbox->count];
        if (take_event(outbox, link, &events[n]))
            n++;
    }
    if (n == max)
        outbox->first++; /* who was left out now comes first some day */
    for (size_t i = 0; i < outbox->count; i++) {
        const struct td_link *link = outbox->links[i];
        if (link->dialogue != NULL && link->parcel == NULL &&
            td_dialogue_gone(link->dialogue))
            td_outbox_drop(outbox, i--);
    }
    return n;
}
