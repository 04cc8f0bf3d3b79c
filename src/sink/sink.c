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
#include "sink/tls.h"

#define CLIENTS_MAX 1000
#define BACKLOG     1024
#define READ_SIZE   (64 * 1024)
#define GLANCE_MS   200 /* how often *stop is looked at */

struct client {
    int fd;
    struct td_talk *talk;
    struct td_tls_session *tls; /* NULL: in clear */
    bool writes;                /* the handshake waits until the socket can be written */
    td_time resume_at;          /* monotonic; 0: it does not pause */
};

struct td_sink {
    int listener;
    char address[80];
    int port;
    struct td_maildir *maildir;    /* NULL: count only */
    struct td_sink_keeper keeper;  /* in place of it; keep is NULL: none */
    struct td_sink_faults *faults; /* NULL: none */
    struct td_tls *tls;            /* NULL: none */
    struct td_talk_terms terms;
    int hurry;
    struct client *clients; /* CLIENTS_MAX places */
    struct pollfd *polled;  /* the listener, then clients in their order */
    char *room;             /* READ_SIZE */
    size_t count;
    long long messages;
    long long connections;
};

/* What every session offers. */
static enum td_status set_terms(struct td_sink *sink, const struct td_sink_config *config,
                                struct td_err *err)
{
    enum td_status status = TD_OK;
    if (config->faults != NULL &&
        td_sink_faults_read(&sink->faults, config->faults, err) != TD_OK)
        return td_err_context(err, "faults");
    if (config->tls || config->smtps)
        status = td_tls_create(&sink->tls, config->cert, config->key, err);
    else if (td_sink_faults_name(sink->faults, TD_SINK_TLS))
        status = td_fail(err, TD_USAGE, "faults at tls: this sink has no TLS");
    sink->terms = (struct td_talk_terms){
        .faults = sink->faults,
        .tls = sink->tls != NULL && !config->smtps,
        .smtps = config->smtps,
        .auth = config->auth,
    };
    return status;
}

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
    if (status == TD_OK)
        status = set_terms(sink, config, err);
    if (config->keeper != NULL)
        sink->keeper = *config->keeper;
    sink->hurry = config->hurry > 1 ? config->hurry : 1;
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
    td_tls_end(sink->clients[i].tls);
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
    td_sink_faults_destroy(sink->faults);
    td_tls_destroy(sink->tls);
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

struct td_slice td_sink_certificate(const struct td_sink *sink)
{
    return sink->tls != NULL ? td_tls_certificate(sink->tls) : (struct td_slice){0};
}

long long td_sink_messages(const struct td_sink *sink)
{
    return sink->messages;
}

long long td_sink_connections(const struct td_sink *sink)
{
    return sink->connections;
}

long long td_sink_fault_count(const struct td_sink *sink)
{
    return td_sink_faults_given(sink->faults);
}

static enum td_status keep(void *self, const struct td_sink_mail *mail,
                           struct td_err *err)
{
    struct td_sink *sink = self;
    enum td_status status = TD_OK;
    if (sink->keeper.keep != NULL)
        status = sink->keeper.keep(sink->keeper.self, mail, err);
    else if (sink->maildir != NULL)
        status = td_maildir_add(sink->maildir, mail, err);
    sink->messages += status == TD_OK;
    return status;
}

/* --- bytes, in clear or not ------------------------------------------------------------------- */

/* *n: how many; 0: none now. False when the connection is over. */
static bool write_some(const struct client *client, struct td_slice bytes, size_t *n)
{
    *n = 0;
    if (client->tls != NULL)
        return td_tls_write(client->tls, bytes, n) != TD_TLS_LOST;
    ssize_t sent = send(client->fd, bytes.ptr, bytes.len, MSG_NOSIGNAL);
    if (sent < 0)
        return errno == EAGAIN || errno == EINTR;
    *n = (size_t)sent;
    return true;
}

/* Likewise. */
static bool read_some(const struct client *client, char *room, size_t *n)
{
    *n = 0;
    if (client->tls != NULL)
        return td_tls_read(client->tls, room, READ_SIZE, n) != TD_TLS_LOST;
    ssize_t got = recv(client->fd, room, READ_SIZE, 0);
    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR))
        return false;
    *n = got > 0 ? (size_t)got : 0;
    return true;
}

/* False when the connection is over. */
static bool shake_hands(const struct td_sink *sink, struct client *client)
{
    if (client->tls == NULL && !td_talk_may_shake(client->talk))
        return true;
    if (client->tls == NULL)
        client->tls = td_tls_begin(sink->tls, client->fd);
    enum td_tls_step step = td_tls_shake(client->tls);
    client->writes = step == TD_TLS_WRITES;
    if (step == TD_TLS_DONE)
        td_talk_secured(client->talk);
    return step != TD_TLS_LOST;
}

