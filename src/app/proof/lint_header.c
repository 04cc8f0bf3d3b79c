/* The header on the wire: standards D, E8, E9, G, H (lint_rule.h). */
#include <stdio.h>
#include <string.h>

#include "app/proof/lint_rule.h"
#include "base/crypto.h"
#include "base/date.h"

#define NONE         ((size_t)-1)
#define LINE_MOST    998 /* RFC 5322 2.1.1 */
#define LINE_GOOD    78
#define ENCODED_MOST 75 /* RFC 2047 2 */
#define ENCODED_LINE 76

static const struct td_lint_head *head_of(const struct td_lint *lint)
{
    return &lint->mail->parts[0].head;
}

/* ---- lines ---- */

static void wire_bytes(struct td_lint *lint)
{
    const struct td_slice mail = lint->mail->bytes;
    for (size_t i = 0; i < mail.len; i++) {
        const unsigned char c = (unsigned char)mail.ptr[i];
        const bool line_end =
            (c == '\r' && i + 1 < mail.len && mail.ptr[i + 1] == '\n') ||
            (c == '\n' && i > 0 && mail.ptr[i - 1] == '\r');
        if ((c < ' ' && c != '\t' && !line_end) || c >= 0x7f) {
            td_lint_say(lint, 0,
                        "byte %zu is 0x%02x: a mail is 7-bit text with CRLF lines", i, c);
            return;
        }
    }
}

static void line_too_long(struct td_lint *lint)
{
    struct td_slice rest = lint->mail->bytes;
    struct td_slice line;
    while (td_slice_line(&rest, &line))
        if (line.len > LINE_MOST) {
            td_lint_say(lint, 0, "a line of %zu characters (RFC 5322: %d at most): %.*s…",
                        line.len, LINE_MOST, td_lint_start(line), line.ptr);
            return;
        }
}

/* A long line is a fault only where it could have been folded: at a space behind its name. */
static void line_long(struct td_lint *lint)
{
    struct td_slice rest = head_of(lint)->bytes;
    struct td_slice line;
    while (td_slice_line(&rest, &line)) {
        const size_t space = td_slice_find(line, 1, ' ');
        const size_t second = space == NONE ? NONE : td_slice_find(line, space + 1, ' ');
        const bool fold = line.ptr && line.len > 0 && line.ptr[0] == ' ';
        if (line.len > LINE_GOOD && line.len <= LINE_MOST &&
            (fold ? space : second) != NONE)
            td_lint_say(lint, 0, "a header line of %zu characters: %.*s…", line.len,
                        td_lint_start(line), line.ptr);
    }
}

static bool is_name(struct td_slice name)
{
    for (size_t i = 0; i < name.len; i++)
        if (name.ptr[i] < 33 || name.ptr[i] > 126)
            return false;
    return name.len > 0;
}

static void header_syntax(struct td_lint *lint)
{
    struct td_slice rest = head_of(lint)->bytes;
    struct td_slice line;
    for (bool first = true; td_slice_line(&rest, &line); first = false) {
        const bool fold = line.len > 0 && (line.ptr[0] == ' ' || line.ptr[0] == '\t');
        const size_t colon = td_slice_find(line, 0, ':');
        if (fold ? first || td_slice_trim(line).len == 0
                 : colon == NONE || !is_name(td_slice_sub(line, 0, colon)))
            td_lint_say(lint, 0, "no header line (RFC 5322 2.2): %.*s", (int)line.len,
                        line.ptr);
    }
}

/* ---- which fields ---- */

static void header_once(struct td_lint *lint)
{
    static const struct {
        const char *name;
        size_t least;
    } fields[] = {
        {"From", 1},         {"Date", 1},
        {"To", 1},           {"Subject", 1},
        {"Message-ID", 1},   {"MIME-Version", 1},
        {"Content-Type", 1}, {"List-Id", 1},
        {"Sender", 0},       {"Reply-To", 0},
        {"Cc", 0},           {"In-Reply-To", 0},
        {"References", 0},   {"Content-Transfer-Encoding", 0},
    };
    for (size_t i = 0; i < TD_ARRAY_LEN(fields); i++) {
        const size_t count = td_lint_field_count(head_of(lint), fields[i].name);
        if (count < fields[i].least)
            td_lint_say(lint, 0, "there is no %s", fields[i].name);
        if (count > 1)
            td_lint_say(lint, 0, "%s stands there %zu times", fields[i].name, count);
    }
}

static void header_forbidden(struct td_lint *lint)
{
    static const char *const names[] = {"Return-Path", "Bcc", "Received",
                                        "Authentication-Results"};
    for (size_t i = 0; i < TD_ARRAY_LEN(names); i++)
        if (td_lint_field_count(head_of(lint), names[i]) > 0)
            td_lint_say(lint, 0, "%s is not for the sender to write", names[i]);
}

