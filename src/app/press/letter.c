/* A claimed message becomes a parcel (letter.h). */
#include "app/press/letter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/press/letter_links.h"
#include "base/mem.h"
#include "delivery/dkim.h"
#include "model/address.h"
#include "model/variant.h"
#include "outcome/verp.h"
#include "store/editions.h"
#include "store/people.h"
#include "variant/lines.h"
#include "variant/slots.h"

/* A claim goes by subscriber, so all variants of an edition take turns: keep them inflated, as many
 * as these bounds allow. The one in use is always kept. */
#define VARIANTS_IN_HAND 128
#define BYTES_IN_HAND    (size_t)(8 * 1024 * 1024)

#define PACKED_MAX   (16 * 1024 * 1024)
#define GREETING_MAX 1200

/* A configured newsletter as messages name it. */
struct masthead {
    int64_t id;
    const struct td_newsletter *newsletter;
};

struct in_hand {
    int64_t id; /* 0: empty */
    uint64_t used;
    struct td_variant variant;
    struct td_relaxed_body *common; /* owned; what DKIM hashes of it but once; or NULL */
};

struct td_letters {
    struct td_app *app; /* borrowed */
    struct masthead *mastheads;
    size_t masthead_count;
    struct in_hand variants[VARIANTS_IN_HAND];
    size_t bytes_in_hand;
    uint64_t turn;
};

/* Everything personal of one message; the slices of td_slot_values point in here. */
struct personal {
    struct td_address address;
    struct td_buf greeting;
    char message_id[TD_MESSAGE_ID_MAX];
    char date[40];
    struct td_letter_links links;
};

static enum td_status read_mastheads(struct td_letters *letters, struct td_err *err)
{
    const struct td_config *config = letters->app->config;
    struct td_store *store = letters->app->store;
    enum td_status status = td_begin(store, err);
    letters->mastheads =
        td_xcalloc(config->newsletter_count + 1, sizeof *letters->mastheads);
    for (size_t i = 0; i < config->newsletter_count && status == TD_OK; i++) {
        struct masthead *masthead = &letters->mastheads[i];
        masthead->newsletter = &config->newsletters[i];
        status =
            td_store_newsletter_id(store, masthead->newsletter->name, &masthead->id, err);
        letters->masthead_count++;
    }
    if (status == TD_OK)
        status = td_commit(store, err);
    td_rollback(store);
    return status;
}

enum td_status td_letters_create(struct td_letters **out, struct td_app *app,
                                 struct td_err *err)
{
    enum td_status status = td_app_store(app, err);
    if (status != TD_OK)
        return status;
    struct td_letters *letters = td_xcalloc(1, sizeof *letters);
    letters->app = app;
    status = read_mastheads(letters, err);
    if (status != TD_OK) {
        td_letters_destroy(letters);
        return status;
    }
    *out = letters;
    return TD_OK;
}

void td_letters_destroy(struct td_letters *letters)
{
    if (!letters)
        return;
    for (size_t i = 0; i < VARIANTS_IN_HAND; i++) {
        td_variant_release(&letters->variants[i].variant);
        td_relaxed_body_destroy(letters->variants[i].common);
    }
    free(letters->mastheads);
    free(letters);
}

static const struct masthead *find_masthead(const struct td_letters *letters, int64_t id)
{
    for (size_t i = 0; i < letters->masthead_count; i++)
        if (letters->mastheads[i].id == id)
            return &letters->mastheads[i];
    return NULL;
}

static void drop_variant(struct td_letters *letters, struct in_hand *held)
{
    letters->bytes_in_hand -= held->variant.bytes.len;
    td_variant_release(&held->variant);
    td_relaxed_body_destroy(held->common);
    memset(held, 0, sizeof *held);
}

/* An empty place; variants used longest ago make room until both bounds hold. */
static struct in_hand *make_room(struct td_letters *letters)
{
    for (;;) {
        struct in_hand *oldest = NULL;
        struct in_hand *empty = NULL;
        for (size_t i = 0; i < VARIANTS_IN_HAND; i++) {
            struct in_hand *held = &letters->variants[i];
            if (held->id == 0)
                empty = held;
            else if (!oldest || held->used < oldest->used)
                oldest = held;
        }
        if (empty && (!oldest || letters->bytes_in_hand < BYTES_IN_HAND))
            return empty;
        drop_variant(letters, oldest);
    }
}

/* The variant, inflated. */
static enum td_status hold_variant(struct td_letters *letters, int64_t id,
                                   const struct in_hand **out, struct td_err *err)
{
    struct td_buf packed;
    letters->turn++;
    for (size_t i = 0; i < VARIANTS_IN_HAND; i++) {
        if (letters->variants[i].id == id) {
            letters->variants[i].used = letters->turn;
            *out = &letters->variants[i];
            return TD_OK;
        }
    }
    struct in_hand *place = make_room(letters);
    td_buf_init(&packed, PACKED_MAX);
    enum td_status status = td_store_variant_load(letters->app->store, id, &packed, err);
    if (status == TD_OK)
        status = td_variant_unpack(td_buf_slice(&packed), &place->variant, err);
    td_buf_release(&packed);
    if (status != TD_OK)
        return status;
    place->id = id;
    place->used = letters->turn;
    letters->bytes_in_hand += place->variant.bytes.len;
    if (letters->app->config->dkim_key_count > 0)
        place->common = td_dkim_common(&place->variant);
    *out = place;
    return TD_OK;
}

