/*
 * slots.c: values for one subscriber, checked, encoded for their place and spliced in.
 *
 * This runs once per message: no rendering, and no allocation beside the growth of the output.
 */
#include "variant/slots.h"

#include <string.h>

#include "variant/encode.h"
#include "variant/mustache.h"

#define URL_MAX 900 /* keeps header lines under 998 (RFC 5322 2.1.1) */

static const char *const names[TD_SLOT_KINDS] = {
    "To address",      "Message-ID",        "Date",     "List-Unsubscribe", "greeting",
    "unsubscribe URL", "preferences URL",   "view URL", "address",          "confirm URL",
    "Reply-To",        "unsubscribe mailto"};

struct td_slice td_slot_token(enum td_slot_kind kind)
{
    static const char tokens[] = {
        TD_SLOT_MARK, 'A', TD_SLOT_MARK, 'B', TD_SLOT_MARK, 'C', TD_SLOT_MARK, 'D',
        TD_SLOT_MARK, 'E', TD_SLOT_MARK, 'F', TD_SLOT_MARK, 'G', TD_SLOT_MARK, 'H',
        TD_SLOT_MARK, 'I', TD_SLOT_MARK, 'J', TD_SLOT_MARK, 'K', TD_SLOT_MARK, 'L'};
    return td_slice_n(tokens + 2 * (size_t)kind, 2);
}

bool td_slot_kind_of(char letter, enum td_slot_kind *kind)
{
    if (letter < 'A' || letter >= 'A' + TD_SLOT_KINDS)
        return false;
    *kind = (enum td_slot_kind)(letter - 'A');
    return true;
}

static enum td_status refuse(enum td_slot_kind kind, const char *why, struct td_err *err)
{
    return td_fail(err, TD_DATA, "%s: %s", names[kind], why);
}

static bool is_graphic(struct td_slice s, const char *without)
{
    for (const char *c = without; *c != '\0'; c++)
        if (td_slice_find(s, 0, *c) != (size_t)-1)
            return false;
    return s.len > 0 && td_slice_is_printable(s) &&
           td_slice_find(s, 0, ' ') == (size_t)-1;
}

static enum td_status check_url(enum td_slot_kind kind, struct td_slice url,
                                struct td_err *err)
{
    const bool web =
        td_slice_istarts(url, "https://") ||
        (kind != TD_SLOT_UNSUBSCRIBE_HEADER && td_slice_istarts(url, "http://"));
    const bool mail =
        kind != TD_SLOT_UNSUBSCRIBE_HEADER && td_slice_istarts(url, "mailto:");
    if (!web && !mail)
        return refuse(kind,
                      kind == TD_SLOT_UNSUBSCRIBE_HEADER
                          ? "expected an https URL (RFC 8058 3.1)"
                          : "expected a web or mailto URL",
                      err);
    if (url.len > URL_MAX)
        return refuse(kind, "the URL is too long", err);
    if (!is_graphic(url, "<>\""))
        return refuse(kind, "a URL has printable ASCII only, without <, > and quotes",
                      err);
    return TD_OK;
}

/* The address as it stands between angle brackets. Space only in a quoted local part. */
static enum td_status check_address(enum td_slot_kind kind, struct td_slice address,
                                    struct td_err *err)
{
    const bool quoted = td_slice_starts(address, "\"");
    const size_t at = td_slice_find(address, 0, '@');
    if (at == (size_t)-1 || at == 0 || at + 1 == address.len)
        return refuse(kind, "expected an address", err);
    for (size_t i = 0; i < address.len && !quoted; i++)
        if (strchr(" <>,;:\"()[]\\", address.ptr[i]) != NULL)
            return refuse(kind, "a character that an address cannot have", err);
    return TD_OK;
}

static enum td_status check(enum td_slot_kind kind, struct td_slice value,
                            struct td_err *err)
{
    if (value.ptr == NULL)
        return refuse(kind, "no value", err);
    if (!td_slice_is_printable(value)) {
        if (!td_utf8_valid(value, NULL))
            return refuse(kind, "not UTF-8", err);
        if (td_slice_find_control(value) != (size_t)-1)
            return refuse(kind, "a control character", err);
    }
    switch (kind) {
    case TD_SLOT_TO:
    case TD_SLOT_REPLY_TO: return check_address(kind, value, err);
    case TD_SLOT_MESSAGE_ID:
        if (!is_graphic(value, "<>()\"\\,;:[]") ||
            td_slice_find(value, 0, '@') == (size_t)-1 || value.len > URL_MAX)
            return refuse(kind, "expected left@right (RFC 5322 3.6.4)", err);
        return TD_OK;
    case TD_SLOT_UNSUBSCRIBE_HEADER:
    case TD_SLOT_UNSUBSCRIBE:
    case TD_SLOT_PREFERENCES:
    case TD_SLOT_CONFIRM:
    case TD_SLOT_UNSUBSCRIBE_MAIL:
    case TD_SLOT_VIEW: return check_url(kind, value, err);
    case TD_SLOT_DATE:
        for (size_t i = 0; i < value.len; i++)
            if (value.ptr[i] > '~')
                return refuse(kind, "expected a date (RFC 5322 3.3)", err);
        return value.len > 0 ? TD_OK
                             : refuse(kind, "expected a date (RFC 5322 3.3)", err);
    case TD_SLOT_GREETING:
    case TD_SLOT_ADDRESS: break;
    }
    return TD_OK;
}

