/*
 * imap.c: an IMAP mailbox (RFC 9051) in pages of 50, by UID under one UIDVALIDITY.
 *
 * libcurl cuts reply lines over some 8 KB without a word and fails on some hundred untagged lines, so
 * nothing is ever asked for that could bring more than a page of short lines: no SEARCH, no FETCH of
 * a whole mailbox. Where mails are kept, the first one not read yet is found by halving.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "mailbox/line.h"
#include "mailbox/ops.h"
#include "mailbox/session.h"

#define LIST_MAX ((size_t)256 * 1024)

struct imap {
    const struct td_mailbox_config *config; /* borrowed */
    struct td_mailbox_mark *mark;           /* borrowed */
    struct td_box_session *session;
    char *path;     /* owned: "/FOLDER;UIDVALIDITY=N" */
    int64_t exists; /* mails there now, those that came since then apart */
    int64_t done;   /* highest UID that is done in this session */
};

/* Sequence numbers first to last, with UIDs and sizes; gone is what does not answer. */
static enum td_status fetch_range(struct imap *imap, int64_t first, int64_t last,
                                  struct td_mailbox_item *items, size_t *count,
                                  struct td_err *err)
{
    char command[80];
    struct td_buf body;
    struct td_slice line;
    *count = 0;
    (void)snprintf(command, sizeof command,
                   "FETCH %" PRId64 ":%" PRId64 " (UID RFC822.SIZE)", first, last);
    const struct td_box_request request = {.path = imap->path, .command = command};
    td_buf_init(&body, LIST_MAX);
    enum td_status status = td_box_call(imap->session, &request, &body, NULL, err);
    struct td_slice rest = td_buf_slice(&body);
    while (status == TD_OK && td_slice_line(&rest, &line)) {
        struct td_imap_fetched got;
        if (*count < TD_MAILBOX_PAGE && td_imap_fetched(line, &got))
            items[(*count)++] =
                (struct td_mailbox_item){.number = got.uid, .size = got.size};
    }
    td_buf_release(&body);
    return status;
}

/* What SELECT says stands around the body of the first command, what is news since then in it. */
static void hear(struct imap *imap, struct td_slice said, int64_t *validity)
{
    struct td_slice line;
    while (td_slice_line(&said, &line)) {
        (void)td_imap_exists(line, &imap->exists);
        (void)td_imap_validity(line, validity);
    }
}

/* Selects the folder: how many mails it has, and whether its UIDs still mean what they meant. */
static enum td_status select_folder(struct imap *imap, struct td_err *err)
{
    int64_t validity = 0;
    struct td_buf body;
    const struct td_box_request request = {.path = imap->path, .command = "NOOP"};
    td_buf_init(&body, LIST_MAX);
    enum td_status status = td_box_call(imap->session, &request, &body, NULL, err);
    if (status == TD_OK) {
        hear(imap, td_box_said(imap->session), &validity);
        hear(imap, td_buf_slice(&body), &validity);
    }
    td_buf_release(&body);
    if (status == TD_OK && validity == 0)
        return td_fail(err, TD_UNAVAILABLE, "the server names no UIDVALIDITY");
    if (status == TD_OK && validity != imap->mark->validity)
        *imap->mark = (struct td_mailbox_mark){validity, 0}; /* read anew */
    return status;
}

