/* What arrives at the command address (mail_command.h). */
#include "app/answers/mail_command.h"

#include <stdio.h>

#include "app/answers/mail_answer.h"
#include "app/answers/tickets.h"
#include "base/log.h"
#include "model/address.h"
#include "outcome/decode.h"
#include "outcome/parts.h"

#define TEXT_MAX      ((size_t)16 * 1024) /* of the body: a command stands at its start */
#define RECEIVED_MOST 100                 /* more hops are a loop (RFC 5321 6.3) */

const char *td_mail_result_name(enum td_mail_result result)
{
    switch (result) {
    case TD_MAIL_UNSUBSCRIBED: return "unsubscribed";
    case TD_MAIL_CONFIRMED: return "confirmed";
    case TD_MAIL_ASKED: return "asked";
    case TD_MAIL_NOTHING: return "nothing";
    case TD_MAIL_AUTOMATIC: return "automatic";
    case TD_MAIL_NO_COMMAND: return "no_command";
    case TD_MAIL_BAD_TOKEN: return "bad_token";
    }
    return "?";
}

/* A mail as far as a command needs it. */
struct incoming {
    struct td_app *app;
    struct td_arena *arena;
    struct td_charsets *charsets;
    struct td_parts parts;
    struct td_slice from; /* one address, or absent */
    struct td_mail_wish command;
    bool automatic;
};

/* --- reading ---------------------------------------------------------------------------------- */

/* The first words that a person may have written. */
static struct td_slice read_text(struct incoming *mail)
{
    const struct td_part *part = td_parts_find(&mail->parts, TD_PART_TEXT);
    const bool html = !part;
    if (html)
        part = td_parts_find(&mail->parts, TD_PART_HTML);
    if (!part)
        return td_slice("");
    const struct td_slice text =
        td_decode_body(mail->charsets, mail->arena, td_slice_sub(part->raw, 0, TEXT_MAX),
                       part->encoding, part->charset);
    return html ? td_html_text(mail->arena, text) : text;
}

/* From: with one address only; Reply-To is where a stranger would have us write to somebody else. */
static struct td_slice read_from(const struct td_fields *head)
{
    struct td_slice rest = td_fields_get(head, "From");
    struct td_slice address = {NULL, 0};
    struct td_slice another;
    if (!rest.ptr || !td_mailbox_next(&rest, &address) ||
        td_mailbox_next(&rest, &another))
        return (struct td_slice){NULL, 0};
    return address;
}

/* Local parts of machines. */
static bool is_machine(struct td_slice from)
{
    static const char *const names[] = {"mailer-daemon", "postmaster", "noreply",
                                        "no-reply",      "daemon",     "root",
                                        "bounce",        "bounces",    "mdaemon"};
    const struct td_slice local = td_slice_sub(from, 0, td_slice_find(from, 0, '@'));
    for (size_t i = 0; i < TD_ARRAY_LEN(names); i++)
        if (td_slice_iis(local, names[i]))
            return true;
    return false;
}

static bool is_bulk(struct td_slice precedence)
{
    static const char *const names[] = {"bulk", "list", "junk", "auto_reply"};
    for (size_t i = 0; i < TD_ARRAY_LEN(names); i++)
        if (td_slice_iis(td_value_main(precedence), names[i]))
            return true;
    return false;
}

