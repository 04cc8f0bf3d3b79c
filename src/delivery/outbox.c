/* outbox.c: hands parcels to sessions, moves all of them on, and gathers what came of it. */
#include "delivery/outbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "delivery/link.h"
#include "delivery/fifo.h"
#include "delivery/relay.h"

#define REACH_PATIENCE                                                                   \
    (30 * TD_SECOND)                  /* TCP alone; a host that is there answers sooner */
#define OPEN_PATIENCE (5 * TD_MINUTE) /* banner, EHLO, TLS, AUTH (RFC 5321 4.5.3.2.1) */
#define AHEAD         32  /* parcels that wait so that claims can be of some size */
#define READY_MOST    256 /* sockets looked at in one turn */

struct td_outbox {
    struct td_outbox_config config;
    struct td_dialer *dialer;
    int epoll;
    struct td_link **links; /* owned; `most` places, `count` used */
    size_t most;
    size_t count;
    size_t opening;
    size_t first;            /* whose events are looked at first */
    struct td_fifo waiting;  /* parcels no session has yet */
    struct td_fifo returned; /* parcels that none will have */
    struct td_reply why;     /* of those, and the relay's last trouble */
    char trouble[TD_REPLY_TEXT_MAX];
    struct td_relay_health health;
    size_t inside;
    bool draining;
};

/* Only tests are in a hurry: their clock runs faster. */
static td_time pace(const struct td_outbox *outbox)
{
    return outbox->config.hurry > 1 ? outbox->config.hurry : 1;
}

static td_time now_of(const struct td_outbox *outbox)
{
    return td_clock_monotonic(outbox->config.clock) * pace(outbox);
}

enum td_status td_outbox_create(struct td_outbox **out,
                                const struct td_outbox_config *config, struct td_err *err)
{
    struct td_outbox *outbox = td_xcalloc(1, sizeof *outbox);
    outbox->config = *config;
    outbox->epoll = epoll_create1(EPOLL_CLOEXEC);
    struct td_dialer_config opening = {config->relay, config->helo,
                                       OPEN_PATIENCE / pace(outbox)};
    enum td_status status = TD_OK;
    if (outbox->epoll < 0)
        status = td_fail_sys(err, TD_OS, "epoll");
    else
        status = td_dialer_create(&outbox->dialer, &opening, err);
    if (status != TD_OK) {
        if (outbox->epoll >= 0)
            (void)close(outbox->epoll);
        free(outbox);
        return status;
    }
    outbox->most = config->relay->sessions > 0 ? (size_t)config->relay->sessions : 1;
    outbox->links = td_xcalloc(outbox->most, sizeof(struct td_link *));
    *out = outbox;
    return TD_OK;
}

/* Says QUIT where nothing is under way; a courtesy, not waited for. */
static void quit(struct td_link *link)
{
    if (!td_link_ready(link))
        return;
    td_dialogue_quit(link->dialogue);
    td_link_write(link);
}

void td_outbox_destroy(struct td_outbox *outbox)
{
    if (outbox == NULL)
        return;
    for (size_t i = 0; i < outbox->count; i++) {
        quit(outbox->links[i]);
        td_link_destroy(outbox->links[i]);
    }
    td_dialer_destroy(outbox->dialer);
    td_fifo_release(&outbox->waiting);
    td_fifo_release(&outbox->returned);
    (void)close(outbox->epoll);
    free(outbox->links);
    free(outbox);
}

static size_t may_open(const struct td_outbox *outbox)
{
    const struct td_relay *relay = outbox->config.relay;
    struct td_relay_load load = {.most = outbox->most,
                                 .open = outbox->count - outbox->opening,
                                 .opening = outbox->opening,
                                 .tls = relay->implicit_tls || relay->tls != TD_TLS_NONE};
    return td_relay_may_open(&outbox->health, &load, now_of(outbox));
}

size_t td_outbox_room(const struct td_outbox *outbox)
{
    size_t wished = 2 * (outbox->count + may_open(outbox));
    if (outbox->count > outbox->opening)
        wished += AHEAD;
    return outbox->draining || wished <= outbox->inside ? 0 : wished - outbox->inside;
}

bool td_outbox_idle(const struct td_outbox *outbox)
{
    return outbox->inside == 0;
}

