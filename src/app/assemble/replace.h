/*
 * replace.h: what comes instead of an edition that is wrong: a new freeze before anything of it was
 * sent, a correction afterwards.
 */
#ifndef TD_APP_REPLACE_H
#define TD_APP_REPLACE_H

#include "app/instance/app.h"
#include "store/editions.h"

/* What a correction is of, and for whom. */
struct td_correction {
    int64_t edition;
    struct td_date date; /* the correction has the same */
    int64_t readers;     /* whose message is sent or in doubt: it is for these */
    int64_t waiting;     /* who may yet get the faulty one, and would get no correction */
};

/* The edition that `word` names, its number or slug. TD_NO when nobody has got it: then it can be
 * replaced. Bounced messages do not count: they were not delivered. Opens the store. */
enum td_status td_correction_of(struct td_app *app,
                                const struct td_newsletter *newsletter, const char *word,
                                struct td_correction *out, struct td_err *err);

/*
 * Puts an edition aside for another of its slug: cancelled, and called SLUG.replaced-ID. Inside the
 * transaction that adds the other. TD_NO when something of it was sent or may have been; TD_AGAIN
 * while a sender has messages of it in hand.
 */
enum td_status td_replace_aside(struct td_app *app, int64_t edition, struct td_slice slug,
                                struct td_err *err);

/* Cancels what waited of an edition that was put aside. Nobody sends it anyway; it is for the counts.
 * Transactions of its own. */
enum td_status td_replace_cancel(struct td_app *app, int64_t edition, struct td_err *err);

#endif