/* RFC 3834 section 2, and what is older than it. Our own mail has Auto-Submitted. */
static bool is_automatic(const struct incoming *mail)
{
    const struct td_fields *head = &mail->parts.head;
    const struct td_slice submitted = td_fields_get(head, "Auto-Submitted");
    const struct td_slice path = td_fields_get(head, "Return-Path");
    size_t received = 0;
    for (size_t i = 0; i < head->count; i++) {
        const struct td_slice name = head->items[i].name;
        received += td_slice_iis(name, "Received");
        if (td_slice_istarts(name, "List-") || td_slice_iis(name, "X-Autoreply") ||
            td_slice_iis(name, "X-Autorespond") || td_slice_iis(name, "X-Loop") ||
            td_slice_iis(name, "X-Failed-Recipients") ||
            td_slice_iis(name, "Feedback-ID"))
            return true;
    }
    return received > RECEIVED_MOST || !mail->from.ptr || is_machine(mail->from) ||
           td_command_is_ours(mail->app->config->commands, mail->from) ||
           (submitted.ptr && !td_slice_iis(td_value_main(submitted), "no")) ||
           (path.ptr && td_slice_is(td_slice_trim(path), "<>")) ||
           is_bulk(td_fields_get(head, "Precedence")) ||
           td_parts_find(&mail->parts, TD_PART_STATUS) ||
           td_parts_find(&mail->parts, TD_PART_FEEDBACK) ||
           td_parts_find(&mail->parts, TD_PART_RECEIPT);
}

static void read_mail(struct incoming *mail, struct td_slice bytes)
{
    td_parts_read(mail->arena, td_slice_sub(bytes, 0, TD_COMMAND_MAIL_MAX), &mail->parts);
    struct td_slice subject = td_fields_get(&mail->parts.head, "Subject");
    subject = subject.ptr ? td_decode_value(mail->charsets, mail->arena, subject)
                          : td_slice("");
    td_command_read(subject, read_text(mail), &mail->command);
    mail->from = read_from(&mail->parts.head);
    mail->automatic = is_automatic(mail);
}

/* --- tokens ----------------------------------------------------------------------------------- */

/* The token of the address that the mail was sent to, as links have it. *ours: it had our form. */
static bool token_of_address(const struct incoming *mail, bool *ours,
                             char out[TD_TOKEN_MAX + 1])
{
    static const char *const names[] = {"Delivered-To", "X-Original-To", "Envelope-To",
                                        "To", "Cc"};
    const struct td_fields *head = &mail->parts.head;
    *ours = false;
    for (size_t n = 0; n < TD_ARRAY_LEN(names); n++)
        for (size_t i = 0; i < head->count; i++) {
            struct td_slice rest = head->items[i].value;
            struct td_slice address;
            struct td_slice token;
            if (!td_slice_iis(head->items[i].name, names[n]))
                continue;
            while (td_mailbox_next(&rest, &address))
                if (td_command_token(mail->app->config->commands, address, &token)) {
                    *ours = true;
                    if (td_token_from_address(token, out))
                        return true;
                }
        }
    return false;
}

/* Whichever of the two purposes that a mail can serve the token has; TD_NO when neither. */
static enum td_status read_ticket(struct td_app *app, struct td_slice token,
                                  struct td_ticket *out, struct td_err *err)
{
    enum td_status status = td_ticket_read(app, token, TD_PURPOSE_UNSUBSCRIBE, out, err);
    if (status == TD_NO)
        status = td_ticket_read(app, token, TD_PURPOSE_CONFIRM, out, err);
    return status;
}

/* A yes is one only from a person who does not say no; a no ends what was asked for. */
static enum td_status answer_question(struct incoming *mail,
                                      const struct td_ticket *ticket,
                                      const struct td_ticket_use *use,
                                      struct td_mail_outcome *out, struct td_err *err)
{
    enum td_optin_result result = TD_OPTIN_GONE;
    const bool no = mail->command.says_no || mail->command.says_stop;
    if (mail->automatic) {
        out->result = TD_MAIL_AUTOMATIC;
        return TD_OK;
    }
    if (no && ticket->status == TD_PENDING) {
        out->result = TD_MAIL_UNSUBSCRIBED;
        return td_ticket_leave(mail->app, ticket, use, err);
    }
    if (no)
        return TD_OK;
    enum td_status status = td_ticket_confirm(mail->app, ticket, use, &result, err);
    if (status == TD_OK && result == TD_OPTIN_CONFIRMED)
        out->result = TD_MAIL_CONFIRMED;
    return status;
}

/* Leaving is taken from anybody who has the token, machines too, for mail programs unsubscribe by
 * it; but not from whoever answers "do you want to leave?" with a no. */