/* Whether s is of the pattern: 9 a digit, A a capital, a a small letter, else itself. */
static bool has_form(struct td_slice s, const char *pattern)
{
    size_t i = 0;
    for (; i < s.len && pattern[i]; i++) {
        const char c = s.ptr[i];
        const bool good = pattern[i] == '9'   ? c >= '0' && c <= '9'
                          : pattern[i] == 'A' ? c >= 'A' && c <= 'Z'
                          : pattern[i] == 'a' ? c >= 'a' && c <= 'z'
                          : pattern[i] == '+' ? c == '+' || c == '-'
                                              : c == pattern[i];
        if (!good)
            return false;
    }
    return i == s.len && !pattern[i];
}

static void date(struct td_lint *lint)
{
    const struct td_slice value = td_lint_field(head_of(lint), "Date", 0);
    if (value.ptr && !has_form(value, "Aaa, 99 Aaa 9999 99:99:99 +9999") &&
        !has_form(value, "Aaa, 9 Aaa 9999 99:99:99 +9999"))
        td_lint_say(lint, 0, "the date is not as RFC 5322 3.3 has it: %.*s",
                    (int)value.len, value.ptr);
}

/* <left@domain>, no spaces. */
static void message_id(struct td_lint *lint)
{
    const struct td_slice value = td_lint_field(head_of(lint), "Message-ID", 0);
    const size_t at = td_slice_find(value, 0, '@');
    bool good = value.len > 4 && value.ptr[0] == '<' && td_slice_ends(value, ">") &&
                at != NONE && at > 1;
    for (size_t i = 0; i < value.len && good; i++)
        good = value.ptr[i] > ' ';
    good = good &&
           td_slice_is(td_slice_sub(value, at + 1, value.len - 1), lint->mail->domain);
    if (value.ptr && !good)
        td_lint_say(lint, 0, "the Message-ID is not <name@%s>: %.*s", lint->mail->domain,
                    (int)value.len, value.ptr);
}

/* ---- encoded words ---- */

/* The bytes an encoded word stands for; false when it is none (RFC 2047 4). */
static bool decode_word(struct td_slice word, struct td_buf *out)
{
    static const char start[] = "=?utf-8?";
    const size_t from = sizeof start + 1;
    if (!td_slice_istarts(word, start) || !td_slice_ends(word, "?=") ||
        word.len < from + 2 || word.ptr[from - 1] != '?')
        return false;
    const struct td_slice text = td_slice_sub(word, from, word.len - 2);
    const bool q = (word.ptr[from - 2] | 0x20) == 'q';
    struct td_lint_part part = {.body = text, .head = {.count = 1}};
    part.head.fields[0] =
        (struct td_lint_field){td_slice("Content-Transfer-Encoding"),
                               td_slice(q ? "quoted-printable" : "base64")};
    return td_slice_find(text, 0, '?') == NONE && td_lint_decode(&part, out);
}

static void check_word(struct td_lint *lint, struct td_slice name, struct td_slice word)
{
    struct td_buf bytes;
    td_buf_init(&bytes, 200);
    if (word.len > ENCODED_MOST)
        td_lint_say(lint, 0, "%.*s has an encoded word of %zu characters (RFC 2047: %d)",
                    (int)name.len, name.ptr, word.len, ENCODED_MOST);
    else if (!decode_word(word, &bytes))
        td_lint_say(lint, 0, "%.*s has an encoded word that does not decode: %.*s",
                    (int)name.len, name.ptr, (int)word.len, word.ptr);
    else if (!td_utf8_valid(td_buf_slice(&bytes), NULL))
        td_lint_say(lint, 0, "an encoded word of %.*s cuts a character: %.*s",
                    (int)name.len, name.ptr, (int)word.len, word.ptr);
    td_buf_release(&bytes);
}

static void encoded_word(struct td_lint *lint)
{
    const struct td_lint_head *head = head_of(lint);
    for (size_t i = 0; i < head->count; i++) {
        struct td_slice rest = head->fields[i].value;
        struct td_slice word;
        while (td_slice_token(&rest, " \t\r\n", &word))
            if (td_slice_starts(word, "=?"))
                check_word(lint, head->fields[i].name, word);
    }
    struct td_slice rest = head->bytes;
    struct td_slice line;
    while (td_slice_line(&rest, &line))
        if (line.len > ENCODED_LINE && td_slice_find_str(line, 0, "=?") != NONE)
            td_lint_say(lint, 0, "a line with an encoded word has %zu characters: %.*s…",
                        line.len, td_lint_start(line), line.ptr);
}

