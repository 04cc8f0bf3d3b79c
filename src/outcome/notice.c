/*
 * notice.c: the forms of the rule file, in its order. Their words are looked for in one pass over
 * subject, sender and text; patterns run for the forms that are left.
 */
#include "outcome/notice.h"

#include <string.h>

#include "outcome/decode.h"
#include "outcome/flatten.h"
#include "outcome/mention.h"
#include "outcome/report.h"

/* Of the text in which the words of forms are looked for. */
#define FLAT_MAX  ((size_t)8 * 1024)
#define VALUE_MAX ((size_t)1024)

static const size_t none = (size_t)-1;

/* What stands where. */
struct look {
    struct td_hits text, subject, sender;
};

static void look_at_subject(const struct td_bounce_rules *rules, struct td_arena *arena,
                            struct td_slice value, struct td_hits *hits)
{
    char flat[VALUE_MAX] = "^"; /* phrases may ask for the beginning */
    const size_t n = td_flatten(td_decode_value(rules->charsets, arena, value), flat + 1,
                                sizeof flat - 1);
    td_phrases_find(rules->in_subject, td_slice_n(flat, n + 1), hits);
}

/* The sender's address and name; td_flatten drops addresses, which are wanted here. */
static void look_at_sender(const struct td_bounce_rules *rules, struct td_arena *arena,
                           struct td_slice value, struct td_hits *hits)
{
    char flat[VALUE_MAX];
    size_t n = 0;
    value = td_decode_value(rules->charsets, arena, value);
    for (size_t i = 0; i < value.len && n + 1 < sizeof flat; i++) {
        const char c = value.ptr[i];
        flat[n++] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    td_phrases_find(rules->in_sender, td_slice_n(flat, n), hits);
}

static void look_around(const struct td_bounce_rules *rules, struct td_arena *arena,
                        const struct td_parts *parts, struct td_slice text,
                        struct look *look)
{
    char flat[FLAT_MAX];
    const size_t n = td_flatten(text, flat, sizeof flat);
    td_phrases_find(rules->in_text, td_slice_n(flat, n), &look->text);
    look_at_subject(rules, arena, td_fields_get(&parts->head, "Subject"), &look->subject);
    look_at_sender(rules, arena, td_fields_get(&parts->head, "From"), &look->sender);
}

static bool holds(struct td_slice value, struct td_slice words)
{
    for (size_t i = 0; i + words.len <= value.len; i++) {
        if (td_slice_ieq(td_slice_sub(value, i, i + words.len), words))
            return true;
    }
    return false;
}

static bool has_field(const struct td_form *form, const struct td_fields *head)
{
    for (size_t i = 0; i < form->field_count; i++) {
        const struct td_form_field *field = &form->fields[i];
        size_t at = 0;
        struct td_slice value;
        while ((value = td_fields_next(head, field->name, &at)).ptr != NULL) {
            if (field->words.len == 0 || holds(value, field->words))
                return true;
        }
    }
    return form->field_count == 0;
}

static bool names_address(const struct td_fields *head, const char *field,
                          struct td_slice address)
{
    struct td_slice rest = td_fields_get(head, field);
    struct td_slice one;
    while (td_mailbox_next(&rest, &one)) {
        if (td_slice_ieq(one, address))
            return true;
    }
    return false;
}

static bool is_daemon(struct td_slice value)
{
    struct td_slice address;
    return td_mailbox_next(&value, &address) &&
           td_slice_istarts(address, "mailer-daemon");
}

/* Whether the mail may have been sent with a null reverse-path: Return-Path is not there, is empty
 * or a daemon's, or was put in by a forwarder, who names the mail's own recipient or rewrites. */
static bool is_from_nobody(const struct td_fields *head)
{
    const struct td_slice path = td_fields_get(head, "Return-Path");
    struct td_slice rest = path;
    struct td_slice address;
    return !td_mailbox_next(&rest, &address) || names_address(head, "To", address) ||
           is_daemon(path) || is_daemon(td_fields_get(head, "From"));
}

static bool matches(const struct td_patterns *patterns, struct td_slice text)
{
    struct td_match match;
    for (size_t i = 0; i < patterns->count; i++) {
        if (td_pattern_find(patterns->items[i], text, 0, &match))
            return true;
    }
    return patterns->count == 0;
}

static const struct td_form *find_form(const struct td_bounce_rules *rules,
                                       const struct look *look,
                                       const struct td_fields *head, struct td_slice text)
{
    const bool nobody = is_from_nobody(head);
    for (size_t id = 0; id < rules->form_count; id++) {
        const struct td_form *form = &rules->forms[id];
        if ((!form->by_text || td_hit(&look->text, id)) &&
            (!form->by_subject || td_hit(&look->subject, id)) &&
            (!form->by_sender || td_hit(&look->sender, id)) &&
            (!form->nobody || nobody) && !td_hit(&look->text, TD_UNLESS + id) &&
            !td_hit(&look->subject, TD_UNLESS + id) &&
            !td_hit(&look->sender, TD_UNLESS + id) && has_field(form, head) &&
            matches(&form->match, text))
            return form;
    }
    return NULL;
}

/* ---- recipients ---- */

/* The part of the text in which the form's recipients stand. */
static struct td_slice region_of(const struct td_form *form, struct td_slice text)
{
    struct td_match match;
    for (size_t i = 0; i < form->since.count; i++) {
        if (td_pattern_find(form->since.items[i], text, 0, &match)) {
            text = td_slice_sub(text, match.end, text.len);
            break;
        }
    }
    for (size_t i = 0; i < form->until.count; i++) {
        if (td_pattern_find(form->until.items[i], text, 0, &match))
            text = td_slice_sub(text, 0, match.end - match.all.len);
    }
    return text;
}

/* The general rules find any address: not the sender's of the notice, nor ours to which it came,
 * unless the returned message went there. */
static size_t drop_strangers(const struct td_parts *parts, const struct td_own *own,
                             struct td_mention *items, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        const struct td_slice address = items[i].address;
        const bool stranger = names_address(&parts->head, "From", address) ||
                              names_address(&parts->head, "To", address) ||
                              names_address(&own->returned, "From", address) ||
                              td_slice_istarts(address, "postmaster@") ||
                              td_slice_istarts(address, "mailer-daemon@");
        if (!stranger || names_address(&own->returned, "To", address))
            items[kept++] = items[i];
    }
    return kept;
}

