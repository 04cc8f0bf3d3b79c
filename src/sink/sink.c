/* sink.c: listens on loopback and serves all its connections from one poll loop. */
#include "sink/sink.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "sink/listen.h"
#include "sink/maildir.h"

#define CLIENTS_MAX 1000
#define BACKLOG     1024
#define READ_SIZE   (64 * 1024)
#define GLANCE_MS   200 /* how often *stop is looked at */

struct client {
    int fd;
    struct td_talk *talk;
};

struct td_sink {
    int listener;
    char address[80];
    int port;
    struct td_maildir *maildir; /* NULL: count only */
    struct client *clients;     /* CLIENTS_MAX places */
    struct pollfd *polled;      /* the listener, then clients in their order */
    char *room;                 /* READ_SIZE */
    size_t count;
    long long messages;
    long long connections;
};

enum td_status td_sink_create(struct td_sink **out, const struct td_sink_config *config,
                              struct td_err *err)
{
    struct td_sink *sink = td_xcalloc(1, sizeof *sink);
    sink->listener = -1;
    enum td_status status = td_sink_listen(config->listen, BACKLOG, &sink->listener, err);
    if (status == TD_OK)
        status = td_sink_local_name(sink->listener, sink->address, &sink->port, err);
    if (status == TD_OK && config->maildir != NULL)
        status = td_maildir_open(&sink->maildir, config->maildir, err);
    if (status != TD_OK) {
        td_sink_destroy(sink);
        return status;
    }
    sink->clients = td_xcalloc(CLIENTS_MAX, sizeof *sink->clients);
    sink->polled = td_xcalloc(CLIENTS_MAX + 1, sizeof *sink->polled);
    sink->room = td_xmalloc(READ_SIZE);
    *out = sink;
    return TD_OK;
}

static void drop(struct td_sink *sink, size_t i)
{
    td_talk_destroy(sink->clients[i].talk);
    (void)close(sink->clients[i].fd);
    sink->clients[i] = sink->clients[--sink->count];
}

void td_sink_destroy(struct td_sink *sink)
{
    if (sink == NULL)
        return;
    while (sink->count > 0)
        drop(sink, sink->count - 1);
    if (sink->listener >= 0)
        (void)close(sink->listener);
    td_maildir_close(sink->maildir);
    free(sink->clients);
    free(sink->polled);
    free(sink->room);
    free(sink);
}

int td_sink_port(const struct td_sink *sink)
{
    return sink->port;
}

const char *td_sink_address(const struct td_sink *sink)
{
    return sink->address;
}

long long td_sink_messages(const struct td_sink *sink)
{
    return sink->messages;
}

long long td_sink_connections(const struct td_sink *sink)
{
    return sink->connections;
}

static enum td_status keep(void *self, const struct td_sink_mail *mail,
                           struct td_err *err)
{
    struct td_sink *sink = self;
    enum td_status status = TD_OK;
    if (sink->maildir != NULL)
        status = td_maildir_add(sink->maildir, mail, err);
    sink->messages += status == TD_OK;
    return status;
}

static void accept_all(struct td_sink *sink)
{
    const struct td_sink_keeper keeper = {.keep = keep, .self = sink};
    while (sink->count < CLIENTS_MAX) {
        int fd = accept(sink->listener, NULL, NULL);
        if (fd < 0)
            return;
        int on = 1;
        (void)fcntl(fd, F_SETFL, O_NONBLOCK);
        (void)fcntl(fd, F_SETFD, FD_CLOEXEC);
        (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        sink->clients[sink->count++] = (struct client){fd, td_talk_create(&keeper)};
        sink->connections++;
    }
}

/* False when the connection is over. */
static bool write_replies(const struct client *client)
{
    struct td_slice bytes = td_talk_output(client->talk);
    while (bytes.len > 0) {
        ssize_t n = send(client->fd, bytes.ptr, bytes.len, MSG_NOSIGNAL);
        if (n < 0)
            return errno == EAGAIN || errno == EINTR;
        td_talk_wrote(client->talk, (size_t)n);
        bytes = td_talk_output(client->talk);
    }
    return !td_talk_over(client->talk);
}

static bool serve(struct td_sink *sink, const struct client *client)
{
    if (td_talk_output(client->talk).len == 0) {
        ssize_t n = recv(client->fd, sink->room, READ_SIZE, 0);
        if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
            return false;
        if (n > 0)
            td_talk_feed(client->talk, td_slice_n(sink->room, (size_t)n));
    }
    return write_replies(client);
}

/* Who has replies waiting is not read from until they are gone. */
static void set_polled(struct td_sink *sink)
{
    sink->polled[0] = (struct pollfd){
        .fd = sink->count < CLIENTS_MAX ? sink->listener : -1, .events = POLLIN};
    for (size_t i = 0; i < sink->count; i++) {
        bool waiting = td_talk_output(sink->clients[i].talk).len > 0;
        sink->polled[i + 1] = (struct pollfd){.fd = sink->clients[i].fd,
                                              .events = waiting ? POLLOUT : POLLIN};
    }
}

static void turn(struct td_sink *sink)
{
    /* backwards: a dropped client's place is taken by the last one, which had its turn */
    for (size_t i = sink->count; i-- > 0;)
        if (sink->polled[i + 1].revents != 0 && !serve(sink, &sink->clients[i]))
            drop(sink, i);
    if (sink->polled[0].revents != 0)
        accept_all(sink);
}

enum td_status td_sink_run(struct td_sink *sink, int for_ms, const volatile int *stop,
                           struct td_err *err)
{
    struct td_clock clock = td_clock_system();
    td_time end = td_clock_monotonic(&clock) + for_ms * INT64_C(1000);
    while (stop == NULL || *stop == 0) {
        int64_t left =
            for_ms < 0 ? GLANCE_MS : (end - td_clock_monotonic(&clock) + 999) / 1000;
        if (left <= 0)
            return TD_OK;
        set_polled(sink);
        int n = poll(sink->polled, (nfds_t)sink->count + 1,
                     (int)(left < GLANCE_MS ? left : GLANCE_MS));
        if (n > 0)
            turn(sink);
        else if (n < 0 && errno != EINTR)
            return td_fail_sys(err, TD_OS, "poll");
    }
    return TD_OK;
}
