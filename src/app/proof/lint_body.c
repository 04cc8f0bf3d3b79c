/* MIME and its encodings: standards E (lint_rule.h). */
#include <string.h>

#include "app/proof/lint_rule.h"
#include "variant/mustache.h"

#define NONE          ((size_t)-1)
#define ENCODED_LINE  76      /* RFC 2045 6.7, 6.8 */
#define BOUNDARY_MOST 70      /* RFC 2046 5.1.1 */
#define MAIL_LARGE    1000000 /* bytes */
#define DECODED_MAX   ((size_t)32 << 20)

static bool is_multipart(const struct td_lint_part *part)
{
    return strncmp(part->type, "multipart/", 10) == 0;
}

/* Calls `each` for every part; leaves: only those that hold something. */
static void for_parts(struct td_lint *lint, bool leaves,
                      void (*each)(struct td_lint *lint, const struct td_lint_part *part))
{
    for (size_t i = 0; i < lint->mail->part_count; i++)
        if (!leaves || !is_multipart(&lint->mail->parts[i]))
            each(lint, &lint->mail->parts[i]);
}

/* ---- what each part says of itself ---- */

static void look_at_labels(struct td_lint *lint, const struct td_lint_part *part)
{
    const struct td_slice type = td_lint_field(&part->head, "Content-Type", 0);
    if (!strchr(part->type, '/'))
        td_lint_say(lint, 0, "a part without a Content-Type");
    if (!td_lint_field(&part->head, "Content-Transfer-Encoding", 0).ptr)
        td_lint_say(lint, 0, "a %s part without a Content-Transfer-Encoding", part->type);
    if (strncmp(part->type, "text/", 5) == 0 &&
        !td_slice_iis(td_lint_param(type, "charset"), "utf-8"))
        td_lint_say(lint, 0, "a %s part that does not say charset=utf-8", part->type);
}

static void mime_labels(struct td_lint *lint)
{
    const struct td_slice version =
        td_lint_field(&lint->mail->parts[0].head, "MIME-Version", 0);
    if (version.ptr && !td_slice_is(version, "1.0"))
        td_lint_say(lint, 0, "MIME-Version is not 1.0");
    for_parts(lint, true, look_at_labels);
}

/* ---- the tree: mixed(related(alternative(plain, html), images), attachments) ---- */

/* The children of part `parent`: the first and the last, by index. */
static void find_ends(const struct td_lint_mail *mail, size_t parent, size_t *first,
                      size_t *last)
{
    *first = *last = 0;
    for (size_t i = 1; i < mail->part_count; i++)
        if (mail->parts[i].parent == parent) {
            *first = *first ? *first : i;
            *last = i;
        }
}

static void mime_tree(struct td_lint *lint)
{
    const struct td_lint_mail *mail = lint->mail;
    size_t first, last;
    for (size_t i = 0; i < mail->part_count; i++) {
        const struct td_lint_part *part = &mail->parts[i];
        if (!is_multipart(part))
            continue;
        if (part->children == 0 || !part->closed)
            td_lint_say(lint, 0, "%s without parts, or without its end", part->type);
        find_ends(mail, i, &first, &last);
        if (strcmp(part->type, "multipart/alternative") == 0 &&
            (part->children != 2 || strcmp(mail->parts[first].type, "text/plain") != 0 ||
             strcmp(mail->parts[last].type, "text/html") != 0))
            td_lint_say(lint, 0,
                        "multipart/alternative is not text/plain, then text/html");
        if (i > 0 && strcmp(part->type, "multipart/mixed") == 0)
            td_lint_say(lint, 0, "multipart/mixed inside another part");
    }
}

