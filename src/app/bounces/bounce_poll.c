/* Bounces read from mailboxes (bounce_poll.h). */
#include "app/bounces/bounce_poll.h"

#include <poll.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/mem.h"
#include "mailbox/mailbox.h"

#define SECRET_MAX    (64 * 1024)
#define PAGE_BYTES    ((size_t)8 * 1024 * 1024)
#define TURN_EVERY    (5 * TD_SECOND) /* what others left to be judged */
#define PAUSE_LONGEST TD_HOUR

/* --- one mailbox ----------------------------------------------------------------------------- */

/* Mails fetched and not taken in yet. */
struct page {
    struct td_mailbox_item items[TD_MAILBOX_PAGE];
    struct td_buf mails[TD_MAILBOX_PAGE]; /* owned */
    struct td_slice slices[TD_MAILBOX_PAGE];
    size_t count;
};

static void clear_page(struct page *page)
{
    for (size_t i = 0; i < page->count; i++)
        td_buf_release(&page->mails[i]);
    page->count = 0;
}

static enum td_status save_mark(struct td_app *app, const char *name,
                                struct td_mailbox_mark mark, struct td_err *err)
{
    const struct td_mailbox_place place = {mark.validity, mark.uid};
    enum td_status status = td_begin(app->store, err);
    if (status == TD_OK)
        status = td_store_mailbox_set(app->store, name, &place, err);
    if (status == TD_OK)
        status = td_commit(app->store, err);
    td_rollback(app->store);
    return status;
}

/* Stored for keeps first; only then they may go. */
static enum td_status settle_page(struct td_app *app, const struct td_bounce_box *box,
                                  struct td_mailbox *mailbox, struct page *page,
                                  struct td_bounce_counts *counts, struct td_err *err)
{
    for (size_t i = 0; i < page->count; i++)
        page->slices[i] = td_buf_slice(&page->mails[i]);
    enum td_status status =
        td_bounces_take(app, box->mailbox.name, page->slices, page->count, counts, err);
    if (status == TD_OK)
        status = td_mailbox_done(mailbox, page->items, page->count, err);
    if (status == TD_OK && box->mailbox.then == TD_THEN_KEEP)
        status = save_mark(app, box->mailbox.name, td_mailbox_mark(mailbox), err);
    clear_page(page);
    return status;
}

static enum td_status fetch_page(struct td_app *app, const struct td_bounce_box *box,
                                 struct td_mailbox *mailbox,
                                 const struct td_mailbox_item *items, size_t count,
                                 struct td_bounce_counts *counts, struct td_err *err)
{
    struct page *page = td_xcalloc(1, sizeof *page);
    enum td_status status = TD_OK;
    size_t bytes = 0;
    for (size_t i = 0; i < count && status == TD_OK; i++) {
        struct td_buf *mail = &page->mails[page->count];
        struct td_err why;
        td_buf_init(mail, TD_BOUNCE_KEPT_MAX);
        status = td_mailbox_fetch(mailbox, &items[i], mail, &why);
        if (status == TD_NOINPUT) { /* somebody took it away */
            td_buf_release(mail);
            status = TD_OK;
            continue;
        }
        if (status != TD_OK)
            *err = why;
        page->items[page->count++] = items[i];
        bytes += mail->len;
        if (status == TD_OK && bytes > PAGE_BYTES) {
            status = settle_page(app, box, mailbox, page, counts, err);
            bytes = 0;
        }
    }
    if (status == TD_OK)
        status = settle_page(app, box, mailbox, page, counts, err);
    clear_page(page);
    free(page);
    return status;
}

static enum td_status read_all(struct td_app *app, const struct td_bounce_box *box,
                               struct td_mailbox *mailbox, const volatile int *stop,
                               struct td_bounce_counts *counts, struct td_err *err)
{
    struct td_mailbox_item *items = td_xcalloc(TD_MAILBOX_PAGE, sizeof *items);
    enum td_status status = TD_OK;
    size_t count = 1;
    while (status == TD_OK && count > 0 && !(stop && *stop)) {
        status = td_mailbox_list(mailbox, items, &count, err);
        if (status == TD_OK && count > 0)
            status = fetch_page(app, box, mailbox, items, count, counts, err);
    }
    free(items);
    return status;
}

static enum td_status visit(struct td_app *app, const struct td_bounce_box *box,
                            const char *secret, const volatile int *stop,
                            struct td_bounce_counts *counts, struct td_err *err)
{
    struct td_mailbox_config config = box->mailbox;
    struct td_mailbox_place place;
    struct td_mailbox *mailbox = NULL;
    struct td_err closing = {0};
    config.secret = secret;
    config.stop = stop;
    enum td_status status = td_store_mailbox_get(app->store, config.name, &place, err);
    const struct td_mailbox_mark mark = {place.validity, place.uid};
    if (status == TD_OK)
        status = td_mailbox_open(&mailbox, &config, mark, err);
    if (status != TD_OK)
        return status;
    status = read_all(app, box, mailbox, stop, counts, err);
    enum td_status closed = td_mailbox_close(mailbox, &closing);
    if (status == TD_OK && closed != TD_OK)
        *err = closing;
    return status == TD_OK ? closed : status;
}

