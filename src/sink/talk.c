/* talk.c: commands, replies, and the end of a message. */
#include "sink/talk.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define LINE_MAX_BYTES                                                                   \
    2048              /* a command line; RFC 5321 asks for 512, extensions for more */
#define ERRORS_MAX 50 /* then it is no mail client that talks to us */

/* How much of CRLF "." CRLF stands at the end of what came. */
enum end_seen { NOTHING, CR, LINE_START, DOT, DOT_CR };

struct td_talk {
    struct td_sink_keeper keeper;
    struct td_buf line; /* a command that is not whole yet */
    struct td_buf out;
    size_t out_done;
    struct td_buf sender;
    struct td_buf recipients;
    size_t recipient_count;
    bool has_sender;
    struct td_buf content;
    enum { AT_COMMAND, IN_DATA } phase;
    enum end_seen end_seen;
    int errors;
    bool over;
};

struct td_talk *td_talk_create(const struct td_sink_keeper *keeper)
{
    struct td_talk *talk = td_xcalloc(1, sizeof *talk);
    talk->keeper = *keeper;
    td_buf_init(&talk->line, LINE_MAX_BYTES);
    td_buf_init(&talk->out, SIZE_MAX);
    td_buf_init(&talk->sender, LINE_MAX_BYTES);
    td_buf_init(&talk->recipients, SIZE_MAX);
    td_buf_init(&talk->content, TD_SINK_SIZE_MAX);
    td_buf_add_str(&talk->out, "220 sink.localhost ESMTP tidings sink\r\n");
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
    free(talk);
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

static void reply(struct td_talk *talk, const char *text)
{
    td_buf_add_str(&talk->out, text);
    td_buf_add_str(&talk->out, "\r\n");
    if (text[0] == '5' && ++talk->errors > ERRORS_MAX)
        talk->over = true;
}

static void reset(struct td_talk *talk)
{
    td_buf_clear(&talk->sender);
    td_buf_clear(&talk->recipients);
    td_buf_clear(&talk->content);
    talk->recipient_count = 0;
    talk->has_sender = false;
}

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
    if (talk->has_sender) {
        reply(talk, "503 5.5.1 a message is under way: RSET first");
        return;
    }
    if (!take_path(&rest, &path)) {
        reply(talk, "501 5.1.7 expected MAIL FROM:<address>");
        return;
    }
    while (td_slice_token(&rest, " ", &word)) {
        const char *fault = judge_parameter(word);
        if (fault != NULL) {
            reply(talk, fault);
            return;
        }
    }
    td_buf_add_slice(&talk->sender, path);
    talk->has_sender = true;
    reply(talk, "250 2.1.0 sender taken");
}

static void on_rcpt(struct td_talk *talk, struct td_slice rest)
{
    struct td_slice path;
    if (!talk->has_sender)
        reply(talk, "503 5.5.1 MAIL first");
    else if (!take_path(&rest, &path) || path.len == 0)
        reply(talk, "501 5.1.3 expected RCPT TO:<address>");
    else if (rest.len > 0)
        reply(talk, "555 5.5.4 unknown parameter");
    else if (talk->recipient_count >= TD_SINK_RECIPIENTS_MAX)
        reply(talk, "452 4.5.3 too many recipients");
    else {
        td_buf_add_slice(&talk->recipients, path);
        td_buf_add_char(&talk->recipients, '\n');
        talk->recipient_count++;
        reply(talk, "250 2.1.5 recipient taken");
    }
}

static void on_data(struct td_talk *talk)
{
    if (talk->recipient_count == 0) {
        reply(talk, "503 5.5.1 RCPT first");
        return;
    }
    talk->phase = IN_DATA;
    talk->end_seen = LINE_START; /* behind DATA's CRLF: an empty message is a lone dot */
    reply(talk, "354 end with a dot on a line of its own");
}

static void on_ehlo(struct td_talk *talk)
{
    reset(talk);
    reply(talk,
          "250-sink.localhost\r\n250-PIPELINING\r\n250-SIZE 67108864\r\n250-8BITMIME\r\n"
          "250-SMTPUTF8\r\n250 ENHANCEDSTATUSCODES");
}

static void on_command(struct td_talk *talk, struct td_slice line)
{
    if (td_slice_istarts(line, "MAIL FROM:"))
        on_mail(talk, td_slice_sub(line, 10, line.len));
    else if (td_slice_istarts(line, "RCPT TO:"))
        on_rcpt(talk, td_slice_sub(line, 8, line.len));
    else if (td_slice_iis(line, "DATA"))
        on_data(talk);
    else if (td_slice_istarts(line, "EHLO "))
        on_ehlo(talk);
    else if (td_slice_istarts(line, "HELO ")) {
        reset(talk);
        reply(talk, "250 sink.localhost");
    } else if (td_slice_iis(line, "RSET")) {
        reset(talk);
        reply(talk, "250 2.0.0 forgotten");
    } else if (td_slice_iis(line, "NOOP") || td_slice_istarts(line, "NOOP "))
        reply(talk, "250 2.0.0 done");
    else if (td_slice_istarts(line, "VRFY "))
        reply(talk, "252 2.5.0 everything is taken here");
    else if (td_slice_iis(line, "QUIT")) {
        reply(talk, "221 2.0.0 bye");
        talk->over = true;
    } else
        reply(talk, "500 5.5.2 what was that?");
}

static void end_message(struct td_talk *talk)
{
    struct td_err err;
    struct td_sink_mail mail = {.sender = td_buf_slice(&talk->sender),
                                .recipients = td_buf_slice(&talk->recipients),
                                .content = td_buf_slice(&talk->content)};
    talk->phase = AT_COMMAND;
    if (td_buf_full(&talk->content))
        reply(talk, "552 5.3.4 larger than this sink takes");
    else if (talk->keeper.keep(talk->keeper.self, &mail, &err) == TD_OK)
        reply(talk, "250 2.0.0 kept");
    else {
        td_buf_add_str(&talk->out, "451 4.3.0 ");
        reply(talk, err.text);
    }
    reset(talk);
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
        reply(talk, "500 5.5.6 line too long");
        talk->over = true;
    } else if (end != (size_t)-1) {
        struct td_slice line = td_buf_slice(&talk->line);
        line.len--;
        if (line.len > 0 && line.ptr[line.len - 1] == '\r')
            line.len--;
        on_command(talk, line);
        td_buf_clear(&talk->line);
    }
}

void td_talk_feed(struct td_talk *talk, struct td_slice bytes)
{
    while (bytes.len > 0 && !talk->over) {
        if (talk->phase == IN_DATA)
            take_data(talk, &bytes);
        else
            take_line(talk, &bytes);
    }
}
