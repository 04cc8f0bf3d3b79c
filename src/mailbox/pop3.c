/*
 * pop3.c: a POP3 mailbox (RFC 1939). Mails have numbers for one session only, and what is deleted goes
 * at its QUIT. When the connection is lost libcurl would go on over a new one, where a number may be
 * another mail's: the session ends then without deleting anything more.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"
#include "mailbox/line.h"
#include "mailbox/ops.h"
#include "mailbox/session.h"

#define LIST_MAX    ((size_t)4 * 1024 * 1024)
#define SESSION_MAX 1000 /* then QUIT, so that not all is read again after a crash */
#define TOP_LINES   5000 /* of a mail that is larger than wanted */

struct pop3 {
    struct td_box_session *session;
    struct td_mailbox_item *items; /* owned */
    size_t count, cap;
    size_t next; /* the first one behind those that are done */
    bool lost;
};

static enum td_status call(struct pop3 *pop3, const struct td_box_request *request,
                           struct td_buf *out, struct td_err *err)
{
    bool anew = false;
    if (pop3->lost)
        return td_fail(err, TD_UNAVAILABLE, "the connection was lost");
    enum td_status status = td_box_call(pop3->session, request, out, &anew, err);
    if (status != TD_OK || !anew)
        return status;
    pop3->lost = true;
    /* Whatever this was for, it was done to a mail of another session: take it back. */
    const struct td_box_request reset = {.path = "/", .command = "RSET", .no_body = true};
    (void)td_box_call(pop3->session, &reset, out, NULL, NULL);
    return td_fail(err, TD_UNAVAILABLE, "the connection was lost");
}

static enum td_status pop3_close(void *state, struct td_err *err)
{
    struct pop3 *pop3 = state;
    enum td_status status = TD_OK;
    struct td_buf body;
    td_buf_init(&body, 1000);
    const struct td_box_request quit = {.path = "/", .command = "QUIT", .no_body = true};
    if (!pop3->lost)
        status = td_box_call(pop3->session, &quit, &body, NULL, err);
    td_box_session_destroy(pop3->session);
    td_buf_release(&body);
    free(pop3->items);
    free(pop3);
    return status;
}

static enum td_status read_list(struct pop3 *pop3, struct td_err *err)
{
    const struct td_box_request list = {.path = "/"};
    struct td_buf body;
    struct td_slice line;
    td_buf_init(&body, LIST_MAX);
    enum td_status status = td_box_call(pop3->session, &list, &body, NULL, err);
    struct td_slice rest = td_buf_slice(&body);
    while (status == TD_OK && pop3->count < SESSION_MAX && td_slice_line(&rest, &line)) {
        struct td_mailbox_item item = {0};
        if (!td_pop3_listed(line, &item.number, &item.size))
            continue;
        pop3->items = td_vec_grow(pop3->items, &pop3->cap, pop3->count + 1, sizeof item);
        pop3->items[pop3->count++] = item;
    }
    td_buf_release(&body);
    return status;
}

static enum td_status pop3_open(void **state, const struct td_mailbox_config *config,
                                struct td_mailbox_mark *mark, struct td_err *err)
{
    struct pop3 *pop3 = td_xcalloc(1, sizeof *pop3);
    (void)mark; /* nothing is kept */
    pop3->session = td_box_session_create(config);
    enum td_status status = read_list(pop3, err);
    if (status == TD_OK) {
        *state = pop3;
        return TD_OK;
    }
    pop3->lost = true;
    (void)pop3_close(pop3, NULL);
    return status;
}

static enum td_status pop3_list(void *state, struct td_mailbox_item *items, size_t *count,
                                struct td_err *err)
{
    struct pop3 *pop3 = state;
    (void)err;
    while (*count < TD_MAILBOX_PAGE && pop3->next + *count < pop3->count) {
        items[*count] = pop3->items[pop3->next + *count];
        ++*count;
    }
    return TD_OK;
}

static enum td_status pop3_fetch(void *state, const struct td_mailbox_item *item,
                                 struct td_buf *out, struct td_err *err)
{
    struct pop3 *pop3 = state;
    struct td_buf path;
    struct td_buf top;
    td_buf_init(&path, 100);
    td_buf_init(&top, 100);
    td_buf_addf(&path, "/%" PRId64, item->number);
    td_buf_addf(&top, "TOP %" PRId64 " %d", item->number, TOP_LINES);
    bool large = item->size > (int64_t)out->max;
    const struct td_box_request request = {
        .path = large ? "/" : path.ptr,
        .command = large ? top.ptr : NULL,
    };
    enum td_status status = call(pop3, &request, out, err);
    td_buf_release(&path);
    td_buf_release(&top);
    return status;
}

static enum td_status pop3_done(void *state, const struct td_mailbox_item *items,
                                size_t count, struct td_err *err)
{
    struct pop3 *pop3 = state;
    enum td_status status = TD_OK;
    struct td_buf path;
    struct td_buf body;
    td_buf_init(&path, 100);
    td_buf_init(&body, 1000);
    for (size_t i = 0; i < count && status == TD_OK; i++) {
        td_buf_clear(&path);
        td_buf_addf(&path, "/%" PRId64, items[i].number);
        const struct td_box_request delete = {
            .path = path.ptr, .command = "DELE", .no_body = true};
        status = call(pop3, &delete, &body, err);
        while (pop3->next < pop3->count &&
               pop3->items[pop3->next].number != items[i].number)
            pop3->next++; /* was not given */
        pop3->next += status == TD_OK;
    }
    td_buf_release(&path);
    td_buf_release(&body);
    return status;
}

const struct td_mailbox_ops td_mailbox_pop3 = {
    .open = pop3_open,
    .list = pop3_list,
    .fetch = pop3_fetch,
    .done = pop3_done,
    .close = pop3_close,
};
