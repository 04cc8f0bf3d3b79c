/*
 * dialogue.c: a server that says anything, in pieces of any size, while we send three messages.
 *
 * The first byte chooses what the server offered, then pieces follow: a byte for their length, and
 * so many bytes of the server. However it goes, no dot leaves without a permit, and each message
 * ends once.
 */
#include "delivery/dialogue.h"
#include "support/fuzz.h"

#define MESSAGES 3

struct run {
    struct td_dialogue *dialogue;
    struct td_parcel parcels[MESSAGES];
    int begun;
    int ended;
    bool at_dot;
};

static void prepare(struct run *run, uint8_t offers)
{
    const struct td_ehlo ehlo = {.pipelining = offers & 1,
                                 .eightbit = offers & 2,
                                 .size = offers & 4,
                                 .size_max = offers & 8 ? 10 : 0,
                                 .greeted = true};
    run->dialogue = td_dialogue_create(&ehlo);
    for (int i = 0; i < MESSAGES; i++) {
        struct td_parcel *parcel = &run->parcels[i];
        *parcel = (struct td_parcel){.edition = 1,
                                     .subscriber = i,
                                     .mail_from = "a@news.example",
                                     .rcpt = "b@reader.example"};
        td_buf_init(&parcel->data, 1000);
        td_buf_add_str(&parcel->data, "Subject: x\r\n\r\nbody\r\n");
    }
}

/* All that the dialogue wants to write is written; the dot only when it may. */
static void write_all(struct run *run)
{
    struct td_slice bytes = td_dialogue_output(run->dialogue);
    while (bytes.len > 0) {
        must(!run->at_dot);
        td_dialogue_wrote(run->dialogue, bytes.len);
        bytes = td_dialogue_output(run->dialogue);
    }
}

static void take_events(struct run *run)
{
    struct td_event event;
    while (td_dialogue_event(run->dialogue, &event)) {
        if (event.kind == TD_EVENT_AT_DOT) {
            must(!run->at_dot && run->ended < run->begun);
            run->at_dot = true;
            write_all(run);
            run->at_dot = false;
            td_dialogue_permit(run->dialogue);
        } else {
            run->ended++;
            must(run->ended == run->begun);
        }
    }
}

static void step(struct run *run)
{
    if (!td_dialogue_gone(run->dialogue) && td_dialogue_ready(run->dialogue)) {
        if (run->begun < MESSAGES)
            td_dialogue_begin(run->dialogue, &run->parcels[run->begun++]);
    }
    write_all(run);
    take_events(run);
    write_all(run);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct run run = {0};
    prepare(&run, size > 0 ? data[0] : 0);
    step(&run);
    for (size_t at = 1; at < size && !td_dialogue_gone(run.dialogue);) {
        const size_t want = data[at], left = size - at - 1;
        const size_t piece = want < left ? want : left;
        td_dialogue_feed(run.dialogue, td_slice_n((const char *)data + at + 1, piece));
        at += 1 + piece;
        step(&run);
    }
    if (!td_dialogue_gone(run.dialogue))
        td_dialogue_lost(run.dialogue, "connection closed");
    take_events(&run);
    must(run.ended == run.begun);
    td_dialogue_destroy(run.dialogue);
    for (int i = 0; i < MESSAGES; i++)
        td_buf_release(&run.parcels[i].data);
    return 0;
}
