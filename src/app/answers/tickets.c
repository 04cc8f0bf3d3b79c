/* What the links of a mail do (tickets.h). */
#include "app/answers/tickets.h"

#include <stdio.h>
#include <string.h>

#include "app/press/letter.h"
#include "model/address.h"
#include "store/editions.h"
#include "variant/extract.h"

#define MAIL_MAX ((size_t)32 * 1024 * 1024)

/* --- reading ---------------------------------------------------------------------------------- */

/* The token with whichever of our keys made it. */
static bool verify(struct td_app *app, struct td_slice text, enum td_purpose purpose,
                   struct td_token *out)
{
    const int id = td_token_key_id(text);
    return id >= 0 && id < TD_TOKEN_KEYS_MAX && app->keys.token[id] &&
           td_token_read(app->keys.token[id], text, out) && out->purpose == purpose;
}

/* The first character and the domain. */
static void mask(struct td_slice address, char out[80])
{
    size_t at = td_slice_find(address, 0, '@');
    size_t first = 0;
    if (at == (size_t)-1 || at == 0)
        return;
    (void)td_utf8_next(address, &first);
    const struct td_slice domain = td_slice_sub(address, at, address.len);
    if (domain.len < 64)
        (void)snprintf(out, 80, "%.*s…%.*s", (int)first, address.ptr, (int)domain.len,
                       domain.ptr);
}

static enum td_status read_person(struct td_app *app, struct td_ticket *ticket,
                                  struct td_err *err)
{
    struct td_subscription_row row;
    struct td_subscriber_row person;
    struct td_err why;
    enum td_status status = td_store_subscription_find(
        app->store, ticket->token.newsletter, ticket->token.subscriber, &row, err);
    if (status == TD_NOINPUT)
        return TD_OK;
    if (status != TD_OK)
        return status;
    ticket->known = true;
    ticket->status = row.status;
    status = td_store_subscriber_get(app->store, ticket->token.subscriber, &person, &why);
    if (status == TD_OK)
        mask(person.address, ticket->masked);
    td_query_end(td_query(app->store, "subscriber_get"));
    return status == TD_OK || status == TD_NOINPUT ? TD_OK
                                                   : td_fail(err, status, "%s", why.text);
}

enum td_status td_ticket_read(struct td_app *app, struct td_slice text,
                              enum td_purpose purpose, struct td_ticket *out,
                              struct td_err *err)
{
    struct td_err why;
    *out = (struct td_ticket){.status = TD_UNSUBSCRIBED};
    enum td_status status = td_app_store(app, err);
    if (status != TD_OK)
        return status;
    if (!verify(app, text, purpose, &out->token))
        return td_fail(err, TD_NO, "this is no token of ours for that");
    status = td_app_newsletter_by_id(app, out->token.newsletter, &out->newsletter, &why);
    if (status != TD_OK && status != TD_NOINPUT)
        return td_fail(err, status, "%s", why.text);
    return read_person(app, out, err);
}

/* --- acting ----------------------------------------------------------------------------------- */

enum td_status td_ticket_leave(struct td_app *app, const struct td_ticket *ticket,
                               const struct td_ticket_use *use, struct td_err *err)
{
    struct td_person_outcome outcome;
    struct td_people people = {
        .store = app->store,
        .keys = &app->keys,
        .now = td_clock_now(&app->clock),
        .how = use->how,
        .source = td_slice(use->source),
    };
    enum td_status status = td_begin(app->store, err);
    if (status == TD_OK)
        status = td_optin_leave(app, &people, ticket->token.newsletter,
                                ticket->token.subscriber, use->quiet, &outcome, err);
    if (status == TD_OK)
        status = td_commit(app->store, err);
    td_rollback(app->store);
    return status;
}

static enum td_status say_yes(struct td_app *app, const struct td_ticket *ticket,
                              const struct td_ticket_use *use, bool may_return,
                              enum td_optin_result *result, struct td_err *err)
{
    const struct td_optin_yes yes = {
        .newsletter = ticket->token.newsletter,
        .subscriber = ticket->token.subscriber,
        .how = use->how,
        .source = td_slice(use->source),
        .event = TD_CONSENT_CONFIRMED,
        .may_return = may_return,
    };
    return td_optin_confirm(app, &yes, result, err);
}

enum td_status td_ticket_confirm(struct td_app *app, const struct td_ticket *ticket,
                                 const struct td_ticket_use *use,
                                 enum td_optin_result *result, struct td_err *err)
{
    return say_yes(app, ticket, use, false, result, err);
}

enum td_status td_ticket_return(struct td_app *app, const struct td_ticket *ticket,
                                const struct td_ticket_use *use,
                                enum td_optin_result *result, struct td_err *err)
{
    return say_yes(app, ticket, use, true, result, err);
}

/* --- looking ---------------------------------------------------------------------------------- */

