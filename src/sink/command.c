/* command.c: what each command of a client does (talkstate.h). */
#include "sink/talkstate.h"

#include <string.h>

#include "sink/shape.h"

/* Takes "<path>" off *rest. Quoted local parts may hold '>'. */
static bool take_path(struct td_slice *rest, struct td_slice *path)
{
    if (rest->len == 0 || rest->ptr[0] != '<' ||
        td_slice_find_control(*rest) != (size_t)-1)
        return false;
    bool quoted = false;
    for (size_t i = 1; i < rest->len; i++) {
        if (quoted && rest->ptr[i] == '\\')
            i++;
        else if (rest->ptr[i] == '"')
            quoted = !quoted;
        else if (!quoted && rest->ptr[i] == '>') {
            *path = td_slice_sub(*rest, 1, i);
            *rest = td_slice_sub(*rest, i + 1, rest->len);
            return true;
        }
    }
    return false;
}

static const char *judge_parameter(struct td_slice word)
{
    int64_t size = 0;
    if (td_slice_istarts(word, "SIZE=")) {
        if (!td_slice_int64(td_slice_sub(word, 5, word.len), &size) || size < 0)
            return "501 5.5.4 SIZE wants a number";
        return size > TD_SINK_SIZE_MAX ? "552 5.3.4 larger than this sink takes" : NULL;
    }
    if (td_slice_iis(word, "BODY=7BIT") || td_slice_iis(word, "BODY=8BITMIME") ||
        td_slice_iis(word, "SMTPUTF8"))
        return NULL;
    return "555 5.5.4 unknown parameter";
}

static void on_mail(struct td_talk *talk, struct td_slice rest)
{
    struct td_slice path;
    struct td_slice word;
    if (talk->terms.auth && !talk->authenticated) {
        td_talk_reply(talk, "530 5.7.0 who are you? AUTH first");
        return;
    }
    if (talk->has_sender) {
        td_talk_reply(talk, "503 5.5.1 a message is under way: RSET first");
        return;
    }
    if (!take_path(&rest, &path)) {
        td_talk_reply(talk, "501 5.1.7 expected MAIL FROM:<address>");
        return;
    }
    while (td_slice_token(&rest, " ", &word)) {
        const char *fault = judge_parameter(word);
        if (fault != NULL) {
            td_talk_reply(talk, fault);
            return;
        }
    }
    if (td_talk_grant(talk, TD_SINK_MAIL, "250 2.1.0 sender taken")) {
        td_buf_add_slice(&talk->sender, path);
        talk->has_sender = true;
    }
}

/* The recipient is there while the fault is chosen, and stays where it is taken. */
static void take_recipient(struct td_talk *talk, struct td_slice path)
{
    struct td_buf asked;
    td_buf_init(&asked, TD_TALK_LINE_MAX);
    td_buf_add_slice(&asked, path);
    td_buf_add_char(&asked, '\n');
    const char *good = "250 2.1.5 recipient taken";
    const struct td_sink_fault *fault =
        td_sink_faults_at(talk->faults, TD_SINK_RCPT, td_buf_slice(&asked));
    td_talk_say(talk, good, fault);
    if (td_shape_keeps(good, fault)) {
        td_buf_add_slice(&talk->recipients, td_buf_slice(&asked));
        talk->recipient_count++;
    }
    td_buf_release(&asked);
}

static void on_rcpt(struct td_talk *talk, struct td_slice rest)
{
    struct td_slice path;
    if (!talk->has_sender)
        td_talk_reply(talk, "503 5.5.1 MAIL first");
    else if (!take_path(&rest, &path) || path.len == 0)
        td_talk_reply(talk, "501 5.1.3 expected RCPT TO:<address>");
    else if (rest.len > 0)
        td_talk_reply(talk, "555 5.5.4 unknown parameter");
    else if (talk->recipient_count >= TD_SINK_RECIPIENTS_MAX)
        td_talk_reply(talk, "452 4.5.3 too many recipients");
    else
        take_recipient(talk, path);
}

static void on_data(struct td_talk *talk)
{
    if (talk->recipient_count == 0) {
        td_talk_reply(talk, "503 5.5.1 RCPT first");
        return;
    }
    if (!td_talk_grant(talk, TD_SINK_DATA, "354 end with a dot on a line of its own"))
        return;
    talk->phase = IN_DATA;
    talk->begun = false;
    talk->answered = false;
    talk->end_seen = LINE_START; /* behind DATA's CRLF: an empty message is a lone dot */
}