const char *td_outbox_trouble(const struct td_outbox *outbox, td_time *until)
{
    td_time left = outbox->health.closed_until - now_of(outbox);
    *until = left > 0 ? td_clock_now(outbox->config.clock) + left / pace(outbox) : 0;
    return outbox->health.failures > 0 ? outbox->trouble : NULL;
}

void td_outbox_offer_take(struct td_outbox *outbox, struct td_parcel *parcel)
{
    parcel->link = NULL;
    td_fifo_add(&outbox->waiting, parcel);
    outbox->inside++;
}

void td_outbox_permit(struct td_outbox *outbox, struct td_parcel *parcel)
{
    (void)outbox;
    if (parcel->link == NULL)
        return; /* its session was lost meanwhile, and that was told */
    td_dialogue_permit(parcel->link->dialogue);
    td_link_write(parcel->link);
}

/* The parcel leaves the outbox. */
static void let_go(struct td_outbox *outbox, struct td_parcel *parcel)
{
    if (parcel->link != NULL)
        parcel->link->parcel = NULL;
    parcel->link = NULL;
    outbox->inside--;
}

void td_outbox_withhold(struct td_outbox *outbox, struct td_parcel *parcel)
{
    if (parcel->link == NULL)
        return;
    td_dialogue_cut(parcel->link->dialogue);
    let_go(outbox, parcel);
}

void td_outbox_drain(struct td_outbox *outbox)
{
    outbox->draining = true;
    for (size_t i = 0; i < outbox->count; i++)
        quit(outbox->links[i]);
}

/* The relay failed us: no new session for a while, and everyone is told why. */
static void note_trouble(struct td_outbox *outbox, const struct td_reply *why)
{
    td_time now = now_of(outbox);
    struct td_buf said;
    td_buf_init(&said, sizeof outbox->trouble - 32);
    td_reply_show(why, &said);
    outbox->why = *why;
    (void)snprintf(outbox->trouble, sizeof outbox->trouble, "%s: %.900s",
                   td_stage_name(why->stage), said.ptr);
    td_buf_release(&said);
    td_relay_failed(&outbox->health, now);
    td_log(TD_WARN, "relay_trouble", "relay=%s trouble=%s pause_ms=%lld",
           outbox->config.relay->name, outbox->trouble,
           (long long)((outbox->health.closed_until - now) / 1000));
}

static void drop_link(struct td_outbox *outbox, size_t i)
{
    if (outbox->links[i]->dialogue == NULL)
        outbox->opening--;
    td_link_destroy(outbox->links[i]);
    outbox->links[i] = outbox->links[--outbox->count];
}

/* Waiting parcels to ready sessions. */
static void assign(struct td_outbox *outbox)
{
    for (size_t i = 0; i < outbox->count && outbox->waiting.count > 0; i++)
        if (td_link_ready(outbox->links[i]))
            td_link_begin(outbox->links[i], td_fifo_take(&outbox->waiting));
}

/* Work that waits gets a session, or opens one, or goes back when there is none to be had. */
static void dispatch(struct td_outbox *outbox)
{
    if (!outbox->draining)
        assign(outbox);
    size_t waiting = outbox->waiting.count;
    size_t opens = outbox->draining ? 0 : may_open(outbox);
    for (; opens > 0 && waiting > outbox->opening; opens--) {
        outbox->links[outbox->count++] =
            td_link_create(outbox->dialer, outbox->epoll, now_of(outbox));
        outbox->opening++;
    }
    if (waiting == 0 || (outbox->count > 0 && !outbox->draining))
        return;
    if (outbox->draining)
        outbox->why =
            (struct td_reply){.stage = TD_STAGE_SESSION, .text = "the sender stops"};
    while (outbox->waiting.count > 0)
        td_fifo_add(&outbox->returned, td_fifo_take(&outbox->waiting));
}