/* Which variant of which time the person's message is. */
static enum td_status find_message(struct td_app *app, const struct td_token *token,
                                   int64_t *variant, td_time *due, struct td_err *err)
{
    struct td_query *query = td_query(app->store, "message_show");
    td_bind_int(query, "$edition", token->edition);
    td_bind_int(query, "$subscriber", token->subscriber);
    enum td_status status = td_one(query, err);
    *variant = status == TD_OK ? td_col_int(query, 9) : 0;
    *due = status == TD_OK ? td_col_int(query, 5) * TD_SECOND : 0;
    td_query_end(query);
    if (status == TD_NOINPUT || (status == TD_OK && *variant == 0))
        return td_fail(err, TD_NO, "there is no such mail any more");
    return status;
}

static enum td_status load(struct td_app *app, int64_t id, struct td_variant *out,
                           struct td_err *err)
{
    struct td_buf packed;
    td_buf_init(&packed, MAIL_MAX);
    enum td_status status = td_store_variant_load(app->store, id, &packed, err);
    if (status == TD_OK)
        status = td_variant_unpack(td_buf_slice(&packed), out, err);
    td_buf_release(&packed);
    return status;
}

/* The mail as it was sent, byte for byte but for today's key of links. */
static enum td_status write_mail(struct td_app *app, const struct td_ticket *ticket,
                                 struct td_parcel *parcel, struct td_err *err)
{
    struct td_subscriber_row person;
    struct td_variant variant = {0};
    int64_t id = 0;
    struct td_letter_to to = {
        .newsletter = ticket->newsletter,
        .newsletter_id = ticket->token.newsletter,
        .edition = ticket->token.edition,
        .subscriber = ticket->token.subscriber,
    };
    enum td_status status = find_message(app, &ticket->token, &id, &to.due, err);
    if (status == TD_OK)
        status = load(app, id, &variant, err);
    if (status != TD_OK)
        return status;
    status = td_store_subscriber_get(app->store, ticket->token.subscriber, &person, err);
    if (status == TD_OK) {
        to.address = person.address;
        to.name = person.name;
        status = td_letter_write(app, &variant, &to, parcel, err);
    }
    td_query_end(td_query(app->store, "subscriber_get"));
    td_variant_release(&variant);
    return status;
}

enum td_status td_ticket_view(struct td_app *app, const struct td_ticket *ticket,
                              struct td_buf *out, bool *html, struct td_err *err)
{
    struct td_parcel parcel = {0};
    struct td_buf page;
    if (!ticket->newsletter || !ticket->known)
        return td_fail(err, TD_NO, "there is no such mail any more");
    td_buf_init(&parcel.data, MAIL_MAX);
    td_buf_init(&page, MAIL_MAX);
    enum td_status status = write_mail(app, ticket, &parcel, err);
    const struct td_slice mail = td_buf_slice(&parcel.data);
    if (status == TD_OK) {
        *html = td_extract_part(mail, "text/html", &page);
        if (*html)
            td_extract_images(mail, td_buf_slice(&page), out);
        else
            (void)td_extract_part(mail, "text/plain", out);
    }
    td_buf_release(&page);
    td_buf_release(&parcel.data);
    return status;
}

static void describe_topics(const struct td_newsletter *newsletter, struct td_slice text,
                            struct td_buf *out)
{
    const uint64_t wanted = td_topics_mask(text, newsletter);
    for (size_t i = 0; i < newsletter->topic_count && text.len > 0; i++)
        if (wanted >> i & 1)
            td_buf_addf(out, "%s%s", out->len > 0 ? ", " : "",
                        newsletter->topics[i].title);
    if (text.len == 0)
        td_buf_add_str(out, "All topics");
}

/* A relative link: the pages may stand beneath a path of the publisher's server. */
static void unsubscribe_from_here(struct td_app *app, const struct td_token *here,
                                  char out[TD_TOKEN_MAX + 8])
{
    const struct td_token token = {
        .purpose = TD_PURPOSE_UNSUBSCRIBE,
        .key_id = app->keys.token_newest,
        .newsletter = here->newsletter,
        .subscriber = here->subscriber,
    };
    char text[TD_TOKEN_MAX + 1];
    td_token_make(app->keys.token[app->keys.token_newest], &token, text);
    (void)snprintf(out, TD_TOKEN_MAX + 8, "../%s/%s",
                   td_purpose_path(TD_PURPOSE_UNSUBSCRIBE), text);
}

enum td_status td_ticket_choices(struct td_app *app, const struct td_ticket *ticket,
                                 struct td_ticket_choices *out, struct td_err *err)
{
    struct td_subscription_row row;
    struct td_prefs_row prefs;
    *out = (struct td_ticket_choices){.at = -1};
    td_buf_init(&out->topics, 8192);
    unsubscribe_from_here(app, &ticket->token, out->unsubscribe);
    if (!ticket->known || !ticket->newsletter)
        return TD_OK;
    enum td_status status = td_store_subscription_find(
        app->store, ticket->token.newsletter, ticket->token.subscriber, &row, err);
    if (status == TD_OK)
        status = td_store_prefs_get(app->store, row.prefs, &prefs, err);
    if (status == TD_OK) {
        describe_topics(ticket->newsletter, prefs.topics, &out->topics);
        out->format = prefs.format;
        out->at = prefs.at;
    }
    td_query_end(td_query(app->store, "prefs_get"));
    return status;
}

void td_ticket_choices_release(struct td_ticket_choices *choices)
{
    td_buf_release(&choices->topics);
}
