/* outbox_links.c: the sessions of an outbox: opened, watched over, closed. */
#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/mem.h"
#include "delivery/outbox_inner.h"

#define REACH_PATIENCE                                                                   \
    (30 * TD_SECOND) /* TCP alone; a host that is there answers sooner */

td_time td_outbox_pace(const struct td_outbox *outbox)
{
    return outbox->config.hurry > 1 ? outbox->config.hurry : 1;
}

td_time td_outbox_now(const struct td_outbox *outbox)
{
    return td_clock_monotonic(outbox->config.clock) * td_outbox_pace(outbox);
}

size_t td_outbox_may_open(const struct td_outbox *outbox)
{
    const struct td_relay *relay = outbox->config.relay;
    struct td_relay_load load = {.most = outbox->allowed,
                                 .open = outbox->count - outbox->opening,
                                 .opening = outbox->opening,
                                 .tls = relay->implicit_tls || relay->tls != TD_TLS_NONE};
    return td_relay_may_open(&outbox->health, &load, td_outbox_now(outbox));
}

void td_outbox_quit(struct td_link *link)
{
    if (!td_link_ready(link))
        return;
    link->leaving = true;
    td_dialogue_quit(link->dialogue);
    td_link_write(link);
}

/* The relay failed us: no new session for a while, and everyone is told why. */
void td_outbox_note_trouble(struct td_outbox *outbox, const struct td_reply *why)
{
    td_time now = td_outbox_now(outbox);
    struct td_buf said;
    td_buf_init(&said, sizeof outbox->trouble - 32);
    td_reply_show(why, &said);
    outbox->why = *why;
    (void)snprintf(outbox->trouble, sizeof outbox->trouble, "%s: %.900s",
                   td_stage_name(why->stage), said.ptr);
    td_buf_release(&said);
    td_relay_failed(&outbox->health, now);
    outbox->news.failed = true;
    td_log(TD_WARN, "relay_trouble", "relay=%s trouble=%s pause_ms=%lld",
           outbox->config.relay->name, outbox->trouble,
           (long long)((outbox->health.closed_until - now) / 1000));
}

void td_outbox_open(struct td_outbox *outbox)
{
    if (outbox->count == outbox->places) {
        outbox->places = outbox->places > 0 ? 2 * outbox->places : 16;
        struct td_link **links = td_xcalloc(outbox->places, sizeof(struct td_link *));
        for (size_t i = 0; i < outbox->count; i++)
            links[i] = outbox->links[i];
        free(outbox->links);
        outbox->links = links;
    }
    outbox->links[outbox->count++] = td_link_create(
        outbox, outbox->dialer, td_post_epoll(outbox->post), td_outbox_now(outbox));
    outbox->opening++;
}

void td_outbox_drop(struct td_outbox *outbox, size_t link)
{
    if (outbox->links[link]->dialogue == NULL)
        outbox->opening--;
    td_link_destroy(outbox->links[link]);
    outbox->links[link] = outbox->links[--outbox->count];
}

void td_outbox_opened(struct td_outbox *outbox, struct td_link *link)
{
    const struct td_reply *refusal = td_session_refusal(link->session);
    if (refusal == NULL) {
        outbox->opening--;
        outbox->news.opened = true;
        td_link_start(link, td_outbox_now(outbox));
        return;
    }
    td_outbox_note_trouble(outbox, refusal);
    for (size_t i = 0; i < outbox->count; i++)
        if (outbox->links[i] == link)
            td_outbox_drop(outbox, i);
}

/* A host that does not even answer the TCP handshake is given up long before libcurl would. */
static td_time give_up_unreached(struct td_outbox *outbox, td_time now)
{
    static const struct td_reply unreached = {.stage = TD_STAGE_CONNECT,
                                              .text = "the host does not answer"};
    td_time nearest = INT64_MAX;
    for (size_t i = 0; outbox->opening > 0 && i < outbox->count; i++) {
        const struct td_link *link = outbox->links[i];
        if (link->dialogue != NULL || td_session_reached(link->session))
            continue;
        if (now - link->opened_at >= REACH_PATIENCE) {
            td_outbox_drop(outbox, i--);
            td_outbox_note_trouble(outbox, &unreached);
        } else if (link->opened_at + REACH_PATIENCE < nearest) {
            nearest = link->opened_at + REACH_PATIENCE;
        }
    }
    return nearest;
}

/* One session; the instant when its patience ends, in *nearest if sooner. */
static void tend_link(const struct td_outbox *outbox, struct td_link *link, td_time now,
                      td_time *nearest)
{
    if (link->progress != td_dialogue_progress(link->dialogue)) {
        link->progress = td_dialogue_progress(link->dialogue);
        link->since = now;
    }
    bool ready = td_link_ready(link);
    td_time patience = td_dialogue_patience(link->dialogue);
    if (ready)
        patience = outbox->config.idle_seconds * TD_SECOND;
    if (patience == 0 && !ready)
        return;
    if (now - link->since < patience)
        *nearest = link->since + patience < *nearest ? link->since + patience : *nearest;
    else if (ready)
        td_outbox_quit(link);
    else
        td_dialogue_lost(link->dialogue, "no reply in time");
}

/* More sessions than allowed: those that carry nothing go. */
static void send_home(struct td_outbox *outbox)
{
    size_t leaving = 0;
    for (size_t i = 0; i < outbox->count; i++)
        leaving += outbox->links[i]->leaving;
    for (size_t i = outbox->count; i > 0 && outbox->count - leaving > outbox->allowed;
         i--) {
        if (!td_link_ready(outbox->links[i - 1]))
            continue;
        td_outbox_quit(outbox->links[i - 1]);
        leaving++;
    }
}

td_time td_outbox_tend(struct td_outbox *outbox)
{
    td_time now = td_outbox_now(outbox);
    td_time nearest = INT64_MAX;
    if (outbox->count > outbox->allowed)
        send_home(outbox);
    for (size_t i = 0; i < outbox->count; i++)
        if (outbox->links[i]->dialogue != NULL)
            tend_link(outbox, outbox->links[i], now, &nearest);
    td_time unreached = give_up_unreached(outbox, now);
    return nearest < unreached ? nearest : unreached;
}
