/*
 * link.h: one session, its dialogue and the parcel it carries; bytes move between the two here.
 */
#ifndef TD_DELIVERY_LINK_H
#define TD_DELIVERY_LINK_H

#include "delivery/dialogue.h"
#include "delivery/session.h"

struct td_outbox;

struct td_link {
    struct td_outbox *outbox;     /* whose it is */
    struct td_session *session;   /* owned */
    struct td_dialogue *dialogue; /* owned; NULL while the session is being opened */
    struct td_parcel *parcel;     /* the outbox's; NULL between messages */
    int epoll;                    /* borrowed: where the session's socket is watched */
    bool write_watched;           /* EPOLLOUT too */
    bool leaving;                 /* QUIT was said */
    td_time opened_at;            /* monotonic: when opening began */
    td_time since;                /* monotonic: since when nothing changed */
    unsigned long progress;       /* the dialogue's, as last seen */
    size_t answered;              /* messages the server had a word on */
};

/* Begins to open. */
struct td_link *td_link_create(struct td_outbox *outbox, struct td_dialer *dialer,
                               int epoll, td_time now);
void td_link_destroy(struct td_link *link); /* closes at once */

/* The session is open: watches it and reads what is there already. */
void td_link_start(struct td_link *link, td_time now);

/* Hands the parcel to the dialogue and writes what can be written. Ready links only. */
void td_link_begin(struct td_link *link, struct td_parcel *parcel);
bool td_link_ready(const struct td_link *link);

/* Moves bytes as far as they go without waiting. */
void td_link_write(struct td_link *link);
void td_link_read(struct td_link *link);

#endif
