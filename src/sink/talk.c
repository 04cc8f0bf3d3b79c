/* talk.c: commands, replies, and the end of a message. */
#include "sink/talkstate.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "sink/shape.h"

#define ERRORS_MAX  50            /* then it is no mail client that talks to us */
#define WAITING_MAX (1024 * 1024) /* bytes that come during a pause */

/* --- replies ---------------------------------------------------------------------------------- */

void td_talk_end(struct td_talk *talk)
{
    if (talk->pause > 0)
        talk->over_then = true;
    else
        talk->over = true;
}

void td_talk_say(struct td_talk *talk, const char *good,
                 const struct td_sink_fault *fault)
{
    bool slow = fault != NULL && fault->wait > 0;
    talk->mute = talk->mute || (fault != NULL && fault->kind == TD_FAULT_SILENT);
    td_shape_reply(good, fault, slow ? &talk->held : &talk->out);
    if (slow)
        talk->pause = fault->wait;
    if (td_shape_ends(fault))
        td_talk_end(talk);
}

bool td_talk_grant(struct td_talk *talk, enum td_sink_stage stage, const char *good)
{
    const struct td_sink_fault *fault =
        td_sink_faults_at(talk->faults, stage, td_buf_slice(&talk->recipients));
    td_talk_say(talk, good, fault);
    return td_shape_keeps(good, fault);
}

static void greet(struct td_talk *talk)
{
    static const char greeting[] = "220 sink.localhost ESMTP tidings sink";
    const struct td_slice nobody = {0};
    const struct td_sink_fault *fault =
        td_sink_faults_at(talk->faults, TD_SINK_CONNECT, nobody);
    if (fault == NULL) {
        (void)td_talk_grant(talk, TD_SINK_BANNER, greeting);
        return;
    }
    td_talk_say(talk, greeting, fault);
    if (fault->kind == TD_FAULT_REPLY && fault->code != 0)
        td_talk_end(talk);
}

/* --- the session ------------------------------------------------------------------------------ */

struct td_talk *td_talk_create(const struct td_sink_keeper *keeper,
                               const struct td_talk_terms *terms)
{
    struct td_talk *talk = td_xcalloc(1, sizeof *talk);
    talk->keeper = *keeper;
    talk->faults = terms->faults;
    talk->terms = *terms;
    td_buf_init(&talk->line, TD_TALK_LINE_MAX);
    td_buf_init(&talk->out, SIZE_MAX);
    td_buf_init(&talk->sender, TD_TALK_LINE_MAX);
    td_buf_init(&talk->recipients, SIZE_MAX);
    td_buf_init(&talk->content, TD_SINK_SIZE_MAX);
    td_buf_init(&talk->held, SIZE_MAX);
    td_buf_init(&talk->waiting, WAITING_MAX);
    talk->upgrading = terms->smtps;
    if (!terms->smtps)
        greet(talk);
    return talk;
}

void td_talk_destroy(struct td_talk *talk)
{
    if (talk == NULL)
        return;
    td_buf_release(&talk->line);
    td_buf_release(&talk->out);
    td_buf_release(&talk->sender);
    td_buf_release(&talk->recipients);
    td_buf_release(&talk->content);
    td_buf_release(&talk->held);
    td_buf_release(&talk->waiting);
    free(talk);
}

bool td_talk_upgrades(const struct td_talk *talk)
{
    return talk->upgrading;
}

bool td_talk_may_shake(struct td_talk *talk)
{
    const struct td_slice nobody = {0};
    if (talk->shake_asked)
        return true;
    talk->shake_asked = true;
    const struct td_sink_fault *fault =
        td_sink_faults_at(talk->faults, TD_SINK_TLS, nobody);
    if (fault == NULL)
        return true;
    if (fault->kind == TD_FAULT_REPLY && fault->code == 0) {
        talk->pause = fault->wait; /* slow, and well */
        return false;
    }
    talk->upgrading = false;
    td_talk_say(talk, "220 ", fault);
    return false;
}

void td_talk_secured(struct td_talk *talk)
{
    td_talk_reset(talk);
    talk->upgrading = false;
    talk->secure = true;
    if (talk->terms.smtps)
        greet(talk);
}

bool td_talk_over(const struct td_talk *talk)
{
    return talk->over;
}

struct td_slice td_talk_output(const struct td_talk *talk)
{
    return td_slice_sub(td_buf_slice(&talk->out), talk->out_done, talk->out.len);
}

void td_talk_wrote(struct td_talk *talk, size_t n)
{
    talk->out_done += n;
    if (talk->out_done >= talk->out.len) {
        td_buf_clear(&talk->out);
        talk->out_done = 0;
    }
}

void td_talk_reply(struct td_talk *talk, const char *text)
{
    td_buf_add_str(&talk->out, text);
    td_buf_add_str(&talk->out, "\r\n");
    if (text[0] == '5' && ++talk->errors > ERRORS_MAX)
        talk->over = true;
}

void td_talk_reset(struct td_talk *talk)
{
    td_buf_clear(&talk->sender);
    td_buf_clear(&talk->recipients);
    td_buf_clear(&talk->content);
    talk->recipient_count = 0;
    talk->has_sender = false;
}

