/*
 * latest.h: the newest issue for somebody who has just joined: its own message, in their own choice of
 * topics and format, queued as though they had been there when it was assembled.
 *
 * In two steps: rendering what they chose takes time and is done outside the transaction that lets
 * them in.
 */
#ifndef TD_APP_LATEST_H
#define TD_APP_LATEST_H

#include "app/instance/app.h"
#include "store/people.h"

/* An issue older than this is no news; a weekly one is of last week at the most. */
#define TD_LATEST_MOST (8 * TD_DAY)

struct td_latest {
    int64_t edition; /* 0: there is none */
    int64_t prefs;
};

/* Finds the issue and makes the variant of the person's choice where nobody had it before. None for
 * a live blog: its digests go by what a reader has seen. Outside any transaction. */
enum td_status td_latest_prepare(struct td_app *app,
                                 const struct td_newsletter *newsletter,
                                 const struct td_subscription_row *reader,
                                 struct td_latest *out, struct td_err *err);

/* Queues it: due now, or when it is released; also the one that was withdrawn when they left. Nothing when
 * they have it, or nothing in it is for them. Inside a transaction. */
enum td_status td_latest_queue(struct td_app *app, const struct td_latest *latest,
                               int64_t subscriber, bool *queued, struct td_err *err);

#endif
