/* Mailboxes read again and again (postbox.h). */
#include "app/postbox/postbox.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "mailbox/mailbox.h"
#include "store/mailboxes.h"

#define SECRET_MAX    (64 * 1024)
#define PAGE_BYTES    ((size_t)8 * 1024 * 1024)
#define TURN_EVERY    (5 * TD_SECOND) /* the taker's own chores */
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

/* One mailbox that is open. */
struct visit {
    struct td_app *app;
    const struct td_postbox *box;
    const struct td_postbox_taker *taker;
    struct td_mailbox *mailbox;
};

static bool told_to_stop(const struct td_postbox_taker *taker)
{
    return taker->stop && *taker->stop;
}

/* Taken for keeps first; only then they may go. */
static enum td_status settle_page(const struct visit *visit, struct page *page,
                                  struct td_err *err)
{
    const struct td_mailbox_config *config = &visit->box->mailbox;
    const struct td_postbox_taker *taker = visit->taker;
    for (size_t i = 0; i < page->count; i++)
        page->slices[i] = td_buf_slice(&page->mails[i]);
    enum td_status status =
        taker->take(taker->context, config->name, page->slices, page->count, err);
    if (status == TD_OK)
        status = td_mailbox_done(visit->mailbox, page->items, page->count, err);
    if (status == TD_OK && config->then == TD_THEN_KEEP)
        status =
            save_mark(visit->app, config->name, td_mailbox_mark(visit->mailbox), err);
    clear_page(page);
    return status;
}

/* *fetched: how many there were. */
static enum td_status fetch_page(const struct visit *visit,
                                 const struct td_mailbox_item *items, size_t count,
                                 size_t *fetched, struct td_err *err)
{
    struct page *page = td_xcalloc(1, sizeof *page);
    enum td_status status = TD_OK;
    size_t bytes = 0;
    for (size_t i = 0; i < count && status == TD_OK; i++) {
        struct td_buf *mail = &page->mails[page->count];
        struct td_err why;
        td_buf_init(mail, visit->taker->mail_max);
        status = td_mailbox_fetch(visit->mailbox, &items[i], mail, &why);
        if (status == TD_NOINPUT) { /* somebody took it away, or it is not given */
            td_buf_release(mail);
            status = TD_OK;
            continue;
        }
        if (status != TD_OK)
            *err = why;
        page->items[page->count++] = items[i];
        *fetched += status == TD_OK;
        bytes += mail->len;
        if (status == TD_OK && bytes > PAGE_BYTES) {
            status = settle_page(visit, page, err);
            bytes = 0;
        }
    }
    if (status == TD_OK)
        status = settle_page(visit, page, err);
    clear_page(page);
    free(page);
    return status;
}

static enum td_status read_all(const struct visit *visit, struct td_err *err)
{
    struct td_mailbox_item *items = td_xcalloc(TD_MAILBOX_PAGE, sizeof *items);
    enum td_status status = TD_OK;
    size_t count = 1;
    int barren = 0; /* pages in a row; one is when another reader was faster */
    while (status == TD_OK && count > 0 && !told_to_stop(visit->taker)) {
        size_t fetched = 0;
        status = td_mailbox_list(visit->mailbox, items, &count, err);
        if (status == TD_OK && count > 0)
            status = fetch_page(visit, items, count, &fetched, err);
        barren = fetched > 0 ? 0 : barren + 1;
        if (status == TD_OK && count > 0 && barren == 2)
            status = td_fail(err, TD_UNAVAILABLE,
                             "the server lists %zu mails and gives none of them", count);
    }
    free(items);
    return status;
}