/* The one address the returned message was for. */
static size_t by_returned(struct td_arena *arena, const struct td_own *own,
                          struct td_mention *out)
{
    static const char *const fields[] = {"X-Original-To", "Delivered-To", "Envelope-To",
                                         "X-Envelope-To", "To"};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        struct td_slice rest = td_fields_get(&own->returned, fields[i]);
        struct td_slice one;
        struct td_slice another;
        if (!td_mailbox_next(&rest, &one))
            continue;
        if (td_mailbox_next(&rest, &another))
            return 0;
        out[0] = (struct td_mention){.address = td_clean_address(arena, one)};
        return out[0].address.ptr != NULL;
    }
    return 0;
}

/* The host that wrote the notice. */
static struct td_slice host_of(const struct td_fields *head)
{
    struct td_slice rest = td_fields_get(head, "From");
    struct td_slice address;
    if (!td_mailbox_next(&rest, &address))
        return (struct td_slice){0};
    return td_slice_sub(address, td_slice_find(address, 0, '@') + 1, address.len);
}

/* Fields of a report in a text that is none by its type. */
static size_t by_report(struct td_arena *arena, struct td_slice text,
                        struct td_mention *out)
{
    struct td_report report;
    size_t count = 0;
    const size_t at = td_report_find(text);
    if (at == none)
        return 0;
    td_report_read(arena, td_slice_sub(text, at, text.len), &report);
    for (size_t i = 0; i < report.count && count < TD_NOTICE_ITEMS_MAX; i++) {
        const struct td_report_item *item = &report.items[i];
        struct td_slice address = td_clean_address(arena, item->original);
        if (address.ptr == NULL)
            address = td_clean_address(arena, item->final);
        if (address.ptr != NULL && item->action != TD_ACTION_DELAYED &&
            item->action != TD_ACTION_DONE)
            out[count++] = (struct td_mention){address, item->diagnostic, item->status};
    }
    return count;
}

