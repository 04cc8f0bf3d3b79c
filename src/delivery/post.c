/* post.c: one turn of all outboxes. */
#include "delivery/post.h"

#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/mem.h"
#include "delivery/outbox_inner.h"

#define READY_MOST 256 /* sockets looked at in one turn */

struct td_post {
    struct td_net *net;
    int epoll;
    struct td_outbox *outboxes; /* theirs; a list */
};

enum td_status td_post_create(struct td_post **out, struct td_err *err)
{
    struct td_post *post = td_xcalloc(1, sizeof *post);
    enum td_status status = TD_OK;
    post->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (post->epoll < 0)
        status = td_fail_sys(err, TD_OS, "epoll");
    else
        status = td_net_create(&post->net, err);
    if (status == TD_OK)
        *out = post;
    else
        td_post_destroy(post);
    return status;
}

void td_post_destroy(struct td_post *post)
{
    if (post == NULL)
        return;
    td_net_destroy(post->net);
    if (post->epoll >= 0)
        (void)close(post->epoll);
    free(post);
}

struct td_net *td_post_net(struct td_post *post)
{
    return post->net;
}

int td_post_epoll(const struct td_post *post)
{
    return post->epoll;
}

void td_post_join(struct td_post *post, struct td_outbox *outbox)
{
    outbox->next = post->outboxes;
    post->outboxes = outbox;
}

void td_post_leave(struct td_post *post, struct td_outbox *outbox)
{
    struct td_outbox **at = &post->outboxes;
    while (*at != outbox)
        at = &(*at)->next;
    *at = outbox->next;
}

static bool any_opening(const struct td_post *post)
{
    for (const struct td_outbox *o = post->outboxes; o != NULL; o = o->next)
        if (o->opening > 0)
            return true;
    return false;
}

/* Waits until a session has something for us, and moves those on. */
static void exchange(struct td_post *post, td_time wait)
{
    int ms = wait > 1000 * TD_SECOND ? 1000000 : (int)((wait + 999) / 1000);
    if (any_opening(post)) {
        struct td_session *session;
        td_net_turn(post->net, post->epoll, ms);
        while ((session = td_net_opened(post->net)) != NULL) {
            struct td_link *link = td_session_owner(session);
            td_outbox_opened(link->outbox, link);
        }
        ms = 0;
    }
    struct epoll_event ready[READY_MOST];
    int n = epoll_wait(post->epoll, ready, READY_MOST, ms);
    for (int i = 0; i < n; i++) {
        struct td_link *link = ready[i].data.ptr;
        if (ready[i].events & ~(uint32_t)EPOLLOUT)
            td_link_read(link);
        else
            td_link_write(link);
    }
}

static size_t collect_all(struct td_post *post, struct td_event *events, size_t max)
{
    size_t n = 0;
    for (struct td_outbox *o = post->outboxes; o != NULL; o = o->next)
        n += td_outbox_collect(o, events + n, max - n);
    return n;
}

/* How long the poll may last: until something takes too long. */
static td_time patience(struct td_post *post, td_time wait)
{
    for (struct td_outbox *o = post->outboxes; o != NULL; o = o->next) {
        td_outbox_dispatch(o);
        td_time left = td_outbox_tend(o) - td_outbox_now(o);
        if (left <= 0 || td_outbox_stuck(o))
            wait = 0;
        else if (wait > left / td_outbox_pace(o))
            wait = left / td_outbox_pace(o);
    }
    return wait;
}

size_t td_post_turn(struct td_post *post, td_time wait, struct td_event *events,
                    size_t max)
{
    wait = patience(post, wait);
    size_t n = collect_all(post, events, max);
    exchange(post, n > 0 ? 0 : wait);
    n += collect_all(post, events + n, max - n);
    for (struct td_outbox *o = post->outboxes; o != NULL; o = o->next)
        td_outbox_dispatch(o);
    return n;
}
