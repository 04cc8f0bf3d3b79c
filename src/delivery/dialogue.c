/* dialogue.c: the SMTP client's side of a session, from ready to ready. */
#include "delivery/dialogue.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "delivery/envelope.h"

#define COMMANDS_MAX 4096        /* RSET, MAIL, RCPT, DATA with two paths of 256 */
#define REPLY_MAX    (16 * 1024) /* no honest reply is longer; RFC 5321 allows 512 a line */

/* What the server owes us. */
enum step {
    STEP_READY, /* nothing */
    STEP_RSET,  /* its reply to RSET; with pipelining MAIL, RCPT, DATA are out already */
    STEP_MAIL,
    STEP_RCPT,
    STEP_DATA,
    STEP_BODY,     /* nothing: we are writing the message */
    STEP_HELD,     /* nothing: the dot waits for its permit */
    STEP_DOT,      /* its reply to the dot */
    STEP_LONE_DOT, /* its reply to a dot that ends an empty message nobody was to get */
    STEP_QUIT,
    STEP_GONE,
};

struct td_dialogue {
    struct td_ehlo offered;
    enum step step;
    struct td_buf out; /* commands; written up to out_done */
    size_t out_done;
    struct td_wire wire;  /* what was seen in it */
    struct td_slice data; /* the parcel's, or stuffed */
    size_t data_done;
    struct td_buf stuffed;
    struct td_buf in;               /* a reply that is not whole yet */
    const struct td_parcel *parcel; /* borrowed; NULL between messages */
    bool refused; /* verdict holds the refusal; the rest of the group is read first */
    bool reset;   /* RSET goes before the next MAIL */
    bool pending; /* event is there */
    struct td_event event;
    struct td_reply verdict;
    unsigned long progress;
};

struct td_dialogue *td_dialogue_create(const struct td_ehlo *offered)
{
    struct td_dialogue *d = td_xcalloc(1, sizeof *d);
    d->offered = *offered;
    td_buf_init(&d->out, COMMANDS_MAX);
    td_buf_init(&d->in, REPLY_MAX);
    td_buf_init(&d->stuffed, SIZE_MAX);
    return d;
}

void td_dialogue_destroy(struct td_dialogue *d)
{
    if (d == NULL)
        return;
    td_buf_release(&d->out);
    td_buf_release(&d->in);
    td_buf_release(&d->stuffed);
    free(d);
}

bool td_dialogue_ready(const struct td_dialogue *d)
{
    return d->step == STEP_READY && !d->pending;
}

bool td_dialogue_gone(const struct td_dialogue *d)
{
    return d->step == STEP_GONE;
}

unsigned long td_dialogue_progress(const struct td_dialogue *d)
{
    return d->progress;
}

/* The only door through which the step changes. */
static void go(struct td_dialogue *d, enum step step)
{
    d->step = step;
    d->progress++;
}

/* Which command a lost session leaves unanswered, and how long its reply may take. */
static const struct {
    enum td_stage stage;
    td_time patience; /* RFC 5321 4.5.3.2; 0: the server owes nothing */
} steps[] = {
    [STEP_READY] = {TD_STAGE_SESSION, 0},
    [STEP_RSET] = {TD_STAGE_SESSION, 5 * TD_MINUTE},
    [STEP_MAIL] = {TD_STAGE_MAIL, 5 * TD_MINUTE},
    [STEP_RCPT] = {TD_STAGE_RCPT, 5 * TD_MINUTE},
    [STEP_DATA] = {TD_STAGE_DATA, 2 * TD_MINUTE},
    [STEP_BODY] = {TD_STAGE_DATA, 3 * TD_MINUTE},
    [STEP_HELD] = {TD_STAGE_DATA, 0},
    [STEP_DOT] = {TD_STAGE_DOT, 10 * TD_MINUTE},
    [STEP_LONE_DOT] = {TD_STAGE_DOT, 10 * TD_MINUTE},
    [STEP_QUIT] = {TD_STAGE_SESSION, 10 * TD_SECOND}, /* a 221 is politeness, no more */
    [STEP_GONE] = {TD_STAGE_SESSION, 0},
};

static void forget_output(struct td_dialogue *d)
{
    td_buf_clear(&d->out);
    d->out_done = 0;
}

/* Ends the parcel with an event; it is not ours from here on. */
static void end_parcel(struct td_dialogue *d, enum td_event_kind kind,
                       const struct td_reply *reply, bool after_dot)
{
    d->event.kind = kind;
    d->event.reply = *reply;
    d->event.after_dot = after_dot;
    d->pending = true;
    d->parcel = NULL;
    d->refused = false;
    d->data = (struct td_slice){0};
    td_buf_release(&d->stuffed);
}

