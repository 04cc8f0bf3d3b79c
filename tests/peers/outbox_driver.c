/*
 * outbox_driver.c: the outbox alone against a server, for tests in Python and for measuring.
 *
 *   outbox_driver port=N [key=value …]
 *
 * Sends `messages` mails, one recipient each (rNUMBER@to.example), and prints an event a line, fields
 * apart by tabs: kind, number, stage, code, after_dot, text. The last line sums up, as key=value.
 *
 *   host=127.0.0.1 helo=sender.example tls=none|required|opportunistic|implicit ca= user= password=
 *   sessions=4 messages=1 size=200 hurry=1 idle=60
 *   bad=K         each Kth mail goes to bad@to.example
 *   utf8=1        asks for SMTPUTF8
 *   body=FILE     the message, instead of a made one
 *   withhold=1    lets no dot go
 *   late=1        lets none go before the server has said something
 *   again=1       offers again what came back, when there is room
 *   drain=K       stops once K messages have ended; what was not begun comes back
 *   quiet=1       the last line only
 *   limit=30      seconds until it gives up (exit 3)
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "delivery/link.h"
#include "delivery/outbox.h"

#define EVENTS 1024

struct driver {
    struct td_relay relay;
    struct td_outbox_config config;
    int64_t messages, size, bad, utf8, withhold, late, again, drain, quiet, limit;
    const char *body;
    struct td_buf made;
    struct td_post *post;
    struct td_outbox *outbox;
    struct td_parcel *spare[EVENTS];
    size_t spare_count;
    int64_t offered, ended, sent, refused, lost, doubtful, returned;
};

static void take_number(struct driver *driver, const char *key, struct td_slice value)
{
    struct {
        const char *key;
        int64_t *wide;
        int *narrow;
    } known[] = {
        {"messages", &driver->messages, NULL},
        {"size", &driver->size, NULL},
        {"bad", &driver->bad, NULL},
        {"utf8", &driver->utf8, NULL},
        {"withhold", &driver->withhold, NULL},
        {"late", &driver->late, NULL},
        {"again", &driver->again, NULL},
        {"drain", &driver->drain, NULL},
        {"quiet", &driver->quiet, NULL},
        {"limit", &driver->limit, NULL},
        {"port", NULL, &driver->relay.port},
        {"sessions", NULL, &driver->relay.sessions},
        {"hurry", NULL, &driver->config.hurry},
        {"idle", NULL, &driver->config.idle_seconds},
    };
    int64_t n = 0;
    for (size_t i = 0; i < TD_ARRAY_LEN(known); i++) {
        if (strcmp(known[i].key, key) != 0 || !td_slice_int64(value, &n))
            continue;
        if (known[i].wide != NULL)
            *known[i].wide = n;
        else
            *known[i].narrow = (int)n;
        return;
    }
    fprintf(stderr, "outbox_driver: %s: unknown, or no number\n", key);
    exit(64);
}

static void take_tls(struct td_relay *relay, const char *value)
{
    relay->implicit_tls = strcmp(value, "implicit") == 0;
    relay->tls = strcmp(value, "none") == 0            ? TD_TLS_NONE
                 : strcmp(value, "opportunistic") == 0 ? TD_TLS_OPPORTUNISTIC
                                                       : TD_TLS_REQUIRED;
}

static void take_argument(struct driver *driver, char *argument)
{
    char *value = strchr(argument, '=');
    if (value == NULL) {
        fprintf(stderr, "outbox_driver: %s: expected key=value\n", argument);
        exit(64);
    }
    *value++ = '\0';
    if (strcmp(argument, "host") == 0)
        driver->relay.host = value;
    else if (strcmp(argument, "helo") == 0)
        driver->config.helo = value;
    else if (strcmp(argument, "ca") == 0)
        driver->relay.ca_file = value;
    else if (strcmp(argument, "user") == 0)
        driver->relay.user = value;
    else if (strcmp(argument, "password") == 0)
        driver->relay.password = value;
    else if (strcmp(argument, "body") == 0)
        driver->body = value;
    else if (strcmp(argument, "tls") == 0)
        take_tls(&driver->relay, value);
    else
        take_number(driver, argument, td_slice(value));
}

/* The message all parcels carry: lines of 76 characters. */
static void make_body(struct driver *driver)
{
    struct td_err err;
    td_buf_init(&driver->made, SIZE_MAX);
    if (driver->body != NULL) {
        if (td_file_read(driver->body, 1 << 26, &driver->made, &err) != TD_OK) {
            fprintf(stderr, "outbox_driver: %s\n", err.text);
            exit(66);
        }
        return;
    }
    td_buf_add_str(&driver->made, "Subject: test\r\n\r\n");
    while ((int64_t)driver->made.len < driver->size) {
        td_buf_add_repeat(&driver->made, 'x', 76);
        td_buf_add_str(&driver->made, "\r\n");
    }
}

static struct td_parcel *next_parcel(struct driver *driver)
{
    struct td_parcel *parcel =
        driver->spare_count > 0 ? driver->spare[--driver->spare_count] : NULL;
    if (parcel == NULL) {
        parcel = td_xcalloc(1, sizeof *parcel);
        td_buf_init(&parcel->data, SIZE_MAX);
    }
    td_buf_clear(&parcel->data);
    td_buf_add_slice(&parcel->data, td_buf_slice(&driver->made));
    long long number = ++driver->offered;
    parcel->subscriber = number;
    parcel->smtputf8 = driver->utf8 != 0;
    parcel->urgent = true; /* no session is kept back */
    (void)snprintf(parcel->mail_from, sizeof parcel->mail_from, "b+%lld@from.example",
                   number);
    if (driver->bad > 0 && number % driver->bad == 0)
        (void)snprintf(parcel->rcpt, sizeof parcel->rcpt, "bad@to.example");
    else
        (void)snprintf(parcel->rcpt, sizeof parcel->rcpt, "r%lld@to.example", number);
    return parcel;
}