/* Keeps the mail, or does not, as the faults at the dot and after it have it. */
static void keep(struct td_talk *talk)
{
    static const char good[] = "250 2.0.0 kept";
    const struct td_slice to = td_buf_slice(&talk->recipients);
    struct td_err err;
    struct td_sink_mail mail = {.sender = td_buf_slice(&talk->sender),
                                .recipients = to,
                                .content = td_buf_slice(&talk->content)};
    const struct td_sink_fault *fault = td_sink_faults_at(talk->faults, TD_SINK_DOT, to);
    if (!td_shape_keeps(good, fault)) {
        td_talk_say(talk, good, fault);
        return;
    }
    const struct td_sink_fault *after =
        td_sink_faults_at(talk->faults, TD_SINK_AFTER_DOT, to);
    if (after != NULL)
        fault = after;
    if (!td_shape_keeps(good, fault))
        mail.word =
            fault->kind == TD_FAULT_REPLY ? TD_SINK_SAYS_NO : TD_SINK_SAYS_NOTHING;
    if (talk->keeper.keep(talk->keeper.self, &mail, &err) == TD_OK) {
        td_talk_say(talk, good, fault);
    } else {
        td_buf_add_str(&talk->out, "451 4.3.0 ");
        td_talk_reply(talk, err.text);
    }
}

static void end_message(struct td_talk *talk)
{
    talk->phase = AT_COMMAND;
    if (td_buf_full(&talk->content))
        td_talk_reply(talk, "552 5.3.4 larger than this sink takes");
    else if (!talk->answered)
        keep(talk);
    td_talk_reset(talk);
}

/* The first bytes of a message are there. */
static void begin_message(struct td_talk *talk)
{
    const struct td_sink_fault *fault =
        td_sink_faults_at(talk->faults, TD_SINK_BODY, td_buf_slice(&talk->recipients));
    talk->begun = true;
    if (fault == NULL)
        return;
    talk->answered = true;
    td_talk_say(talk, "250 ", fault);
}

/*
 * Moves on by one byte. A dot at the start of a line is held back until the next bytes show whether
 * it ends the message; if not it falls away, as a client has put it there (RFC 5321 4.5.2).
 * Returns whether c, as it stands, is content.
 */
static bool take_byte(struct td_talk *talk, char c)
{
    enum end_seen seen = talk->end_seen;
    talk->end_seen = c == '\r' ? CR : NOTHING;
    if (seen == CR && c == '\n') {
        talk->end_seen = LINE_START;
    } else if (seen == LINE_START && c == '.') {
        talk->end_seen = DOT;
        return false;
    } else if (seen == DOT && c == '\r') {
        talk->end_seen = DOT_CR;
        return false;
    } else if (seen == DOT_CR && c == '\n') {
        end_message(talk);
        return false;
    } else if (seen == DOT_CR) {
        td_buf_add_char(&talk->content, '\r'); /* held back in vain */
    }
    return true;
}

/* Takes content off *bytes up to the end of the message. */
static void take_data(struct td_talk *talk, struct td_slice *bytes)
{
    size_t i = 0;
    while (i < bytes->len && talk->phase == IN_DATA) {
        size_t cr = talk->end_seen == NOTHING ? td_slice_find(*bytes, i, '\r') : i;
        size_t plain = (cr == (size_t)-1 ? bytes->len : cr) - i;
        td_buf_add(&talk->content, bytes->ptr + i, plain);
        i += plain;
        if (i < bytes->len && take_byte(talk, bytes->ptr[i]))
            td_buf_add_char(&talk->content, bytes->ptr[i]);
        i += i < bytes->len;
    }
    *bytes = td_slice_sub(*bytes, i, bytes->len);
}

/* Takes one command line off *bytes, or what there is of it. */
static void take_line(struct td_talk *talk, struct td_slice *bytes)
{
    size_t end = td_slice_find(*bytes, 0, '\n');
    size_t n = end == (size_t)-1 ? bytes->len : end + 1;
    td_buf_add(&talk->line, bytes->ptr, n);
    *bytes = td_slice_sub(*bytes, n, bytes->len);
    if (td_buf_full(&talk->line)) {
        td_talk_reply(talk, "500 5.5.6 line too long");
        talk->over = true;
    } else if (end != (size_t)-1) {
        struct td_slice line = td_buf_slice(&talk->line);
        line.len--;
        if (line.len > 0 && line.ptr[line.len - 1] == '\r')
            line.len--;
        td_talk_command(talk, line);
        td_buf_clear(&talk->line);
    }
}

void td_talk_feed(struct td_talk *talk, struct td_slice bytes)
{
    while (bytes.len > 0 && !talk->over && !talk->mute && talk->pause == 0 &&
           !talk->upgrading) {
        if (talk->phase != IN_DATA)
            take_line(talk, &bytes);
        else if (!talk->begun)
            begin_message(talk);
        else
            take_data(talk, &bytes);
    }
    if (talk->pause > 0 && !talk->upgrading)
        td_buf_add_slice(&talk->waiting, bytes);
}

td_time td_talk_pause(const struct td_talk *talk)
{
    return talk->pause;
}

void td_talk_resume(struct td_talk *talk)
{
    struct td_buf waiting = talk->waiting;
    td_buf_init(&talk->waiting, WAITING_MAX);
    talk->pause = 0;
    talk->over = talk->over || talk->over_then;
    td_buf_add_slice(&talk->out, td_buf_slice(&talk->held));
    td_buf_clear(&talk->held);
    td_talk_feed(talk, td_buf_slice(&waiting));
    td_buf_release(&waiting);
}