/* The session is over. What the server said about the parcel, or did not, becomes its end. */
static void lose(struct td_dialogue *d, const struct td_reply *last)
{
    enum step step = d->step;
    bool dot_left = step == STEP_DOT && (d->out.len == 0 || d->out_done > 0);
    go(d, STEP_GONE);
    forget_output(d);
    if (d->parcel == NULL)
        return;
    struct td_reply reply = d->refused ? d->verdict : *last;
    if (!d->refused)
        reply.stage = steps[step].stage;
    /* Once AT_DOT was told the parcel may be on record as on the wire: it ends by DONE. */
    bool told = step == STEP_HELD || step == STEP_DOT;
    bool unsaid = step == STEP_RSET || step == STEP_MAIL;
    if (!d->refused && !told && (unsaid || reply.code == 421))
        end_parcel(d, TD_EVENT_RETURNED, &reply, false);
    else
        end_parcel(d, TD_EVENT_DONE, &reply, dot_left);
}

static void lose_confused(struct td_dialogue *d, const char *what, const char *said)
{
    struct td_reply reply = {.code = 0};
    (void)snprintf(reply.text, sizeof reply.text, "%.100s%.900s", what, said);
    lose(d, &reply);
}

void td_dialogue_lost(struct td_dialogue *d, const char *how)
{
    if (d->step != STEP_GONE)
        lose_confused(d, how, "");
}

void td_dialogue_cut(struct td_dialogue *d)
{
    if (d->step != STEP_HELD && d->step != STEP_GONE)
        TD_PANIC("cut away from the dot");
    d->parcel = NULL;
    d->pending = false;
    td_dialogue_lost(d, "cut");
}

void td_dialogue_begin(struct td_dialogue *d, const struct td_parcel *parcel)
{
    if (!td_dialogue_ready(d))
        TD_PANIC("a message begun in the middle of another");
    d->parcel = parcel;
    d->data = td_buf_slice(&parcel->data);
    d->data_done = 0;
    d->wire = td_wire_look(d->data);
    struct td_reply why;
    if (!td_envelope_fits(parcel, &d->offered, d->wire, &why)) {
        end_parcel(d, TD_EVENT_DONE, &why, false);
        return;
    }
    if (d->wire.dots) {
        td_wire_stuff(d->data, &d->stuffed);
        d->data = td_buf_slice(&d->stuffed);
    }
    if (d->reset)
        td_buf_add_str(&d->out, "RSET\r\n");
    if (!d->reset || d->offered.pipelining)
        td_envelope_mail(parcel, &d->offered, d->wire, &d->out);
    if (d->offered.pipelining) {
        td_envelope_rcpt(parcel, &d->out);
        td_buf_add_str(&d->out, "DATA\r\n");
    }
    go(d, d->reset ? STEP_RSET : STEP_MAIL);
    d->reset = false;
}

struct td_slice td_dialogue_output(const struct td_dialogue *d)
{
    if (d->out_done < d->out.len)
        return td_slice_sub(td_buf_slice(&d->out), d->out_done, d->out.len);
    if (d->step == STEP_BODY)
        return td_slice_sub(d->data, d->data_done, d->data.len);
    return td_slice_n("", 0);
}

static void hold_dot(struct td_dialogue *d)
{
    go(d, STEP_HELD);
    d->event = (struct td_event){.kind = TD_EVENT_AT_DOT};
    d->pending = true;
}

void td_dialogue_wrote(struct td_dialogue *d, size_t n)
{
    d->progress++;
    if (d->out_done < d->out.len) {
        d->out_done += n;
        if (d->out_done >= d->out.len)
            forget_output(d);
    } else if (d->step == STEP_BODY) {
        d->data_done += n;
        if (d->data_done >= d->data.len)
            hold_dot(d);
    }
}

void td_dialogue_permit(struct td_dialogue *d)
{
    if (d->step == STEP_GONE)
        return;
    if (d->step != STEP_HELD)
        TD_PANIC("a dot permitted that does not wait");
    d->pending = false;
    td_buf_add_str(&d->out, ".\r\n");
    go(d, STEP_DOT);
}

void td_dialogue_quit(struct td_dialogue *d)
{
    if (!td_dialogue_ready(d))
        TD_PANIC("QUIT in the middle of a message");
    td_buf_add_str(&d->out, "QUIT\r\n");
    go(d, STEP_QUIT);
}

bool td_dialogue_event(struct td_dialogue *d, struct td_event *out)
{
    if (!d->pending)
        return false;
    struct td_parcel *parcel = out->parcel;
    *out = d->event;
    out->parcel = parcel;
    d->pending = false;
    return true;
}

