/* Links and addresses that act for a letter's reader (letter_links.h). */
#include "app/press/letter_links.h"

#include <stdio.h>

#include "people/token.h"

/* A token of the newest key; TD_TRIAL_LINK, which is none, for a trial. */
static void make_token(struct td_app *app, const struct td_letter_to *to,
                       enum td_purpose purpose, char out[TD_TOKEN_MAX + 1])
{
    const struct td_keys *keys = &app->keys;
    const struct td_token token = {
        .purpose = purpose,
        .key_id = keys->token_newest,
        .newsletter = to->newsletter_id,
        .subscriber = to->subscriber,
        .edition = purpose == TD_PURPOSE_VIEW ? to->edition : 0,
    };
    if (to->trial)
        (void)snprintf(out, TD_TOKEN_MAX + 1, "%s", TD_TRIAL_LINK);
    else
        td_token_make(keys->token[keys->token_newest], &token, out);
}

/* BASE/PATH/TOKEN. */
static struct td_slice make_url(struct td_app *app, const struct td_letter_to *to,
                                enum td_purpose purpose, char out[TD_LINK_MAX])
{
    const char *base = app->config->web_base_url;
    char token[TD_TOKEN_MAX + 1];
    make_token(app, to, purpose, token);
    (void)snprintf(out, TD_LINK_MAX, "%s/%s/%s", base ? base : TD_BASE_URL_UNSET,
                   td_purpose_path(purpose), token);
    return td_slice(out);
}

/* LOCAL+TOKEN@DOMAIN: what a mail to it may do is in the token. LOCAL@DOMAIN for a trial, or where a token
 * does not fit; the newsletter's own address where mail is not read any more since it was made. */
static void make_address(struct td_app *app, const struct td_letter_to *to,
                         enum td_purpose purpose, char out[TD_ADDRESS_MAX + 1])
{
    const struct td_mail_commands *commands = app->config->commands;
    char token[TD_TOKEN_MAX + 1];
    char part[TD_TOKEN_ADDRESS_MAX + 1] = "";
    if (!commands) {
        (void)snprintf(out, TD_ADDRESS_MAX + 1, "%s", to->newsletter->from_address);
        return;
    }
    make_token(app, to, purpose, token);
    if (!to->trial)
        td_token_to_address(token, part);
    const char delimiter[2] = {part[0] ? commands->delimiter : '\0', '\0'};
    (void)snprintf(out, TD_ADDRESS_MAX + 1, "%s%s%s@%s", commands->local, delimiter, part,
                   commands->domain);
}

static bool has_slot(const struct td_variant *variant, enum td_slot_kind kind)
{
    for (size_t i = 0; i < variant->slot_count; i++)
        if (variant->slots[i].kind == kind)
            return true;
    return false;
}

void td_letter_links(struct td_app *app, const struct td_letter_to *to,
                     const struct td_variant *variant, struct td_letter_links *links,
                     struct td_slot_values *values)
{
    struct td_slice *value = values->values;
    const bool asks = has_slot(variant, TD_SLOT_CONFIRM);
    char address[TD_ADDRESS_MAX + 1];
    value[TD_SLOT_UNSUBSCRIBE] =
        make_url(app, to, TD_PURPOSE_UNSUBSCRIBE, links->unsubscribe);
    value[TD_SLOT_UNSUBSCRIBE_HEADER] = value[TD_SLOT_UNSUBSCRIBE];
    value[TD_SLOT_PREFERENCES] =
        make_url(app, to, TD_PURPOSE_PREFERENCES, links->preferences);
    value[TD_SLOT_VIEW] = make_url(app, to, TD_PURPOSE_VIEW, links->view);
    if (asks) {
        value[TD_SLOT_CONFIRM] = make_url(app, to, TD_PURPOSE_CONFIRM, links->confirm);
        values->to_name = td_slice("");
    }
    if (has_slot(variant, TD_SLOT_REPLY_TO)) {
        make_address(app, to, asks ? TD_PURPOSE_CONFIRM : TD_PURPOSE_UNSUBSCRIBE,
                     links->reply_to);
        value[TD_SLOT_REPLY_TO] = td_slice(links->reply_to);
    }
    if (has_slot(variant, TD_SLOT_UNSUBSCRIBE_MAIL)) {
        make_address(app, to, TD_PURPOSE_UNSUBSCRIBE, address);
        (void)snprintf(links->unsubscribe_mail, sizeof links->unsubscribe_mail,
                       "mailto:%s?subject=unsubscribe", address);
        value[TD_SLOT_UNSUBSCRIBE_MAIL] = td_slice(links->unsubscribe_mail);
    }
}
