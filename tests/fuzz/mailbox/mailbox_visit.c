/*
 * mailbox_visit.c: a whole visit to an IMAP or POP3 server that says anything.
 *
 * The first line chooses kind and fate of the mails ("imap keep"); then come the server's replies, in
 * the order of our commands, each up to a line "=". One that begins with "!" is a failure, with "?" a
 * mail that is gone, with "~" came over a new connection. This file stands in for mailbox/session.c,
 * so that libcurl, which has fuzz targets of its own, is left out. Whatever is said: a listing asks a
 * bounded number of times, a mark never goes back, and a lost POP3 session deletes nothing more.
 */
#include <string.h>

#include "base/mem.h"
#include "mailbox/mailbox.h"
#include "mailbox/session.h"
#include "support/fuzz.h"

#define PAGES    20
#define MAIL_MAX 2000
#define ASKED_MAX                                                                        \
    (PAGES * (34 + 2 * TD_MAILBOX_PAGE + 2) + 3) /* 34: halving 2^32 mails */
#define SAID_MAX (64 * 1024)

struct td_box_session {
    struct td_slice replies; /* not said yet */
    struct td_buf said;
    bool pop3;
    bool lost;
    int asked;
};

/* What td_box_session_create is given: the visit's config with what the server will say. */
struct visit {
    struct td_mailbox_config config;
    struct td_slice replies;
};

struct td_box_session *td_box_session_create(const struct td_mailbox_config *config)
{
    const struct visit *visit = (const struct visit *)config;
    struct td_box_session *session = td_xcalloc(1, sizeof *session);
    session->replies = visit->replies;
    session->pop3 = config->kind == TD_MAILBOX_POP3;
    td_buf_init(&session->said, SAID_MAX);
    return session;
}

void td_box_session_destroy(struct td_box_session *session)
{
    if (!session)
        return;
    td_buf_release(&session->said);
    free(session);
}

struct td_slice td_box_said(const struct td_box_session *session)
{
    return td_buf_slice(&session->said);
}

static struct td_slice next_reply(struct td_slice *replies)
{
    struct td_slice all = *replies;
    struct td_slice line;
    while (td_slice_line(replies, &line))
        if (td_slice_eq(line, td_slice("=")))
            return td_slice_n(all.ptr, (size_t)(line.ptr - all.ptr));
    return all;
}

enum td_status td_box_call(struct td_box_session *session,
                           const struct td_box_request *request, struct td_buf *out,
                           bool *anew, struct td_err *err)
{
    must(strlen(request->path) < 4096 && request->path[0] == '/');
    must(++session->asked <= ASKED_MAX);
    if (session->lost)
        must(request->command && strcmp(request->command, "RSET") == 0);
    if (session->replies.len == 0)
        return td_fail(err, TD_UNAVAILABLE, "the server is gone");
    struct td_slice reply = next_reply(&session->replies);
    if (td_slice_starts(reply, "!"))
        return td_fail(err, TD_UNAVAILABLE, "no");
    if (td_slice_starts(reply, "?"))
        return td_fail(err, TD_NOINPUT, "gone");
    if (anew)
        *anew = td_slice_starts(reply, "~");
    session->lost = session->lost || (anew && *anew);
    td_buf_clear(&session->said);
    td_buf_add_slice(&session->said, reply);
    td_buf_add_slice(out, reply);
    return TD_OK;
}

/* Fetches a page; those that could be read, or are gone, are done with. */
static size_t fetch_page(struct td_mailbox *box, struct td_mailbox_item *items,
                         size_t count)
{
    size_t done = 0;
    for (size_t i = 0; i < count; i++) {
        struct td_buf mail;
        struct td_err err = {0};
        td_buf_init(&mail, MAIL_MAX);
        enum td_status status = td_mailbox_fetch(box, &items[i], &mail, &err);
        must(mail.len <= MAIL_MAX);
        if (status == TD_OK || status == TD_NOINPUT)
            items[done++] = items[i];
        td_buf_release(&mail);
    }
    return done;
}

static void read_pages(struct td_mailbox *box, enum td_mailbox_kind kind)
{
    struct td_mailbox_item items[TD_MAILBOX_PAGE];
    for (int page = 0; page < PAGES; page++) {
        struct td_err err = {0};
        struct td_mailbox_mark before = td_mailbox_mark(box);
        size_t count;
        if (td_mailbox_list(box, items, &count, &err) != TD_OK || count == 0)
            return;
        must(count <= TD_MAILBOX_PAGE);
        for (size_t i = 0; i < count; i++)
            must(items[i].number > 0 && items[i].size >= 0);
        count = fetch_page(box, items, count);
        bool done = td_mailbox_done(box, items, count, &err) == TD_OK;
        struct td_mailbox_mark after = td_mailbox_mark(box);
        must(after.validity == before.validity && after.uid >= before.uid);
        if (kind == TD_MAILBOX_POP3)
            must(after.uid == before.uid);
        if (!done)
            return;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct visit visit = {.replies = td_slice_n((const char *)data, size)};
    struct td_slice choice = {0};
    struct td_mailbox *box = NULL;
    struct td_err err = {0};
    (void)td_slice_line(&visit.replies, &choice);
    visit.config = (struct td_mailbox_config){
        .name = "returns",
        .kind = td_slice_starts(choice, "pop3") ? TD_MAILBOX_POP3 : TD_MAILBOX_IMAP,
        .folder = "Returned mail/&-\xc3\xa9",
        .then = TD_THEN_DELETE,
        .move_to = "Done",
    };
    if (td_slice_ends(choice, " keep"))
        visit.config.then = TD_THEN_KEEP;
    if (td_slice_ends(choice, " move"))
        visit.config.then = TD_THEN_MOVE;
    const struct td_mailbox_mark mark = {7, 40};
    if (td_mailbox_open(&box, &visit.config, mark, &err) != TD_OK)
        return 0;
    must(td_mailbox_mark(box).validity > 0);
    read_pages(box, visit.config.kind);
    (void)td_mailbox_close(box, &err);
    return 0;
}