/* One part of a path, percent-encoded. */
static void add_escaped(struct td_buf *path, const char *part)
{
    static const char plain[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/";
    for (const char *c = part; *c; c++)
        if (strchr(plain, *c))
            td_buf_add_char(path, *c);
        else
            td_buf_addf(path, "%%%02X", (unsigned)(unsigned char)*c);
}

static void set_path(struct imap *imap, bool with_validity)
{
    struct td_buf path;
    td_buf_init(&path, 4096);
    td_buf_add_char(&path, '/');
    add_escaped(&path, imap->config->folder);
    if (with_validity)
        td_buf_addf(&path, ";UIDVALIDITY=%" PRId64, imap->mark->validity);
    free(imap->path);
    imap->path = td_buf_detach(&path);
}

static enum td_status imap_close(void *state, struct td_err *err)
{
    struct imap *imap = state;
    (void)err;
    td_box_session_destroy(imap->session);
    free(imap->path);
    free(imap);
    return TD_OK;
}

static enum td_status imap_open(void **state, const struct td_mailbox_config *config,
                                struct td_mailbox_mark *mark, struct td_err *err)
{
    struct imap *imap = td_xcalloc(1, sizeof *imap);
    imap->config = config;
    imap->mark = mark;
    imap->session = td_box_session_create(config);
    set_path(imap, false);
    enum td_status status = select_folder(imap, err);
    if (status != TD_OK) {
        (void)imap_close(imap, NULL);
        return status;
    }
    set_path(imap, true);
    *state = imap;
    return TD_OK;
}

/* The first sequence number whose UID is behind the mark: exists + 1 when there is none. */
static enum td_status find_unread(struct imap *imap, int64_t *first, struct td_err *err)
{
    int64_t low = 1;
    int64_t high = imap->exists + 1;
    while (low < high) {
        struct td_mailbox_item items[TD_MAILBOX_PAGE];
        size_t count;
        int64_t middle = low + (high - low) / 2;
        enum td_status status = fetch_range(imap, middle, middle, items, &count, err);
        if (status != TD_OK)
            return status;
        if (count == 1 && items[0].number > imap->mark->uid)
            high = middle;
        else
            low = middle + 1;
    }
    *first = low;
    return TD_OK;
}

static enum td_status imap_list(void *state, struct td_mailbox_item *items, size_t *count,
                                struct td_err *err)
{
    struct imap *imap = state;
    int64_t first = 1;
    enum td_status status = TD_OK;
    if (imap->config->then == TD_THEN_KEEP)
        status = find_unread(imap, &first, err);
    if (status != TD_OK || first > imap->exists)
        return status;
    int64_t last = first + TD_MAILBOX_PAGE - 1;
    status = fetch_range(imap, first, last < imap->exists ? last : imap->exists, items,
                         count, err);
    size_t old = 0;
    while (status == TD_OK && old < *count && items[old].number <= imap->done)
        old++;
    if (status == TD_OK && *count > 0 && old == *count) {
        *count = 0;
        return td_fail(err, TD_UNAVAILABLE,
                       "the server still has mail %" PRId64
                       ", though all were read: is the mailbox read-only, or that mail "
                       "out of order?",
                       items[0].number);
    }
    return status;
}

static enum td_status imap_fetch(void *state, const struct td_mailbox_item *item,
                                 struct td_buf *out, struct td_err *err)
{
    struct imap *imap = state;
    struct td_buf path;
    td_buf_init(&path, 4096);
    td_buf_addf(&path, "%s/;UID=%" PRId64, imap->path, item->number);
    if (item->size > (int64_t)out->max)
        td_buf_addf(&path, "/;PARTIAL=0.%zu", out->max);
    const struct td_box_request request = {.path = path.ptr};
    enum td_status status = td_box_call(imap->session, &request, out, NULL, err);
    td_buf_release(&path);
    return status;
}

static enum td_status command(struct imap *imap, const char *text, struct td_err *err)
{
    const struct td_box_request request = {.path = imap->path, .command = text};
    struct td_buf body;
    td_buf_init(&body, LIST_MAX);
    enum td_status status = td_box_call(imap->session, &request, &body, NULL, err);
    td_buf_release(&body);
    return status;
}

static enum td_status remove_set(struct imap *imap, const char *set, struct td_err *err)
{
    struct td_buf text;
    td_buf_init(&text, 4096);
    enum td_status status = TD_OK;
    if (imap->config->then == TD_THEN_MOVE) {
        td_buf_addf(&text, "UID MOVE %s \"%s\"", set, imap->config->move_to);
        status = command(imap, text.ptr, err);
    } else {
        td_buf_addf(&text, "UID STORE %s +FLAGS.SILENT (\\Deleted)", set);
        status = command(imap, text.ptr, err);
        td_buf_clear(&text);
        td_buf_addf(&text, "UID EXPUNGE %s", set);
        if (status == TD_OK)
            status = command(imap, text.ptr, err);
    }
    td_buf_release(&text);
    return status;
}

static enum td_status imap_done(void *state, const struct td_mailbox_item *items,
                                size_t count, struct td_err *err)
{
    struct imap *imap = state;
    struct td_buf set;
    enum td_status status = TD_OK;
    td_buf_init(&set, 4096);
    for (size_t i = 0; i < count; i++) {
        td_buf_addf(&set, "%s%" PRId64, i > 0 ? "," : "", items[i].number);
        if (items[i].number > imap->done)
            imap->done = items[i].number;
    }
    if (imap->config->then != TD_THEN_KEEP) {
        status = remove_set(imap, set.ptr, err);
        imap->exists -= (int64_t)count;
    }
    if (status == TD_OK && imap->done > imap->mark->uid)
        imap->mark->uid = imap->done;
    td_buf_release(&set);
    return status;
}

const struct td_mailbox_ops td_mailbox_imap = {
    .open = imap_open,
    .list = imap_list,
    .fetch = imap_fetch,
    .done = imap_done,
    .close = imap_close,
};