/* Ends what took too long; returns the instant when the next might. */
static td_time tend(struct td_outbox *outbox)
{
    td_time now = now_of(outbox);
    td_time nearest = INT64_MAX;
    for (size_t i = 0; i < outbox->count; i++) {
        struct td_link *link = outbox->links[i];
        if (link->dialogue == NULL)
            continue;
        if (link->progress != td_dialogue_progress(link->dialogue)) {
            link->progress = td_dialogue_progress(link->dialogue);
            link->since = now;
        }
        bool ready = td_link_ready(link);
        td_time patience = td_dialogue_patience(link->dialogue);
        if (ready)
            patience = outbox->config.idle_seconds * TD_SECOND;
        if (patience == 0 && !ready)
            continue;
        if (now - link->since < patience)
            nearest = link->since + patience < nearest ? link->since + patience : nearest;
        else if (ready)
            quit(link);
        else
            td_dialogue_lost(link->dialogue, "no reply in time");
    }
    return nearest;
}

/* A host that does not even answer the TCP handshake is given up long before libcurl would. */
static td_time give_up_unreached(struct td_outbox *outbox)
{
    static const struct td_reply unreached = {.stage = TD_STAGE_CONNECT,
                                              .text = "the host does not answer"};
    td_time now = now_of(outbox);
    td_time nearest = INT64_MAX;
    for (size_t i = 0; outbox->opening > 0 && i < outbox->count; i++) {
        const struct td_link *link = outbox->links[i];
        if (link->dialogue != NULL || td_session_reached(link->session))
            continue;
        if (now - link->opened_at >= REACH_PATIENCE) {
            drop_link(outbox, i--);
            note_trouble(outbox, &unreached);
        } else if (link->opened_at + REACH_PATIENCE < nearest) {
            nearest = link->opened_at + REACH_PATIENCE;
        }
    }
    return nearest;
}

static void take_opened(struct td_outbox *outbox)
{
    struct td_session *session;
    while ((session = td_dialer_opened(outbox->dialer)) != NULL) {
        struct td_link *link = td_session_owner(session);
        const struct td_reply *refusal = td_session_refusal(session);
        if (refusal == NULL) {
            outbox->opening--;
            td_link_start(link, now_of(outbox));
            continue;
        }
        note_trouble(outbox, refusal);
        for (size_t i = 0; i < outbox->count; i++)
            if (outbox->links[i] == link)
                drop_link(outbox, i);
    }
}

/* Waits until a session has something for us, and moves those on. */
static void exchange(struct td_outbox *outbox, td_time wait)
{
    int ms = wait > 1000 * TD_SECOND ? 1000000 : (int)((wait + 999) / 1000);
    if (outbox->opening > 0) {
        td_dialer_turn(outbox->dialer, outbox->epoll, ms);
        take_opened(outbox);
        ms = 0;
    }
    struct epoll_event ready[READY_MOST];
    int n = epoll_wait(outbox->epoll, ready, READY_MOST, ms);
    for (int i = 0; i < n; i++) {
        struct td_link *link = ready[i].data.ptr;
        if (ready[i].events & ~(uint32_t)EPOLLOUT)
            td_link_read(link);
        else
            td_link_write(link);
    }
}

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
    link->parcel = NULL;
    parcel->link = NULL;
    td_fifo_put_first(&outbox->waiting, parcel);
    return true;
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
    if (event->reply.code != 0 && event->reply.code != 421) {
        link->answered++;
        td_relay_served(&outbox->health, link->opened_at);
    } else if (event->kind == TD_EVENT_RETURNED || link->answered == 0) {
        note_trouble(outbox, &event->reply);
    }
    return true;
}

/* Up to max events; sessions that are over go. */
static size_t collect(struct td_outbox *outbox, struct td_event *events, size_t max)
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
            drop_link(outbox, i--);
    }
    return n;
}

size_t td_outbox_turn(struct td_outbox *outbox, td_time wait, struct td_event *events,
                      size_t max)
{
    dispatch(outbox);
    td_time nearest = tend(outbox);
    td_time unreached = give_up_unreached(outbox);
    nearest = nearest < unreached ? nearest : unreached;
    size_t n = collect(outbox, events, max);
    td_time now = now_of(outbox);
    if (n > 0 || nearest <= now || (outbox->waiting.count > 0 && outbox->count == 0))
        wait = 0;
    else if (wait > (nearest - now) / pace(outbox))
        wait = (nearest - now) / pace(outbox);
    exchange(outbox, wait);
    n += collect(outbox, events + n, max - n);
    dispatch(outbox);
    return n;
}