static size_t column_of(const struct td_buf *out)
{
    size_t n = 0;
    while (n < out->len && out->ptr[out->len - n - 1] != '\n')
        n++;
    return n;
}

static enum td_status encode_to(const struct td_slot_values *values, struct td_buf *out,
                                struct td_err *err)
{
    const struct td_slice address = values->values[TD_SLOT_TO];
    const struct td_slice name = values->to_name;
    if (name.len == 0) {
        td_buf_add_slice(out, address);
        return TD_OK;
    }
    if (!td_utf8_valid(name, NULL) || td_slice_find_control(name) != (size_t)-1)
        return td_fail(err, TD_DATA, "To name: not UTF-8, or a control character");
    td_encode_phrase(name, sizeof "To: " - 1, out);
    td_buf_add_str(out, column_of(out) + address.len + 3 > 76 ? "\r\n <" : " <");
    td_buf_add_slice(out, address);
    td_buf_add_char(out, '>');
    return TD_OK;
}

static bool has_special(struct td_slice value)
{
    for (size_t i = 0; i < value.len; i++) {
        char c = value.ptr[i];
        if (c == '&' || c == '<' || c == '>' || c == '"' || c == '\'')
            return true;
    }
    return false;
}

static void encode_body(const struct td_slot *slot, struct td_slice value,
                        struct td_buf *out)
{
    if (slot->place != TD_PLACE_HTML || !has_special(value)) {
        td_encode_qp_open(value, out);
        return;
    }
    struct td_buf escaped;
    td_buf_init(&escaped, value.len * 6);
    td_escape_html(value, &escaped);
    td_encode_qp_open(td_buf_slice(&escaped), out);
    td_buf_release(&escaped);
}

/* A value that was checked. */
static enum td_status encode(const struct td_slot *slot,
                             const struct td_slot_values *values, struct td_buf *out,
                             struct td_err *err)
{
    const struct td_slice value = values->values[slot->kind];
    if (slot->place != TD_PLACE_HEADER) {
        encode_body(slot, value, out);
        return TD_OK;
    }
    if (slot->kind == TD_SLOT_TO)
        return encode_to(values, out, err);
    const bool bracketed =
        slot->kind == TD_SLOT_MESSAGE_ID || slot->kind == TD_SLOT_UNSUBSCRIBE_HEADER ||
        slot->kind == TD_SLOT_UNSUBSCRIBE_MAIL || slot->kind == TD_SLOT_REPLY_TO;
    if (bracketed)
        td_buf_add_char(out, '<');
    td_buf_add_slice(out, value);
    if (bracketed)
        td_buf_add_char(out, '>');
    return TD_OK;
}

enum td_status td_slot_encode(const struct td_slot *slot,
                              const struct td_slot_values *values, struct td_buf *out,
                              struct td_err *err)
{
    const enum td_status status = check(slot->kind, values->values[slot->kind], err);
    return status == TD_OK ? encode(slot, values, out, err) : status;
}

enum td_status td_variant_splice(const struct td_variant *variant,
                                 const struct td_slot_values *values, struct td_buf *out,
                                 struct td_err *err)
{
    const size_t before = out->len;
    const struct td_slice bytes = td_buf_slice(&variant->bytes);
    enum td_status status = TD_OK;
    bool checked[TD_SLOT_KINDS] = {false}; /* most values stand in several places */
    size_t from = 0;
    for (size_t i = 0; i < variant->slot_count && status == TD_OK; i++) {
        const struct td_slot *slot = &variant->slots[i];
        td_buf_add(out, bytes.ptr + from, slot->offset - from);
        from = slot->offset;
        if (!checked[slot->kind])
            status = check(slot->kind, values->values[slot->kind], err);
        checked[slot->kind] = true;
        if (status == TD_OK)
            status = encode(slot, values, out, err);
    }
    td_buf_add(out, bytes.ptr + from, bytes.len - from);
    if (status == TD_OK && td_buf_full(out))
        status = td_fail(err, TD_DATA, "the message is larger than %zu bytes", out->max);
    if (status != TD_OK) {
        out->len = before;
        out->full = false;
        if (out->cap > 0)
            out->ptr[before] = '\0';
    }
    return status;
}