/* Only texts and phrases may hold encoded words: never what machines read (RFC 2047 5). */
static void encoded_place(struct td_lint *lint)
{
    static const char *const phrases[] = {"Subject", "From",     "To",
                                          "Cc",      "Reply-To", "List-Id"};
    const struct td_lint_head *head = head_of(lint);
    for (size_t i = 0; i < head->count; i++) {
        const struct td_lint_field *field = &head->fields[i];
        const size_t bracket = td_slice_find(field->value, 0, '<');
        const size_t word = td_slice_find_str(field->value, 0, "=?");
        bool may = false;
        for (size_t k = 0; k < TD_ARRAY_LEN(phrases); k++)
            may |= td_slice_iis(field->name, phrases[k]);
        const bool subject = td_slice_iis(field->name, "Subject");
        if (word != NONE && (!may || (!subject && bracket != NONE && word > bracket)))
            td_lint_say(lint, 0, "%.*s may not hold an encoded word",
                        (int)field->name.len, field->name.ptr);
    }
    /* File names go by RFC 2231. */
    for (size_t i = 1; i < lint->mail->part_count; i++)
        if (td_slice_find_str(lint->mail->parts[i].head.bytes, 0, "=?") != NONE)
            td_lint_say(lint, 0, "an encoded word in the header of a %s part",
                        lint->mail->parts[i].type);
}

/* ---- lists and automatic mail ---- */

static void list_id(struct td_lint *lint)
{
    const struct td_slice value = td_lint_field(head_of(lint), "List-Id", 0);
    const size_t open = td_slice_find(value, 0, '<');
    const size_t dot = td_slice_find(value, open == NONE ? 0 : open, '.');
    if (value.ptr && (open == NONE || dot == NONE || !td_slice_ends(value, ">")))
        td_lint_say(lint, 0, "List-Id is not a name and <list.domain>: %.*s",
                    (int)value.len, value.ptr);
}

/* RFC 8058: one https URI that a POST unsubscribes by. */
static void list_unsubscribe(struct td_lint *lint)
{
    const struct td_lint_head *head = head_of(lint);
    const struct td_slice value = td_lint_field(head, "List-Unsubscribe", 0);
    const struct td_slice post = td_lint_field(head, "List-Unsubscribe-Post", 0);
    const size_t close = td_slice_find(value, 0, '>');
    const struct td_slice first =
        td_slice_sub(value, 0, close == NONE ? value.len : close + 1);
    /* A mailto may follow; it is the second choice of those who know both. */
    const struct td_slice more =
        td_slice_trim(td_slice_sub(value, first.len + 1, value.len));
    bool good = td_slice_starts(first, "<https://") && td_slice_ends(first, ">") &&
                td_slice_find(first, 1, '<') == NONE;
    if (first.len < value.len)
        good = good && value.ptr[first.len] == ',' && td_slice_starts(more, "<mailto:") &&
               td_slice_ends(more, ">");
    for (size_t i = 0; i < first.len && good; i++)
        good = first.ptr[i] > ' ';
    if (!good || td_lint_field_count(head, "List-Unsubscribe") != 1)
        td_lint_say(lint, 0, "List-Unsubscribe is not one <https://…> (RFC 8058): %.*s",
                    (int)value.len, value.ptr ? value.ptr : "");
    if (!td_slice_is(post, "List-Unsubscribe=One-Click") ||
        td_lint_field_count(head, "List-Unsubscribe-Post") != 1)
        td_lint_say(lint, 0, "List-Unsubscribe-Post is not List-Unsubscribe=One-Click");
}

static void auto_submitted(struct td_lint *lint)
{
    if (!td_slice_is(td_lint_field(head_of(lint), "Auto-Submitted", 0), "auto-generated"))
        td_lint_say(lint, 0, "Auto-Submitted is not auto-generated (RFC 3834)");
}

const struct td_lint_rule td_lint_header_rules[] = {
    {"wire-bytes", TD_LINT_ERROR, wire_bytes},
    {"line-too-long", TD_LINT_ERROR, line_too_long},
    {"line-long", TD_LINT_WARNING, line_long},
    {"header-syntax", TD_LINT_ERROR, header_syntax},
    {"header-once", TD_LINT_ERROR, header_once},
    {"header-forbidden", TD_LINT_ERROR, header_forbidden},
    {"date", TD_LINT_ERROR, date},
    {"message-id", TD_LINT_ERROR, message_id},
    {"encoded-word", TD_LINT_ERROR, encoded_word},
    {"encoded-place", TD_LINT_ERROR, encoded_place},
    {"list-id", TD_LINT_ERROR, list_id},
    {"list-unsubscribe", TD_LINT_ERROR, list_unsubscribe},
    {"auto-submitted", TD_LINT_ERROR, auto_submitted},
    {NULL, TD_LINT_WARNING, NULL},
};