static enum td_status act(struct incoming *mail, const struct td_ticket *ticket,
                          struct td_mail_outcome *out, struct td_err *err)
{
    const struct td_ticket_use use = {.how = "mail", .source = "reply"};
    out->subscriber = ticket->token.subscriber;
    if (ticket->token.purpose == TD_PURPOSE_CONFIRM)
        return answer_question(mail, ticket, &use, out, err);
    if (mail->command.says_no && mail->command.verb != TD_COMMAND_UNSUBSCRIBE)
        return TD_OK;
    out->result = TD_MAIL_UNSUBSCRIBED;
    return td_ticket_leave(mail->app, ticket, &use, err);
}

/* By the address's token, or by one behind the command; *done when there was one. */
static enum td_status act_by_token(struct incoming *mail, struct td_mail_outcome *out,
                                   bool *done, struct td_err *err)
{
    char token[TD_TOKEN_MAX + 1];
    struct td_ticket ticket;
    bool ours = false;
    const struct td_mail_wish *command = &mail->command;
    const bool said = (command->verb == TD_COMMAND_CONFIRM ||
                       command->verb == TD_COMMAND_UNSUBSCRIBE) &&
                      td_token_key_id(command->about) >= 0;
    struct td_slice text = command->about;
    *done = false;
    if (token_of_address(mail, &ours, token))
        text = td_slice(token);
    else if (!said && !ours)
        return TD_OK;
    *done = true;
    enum td_status status = read_ticket(mail->app, text, &ticket, err);
    if (status == TD_OK)
        return act(mail, &ticket, out, err);
    out->result = TD_MAIL_BAD_TOKEN;
    return status == TD_NO ? TD_OK : status;
}

/* --- without a token -------------------------------------------------------------------------- */

static enum td_status ask_back(struct incoming *mail, struct td_mail_outcome *out,
                               struct td_err *err)
{
    struct td_address address;
    struct td_err why;
    bool queued = false;
    out->result = TD_MAIL_NO_COMMAND;
    if (mail->command.verb == TD_COMMAND_NONE ||
        mail->command.verb == TD_COMMAND_CONFIRM ||
        td_address_parse(mail->from, &address, &why) != TD_OK)
        return TD_OK;
    const struct td_mail_question question = {
        .verb = mail->command.verb,
        .about = mail->command.about,
        .from = &address,
    };
    enum td_status status =
        td_mail_answer(mail->app, &question, &queued, &out->subscriber, err);
    if (status == TD_OK && queued)
        out->result = TD_MAIL_ASKED;
    return status;
}

static enum td_status obey(struct incoming *mail, struct td_mail_outcome *out,
                           struct td_err *err)
{
    bool done = false;
    enum td_status status = act_by_token(mail, out, &done, err);
    if (status != TD_OK || done)
        return status;
    if (mail->automatic) {
        out->result = TD_MAIL_AUTOMATIC;
        return TD_OK;
    }
    return ask_back(mail, out, err);
}

enum td_status td_mail_command(struct td_app *app, struct td_slice mail,
                               struct td_mail_outcome *out, struct td_err *err)
{
    struct incoming incoming = {.app = app};
    *out = (struct td_mail_outcome){.result = TD_MAIL_NOTHING};
    enum td_status status = td_app_store(app, err);
    if (status != TD_OK)
        return status;
    if (!app->config->commands)
        return td_fail(err, TD_CONFIG, "%s: there is no command_address",
                       app->config->file);
    incoming.arena = td_arena_create();
    incoming.charsets = td_charsets_create();
    read_mail(&incoming, mail);
    out->verb = incoming.command.verb;
    status = obey(&incoming, out, err);
    if (status == TD_OK)
        td_log(TD_INFO, "mail_command", "verb=%s result=%s subscriber=%lld",
               td_command_name(out->verb), td_mail_result_name(out->result),
               (long long)out->subscriber);
    td_charsets_destroy(incoming.charsets);
    td_arena_destroy(incoming.arena);
    return status;
}