static void free_parcel(struct driver *driver, struct td_parcel *parcel)
{
    if (driver->spare_count < EVENTS) {
        driver->spare[driver->spare_count++] = parcel;
        return;
    }
    td_buf_release(&parcel->data);
    free(parcel);
}

static void show(const struct driver *driver, const struct td_event *event)
{
    static const char *const kinds[] = {"at_dot", "done", "returned"};
    if (driver->quiet)
        return;
    struct td_buf text;
    td_buf_init(&text, 4096);
    td_buf_add_visible(&text, td_slice(event->reply.text));
    printf("%s\t%lld\t%s\t%d\t%d\t%s\n", kinds[event->kind],
           (long long)event->parcel->subscriber, td_stage_name(event->reply.stage),
           event->reply.code, event->after_dot, text.ptr);
    td_buf_release(&text);
}

static void count(struct driver *driver, const struct td_event *event)
{
    if (event->kind == TD_EVENT_RETURNED)
        driver->returned++;
    else if (event->reply.code / 100 == 2)
        driver->sent++;
    else if (event->reply.code != 0)
        driver->refused++;
    else if (event->after_dot)
        driver->doubtful++;
    else
        driver->lost++;
    driver->ended++;
}

static void await_a_word(const struct td_parcel *parcel)
{
    struct pollfd heard = {.fd = td_session_fd(parcel->link->session), .events = POLLIN};
    if (poll(&heard, 1, 30000) != 1)
        (void)fputs("the server says nothing\n", stderr);
}

static void handle(struct driver *driver, const struct td_event *event)
{
    show(driver, event);
    if (event->kind == TD_EVENT_AT_DOT && driver->late)
        await_a_word(event->parcel);
    if (event->kind == TD_EVENT_AT_DOT && !driver->withhold) {
        td_outbox_permit(driver->outbox, event->parcel);
        return;
    }
    if (event->kind == TD_EVENT_AT_DOT) {
        td_outbox_withhold(driver->outbox, event->parcel);
        driver->ended++;
    } else {
        count(driver, event);
    }
    if (event->kind == TD_EVENT_RETURNED && driver->again) {
        driver->messages++; /* it, or one like it, is offered anew */
    }
    free_parcel(driver, event->parcel);
}

static int run(struct driver *driver)
{
    static struct td_event events[EVENTS];
    td_time start = td_clock_monotonic(driver->config.clock);
    while (driver->ended < driver->messages) {
        size_t room = td_outbox_room(driver->outbox, true);
        for (; room > 0 && driver->offered < driver->messages; room--)
            td_outbox_offer_take(driver->outbox, next_parcel(driver));
        size_t n = td_post_turn(driver->post, 100000, events, EVENTS);
        for (size_t i = 0; i < n; i++)
            handle(driver, &events[i]);
        if (driver->drain > 0 && driver->ended >= driver->drain) {
            td_outbox_drain(driver->outbox);
            driver->messages = driver->offered;
            driver->drain = 0;
        }
        if (td_clock_monotonic(driver->config.clock) - start > driver->limit * TD_SECOND)
            return 3;
    }
    if (!td_outbox_idle(driver->outbox))
        TD_PANIC("all messages ended, and some are inside");
    td_outbox_drain(driver->outbox);
    printf("sent=%lld refused=%lld lost=%lld doubtful=%lld returned=%lld seconds=%.3f\n",
           (long long)driver->sent, (long long)driver->refused, (long long)driver->lost,
           (long long)driver->doubtful, (long long)driver->returned,
           (double)(td_clock_monotonic(driver->config.clock) - start) / 1e6);
    return 0;
}

int main(int argc, char **argv)
{
    struct td_clock clock = td_clock_system();
    struct td_err err;
    struct driver driver = {.messages = 1, .size = 200, .limit = 30};
    driver.relay.host = "127.0.0.1";
    driver.relay.name = "test";
    driver.relay.sessions = 4;
    driver.relay.tls = TD_TLS_NONE;
    driver.config = (struct td_outbox_config){.relay = &driver.relay,
                                              .helo = "sender.example",
                                              .clock = &clock,
                                              .idle_seconds = 60};
    for (int i = 1; i < argc; i++)
        take_argument(&driver, argv[i]);
    if (td_post_create(&driver.post, &err) != TD_OK ||
        td_outbox_create(&driver.outbox, driver.post, &driver.config, &err) != TD_OK) {
        fprintf(stderr, "outbox_driver: %s\n", err.text);
        td_post_destroy(driver.post);
        return td_status_exit(err.status);
    }
    make_body(&driver);
    int status = run(&driver);
    td_outbox_destroy(driver.outbox);
    td_post_destroy(driver.post);
    while (driver.spare_count > 0) {
        struct td_parcel *parcel = driver.spare[--driver.spare_count];
        td_buf_release(&parcel->data);
        free(parcel);
    }
    td_buf_release(&driver.made);
    return status;
}