static void look_at_boundary(struct td_lint *lint, const struct td_lint_part *part)
{
    static const char marks[] = "'()+_,-./:=? ";
    const struct td_slice name = part->boundary;
    bool good = name.len > 0 && name.len <= BOUNDARY_MOST && !td_slice_ends(name, " ");
    for (size_t i = 0; i < name.len && good; i++) {
        const char c = name.ptr[i];
        good = (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') ||
               strchr(marks, c) != NULL;
    }
    if (is_multipart(part) && !good)
        td_lint_say(lint, 0, "no boundary as RFC 2046 5.1.1 has it: \"%.*s\"",
                    (int)name.len, name.ptr ? name.ptr : "");
}

/* A boundary inside a part would end that part early. */
static void boundary(struct td_lint *lint)
{
    const struct td_lint_mail *mail = lint->mail;
    for_parts(lint, false, look_at_boundary);
    for (size_t i = 1; i < mail->part_count; i++) {
        const struct td_slice outer = mail->parts[mail->parts[i].parent].boundary;
        struct td_buf needle;
        td_buf_init(&needle, 200);
        td_buf_add_slice(&needle, outer);
        if (td_slice_find_str(mail->parts[i].body, 0, needle.ptr) != NONE)
            td_lint_say(lint, 0, "the boundary \"%s\" occurs in a %s part", needle.ptr,
                        mail->parts[i].type);
        td_buf_release(&needle);
    }
}

/* ---- encodings ---- */

static void look_at_lines(struct td_lint *lint, const struct td_lint_part *part)
{
    const struct td_slice encoding =
        td_lint_field(&part->head, "Content-Transfer-Encoding", 0);
    const bool qp = td_slice_iis(encoding, "quoted-printable");
    struct td_slice rest = part->body;
    struct td_slice line;
    while (td_slice_line(&rest, &line)) {
        const char *fault = NULL;
        if (line.len > ENCODED_LINE)
            fault = "is longer than 76 characters";
        else if (qp && (td_slice_ends(line, " ") || td_slice_ends(line, "\t")))
            fault = "ends in white space";
        else if (qp && (td_slice_starts(line, ".") || td_slice_starts(line, "From ")))
            fault = "begins with a dot or \"From \", which relays may alter";
        if (!fault)
            continue;
        td_lint_say(lint, 0, "a line of the %s part %s: %.*s", part->type, fault,
                    td_lint_start(line), line.ptr);
        return;
    }
}

static void body_line(struct td_lint *lint)
{
    for_parts(lint, true, look_at_lines);
}

static void look_at_text(struct td_lint *lint, const struct td_lint_part *part)
{
    struct td_buf decoded;
    td_buf_init(&decoded, DECODED_MAX);
    if (!td_lint_decode(part, &decoded))
        td_lint_say(lint, 0, "the %s part does not decode", part->type);
    else if (strncmp(part->type, "text/", 5) == 0 &&
             !td_utf8_valid(td_buf_slice(&decoded), NULL))
        td_lint_say(lint, 0, "the %s part is not UTF-8", part->type);
    else if (td_slice_starts(td_buf_slice(&decoded), "\xef\xbb\xbf"))
        td_lint_say(lint, 0, "the %s part begins with a byte order mark", part->type);
    td_buf_release(&decoded);
}

static void body_encoding(struct td_lint *lint)
{
    for_parts(lint, true, look_at_text);
}

/* ---- what must be in it ---- */

static void text_empty(struct td_lint *lint)
{
    if (td_slice_trim(td_buf_slice(&lint->mail->text)).len == 0)
        td_lint_say(lint, 0, "the text part is empty or not there");
}

/* Standards G7: a way out that readers see, in whichever part they read. */
static void way_out(struct td_lint *lint)
{
    const struct td_lint_mail *mail = lint->mail;
    struct td_buf url;
    td_buf_init(&url, 1000);
    td_buf_add_slice(&url, mail->unsubscribe);
    if (td_slice_find_str(td_buf_slice(&mail->text), 0, url.ptr) == NONE)
        td_lint_say(lint, 0, "no link to unsubscribe in the text part");
    td_buf_clear(&url);
    td_escape_html(mail->unsubscribe, &url);
    if (mail->html.len > 0 &&
        td_slice_find_str(td_buf_slice(&mail->html), 0, url.ptr) == NONE)
        td_lint_say(lint, 0, "no link to unsubscribe in the HTML part");
    td_buf_release(&url);
}

static bool has_cid(const struct td_lint_mail *mail, struct td_slice id)
{
    for (size_t i = 1; i < mail->part_count; i++) {
        const struct td_slice own = td_lint_field(&mail->parts[i].head, "Content-ID", 0);
        if (own.len > 2 && td_slice_eq(td_slice_sub(own, 1, own.len - 1), id))
            return true;
    }
    return false;
}

static void cid_missing(struct td_lint *lint)
{
    const struct td_slice html = td_buf_slice(&lint->mail->html);
    for (size_t at = 0; (at = td_slice_find_str(html, at, "=\"cid:")) != NONE; at++) {
        const size_t from = at + 6;
        const struct td_slice id =
            td_slice_sub(html, from, td_slice_find(html, from, '"'));
        if (!has_cid(lint->mail, id))
            td_lint_say(lint, 0, "no part has the Content-ID <%.*s>", (int)id.len,
                        id.ptr);
    }
}

static void mail_size(struct td_lint *lint)
{
    if (lint->mail->bytes.len >= MAIL_LARGE)
        td_lint_say(lint, 0, "the mail has %zu kB, and every reader gets one",
                    lint->mail->bytes.len / 1000);
}

const struct td_lint_rule td_lint_body_rules[] = {
    {"mime-labels", TD_LINT_ERROR, mime_labels},
    {"mime-tree", TD_LINT_ERROR, mime_tree},
    {"boundary", TD_LINT_ERROR, boundary},
    {"body-line", TD_LINT_ERROR, body_line},
    {"body-encoding", TD_LINT_ERROR, body_encoding},
    {"text-empty", TD_LINT_ERROR, text_empty},
    {"way-out", TD_LINT_ERROR, way_out},
    {"mail-size", TD_LINT_WARNING, mail_size},
    {"cid-missing", TD_LINT_ERROR, cid_missing},
    {NULL, TD_LINT_WARNING, NULL},
};
