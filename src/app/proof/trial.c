/* An edition sent to a few addresses (trial.h). */
#include "app/proof/trial.h"

#include <stdlib.h>

#include "base/crypto.h"
#include "base/mem.h"
#include "base/rand.h"
#include "delivery/outbox.h"
#include "model/address.h"

#define MAIL_MAX   (32 * 1024 * 1024)
#define EVENTS_MAX 64

struct trial {
    struct td_proof *proof;
    struct td_trial_result *results;
    struct td_parcel *parcels; /* owned; one an address */
    size_t count;
};

/* A Message-ID is made from this: never the same twice. */
static const char *new_name(struct td_proof *proof)
{
    unsigned char bytes[16];
    struct td_buf text;
    td_rand_bytes(bytes, sizeof bytes);
    td_buf_init(&text, 40);
    td_hex(&text, bytes, sizeof bytes);
    const char *name = td_arena_printf(proof->arena, "test %s", text.ptr).ptr;
    td_buf_release(&text);
    return name;
}

static enum td_status write_all(struct trial *trial, const struct td_proof_reader *reader,
                                struct td_err *err)
{
    struct td_proof *proof = trial->proof;
    enum td_status status = TD_OK;
    for (size_t i = 0; i < trial->count && status == TD_OK; i++) {
        struct td_parcel *parcel = &trial->parcels[i];
        const struct td_letter_to to = {
            .newsletter = proof->newsletter,
            .address = td_slice(trial->results[i].address),
            .name = reader->name,
            .due = td_clock_now(&proof->app->clock),
            .trial = new_name(proof),
        };
        td_buf_init(&parcel->data, MAIL_MAX);
        parcel->owner = &trial->results[i];
        status = td_proof_print(proof, reader, &to, parcel, err);
    }
    return status;
}

/* What an event means for its address; true when that address is done with. */
static bool take_event(struct td_outbox *outbox, const struct td_event *event)
{
    struct td_trial_result *result = event->parcel->owner;
    if (event->kind == TD_EVENT_AT_DOT) {
        td_outbox_permit(outbox, event->parcel);
        return false;
    }
    result->reply = event->reply;
    result->relay = event->kind == TD_EVENT_RETURNED;
    result->accepted = event->kind == TD_EVENT_DONE &&
                       event->reply.stage == TD_STAGE_DOT && event->reply.code / 100 == 2;
    return true;
}

/* One try each: a relay in trouble hands the rest back. */
static void send_all(struct trial *trial, struct td_post *post, struct td_outbox *outbox)
{
    struct td_event events[EVENTS_MAX];
    size_t open = trial->count;
    td_time until;
    for (size_t i = 0; i < trial->count; i++)
        td_outbox_offer_take(outbox, &trial->parcels[i]);
    while (open > 0) {
        size_t n = td_post_turn(post, TD_SECOND, events, EVENTS_MAX);
        for (size_t i = 0; i < n; i++)
            open -= take_event(outbox, &events[i]);
        if (td_outbox_trouble(outbox, &until))
            td_outbox_drain(outbox);
    }
}

static enum td_status deliver(struct trial *trial, struct td_err *err)
{
    struct td_app *app = trial->proof->app;
    struct td_post *post = NULL;
    struct td_outbox *outbox = NULL;
    struct td_outbox_config config = {
        .relay = &app->config->relays[0],
        .helo = app->config->helo,
        .clock = &app->clock,
        .idle_seconds = 1,
    };
    enum td_status status = td_post_create(&post, err);
    if (status == TD_OK)
        status = td_outbox_create(&outbox, post, &config, err);
    if (status == TD_OK) {
        send_all(trial, post, outbox);
        td_outbox_drain(outbox);
    }
    td_outbox_destroy(outbox);
    td_post_destroy(post);
    return status;
}

static enum td_status check_addresses(const struct td_trial_options *options,
                                      struct td_err *err)
{
    for (size_t i = 0; i < options->count; i++) {
        struct td_address address;
        struct td_err why;
        const char *text = options->addresses[i];
        if (td_address_parse(td_slice(text), &address, &why) != TD_OK)
            return td_fail(err, TD_USAGE, "%s: %s", text, why.text);
    }
    return TD_OK;
}

enum td_status td_trial_send(struct td_proof *proof,
                             const struct td_trial_options *options,
                             struct td_trial_result *results, struct td_err *err)
{
    struct td_proof_reader reader = {.at = -1};
    struct trial trial = {.proof = proof, .results = results, .count = options->count};
    enum td_status status = check_addresses(options, err);
    if (status == TD_OK && options->as)
        status = td_proof_reader(proof, options->as, &reader, err);
    if (status != TD_OK)
        return status;
    for (size_t i = 0; i < trial.count; i++)
        results[i] = (struct td_trial_result){
            .address = options->addresses[i],
            .relay_name = proof->app->config->relays[0].name,
        };
    trial.parcels = td_xcalloc(trial.count, sizeof *trial.parcels);
    status = write_all(&trial, &reader, err);
    if (status == TD_OK)
        status = deliver(&trial, err);
    for (size_t i = 0; i < trial.count; i++)
        td_buf_release(&trial.parcels[i].data);
    free(trial.parcels);
    return status;
}