static size_t by_form(struct td_arena *arena, const struct td_form *form,
                      const struct td_parts *parts, struct td_slice text,
                      struct td_mention *out)
{
    size_t count = td_mentions_by_patterns(arena, &form->recipient, text,
                                           host_of(&parts->head), out);
    for (size_t i = 0; i < form->recipient_field_count && count == 0; i++)
        count = td_mentions_by_field(
            arena, td_fields_get(&parts->head, form->recipient_fields[i]), text, out);
    return count;
}

static size_t by_anything(const struct td_bounce_rules *rules, struct td_arena *arena,
                          const struct td_parts *parts, const struct td_own *own,
                          struct td_slice text, struct td_mention *out)
{
    const struct td_slice host = host_of(&parts->head);
    size_t count = by_report(arena, own->text, out);
    for (size_t i = 0; i < rules->recipients.count && count == 0; i++) {
        const struct td_patterns one = {&rules->recipients.items[i], 1};
        count = td_mentions_by_patterns(arena, &one, text, host, out);
        count = drop_strangers(parts, own, out, count);
    }
    return count > 0 ? count : by_returned(arena, own, out);
}

static size_t without_doubles(struct td_mention *items, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        bool seen = false;
        for (size_t k = 0; k < kept && !seen; k++)
            seen = td_slice_eq(items[k].address, items[i].address);
        if (!seen)
            items[kept++] = items[i];
    }
    return kept;
}

static void keep(struct td_arena *arena, struct td_notice *out, struct td_mention *items,
                 size_t count)
{
    out->count = without_doubles(items, count);
    out->items = td_arena_array(arena, items, out->count, sizeof *items);
}

void td_notice_read(const struct td_bounce_rules *rules, struct td_arena *arena,
                    const struct td_parts *parts, const struct td_own *own,
                    struct td_notice *out)
{
    struct td_mention items[TD_NOTICE_ITEMS_MAX];
    struct look look;
    *out = (struct td_notice){0};
    look_around(rules, arena, parts, own->text, &look);
    out->form = find_form(rules, &look, &parts->head, own->text);
    if (out->form == NULL ||
        (out->form->gives != TD_BOUNCE_TEXT && out->form->gives != TD_BOUNCE_FEEDBACK))
        return;
    const struct td_slice text = region_of(out->form, own->text);
    size_t count = by_form(arena, out->form, parts, text, items);
    if (count == 0)
        count = by_anything(rules, arena, parts, own, text, items);
    keep(arena, out, items, count);
}

void td_notice_mentions(const struct td_bounce_rules *rules, struct td_arena *arena,
                        const struct td_parts *parts, const struct td_own *own,
                        struct td_notice *out)
{
    struct td_mention items[TD_NOTICE_ITEMS_MAX];
    size_t count = td_mentions_by_field(
        arena, td_fields_get(&parts->head, "X-Failed-Recipients"), own->text, items);
    if (count == 0)
        count = by_anything(rules, arena, parts, own, own->text, items);
    *out = (struct td_notice){0};
    keep(arena, out, items, count);
}

struct td_slice td_notice_words(struct td_arena *arena, const struct td_own *own,
                                struct td_slice address)
{
    struct td_mention items[TD_NOTICE_ITEMS_MAX];
    const size_t count = td_mentions_by_field(arena, address, own->text, items);
    return count > 0 ? items[0].why : (struct td_slice){0};
}