static enum td_status note(struct td_app *app, const char *name, const char *trouble,
                           struct td_err *err)
{
    td_time now = td_clock_now(&app->clock);
    enum td_status status = td_begin(app->store, err);
    if (status == TD_OK)
        status = td_store_mailbox_polled(app->store, name, now, trouble, err);
    if (status == TD_OK)
        status = td_commit(app->store, err);
    td_rollback(app->store);
    return status;
}

enum td_status td_bounce_poll(struct td_app *app, const struct td_bounce_box *box,
                              const volatile int *stop, struct td_bounce_counts *counts,
                              struct td_err *err)
{
    bool remote = box->mailbox.kind != TD_MAILBOX_MAILDIR;
    struct td_buf secret;
    struct td_err noting = {0};
    td_buf_init(&secret, SECRET_MAX);
    enum td_status status = td_app_store(app, err);
    if (status == TD_OK && remote)
        status = td_secret_get(&box->secret, &secret, err);
    if (status == TD_OK)
        status = visit(app, box, secret.ptr, stop, counts, err);
    td_secret_wipe(&secret);
    if (stop && *stop)
        return TD_OK;
    if (app->store &&
        note(app, box->mailbox.name, status == TD_OK ? "" : err->text, &noting) != TD_OK)
        td_log(TD_ERROR, "store", "trouble=%s", noting.text);
    if (status == TD_OK)
        return TD_OK;
    return td_err_context(err, "mailbox %s", box->mailbox.name);
}

/* --- the role -------------------------------------------------------------------------------- */

struct rounds {
    struct td_app *app;
    const volatile int *stop;
    td_time *next;  /* owned; of each mailbox, monotonic */
    td_time *pause; /* owned; of each: its time, longer while it is in trouble */
};

static void report(const struct td_bounce_counts *counts)
{
    const int64_t *results = counts->results;
    td_log(TD_INFO, "bounces",
           "taken=%lld known=%lld counted=%lld waiting=%lld forged=%lld unreadable=%lld "
           "suspended=%lld reinstated=%lld",
           (long long)counts->taken, (long long)counts->known,
           (long long)results[TD_RESULT_COUNTED], (long long)results[TD_RESULT_WAITING],
           (long long)results[TD_RESULT_FORGED], (long long)results[TD_RESULT_UNREADABLE],
           (long long)counts->suspended, (long long)counts->reinstated);
}

static void poll_due(struct rounds *rounds, size_t i, struct td_bounce_counts *counts)
{
    const struct td_bounce_box *box = &rounds->app->config->bounce_boxes[i];
    td_time now = td_clock_monotonic(&rounds->app->clock);
    struct td_err err;
    if (now < rounds->next[i])
        return;
    if (td_bounce_poll(rounds->app, box, rounds->stop, counts, &err) == TD_OK) {
        rounds->pause[i] = box->every;
    } else {
        td_log(TD_ERROR, "mailbox", "name=%s trouble=%s", box->mailbox.name, err.text);
        rounds->pause[i] =
            rounds->pause[i] * 2 < PAUSE_LONGEST ? rounds->pause[i] * 2 : PAUSE_LONGEST;
    }
    rounds->next[i] = td_clock_monotonic(&rounds->app->clock) + rounds->pause[i];
}

/* Once around; until when there is nothing to do. */
static td_time go_round(struct rounds *rounds)
{
    struct td_bounce_counts counts = {0};
    struct td_err err;
    size_t boxes = rounds->app->config->bounce_box_count;
    for (size_t i = 0; i < boxes && !*rounds->stop; i++)
        poll_due(rounds, i, &counts);
    if (td_bounces_work(rounds->app, rounds->stop, &counts, &err) != TD_OK)
        td_log(TD_ERROR, "bounces", "trouble=%s", err.text);
    if (td_bounces_any(&counts))
        report(&counts);
    td_time now = td_clock_monotonic(&rounds->app->clock);
    td_time wait = TURN_EVERY;
    for (size_t i = 0; i < boxes; i++)
        if (rounds->next[i] - now < wait)
            wait = rounds->next[i] - now;
    return wait > 0 ? wait : 0;
}

/* A signal ends it early; one that comes right before is noticed within a second. */
static void rest(const volatile int *stop, td_time wait)
{
    for (; wait > 0 && !*stop; wait -= TD_SECOND)
        (void)poll(NULL, 0, wait < TD_SECOND ? (int)(wait / 1000) + 1 : 1000);
}

enum td_status td_bounces_run(struct td_app *app, const volatile int *stop,
                              struct td_err *err)
{
    enum td_status status = td_app_store(app, err);
    if (status != TD_OK)
        return status;
    size_t boxes = app->config->bounce_box_count;
    struct rounds rounds = {.app = app, .stop = stop};
    rounds.next = td_xcalloc(boxes + 1, sizeof *rounds.next);
    rounds.pause = td_xcalloc(boxes + 1, sizeof *rounds.pause);
    for (size_t i = 0; i < boxes; i++)
        rounds.pause[i] = app->config->bounce_boxes[i].every;
    while (!*stop)
        rest(stop, go_round(&rounds));
    free(rounds.next);
    free(rounds.pause);
    return TD_OK;
}
