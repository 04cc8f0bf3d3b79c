/* bounce.c: which of the readers a mail is for, and its judgement from what they find. */
#include "outcome/bounce.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "outcome/arf.h"
#include "outcome/blame.h"
#include "outcome/decode.h"
#include "outcome/notice.h"
#include "outcome/report.h"
#include "outcome/wrapped.h"

#define STATUS_MAX ((size_t)64 * 1024) /* of a report's part */
#define TO_MAX     16
#define QUOTED_MAX 32

struct reader {
    const struct td_bounce_rules *rules;
    struct td_bounce *out;
    struct td_parts parts;
    struct td_own own;
    bool own_read;
    struct td_fields returned;
    bool returned_read;
    struct td_bounced *items; /* owned; moved into out at the end */
    size_t item_cap;
};

const char *td_bounce_form_name(enum td_bounce_form form)
{
    static const char *const names[] = {"mail",      "report",  "text",   "feedback",
                                        "automatic", "warning", "success"};
    return names[form];
}

const char *td_bounce_kind_name(enum td_bounce_kind kind)
{
    static const char *const names[] = {"none", "soft", "hard", "complaint"};
    return names[kind];
}

/* Read only when it is needed: most reports do without. */
static const struct td_own *own_of(struct reader *reader)
{
    if (!reader->own_read)
        td_own_read(reader->rules, reader->out->arena, &reader->parts, &reader->own);
    reader->own_read = true;
    return &reader->own;
}

/* ---- what the mail is addressed to, and what it quotes ---- */

static void read_envelope(struct reader *reader)
{
    static const char *const fields[] = {"Delivered-To", "X-Original-To", "Envelope-To",
                                         "X-Envelope-To", "To"};
    struct td_bounce *out = reader->out;
    const struct td_fields *head = &reader->parts.head;
    struct td_slice to[TO_MAX];
    for (size_t i = 0; i < TD_ARRAY_LEN(fields); i++) {
        size_t at = 0;
        struct td_slice rest;
        while ((rest = td_fields_next(head, fields[i], &at)).ptr != NULL) {
            while (out->to_count < TO_MAX && td_mailbox_next(&rest, &to[out->to_count]))
                out->to_count++;
        }
    }
    out->to = td_arena_array(out->arena, to, out->to_count, sizeof *to);
    const struct td_slice path = td_fields_get(head, "Return-Path");
    out->null_sender = path.ptr == NULL || path.len == 0 || td_slice_is(path, "<>");
}

static void add_quoted(struct td_slice *list, size_t *count, struct td_slice value)
{
    if (value.len > 0 && *count < QUOTED_MAX)
        list[(*count)++] = value;
}

/* The header of the returned message where it is a part of its own: then nothing else needs to be
 * read for it. */
static const struct td_fields *returned_part(struct reader *reader)
{
    if (!reader->returned_read)
        (void)td_returned_read(reader->rules, reader->out->arena, &reader->parts,
                               &reader->returned);
    reader->returned_read = true;
    return &reader->returned;
}

static void read_quoted(struct reader *reader, struct td_slice sender)
{
    static const char *const fields[] = {
        "Return-Path", "List-Unsubscribe", "Message-ID", "X-Tidings-Message",
        "Feedback-ID", "Errors-To",        "Sender",     "From"};
    struct td_bounce *out = reader->out;
    struct td_slice list[QUOTED_MAX];
    const struct td_fields *part = returned_part(reader);
    const struct td_fields *returned = part->count > 0 ? part : &own_of(reader)->returned;
    add_quoted(list, &out->quoted_count, sender);
    for (size_t i = 0; i < TD_ARRAY_LEN(fields); i++)
        add_quoted(list, &out->quoted_count, td_fields_get(returned, fields[i]));
    for (size_t i = 0; i < returned->count; i++) {
        if (td_slice_istarts(returned->items[i].name, "X-HmXmr"))
            add_quoted(list, &out->quoted_count, returned->items[i].value);
    }
    out->quoted = td_arena_array(out->arena, list, out->quoted_count, sizeof *list);
}

/* ---- reports ---- */

/* All STATUS parts; usually one. */
static size_t read_reports(struct reader *reader, struct td_report_item *items)
{
    struct td_arena *arena = reader->out->arena;
    size_t count = 0;
    for (size_t i = 0; i < reader->parts.count; i++) {
        const struct td_part *part = &reader->parts.items[i];
        struct td_report report;
        if (part->kind != TD_PART_STATUS)
            continue;
        td_report_read(arena,
                       td_decode_body(reader->rules->charsets, arena,
                                      td_slice_sub(part->raw, 0, STATUS_MAX),
                                      part->encoding, part->charset),
                       &report);
        for (size_t k = 0; k < report.count && count < TD_REPORT_ITEMS_MAX; k++)
            items[count++] = report.items[k];
    }
    return count;
}

/* Where no action is given, the status tells. */
static enum td_action action_of(const struct td_report_item *item)
{
    if (item->action != TD_ACTION_NONE)
        return item->action;
    if (td_slice_starts(item->status, "2"))
        return TD_ACTION_DONE;
    return item->status.len > 0 || item->diagnostic.len > 0 ? TD_ACTION_FAILED
                                                            : TD_ACTION_NONE;
}