static enum td_status open_and_read(struct visit *visit, const char *secret,
                                    struct td_err *err)
{
    struct td_mailbox_config config = visit->box->mailbox;
    struct td_mailbox_place place;
    struct td_err closing = {0};
    config.secret = secret;
    config.stop = visit->taker->stop;
    enum td_status status =
        td_store_mailbox_get(visit->app->store, config.name, &place, err);
    const struct td_mailbox_mark mark = {place.validity, place.uid};
    if (status == TD_OK)
        status = td_mailbox_open(&visit->mailbox, &config, mark, err);
    if (status != TD_OK)
        return status;
    status = read_all(visit, err);
    enum td_status closed = td_mailbox_close(visit->mailbox, &closing);
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

enum td_status td_postbox_read(struct td_app *app, const struct td_postbox *box,
                               const struct td_postbox_taker *taker, struct td_err *err)
{
    bool remote = box->mailbox.kind != TD_MAILBOX_MAILDIR;
    struct visit visit = {.app = app, .box = box, .taker = taker};
    struct td_buf secret;
    struct td_err noting = {0};
    td_buf_init(&secret, SECRET_MAX);
    enum td_status status = td_app_store(app, err);
    if (status == TD_OK && remote)
        status = td_secret_get(&box->secret, &secret, err);
    if (status == TD_OK)
        status = open_and_read(&visit, secret.ptr, err);
    td_secret_wipe(&secret);
    if (told_to_stop(taker))
        return TD_OK;
    if (app->store &&
        note(app, box->mailbox.name, status == TD_OK ? "" : err->text, &noting) != TD_OK)
        td_log(TD_ERROR, "store", "trouble=%s", noting.text);
    if (status == TD_OK)
        return TD_OK;
    return td_err_context(err, "mailbox %s", box->mailbox.name);
}

/* --- several --------------------------------------------------------------------------------- */

static const struct td_postbox *find(const struct td_postboxes *boxes, const char *name)
{
    for (size_t i = 0; i < boxes->count; i++)
        if (strcmp(boxes->items[i].mailbox.name, name) == 0)
            return &boxes->items[i];
    return NULL;
}

enum td_status td_postboxes_check(const struct td_app *app,
                                  const struct td_postboxes *boxes,
                                  const char *const *names, size_t name_count,
                                  struct td_err *err)
{
    if (boxes->count == 0)
        return td_fail(err, TD_CONFIG, "%s: there are no mailboxes under `%s`",
                       app->config->file, boxes->key);
    for (size_t i = 0; i < name_count; i++)
        if (!find(boxes, names[i]))
            return td_fail(err, TD_NOINPUT, "there is no mailbox \"%s\" under `%s`",
                           names[i], boxes->key);
    return TD_OK;
}

enum td_status td_postboxes_read(struct td_app *app, const struct td_postboxes *boxes,
                                 const char *const *names, size_t name_count,
                                 const struct td_postbox_taker *taker, struct td_err *err)
{
    const size_t count = name_count > 0 ? name_count : boxes->count;
    enum td_status first = TD_OK;
    for (size_t i = 0; i < count; i++) {
        const struct td_postbox *box =
            name_count > 0 ? find(boxes, names[i]) : &boxes->items[i];
        struct td_err why;
        enum td_status status = td_postbox_read(app, box, taker, &why);
        if (status == TD_OK)
            continue;
        td_log(TD_ERROR, "mailbox", "name=%s trouble=%s", box->mailbox.name, why.text);
        if (first == TD_OK)
            *err = why;
        first = first == TD_OK ? status : first;
    }
    return first;
}

/* --- again and again ------------------------------------------------------------------------- */

struct rounds {
    struct td_app *app;
    const struct td_postboxes *boxes;
    const struct td_postbox_taker *taker;
    td_time *next;  /* owned; of each mailbox, monotonic */
    td_time *pause; /* owned; of each: its time, longer while it is in trouble */
};

static void read_due(struct rounds *rounds, size_t i)
{
    const struct td_postbox *box = &rounds->boxes->items[i];
    td_time now = td_clock_monotonic(&rounds->app->clock);
    struct td_err err;
    if (now < rounds->next[i])
        return;
    if (td_postbox_read(rounds->app, box, rounds->taker, &err) == TD_OK) {
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
    const struct td_postbox_taker *taker = rounds->taker;
    for (size_t i = 0; i < rounds->boxes->count && !told_to_stop(taker); i++)
        read_due(rounds, i);
    if (taker->after)
        taker->after(taker->context);
    td_time now = td_clock_monotonic(&rounds->app->clock);
    td_time wait = TURN_EVERY;
    for (size_t i = 0; i < rounds->boxes->count; i++)
        if (rounds->next[i] - now < wait)
            wait = rounds->next[i] - now;
    return wait > 0 ? wait : 0;
}

/* A signal ends it early; one that comes right before is noticed within a second. */
static void rest(const struct td_postbox_taker *taker, td_time wait)
{
    for (; wait > 0 && !told_to_stop(taker); wait -= TD_SECOND)
        (void)poll(NULL, 0, wait < TD_SECOND ? (int)(wait / 1000) + 1 : 1000);
}

void td_postboxes_run(struct td_app *app, const struct td_postboxes *boxes,
                      const struct td_postbox_taker *taker)
{
    struct rounds rounds = {.app = app, .boxes = boxes, .taker = taker};
    rounds.next = td_xcalloc(boxes->count + 1, sizeof *rounds.next);
    rounds.pause = td_xcalloc(boxes->count + 1, sizeof *rounds.pause);
    for (size_t i = 0; i < boxes->count; i++)
        rounds.pause[i] = boxes->items[i].every;
    while (!told_to_stop(taker))
        rest(taker, go_round(&rounds));
    free(rounds.next);
    free(rounds.pause);
}
