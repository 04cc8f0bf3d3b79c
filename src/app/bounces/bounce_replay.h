/*
 * bounce_replay.h: everything that is kept, judged anew by the rules and limits as they are now: what
 * would be judged otherwise, whom that would suspend and whom reinstate; and doing so.
 *
 * What was refused stays refused (forged, never sent, too late), and what a person lifted stays lifted.
 * A message that became bounced stays so: its state has no way back. A second replay finds nothing.
 */
#ifndef TD_APP_BOUNCE_REPLAY_H
#define TD_APP_BOUNCE_REPLAY_H

#include "app/bounces/bounce_judge.h"

struct td_replayed_person {
    int64_t subscriber;
    bool suspend;   /* else: reinstate */
    int64_t bounce; /* the evidence; of reinstating: the one that had suspended them */
};

struct td_replay {
    int64_t read;                      /* how many were judged anew */
    int rules;                         /* by which version */
    struct td_verdict_change *changes; /* owned; by id */
    size_t change_count, change_cap;
    struct td_replayed_person *people; /* owned; by subscriber */
    size_t person_count, person_cap;
};
void td_replay_release(struct td_replay *replay); /* zeroes are fine */

/* Finds what would change. Changes nothing. */
enum td_status td_bounces_replay(struct td_app *app, struct td_replay *out,
                                 struct td_err *err);

/* Makes it so, in transactions of a moment each. After a crash the same command does the rest. */
enum td_status td_bounces_replay_apply(struct td_app *app, const struct td_replay *replay,
                                       struct td_err *err);

#endif