/* --- clients ---------------------------------------------------------------------------------- */

/* False when the connection is over. */
static bool write_replies(const struct client *client)
{
    struct td_slice bytes = td_talk_output(client->talk);
    while (bytes.len > 0) {
        size_t n;
        if (!write_some(client, bytes, &n))
            return false;
        if (n == 0)
            return true;
        td_talk_wrote(client->talk, n);
        bytes = td_talk_output(client->talk);
    }
    return !td_talk_over(client->talk);
}

/* Writes, and sets the alarm where the talk pauses. False when the connection is over. */
static bool move_on(const struct td_sink *sink, struct client *client, td_time now)
{
    if (client->resume_at == 0 && td_talk_pause(client->talk) > 0)
        client->resume_at = now + td_talk_pause(client->talk) / sink->hurry;
    return write_replies(client);
}

static bool serve(struct td_sink *sink, struct client *client, int what, td_time now)
{
    if (client->resume_at != 0 && client->resume_at <= now) {
        client->resume_at = 0;
        td_talk_resume(client->talk);
    } else if (client->resume_at != 0) {
        if ((what & (POLLERR | POLLHUP)) != 0)
            return false;
    } else if (td_talk_output(client->talk).len == 0 && td_talk_upgrades(client->talk)) {
        if (!shake_hands(sink, client))
            return false;
    } else if (td_talk_output(client->talk).len == 0) {
        size_t n;
        if (!read_some(client, sink->room, &n))
            return false;
        if (n > 0)
            td_talk_feed(client->talk, td_slice_n(sink->room, n));
    }
    return move_on(sink, client, now);
}

static void accept_all(struct td_sink *sink, td_time now)
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
        struct client *client = &sink->clients[sink->count++];
        *client =
            (struct client){.fd = fd, .talk = td_talk_create(&keeper, &sink->terms)};
        sink->connections++;
        if (!move_on(sink, client, now)) /* the greeting, or a fault in its place */
            drop(sink, sink->count - 1);
    }
}

/* Who has replies waiting, or pauses, is not read from until that is over. */
static void set_polled(struct td_sink *sink)
{
    sink->polled[0] = (struct pollfd){
        .fd = sink->count < CLIENTS_MAX ? sink->listener : -1, .events = POLLIN};
    for (size_t i = 0; i < sink->count; i++) {
        const struct client *client = &sink->clients[i];
        bool waiting = td_talk_output(client->talk).len > 0 || client->writes;
        short quiet = client->resume_at != 0 ? 0 : POLLIN;
        sink->polled[i + 1] =
            (struct pollfd){.fd = client->fd, .events = waiting ? POLLOUT : quiet};
    }
}

/* Milliseconds until the first pause ends, at most so many. */
static int until_resume(const struct td_sink *sink, int64_t most, td_time now)
{
    for (size_t i = 0; i < sink->count; i++) {
        td_time left = sink->clients[i].resume_at - now;
        if (sink->clients[i].resume_at != 0 && (left + 999) / 1000 < most)
            most = left > 0 ? (left + 999) / 1000 : 0;
    }
    return (int)most;
}

static void turn(struct td_sink *sink, td_time now)
{
    /* backwards: a dropped client's place is taken by the last one, which had its turn */
    for (size_t i = sink->count; i-- > 0;) {
        struct client *client = &sink->clients[i];
        int what = sink->polled[i + 1].revents;
        bool due = client->resume_at != 0 && client->resume_at <= now;
        if ((what != 0 || due) && !serve(sink, client, what, now))
            drop(sink, i);
    }
    if (sink->polled[0].revents != 0)
        accept_all(sink, now);
}

enum td_status td_sink_run(struct td_sink *sink, int for_ms, const volatile int *stop,
                           struct td_err *err)
{
    struct td_clock clock = td_clock_system();
    td_time end = td_clock_monotonic(&clock) + for_ms * INT64_C(1000);
    while (stop == NULL || *stop == 0) {
        td_time now = td_clock_monotonic(&clock);
        int64_t left = for_ms < 0 ? GLANCE_MS : (end - now + 999) / 1000;
        if (left <= 0)
            return TD_OK;
        set_polled(sink);
        int n = poll(sink->polled, (nfds_t)sink->count + 1,
                     until_resume(sink, left < GLANCE_MS ? left : GLANCE_MS, now));
        if (n >= 0)
            turn(sink, td_clock_monotonic(&clock));
        else if (errno != EINTR)
            return td_fail_sys(err, TD_OS, "poll");
    }
    return TD_OK;
}
