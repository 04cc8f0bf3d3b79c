/* What came back, read (bounce_read.h). */
#include "app/bounces/bounce_read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/bounces/bounce_rules.h"
#include "base/mem.h"
#include "model/address.h"
#include "outcome/blame.h"
#include "outcome/verp.h"
#include "people/token.h"
#include "store/people.h"

struct td_bounce_reader {
    struct td_app *app;                  /* borrowed */
    const struct td_bounce_rules *rules; /* app's */
};

enum td_status td_bounce_reader_create(struct td_bounce_reader **out, struct td_app *app,
                                       struct td_err *err)
{
    const struct td_bounce_rules *rules = NULL;
    enum td_status status = td_app_store(app, err);
    if (status == TD_OK)
        status = td_app_bounce_rules(app, &rules, err);
    if (status != TD_OK)
        return status;
    struct td_bounce_reader *reader = td_xcalloc(1, sizeof *reader);
    reader->app = app;
    reader->rules = rules;
    *out = reader;
    return TD_OK;
}

void td_bounce_reader_destroy(struct td_bounce_reader *reader)
{
    free(reader);
}

int td_bounce_reader_rules(const struct td_bounce_reader *reader)
{
    return td_bounce_rules_version(reader->rules);
}

/* --- whose it is ----------------------------------------------------------------------------- */

/* A signed name of a subscriber, found in a mail. */
struct signature {
    bool seen; /* something of our form */
    bool genuine;
    int64_t edition, subscriber; /* edition 0: none named */
};

static void try_address(const struct td_bounce_reader *reader, struct td_slice address,
                        struct signature *found)
{
    const struct td_config *config = reader->app->config;
    const struct td_keys *keys = &reader->app->keys;
    const struct td_verp_place place = {config->bounce_local, config->bounce_domain};
    struct td_slice token;
    if (found->genuine || !td_verp_find(&place, address, &token))
        return;
    found->seen = true;
    for (size_t i = 0; i < TD_VERP_KEYS_MAX && !found->genuine; i++)
        found->genuine =
            keys->verp_all[i] &&
            td_verp_read(keys->verp_all[i], token, &found->edition, &found->subscriber);
}

/* BASE/u/TOKEN and the like: the links of our own mails. */
static void try_link(const struct td_bounce_reader *reader, struct td_slice word,
                     struct signature *found)
{
    const char *base = reader->app->config->web_base_url;
    const struct td_keys *keys = &reader->app->keys;
    struct td_token token;
    size_t slash = word.len;
    if (found->genuine || !base || !td_slice_starts(word, base))
        return;
    while (slash > 0 && word.ptr[slash - 1] != '/')
        slash--;
    struct td_slice text = td_slice_sub(word, slash, word.len);
    int id = td_token_key_id(text);
    if (id < 0 || id >= TD_TOKEN_KEYS_MAX || !keys->token[id])
        return;
    found->seen = true;
    found->genuine = td_token_read(keys->token[id], text, &token);
    if (found->genuine) {
        found->edition = token.edition;
        found->subscriber = token.subscriber;
    }
}

static struct signature find_signature(const struct td_bounce_reader *reader,
                                       const struct td_bounce *mail)
{
    struct signature found = {0};
    for (size_t i = 0; i < mail->to_count; i++)
        try_address(reader, mail->to[i], &found);
    for (size_t i = 0; mail->form == TD_BOUNCE_FEEDBACK && i < mail->quoted_count; i++) {
        struct td_slice rest = mail->quoted[i];
        struct td_slice word;
        while (td_slice_token(&rest, " \t\r\n<>,;\"", &word)) {
            try_address(reader, word, &found);
            try_link(reader, word, &found);
        }
    }
    return found;
}

/* --- what it says of them -------------------------------------------------------------------- */

static bool key_of(struct td_slice address, char key[TD_ADDRESS_MAX + 1])
{
    return address.len > 0 && td_address_key(address, key);
}

/* The recipient that is meant: the subscriber, by their own address, or else whoever it names, for
 * they may have their mail sent on: but no other subscriber (*other). */
static enum td_status find_item(const struct td_bounce_reader *reader,
                                const struct td_bounce *mail, struct td_slice own,
                                const struct td_bounced **item, bool *other,
                                struct td_err *err)
{
    char key[TD_ADDRESS_MAX + 1];
    *item = NULL;
    *other = false;
    for (size_t i = 0; i < mail->count; i++) {
        if (key_of(mail->items[i].address, key) && td_slice_is(own, key)) {
            *item = &mail->items[i];
            return TD_OK;
        }
        if (!*item || mail->items[i].kind > (*item)->kind)
            *item = &mail->items[i];
    }
    for (size_t i = 0; i < mail->count && !*other; i++) {
        struct td_subscriber_row row;
        struct td_err why = {0};
        if (!key_of(mail->items[i].address, key))
            continue;
        enum td_status status =
            td_store_subscriber_find(reader->app->store, td_slice(key), &row, &why);
        td_query_end(td_query(reader->app->store, "subscriber_find"));
        if (status != TD_OK && status != TD_NOINPUT)
            return td_fail(err, status, "%s", why.text);
        *other = status == TD_OK;
    }
    return TD_OK;
}