/* The server's last word: ready for the next message. */
static void finish(struct td_dialogue *d, const struct td_reply *reply)
{
    bool sent = !d->refused && reply->code / 100 == 2;
    bool after_dot = d->step == STEP_DOT;
    struct td_reply last = d->refused ? d->verdict : *reply;
    d->reset = !sent;
    go(d, STEP_READY);
    end_parcel(d, TD_EVENT_DONE, &last, after_dot);
}

/* MAIL and RCPT: on to the next command, or to its reply where it is out already. */
static void answer_envelope(struct td_dialogue *d, const struct td_reply *reply)
{
    bool refusal = reply->code >= 400;
    if (refusal && !d->offered.pipelining) {
        finish(d, reply);
        return;
    }
    if (refusal && !d->refused)
        d->verdict = *reply;
    d->refused = d->refused || refusal;
    if (!d->offered.pipelining) {
        if (d->step == STEP_MAIL)
            td_envelope_rcpt(d->parcel, &d->out);
        else
            td_buf_add_str(&d->out, "DATA\r\n");
    }
    go(d, d->step == STEP_MAIL ? STEP_RCPT : STEP_DATA);
}

static void answer_data(struct td_dialogue *d, const struct td_reply *reply)
{
    if (reply->code >= 400) {
        finish(d, reply);
    } else if (!d->refused) {
        go(d, STEP_BODY);
        if (d->data.len == 0)
            hold_dot(d);
    } else if (d->verdict.stage == TD_STAGE_RCPT) {
        /* RFC 2920 3.1: it waits for a message nobody is to get. An empty one ends it. */
        td_buf_add_str(&d->out, ".\r\n");
        go(d, STEP_LONE_DOT);
    } else {
        /* MAIL was refused and RCPT was not: a dot would send an empty mail to a person. */
        lose(d, reply);
    }
}

/* Whether a code of this class may answer this step. */
static bool expected(enum step step, int class_)
{
    switch (step) {
    case STEP_READY:
    case STEP_GONE: return false;
    case STEP_RSET:
    case STEP_QUIT: return class_ == 2;
    case STEP_DATA: return class_ >= 3;
    case STEP_BODY:
    case STEP_HELD: return class_ >= 4;
    default: return class_ == 2 || class_ >= 4;
    }
}

static void answer(struct td_dialogue *d, struct td_reply *reply)
{
    reply->stage = steps[d->step].stage;
    if (reply->code == 421) {
        lose(d, reply);
        return;
    }
    bool early =
        d->step == STEP_DOT && d->out.len > 0; /* an answer to a dot not sent yet */
    if (early || !expected(d->step, reply->code / 100)) {
        lose_confused(d, "unexpected reply: ", reply->text);
        return;
    }
    switch (d->step) {
    case STEP_RSET:
        if (!d->offered.pipelining)
            td_envelope_mail(d->parcel, &d->offered, d->wire, &d->out);
        go(d, STEP_MAIL);
        break;
    case STEP_MAIL:
    case STEP_RCPT: answer_envelope(d, reply); break;
    case STEP_DATA: answer_data(d, reply); break;
    case STEP_DOT:
    case STEP_LONE_DOT: finish(d, reply); break;
    case STEP_BODY: /* refused while we write: there is no way back but a new session */
    case STEP_HELD:
    case STEP_QUIT:
    case STEP_READY:
    case STEP_GONE: lose(d, reply); break;
    }
}

/* Replies wholly in `input`, one after the other; returns how much of it was used. */
static size_t take_replies(struct td_dialogue *d, struct td_slice input)
{
    size_t done = 0;
    while (done < input.len && d->step != STEP_GONE) {
        struct td_reply reply;
        size_t used = 0;
        int whole = td_reply_parse(td_slice_sub(input, done, input.len), &reply, &used);
        if (whole == 0)
            break;
        if (whole < 0)
            lose_confused(d, "the server does not speak SMTP", "");
        else
            answer(d, &reply);
        done += used;
    }
    return done;
}

void td_dialogue_feed(struct td_dialogue *d, struct td_slice bytes)
{
    if (d->in.len > 0) {
        td_buf_add_slice(&d->in, bytes);
        bytes = td_buf_slice(&d->in);
    }
    size_t used = take_replies(d, bytes);
    struct td_slice rest = td_slice_sub(bytes, used, bytes.len);
    if (d->step == STEP_GONE || rest.len == 0) {
        td_buf_clear(&d->in);
    } else if (d->in.len > 0) {
        memmove(d->in.ptr, rest.ptr, rest.len);
        d->in.len = rest.len;
        d->in.ptr[rest.len] = '\0';
    } else {
        td_buf_add_slice(&d->in, rest);
    }
    if (td_buf_full(&d->in))
        lose_confused(d, "a reply without an end", "");
}

td_time td_dialogue_patience(const struct td_dialogue *d)
{
    return steps[d->step].patience;
}