static void message_id_of(struct td_app *app, const char *name,
                          char out[TD_MESSAGE_ID_MAX])
{
    unsigned char mac[TD_SHA256_LEN];
    struct td_buf text;
    td_hmac(app->keys.message, td_slice(name), mac);
    td_buf_init(&text, 64);
    td_base32(&text, mac, 16);
    (void)snprintf(out, TD_MESSAGE_ID_MAX, "%s@%s", text.ptr, app->config->domain);
    td_buf_release(&text);
}

void td_letter_message_id(struct td_app *app, int64_t edition, int64_t subscriber,
                          char out[TD_MESSAGE_ID_MAX])
{
    char name[48];
    td_message_id_format(edition, subscriber, name);
    message_id_of(app, name, out);
}

/* bounce+TOKEN@domain: a bounce to it names edition and subscriber (design 9). One of a trial
 * comes back to the same mailbox and names nobody. */
static void make_sender(struct td_app *app, const struct td_letter_to *to,
                        struct td_parcel *parcel)
{
    const struct td_config *config = app->config;
    char token[TD_VERP_TOKEN_MAX + 1] = "";
    char delimiter[2] = {config->bounce_delimiter, '\0'};
    if (to->trial)
        delimiter[0] = '\0';
    else
        td_verp_token(app->keys.verp, to->edition, to->subscriber, token);
    (void)snprintf(parcel->mail_from, sizeof parcel->mail_from, "%s%s%s@%s",
                   config->bounce_local, delimiter, token, config->bounce_domain);
}

static void fill_personal(struct td_app *app, const struct td_letter_to *to,
                          struct personal *personal, struct td_slot_values *values)
{
    if (to->trial)
        message_id_of(app, to->trial, personal->message_id);
    else
        td_letter_message_id(app, to->edition, to->subscriber, personal->message_id);
    td_time_rfc5322(to->due, personal->date);
    memset(values, 0, sizeof *values);
    values->to_name = to->name;
    values->values[TD_SLOT_TO] = td_slice(personal->address.wire);
    values->values[TD_SLOT_MESSAGE_ID] = td_slice(personal->message_id);
    values->values[TD_SLOT_DATE] = td_slice(personal->date);
    values->values[TD_SLOT_GREETING] = td_buf_slice(&personal->greeting);
    values->values[TD_SLOT_ADDRESS] = td_slice(personal->address.text);
}

static enum td_status splice(struct td_app *app, const struct td_variant *variant,
                             const struct td_letter_to *to, struct td_parcel *parcel,
                             struct td_err *err)
{
    struct personal personal;
    struct td_slot_values values;
    td_buf_init(&personal.greeting, GREETING_MAX);
    td_buf_clear(&parcel->data);
    enum td_status status = td_address_parse(to->address, &personal.address, err);
    if (status == TD_OK)
        status = td_line_greeting(to->newsletter, to->name, &personal.greeting, err);
    if (status == TD_OK) {
        fill_personal(app, to, &personal, &values);
        td_letter_links(app, to, variant, &personal.links, &values);
        make_sender(app, to, parcel);
        (void)snprintf(parcel->rcpt, sizeof parcel->rcpt, "%s", personal.address.wire);
        parcel->smtputf8 = personal.address.needs_smtputf8;
        parcel->edition = to->edition;
        parcel->subscriber = to->subscriber;
        status = td_variant_splice(variant, &values, &parcel->data, err);
    }
    if (status == TD_OK && td_buf_full(&parcel->data))
        status = td_fail(err, TD_DATA, "the mail is larger than it may be");
    td_buf_release(&personal.greeting);
    return status;
}

/* By the message's due time: a second try has the same bytes. */
static enum td_status sign(const struct td_app *app, const struct td_letter_to *to,
                           const struct td_relaxed_body *common, struct td_parcel *parcel,
                           struct td_err *err)
{
    const struct td_dkim_job job = {
        .keys = app->config->dkim_keys,
        .key_count = app->config->dkim_key_count,
        .from_address = td_slice(to->newsletter->from_address),
        .when = to->due,
        .common = common,
    };
    return td_dkim_sign(&job, &parcel->data, err);
}

enum td_status td_letter_write(struct td_app *app, const struct td_variant *variant,
                               const struct td_letter_to *to, struct td_parcel *parcel,
                               struct td_err *err)
{
    enum td_status status = splice(app, variant, to, parcel, err);
    return status == TD_OK ? sign(app, to, NULL, parcel, err) : status;
}

enum td_status td_letters_write(struct td_letters *letters, const struct td_claim *claim,
                                struct td_parcel *parcel, struct td_err *err)
{
    const struct in_hand *held = NULL;
    const struct masthead *masthead = find_masthead(letters, claim->newsletter);
    if (!masthead)
        return td_fail(err, TD_CONFIG,
                       "newsletter %lld is not in the configuration any more",
                       (long long)claim->newsletter);
    const struct td_letter_to to = {
        .newsletter = masthead->newsletter,
        .newsletter_id = claim->newsletter,
        .edition = claim->edition,
        .subscriber = claim->subscriber,
        .address = claim->address,
        .name = claim->name,
        .due = claim->due,
    };
    enum td_status status = hold_variant(letters, claim->variant, &held, err);
    if (status == TD_OK)
        status = splice(letters->app, &held->variant, &to, parcel, err);
    if (status == TD_OK)
        status = sign(letters->app, &to, held->common, parcel, err);
    return status;
}