static void take_item(struct td_bounce_row *row, const struct td_bounced *item)
{
    row->kind = (int)item->kind;
    row->reason = item->reason;
    row->scope = item->scope;
    row->disputed = item->disputed;
    row->blocks = item->blocks_us;
    td_bounce_text(row->status, sizeof row->status, td_slice(item->status));
    td_bounce_text(row->address, sizeof row->address, item->address);
    td_bounce_text(row->rule, sizeof row->rule, td_slice(item->rule ? item->rule : ""));
    td_bounce_text(row->words, sizeof row->words, item->words);
}

/* What says nothing against the address: we are blocked, or it is the message or the relay that is
 * blamed (standards K13). */
static enum td_bounce_result weight_of(const struct td_bounce_row *row)
{
    if (row->kind == TD_BOUNCE_COMPLAINT)
        return TD_RESULT_COUNTED;
    if (row->kind == TD_BOUNCE_NONE || row->blocks)
        return TD_RESULT_NOTHING;
    if (row->kind == TD_BOUNCE_HARD)
        return TD_RESULT_COUNTED;
    return row->scope == TD_SCOPE_MESSAGE || row->scope == TD_SCOPE_RELAY
               ? TD_RESULT_NOTHING
               : TD_RESULT_COUNTED;
}

/* The subscriber's domain; *own is their address for matching, empty when they are gone. */
static enum td_status find_person(const struct td_bounce_reader *reader,
                                  struct td_bounce_row *row, char own[TD_ADDRESS_MAX + 1],
                                  struct td_err *err)
{
    struct td_subscriber_row person;
    struct td_err why = {0};
    own[0] = '\0';
    row->domain[0] = '\0';
    enum td_status status =
        td_store_subscriber_get(reader->app->store, row->subscriber, &person, &why);
    if (status == TD_OK && person.address.len > 0) {
        td_bounce_text(own, TD_ADDRESS_MAX + 1, person.key);
        td_bounce_text(row->domain, sizeof row->domain, person.domain);
    }
    td_query_end(td_query(reader->app->store, "subscriber_get"));
    if (status != TD_OK && status != TD_NOINPUT)
        return td_fail(err, status, "%s", why.text);
    return TD_OK;
}

static enum td_status understand_mail(struct td_bounce_reader *reader,
                                      const struct td_bounce *mail,
                                      struct td_bounce_row *row, struct td_err *err)
{
    char own[TD_ADDRESS_MAX + 1];
    const struct td_bounced *item = NULL;
    bool other = false;
    struct signature signature = find_signature(reader, mail);
    row->form = (int)mail->form;
    row->kind = TD_BOUNCE_NONE;
    row->edition = signature.genuine ? signature.edition : 0;
    row->subscriber = signature.genuine ? signature.subscriber : 0;
    row->result = signature.seen ? TD_RESULT_FORGED : TD_RESULT_NO_TOKEN;
    enum td_status status = find_person(reader, row, own, err);
    if (status == TD_OK)
        status = find_item(reader, mail, td_slice(own), &item, &other, err);
    if (status == TD_OK && item)
        take_item(row, item);
    if (status != TD_OK || !signature.genuine)
        return status;
    row->result = weight_of(row);
    if (own[0] == '\0')
        row->result = TD_RESULT_GONE;
    else if (other)
        row->result = TD_RESULT_MISMATCH;
    else if (mail->form == TD_BOUNCE_MAIL ||
             (mail->form == TD_BOUNCE_TEXT && !mail->null_sender))
        row->result = TD_RESULT_ANSWER;
    return TD_OK;
}

/* --- refusals at SMTP time ------------------------------------------------------------------- */

/* Through the same words as a report's diagnostic. */
static enum td_status understand_reply(struct td_bounce_reader *reader,
                                       struct td_bounce_row *row, struct td_err *err)
{
    char own[TD_ADDRESS_MAX + 1];
    char words[TD_BOUNCE_WORDS_MAX + 1];
    struct td_bounced item = {0};
    (void)snprintf(words, sizeof words, "%s", row->words);
    const struct td_evidence evidence = {
        .diagnostic = td_slice(words),
        .otherwise = words[0] == '4' ? TD_MEANS_MAILBOX : TD_MEANS_NOTHING,
    };
    td_blame(reader->rules, &evidence, &item);
    item.words = td_slice(words);
    row->form = TD_BOUNCE_REPORT;
    take_item(row, &item);
    enum td_status status = find_person(reader, row, own, err);
    row->result = own[0] == '\0' ? TD_RESULT_GONE : weight_of(row);
    return status;
}

enum td_status td_bounce_understand(struct td_bounce_reader *reader, struct td_slice mail,
                                    struct td_bounce_row *row, struct td_err *err)
{
    struct td_bounce bounce = {0};
    row->rules = td_bounce_rules_version(reader->rules);
    if (strcmp(row->source, TD_BOUNCE_SOURCE_SMTP) == 0)
        return understand_reply(reader, row, err);
    enum td_status status = td_bounce_read(reader->rules, mail, &bounce, err);
    if (status == TD_OK)
        status = understand_mail(reader, &bounce, row, err);
    td_bounce_release(&bounce);
    return status;
}
