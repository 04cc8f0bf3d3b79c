/*
 * bounce_judge.h: what a bounce that was understood changes: whether it is believed at all, the
 * message it speaks of, and whether its subscriber is mailed any more.
 *
 * All are called inside a transaction (td_begin); policy and clock come from app.
 */
#ifndef TD_APP_BOUNCE_JUDGE_H
#define TD_APP_BOUNCE_JUDGE_H

#include "app/instance/app.h"
#include "app/bounces/bounce_alarm.h"
#include "outcome/score.h"
#include "store/bounces.h"

struct td_judged {
    enum td_alarm alarm; /* what the operator is to be told, once this is committed */
    bool later;          /* its message is on the wire this moment: judge it again soon */
    bool suspended;      /* its subscriber was, by this one */
    int64_t
        taken_back; /* suspensions, because their domain turned out to be failing as a whole */
};

/*
 * Judges a row that was pending and is understood now: refuses it for a message that was never sent
 * or is too old; moves the message (sent or in doubt → bounced, complained; in doubt → sent by
 * whatever proves it arrived); holds an edition when a wave says that we are blocked; lets what a
 * failing domain says wait; and suspends whom the score says. Writes the row. TD_CONFLICT when
 * another judged it meanwhile.
 */
enum td_status td_bounce_judge(struct td_app *app, struct td_bounce_row *row,
                               struct td_judged *out, struct td_err *err);

/* Judges a row whose wait for its domain is over. */
enum td_status td_bounce_judge_waited(struct td_app *app, int64_t id,
                                      struct td_judged *out, struct td_err *err);

/* Another verdict was stored for the row: its message follows. What was `bounced` or `complained` is
 * `sent` again where nothing that came back says otherwise any more. */
enum td_status td_bounce_settle_anew(struct td_app *app, const struct td_bounce_row *row,
                                     struct td_err *err);

/* A verdict that stands in for the stored one: for a replay that is not applied yet. */
struct td_verdict_change {
    struct td_bounce_row row; /* as it would be */
    enum td_bounce_result was_result;
    int was_kind;
    enum td_reason was_reason;
    char was_status[TD_BOUNCE_STATUS_MAX];
};

/* The score of a subscriber as of their last bounce or the one that suspended them. Changes, sorted by
 * id, stand in for what is stored. */
enum td_status td_bounce_score(struct td_app *app, int64_t subscriber,
                               const struct td_verdict_change *changes, size_t count,
                               struct td_score *out, struct td_err *err);

/* Suspends the subscriber, naming the bounce as evidence. how: "bounce", "replay". */
enum td_status td_bounce_suspend(struct td_app *app, int64_t subscriber, int64_t bounce,
                                 const char *how, bool *changed, struct td_err *err);

#endif
