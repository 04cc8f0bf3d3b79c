/*
 * outbox_inner.h: what outbox.c, outbox_links.c and post.c share. Nobody else includes it.
 *
 * outbox.c has the parcels, outbox_links.c the sessions, post.c the turn.
 */
#ifndef TD_DELIVERY_OUTBOX_INNER_H
#define TD_DELIVERY_OUTBOX_INNER_H

#include "delivery/fifo.h"
#include "delivery/link.h"
#include "delivery/outbox.h"

struct td_outbox {
    struct td_outbox_config config;
    struct td_post *post;   /* borrowed */
    struct td_outbox *next; /* in the post */
    struct td_dialer *dialer;
    struct td_link **links; /* owned; `places` of them, `count` used */
    size_t places;
    size_t count;
    size_t opening;
    size_t allowed;          /* sessions */
    size_t first;            /* whose events are looked at first */
    struct td_fifo urgent;   /* parcels no session has yet */
    struct td_fifo ordinary; /* likewise */
    struct td_fifo returned; /* parcels that none will have */
    struct td_reply why;     /* of those */
    char trouble[TD_REPLY_TEXT_MAX];
    struct td_relay_health health;
    struct td_outbox_news news;
    size_t inside;        /* parcels */
    size_t urgent_inside; /* of those */
    size_t ordinary_busy; /* sessions that carry a parcel that is not urgent */
    size_t ended;         /* parcels answered in this second … */
    size_t ended_before;  /* … and in the one before */
    td_time second;       /* this one */
    td_time moved;        /* when it was last seen to work, or got its first parcel */
    bool draining;
};

/* The clock of timeouts and pauses; only tests are in a hurry. */
td_time td_outbox_pace(const struct td_outbox *outbox);
td_time td_outbox_now(const struct td_outbox *outbox);

/* outbox_links.c */
size_t td_outbox_may_open(const struct td_outbox *outbox);
void td_outbox_note_trouble(struct td_outbox *outbox, const struct td_reply *why);
void td_outbox_quit(struct td_link *link); /* where nothing is under way */
void td_outbox_open(struct td_outbox *outbox);
void td_outbox_drop(struct td_outbox *outbox, size_t link);
void td_outbox_opened(struct td_outbox *outbox, struct td_link *link);
/* Ends what took too long; the instant when the next might. */
td_time td_outbox_tend(struct td_outbox *outbox);

/* outbox.c, for the turn: begin what can be begun; take events. */
void td_outbox_dispatch(struct td_outbox *outbox);
size_t td_outbox_collect(struct td_outbox *outbox, struct td_event *events, size_t max);
bool td_outbox_stuck(
    const struct td_outbox *outbox); /* parcels wait, and nothing will wake us */

/* post.c */
struct td_net *td_post_net(struct td_post *post);
int td_post_epoll(const struct td_post *post);
void td_post_join(struct td_post *post, struct td_outbox *outbox);
void td_post_leave(struct td_post *post, struct td_outbox *outbox);

#endif
