/* headers.c: header lines, in the order people read them (standards D, G, H). */
#include "variant/headers.h"

#include <string.h>

#include "variant/encode.h"
#include "variant/slots.h"

void td_mark_slot(enum td_slot_kind kind, enum td_slot_place place, struct td_buf *out)
{
    td_buf_add_slice(out, td_slot_token(kind));
    td_buf_add_char(out, (char)('0' + (int)place));
}

static void slot_line(const char *name, enum td_slot_kind kind, struct td_buf *out)
{
    td_buf_addf(out, "%s: ", name);
    td_mark_slot(kind, TD_PLACE_HEADER, out);
    td_buf_add_str(out, "\r\n");
}

/* One https URI first (RFC 8058 3.1); each URI on a line of its own, whatever its length. */
static void unsubscribe_line(bool by_mail, struct td_buf *out)
{
    td_buf_add_str(out, "List-Unsubscribe: ");
    td_mark_slot(TD_SLOT_UNSUBSCRIBE_HEADER, TD_PLACE_HEADER, out);
    if (by_mail) {
        td_buf_add_str(out, ",\r\n ");
        td_mark_slot(TD_SLOT_UNSUBSCRIBE_MAIL, TD_PLACE_HEADER, out);
    }
    td_buf_add_str(out, "\r\n");
}

/* A name before <something>, folded before the bracket where the line would get too long. */
static void phrase_line(const char *name, const char *phrase, const char *bracketed,
                        struct td_buf *out)
{
    const size_t start = out->len;
    td_buf_addf(out, "%s: ", name);
    if (phrase != NULL && phrase[0] != '\0') {
        td_encode_phrase(td_slice(phrase), out->len - start, out);
        size_t column = 0;
        while (out->ptr[out->len - column - 1] != '\n' && column < out->len - start)
            column++;
        td_buf_add_str(out, column + strlen(bracketed) + 3 > 76 ? "\r\n " : " ");
    }
    td_buf_addf(out, "<%s>\r\n", bracketed);
}

static enum td_status check(const char *what, const char *value, bool graphic,
                            struct td_err *err)
{
    const struct td_slice s = td_slice(value ? value : "");
    bool good = td_utf8_valid(s, NULL) && td_slice_find_control(s) == (size_t)-1;
    for (size_t i = 0; i < s.len && graphic && good; i++)
        good = s.ptr[i] > ' ' && s.ptr[i] <= '~' && strchr("<>", s.ptr[i]) == NULL;
    if (good && (s.len > 0 || !graphic) && s.len < 900)
        return TD_OK;
    return td_fail(err, TD_CONFIG, "newsletter's %s cannot stand in a header: \"%s\"",
                   what, value ? value : "");
}

static enum td_status check_all(const struct td_header_input *input, struct td_err *err)
{
    const struct td_newsletter *newsletter = input->newsletter;
    if (check("from_name", newsletter->from_name, false, err) != TD_OK ||
        check("from_address", newsletter->from_address, true, err) != TD_OK ||
        check("title", newsletter->title, false, err) != TD_OK ||
        check("list_id", newsletter->list_id, true, err) != TD_OK)
        return TD_CONFIG;
    if (newsletter->reply_to &&
        check("reply_to", newsletter->reply_to, true, err) != TD_OK)
        return TD_CONFIG;
    const struct td_slice subject = input->subject;
    if (td_slice_trim(subject).len == 0 || !td_utf8_valid(subject, NULL) ||
        td_slice_find_control(subject) != (size_t)-1)
        return td_fail(
            err, TD_DATA,
            "%s %s: the subject is empty, not UTF-8, or has a control character",
            newsletter->name, input->what);
    return TD_OK;
}

enum td_status td_headers_write(const struct td_header_input *input, struct td_buf *out,
                                struct td_err *err)
{
    const struct td_newsletter *newsletter = input->newsletter;
    const enum td_status status = check_all(input, err);
    if (status != TD_OK)
        return status;
    slot_line("Date", TD_SLOT_DATE, out);
    phrase_line("From", newsletter->from_name, newsletter->from_address, out);
    slot_line("To", TD_SLOT_TO, out);
    if (input->question && newsletter->commands != NULL)
        slot_line("Reply-To", TD_SLOT_REPLY_TO, out);
    else if (newsletter->reply_to != NULL)
        phrase_line("Reply-To", NULL, newsletter->reply_to, out);
    td_buf_add_str(out, "Subject: ");
    td_encode_unstructured(td_slice_trim(input->subject), sizeof "Subject: " - 1, out);
    td_buf_add_str(out, "\r\n");
    slot_line("Message-ID", TD_SLOT_MESSAGE_ID, out);
    if (input->list) {
        phrase_line("List-Id", newsletter->title, newsletter->list_id, out);
        unsubscribe_line(newsletter->commands != NULL, out);
        td_buf_add_str(out, "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
                            "List-Post: NO\r\n");
    }
    /* Exchange: no "All", which would silence the non-delivery reports that we live on. */
    td_buf_addf(out,
                "Auto-Submitted: %s\r\n"
                "%s"
                "X-Auto-Response-Suppress: OOF, AutoReply\r\n",
                input->answer ? "auto-replied" : "auto-generated",
                input->list ? "Precedence: bulk\r\n" : "");
    return TD_OK;
}
