/* link.c: moves bytes between a session and its dialogue. */
#include "delivery/link.h"

#include <stdlib.h>
#include <sys/epoll.h>

#include "base/mem.h"

#define READ_SIZE 4096 /* replies are short */

struct td_link *td_link_create(struct td_outbox *outbox, struct td_dialer *dialer,
                               int epoll, td_time now)
{
    struct td_link *link = td_xcalloc(1, sizeof *link);
    link->outbox = outbox;
    link->epoll = epoll;
    link->opened_at = now;
    link->since = now;
    link->session = td_dialer_open(dialer, link);
    return link;
}

void td_link_destroy(struct td_link *link)
{
    if (link == NULL)
        return;
    if (link->dialogue != NULL)
        (void)epoll_ctl(link->epoll, EPOLL_CTL_DEL, td_session_fd(link->session), NULL);
    td_dialogue_destroy(link->dialogue);
    td_session_close(link->session);
    free(link);
}

static void watch(struct td_link *link, int operation, bool write)
{
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = link};
    if (write)
        event.events |= EPOLLOUT;
    if (epoll_ctl(link->epoll, operation, td_session_fd(link->session), &event) != 0)
        td_dialogue_lost(link->dialogue, "the socket cannot be watched");
    link->write_watched = write;
}

void td_link_start(struct td_link *link, td_time now)
{
    link->dialogue = td_dialogue_create(td_session_offered(link->session));
    link->since = now;
    watch(link, EPOLL_CTL_ADD, false);
    td_link_read(link);
}

bool td_link_ready(const struct td_link *link)
{
    return link->dialogue != NULL && link->parcel == NULL &&
           td_dialogue_ready(link->dialogue);
}

void td_link_begin(struct td_link *link, struct td_parcel *parcel)
{
    link->parcel = parcel;
    parcel->link = link;
    td_dialogue_begin(link->dialogue, parcel);
    td_link_write(link);
}

/* Reads what is there; what the dialogue wants to say in return is written by the caller. */
static void take_in(struct td_link *link)
{
    char room[READ_SIZE];
    size_t n = sizeof room;
    bool more = true;
    while (more && !td_dialogue_gone(link->dialogue)) {
        enum td_flow flow = td_session_recv(link->session, room, sizeof room, &n);
        if (flow == TD_FLOW_OK)
            td_dialogue_feed(link->dialogue, td_slice_n(room, n));
        else if (flow == TD_FLOW_CLOSED)
            td_dialogue_lost(link->dialogue, "the connection closed");
        more = flow == TD_FLOW_OK &&
               (n == sizeof room || td_session_may_buffer(link->session));
    }
}

void td_link_write(struct td_link *link)
{
    enum td_flow flow = TD_FLOW_OK;
    struct td_slice bytes = td_dialogue_output(link->dialogue);
    while (bytes.len > 0 && flow == TD_FLOW_OK) {
        size_t done;
        flow = td_session_send(link->session, bytes, &done);
        if (flow == TD_FLOW_OK)
            td_dialogue_wrote(link->dialogue, done);
        bytes = td_dialogue_output(link->dialogue);
    }
    if (flow == TD_FLOW_CLOSED) {
        take_in(link); /* the server may have said why before it closed */
        td_dialogue_lost(link->dialogue, "the connection closed");
    }
    bool blocked = flow == TD_FLOW_WAIT;
    if (blocked != link->write_watched)
        watch(link, EPOLL_CTL_MOD, blocked);
}

void td_link_read(struct td_link *link)
{
    take_in(link);
    td_link_write(link);
}