/* Whether encoded is the address as xtext (RFC 3461 4): "+2B" stands for "+". Some copy ORCPT into
 * their report as it came. */
static bool is_xtext_of(struct td_slice encoded, struct td_slice address)
{
    size_t k = 0;
    for (size_t i = 0; i < encoded.len; i++, k++) {
        const struct td_slice code = td_slice_sub(encoded, i, i + 3);
        char c = encoded.ptr[i];
        if (td_slice_iis(code, "+2b") || td_slice_iis(code, "+3d")) {
            c = td_slice_iis(code, "+2b") ? '+' : '=';
            i += 2;
        }
        if (k >= address.len || c != address.ptr[k])
            return false;
    }
    return k == address.len;
}

static struct td_slice address_of(struct reader *reader,
                                  const struct td_report_item *item)
{
    struct td_arena *arena = reader->out->arena;
    const struct td_slice original = td_clean_address(arena, item->original);
    const struct td_slice final = td_clean_address(arena, item->final);
    const bool encoded = original.len > final.len && is_xtext_of(original, final);
    return original.ptr != NULL && !encoded ? original : final;
}

static struct td_slice one_line(struct reader *reader, struct td_slice value)
{
    return td_decode_value(reader->rules->charsets, reader->out->arena, value);
}

static bool is_known(const struct reader *reader, struct td_slice address)
{
    for (size_t i = 0; i < reader->out->count; i++) {
        if (td_slice_eq(reader->items[i].address, address))
            return true;
    }
    return false;
}

/* alone: no other recipient's words can be in the notice's prose. */
static void add_item(struct reader *reader, struct td_slice address,
                     struct td_evidence *evidence, bool alone)
{
    struct td_bounce *out = reader->out;
    if (is_known(reader, address))
        return;
    reader->items = td_vec_grow(reader->items, &reader->item_cap, out->count + 1,
                                sizeof *reader->items);
    struct td_bounced *item = &reader->items[out->count];
    *item = (struct td_bounced){.address = address};
    td_blame(reader->rules, evidence, item);
    if (alone && item->rule == NULL && item->reason == TD_REASON_REFUSED) {
        evidence->prose = own_of(reader)->text;
        td_blame(reader->rules, evidence, item);
    }
    if (item->kind == TD_BOUNCE_HARD && evidence->near.ptr == NULL &&
        td_slice_find_str(td_slice(item->status), 0, ".1.") == (size_t)-1) {
        /* no code says that the address is meant: it may have been refused before it was named */
        evidence->near = td_notice_words(out->arena, own_of(reader), address);
        td_blame(reader->rules, evidence, item);
    }
    out->count++;
}

/* A report that names nobody we could know: the notice around it may. */
static void add_unnamed(struct reader *reader, const struct td_report_item *item)
{
    struct td_notice notice;
    td_notice_mentions(reader->rules, reader->out->arena, &reader->parts, own_of(reader),
                       &notice);
    for (size_t i = 0; i < notice.count && reader->out->count < TD_REPORT_ITEMS_MAX;
         i++) {
        struct td_evidence evidence = {.diagnostic = one_line(reader, item->diagnostic),
                                       .status = item->status,
                                       .near = notice.items[i].why};
        add_item(reader, notice.items[i].address, &evidence, notice.count == 1);
    }
    if (notice.count == 0) {
        struct td_evidence evidence = {.diagnostic = one_line(reader, item->diagnostic),
                                       .status = item->status};
        add_item(reader, (struct td_slice){0}, &evidence, true);
    }
}

static bool read_report(struct reader *reader)
{
    struct td_report_item items[TD_REPORT_ITEMS_MAX];
    struct td_bounce *out = reader->out;
    size_t actions[TD_ACTION_DONE + 1] = {0};
    const size_t count = read_reports(reader, items);
    for (size_t i = 0; i < count; i++)
        actions[action_of(&items[i])]++;
    if (actions[TD_ACTION_FAILED] == 0) {
        out->form = actions[TD_ACTION_DELAYED] > 0 ? TD_BOUNCE_WARNING
                    : actions[TD_ACTION_DONE] > 0  ? TD_BOUNCE_SUCCESS
                                                   : TD_BOUNCE_MAIL;
        return out->form != TD_BOUNCE_MAIL;
    }
    out->form = TD_BOUNCE_REPORT;
    for (size_t i = 0; i < count && out->count < TD_REPORT_ITEMS_MAX; i++) {
        if (action_of(&items[i]) != TD_ACTION_FAILED)
            continue;
        const struct td_slice address = address_of(reader, &items[i]);
        struct td_evidence evidence = {.diagnostic =
                                           one_line(reader, items[i].diagnostic),
                                       .status = items[i].status};
        if (address.ptr != NULL)
            add_item(reader, address, &evidence, actions[TD_ACTION_FAILED] == 1);
        else
            add_unnamed(reader, &items[i]);
    }
    return true;
}

