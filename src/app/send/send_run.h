/*
 * send_run.h: what send.c and send_commit.c share. Nobody else includes it.
 *
 * send.c has the turn, send_commit.c what happens in its transaction.
 */
#ifndef TD_APP_SEND_RUN_H
#define TD_APP_SEND_RUN_H

#include "app/press/letter.h"
#include "app/send/pace.h"
#include "app/send/send.h"
#include "base/rand.h"

#define TD_SEND_EVENTS_MAX 1024

/* What a run holds. */
struct td_send_run {
    struct td_app *app;
    const struct td_send_options *options;
    struct td_sent *out;
    struct td_sender sender;
    struct td_pace *pace;
    struct td_letters *letters;
    struct td_claims claims;
    struct td_event events[TD_SEND_EVENTS_MAX]; /* not settled yet, oldest first */
    size_t event_count;
    td_time collected; /* when the sessions were last moved on */
    struct td_pieces pieces;
    size_t in_hand; /* pieces offered and not come back */
    struct td_rand rand;
    td_time started;
    td_time store_again; /* the store failed: not before this */
    td_time claim_again; /* there was nothing to be had: not before this */
    td_time look_again;  /* not before this */
    td_time next_reap;
    struct td_next_due due;
    bool plenty;           /* the last claim got all that it wanted: more is due */
    int64_t done;          /* how many messages were settled … */
    td_time moved;         /* … when the last was */
    td_time trouble_since; /* of all relays; 0: some is well */
    bool stopping;
    bool lost; /* the lease: all is another's now, but for answers still to come */
};

td_time td_send_now(const struct td_send_run *run);

/* A failing store is no reason to stop: what is known stays here, and it is asked again later. */
void td_send_pause_store(struct td_send_run *run, const struct td_err *why);

/* No more is begun; what is on the wire is finished. */
void td_send_stop(struct td_send_run *run);

/* Moves the sessions on and adds what they have to say to the events, of which `spare` places stay
 * free; waits at most so long for it. */
void td_send_collect(struct td_send_run *run, td_time wait, size_t spare);

/* How many messages to claim now: 0 unless there is something due and room worth a claim. */
size_t td_send_wanted(const struct td_send_run *run);

/* Its session was lost while the dot waited for a commit: another event says what became of it. */
bool td_send_is_void(const struct td_event *event);

/* One transaction for what has come and what is wanted. When it fails the events stay and their
 * sessions wait. */
void td_send_commit(struct td_send_run *run);

#endif