static bool offers_starttls(const struct td_talk *talk)
{
    bool named = td_sink_faults_name(talk->faults, TD_SINK_STARTTLS);
    return !talk->secure && (talk->terms.tls || named);
}

static bool offers_auth(const struct td_talk *talk)
{
    bool named = td_sink_faults_name(talk->faults, TD_SINK_AUTH);
    return (talk->secure || !talk->terms.tls) && (talk->terms.auth || named);
}

static void on_ehlo(struct td_talk *talk)
{
    struct td_buf offer;
    td_buf_init(&offer, 1000);
    td_buf_add_str(&offer, "250-sink.localhost\r\n250-PIPELINING\r\n250-SIZE 67108864\r\n"
                           "250-8BITMIME\r\n250-SMTPUTF8\r\n");
    if (offers_starttls(talk))
        td_buf_add_str(&offer, "250-STARTTLS\r\n");
    if (offers_auth(talk))
        td_buf_add_str(&offer, "250-AUTH PLAIN\r\n");
    td_buf_add_str(&offer, "250 ENHANCEDSTATUSCODES");
    td_talk_reset(talk);
    (void)td_talk_grant(talk, TD_SINK_EHLO, offer.ptr);
    td_buf_release(&offer);
}

static void welcome(struct td_talk *talk)
{
    if (td_talk_grant(talk, TD_SINK_AUTH, "235 2.7.0 welcome, whoever you are"))
        talk->authenticated = true;
}

static void on_auth(struct td_talk *talk, struct td_slice line)
{
    if (!offers_auth(talk) || !td_slice_istarts(line, "AUTH PLAIN"))
        td_talk_reply(talk, "504 5.5.4 no such mechanism");
    else if (line.len > strlen("AUTH PLAIN "))
        welcome(talk);
    else {
        td_talk_reply(talk, "334 ");
        talk->phase = IN_AUTH;
    }
}

static void on_starttls(struct td_talk *talk)
{
    if (!offers_starttls(talk))
        td_talk_reply(talk, talk->secure ? "503 5.5.1 it is there already"
                                         : "502 5.5.1 this sink has no TLS");
    else if (!talk->terms.tls)
        (void)td_talk_grant(talk, TD_SINK_STARTTLS, "454 4.7.0 this sink has no TLS");
    else
        talk->upgrading = td_talk_grant(talk, TD_SINK_STARTTLS, "220 2.0.0 go ahead");
}

void td_talk_command(struct td_talk *talk, struct td_slice line)
{
    if (talk->phase == IN_AUTH) {
        talk->phase = AT_COMMAND;
        welcome(talk);
    } else if (td_slice_istarts(line, "MAIL FROM:"))
        on_mail(talk, td_slice_sub(line, 10, line.len));
    else if (td_slice_istarts(line, "RCPT TO:"))
        on_rcpt(talk, td_slice_sub(line, 8, line.len));
    else if (td_slice_iis(line, "DATA"))
        on_data(talk);
    else if (td_slice_istarts(line, "EHLO "))
        on_ehlo(talk);
    else if (td_slice_istarts(line, "HELO ")) {
        td_talk_reset(talk);
        td_talk_reply(talk, "250 sink.localhost");
    } else if (td_slice_iis(line, "RSET")) {
        td_talk_reset(talk);
        (void)td_talk_grant(talk, TD_SINK_RSET, "250 2.0.0 forgotten");
    } else if (td_slice_iis(line, "STARTTLS"))
        on_starttls(talk);
    else if (td_slice_istarts(line, "AUTH "))
        on_auth(talk, line);
    else if (td_slice_iis(line, "NOOP") || td_slice_istarts(line, "NOOP "))
        td_talk_reply(talk, "250 2.0.0 done");
    else if (td_slice_istarts(line, "VRFY "))
        td_talk_reply(talk, "252 2.5.0 everything is taken here");
    else if (td_slice_iis(line, "QUIT")) {
        if (td_talk_grant(talk, TD_SINK_QUIT, "221 2.0.0 bye"))
            td_talk_end(talk);
    } else
        td_talk_reply(talk, "500 5.5.2 what was that?");
}