/* ---- notices ---- */

/* Whatever its words would mean in a failure. */
static void set_complaint(struct td_bounced *item, const char *rule)
{
    item->kind = TD_BOUNCE_COMPLAINT;
    item->scope = TD_SCOPE_RECIPIENT;
    item->reason = TD_REASON_COMPLAINT;
    item->disputed = false;
    item->blocks_us = false;
    item->rule = rule;
}

static void read_notice(struct reader *reader)
{
    struct td_bounce *out = reader->out;
    struct td_notice notice;
    td_notice_read(reader->rules, out->arena, &reader->parts, own_of(reader), &notice);
    if (notice.form == NULL)
        return;
    out->form = notice.form->gives;
    for (size_t i = 0; i < notice.count; i++) {
        const struct td_mention *mention = &notice.items[i];
        struct td_evidence evidence = {
            .diagnostic = td_find_reply(mention->why),
            .status = mention->status.len > 0 ? mention->status : mention->why,
            .near = mention->why,
            .otherwise = notice.form->otherwise,
            .sure = notice.form->sure,
            .rule = notice.form->name,
        };
        add_item(reader, mention->address, &evidence, notice.count == 1);
        if (out->form == TD_BOUNCE_FEEDBACK)
            set_complaint(&reader->items[out->count - 1], notice.form->name);
    }
    if (out->form == TD_BOUNCE_TEXT && out->count == 0) {
        struct td_evidence evidence = {.otherwise = notice.form->otherwise,
                                       .sure = notice.form->sure,
                                       .rule = notice.form->name};
        add_item(reader, (struct td_slice){0}, &evidence, true);
    }
}

static bool read_feedback(struct reader *reader)
{
    struct td_bounce *out = reader->out;
    struct td_feedback feedback = {0};
    if (!td_feedback_likely(&reader->parts))
        return false;
    td_feedback_read(out->arena, &reader->parts, returned_part(reader), &feedback);
    if (!feedback.found)
        return false;
    out->form = TD_BOUNCE_FEEDBACK;
    out->kind = feedback.complaint ? TD_BOUNCE_COMPLAINT : TD_BOUNCE_NONE;
    out->items = td_arena_alloc(out->arena, (feedback.count + 1) * sizeof *out->items);
    for (size_t i = 0; feedback.complaint && i < feedback.count; i++) {
        out->items[out->count++] = (struct td_bounced){
            .address = feedback.addresses[i],
            .kind = TD_BOUNCE_COMPLAINT,
            .scope = TD_SCOPE_RECIPIENT,
            .reason = TD_REASON_COMPLAINT,
            .words = feedback.type,
        };
    }
    read_quoted(reader, feedback.sender);
    return true;
}

/* Lines of files of old that end with CR alone; mails that were sent have LF. */
static struct td_slice with_lines(struct td_arena *arena, struct td_slice mail)
{
    if (mail.len == 0 || memchr(mail.ptr, '\n', mail.len) != NULL)
        return mail;
    char *copy = td_arena_alloc(arena, mail.len);
    for (size_t i = 0; i < mail.len; i++)
        copy[i] = mail.ptr[i] == '\r' ? '\n' : mail.ptr[i];
    return td_slice_n(copy, mail.len);
}

/* A receipt that tells of no reading (RFC 5429: Sieve's reject and Dovecot's LDA). */
static bool is_rejection(const struct td_fields *head)
{
    return td_slice_find_str(td_fields_get(head, "Auto-Submitted"), 0, "(rejected)") !=
           (size_t)-1;
}

enum td_status td_bounce_read(const struct td_bounce_rules *rules, struct td_slice mail,
                              struct td_bounce *out, struct td_err *err)
{
    struct reader reader = {.rules = rules, .out = out};
    (void)err;
    struct td_arena *arena = out->arena != NULL ? out->arena : td_arena_create();
    td_arena_reset(arena);
    *out = (struct td_bounce){.arena = arena};
    mail = with_lines(arena, td_slice_sub(mail, 0, TD_BOUNCE_BYTES_MAX));
    td_parts_read(arena, mail, &reader.parts);
    read_envelope(&reader);
    td_wrapped_open(arena, &reader.parts);
    if (read_feedback(&reader))
        return TD_OK;
    if (td_parts_find(&reader.parts, TD_PART_RECEIPT) != NULL &&
        !is_rejection(&reader.parts.head))
        out->form = TD_BOUNCE_AUTOMATIC;
    else if (!read_report(&reader))
        read_notice(&reader);
    out->items =
        td_arena_array(out->arena, reader.items, out->count, sizeof *reader.items);
    free(reader.items);
    for (size_t i = 0; i < out->count; i++) {
        if (out->items[i].kind > out->kind)
            out->kind = out->items[i].kind;
    }
    if (out->form == TD_BOUNCE_FEEDBACK)
        read_quoted(&reader, (struct td_slice){0});
    return TD_OK;
}

void td_bounce_release(struct td_bounce *bounce)
{
    td_arena_destroy(bounce->arena);
    *bounce = (struct td_bounce){0};
}
